"""What the accounts brought in a year: whose accounts count, which dividends are qualified, what nobody can convert."""

from datetime import date
from decimal import Decimal

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind
from holdings.tax.history import FundShare, History, Shelter, TaxAccount, TaxInstrument
from holdings.tax.income import income
from holdings.tax.outcome import TaxYear

YEAR = TaxYear("2025", date(2025, 1, 1), date(2025, 12, 31))
ACCOUNTS = {"broker": TaxAccount("broker", "ann"), "ira": TaxAccount("ira", "ann", shelter=Shelter.TRADITIONAL_IRA)}
INSTRUMENTS = {
    "STK": TaxInstrument("STK", "STK", "STK"),
    "BND": TaxInstrument("BND", "BND", "BND", pays_qualified=False),
    "WLD": TaxInstrument("WLD", "WLD", "WLD", fund_share=FundShare.EQUITY),
}


def paid(kind: Kind, cash: int, *, day: str = "2025-06-02", account: str = "broker", **more: object) -> Entry:
    return Entry(f"{kind}{cash}{day}", account, kind, date.fromisoformat(day), cash=Decimal(cash), **more)  # type: ignore[arg-type]


def history(*entries: Entry) -> History:
    return History(entries, replay(entries), ACCOUNTS, INSTRUMENTS, date(2025, 12, 31))


def test_it_adds_up_dividends_interest_and_withheld_tax() -> None:
    found = income(
        history(paid(Kind.DIVIDEND, 100, instrument="STK"), paid(Kind.INTEREST, 7), paid(Kind.TAX, -15)), YEAR
    )

    assert (found.dividends, found.interest, found.withheld) == (100, 7, 15)


def test_dividends_of_bond_funds_are_not_qualified() -> None:
    found = income(history(paid(Kind.DIVIDEND, 100, instrument="STK"), paid(Kind.DIVIDEND, 40, instrument="BND")), YEAR)

    assert (found.dividends, found.qualified) == (140, 100)


def test_the_fraction_that_the_broker_states_goes_before_what_the_instruments_suggest() -> None:
    found = income(history(paid(Kind.DIVIDEND, 100, instrument="STK")), YEAR, Decimal("0.8"))

    assert found.qualified == 80


def test_a_sheltered_account_and_another_year_do_not_count() -> None:
    found = income(
        history(
            paid(Kind.DIVIDEND, 100, instrument="STK", account="ira"),
            paid(Kind.DIVIDEND, 50, instrument="STK", day="2024-12-31"),
        ),
        YEAR,
    )

    assert found.dividends == 0


def test_income_converts_at_the_rate_of_its_day() -> None:
    found = income(history(paid(Kind.INTEREST, 100, currency="EUR", rate=Decimal("1.1"))), YEAR)

    assert found.interest == Decimal("110.0")


def test_income_without_a_rate_is_named_and_left_out() -> None:
    unknown = paid(Kind.INTEREST, 100, currency="EUR", rate=None)
    found = income(history(unknown), YEAR)

    assert (found.interest, found.unknown) == (0, (unknown.id,))


def test_it_says_what_the_funds_that_paid_mostly_hold() -> None:
    found = income(history(paid(Kind.DIVIDEND, 100, instrument="STK"), paid(Kind.DIVIDEND, 40, instrument="WLD")), YEAR)

    assert (found.dividends, found.fund_dividends) == (140, {FundShare.EQUITY: 40})
