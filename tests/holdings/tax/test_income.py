"""What the accounts brought in a year: whose accounts count, which dividends are qualified, what nobody can convert."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from holdings.ledger.replay import replay
from holdings.ledger.types import Character, Entry, Kind
from holdings.tax.history import FundShare, History, Shelter, TaxAccount, TaxInstrument
from holdings.tax.income import income, income_of, together
from holdings.tax.outcome import TaxYear
from tests.holdings.ledger.histories import buy, sell

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


@pytest.mark.parametrize(
    ("character", "instrument", "found"),
    [
        (Character.UNKNOWN, "STK", (100, 100, 0, 0)),
        (Character.QUALIFIED, "BND", (100, 100, 0, 0)),
        (Character.ORDINARY, "STK", (100, 0, 0, 0)),
        (Character.CAPITAL_GAIN, "STK", (0, 0, 100, 0)),
        (Character.EXEMPT, "BND", (0, 0, 0, 100)),
    ],
)
def test_what_the_broker_says_of_a_dividend_goes_before_what_its_instrument_suggests(
    character: Character, instrument: str, found: tuple[int, ...]
) -> None:
    of = income(history(paid(Kind.DIVIDEND, 100, instrument=instrument, character=character)), YEAR)

    assert (of.dividends, of.qualified, of.capital_gain_distributions, of.exempt) == found
    assert of.distributions == 100


def test_exempt_interest_of_a_bond_is_no_taxed_interest() -> None:
    found = income(history(paid(Kind.INTEREST, 40, character=Character.EXEMPT), paid(Kind.INTEREST, 7)), YEAR)

    assert (found.exempt, found.interest) == (40, 7)


def test_the_fraction_of_the_form_is_of_dividends_without_gains_and_exempt_ones() -> None:
    of_each = [
        paid(Kind.DIVIDEND, 100 + number, instrument="STK", character=character)
        for number, character in enumerate(Character)
    ]
    found = income(history(*of_each), YEAR, Decimal("0.5"))

    assert found.dividends == 100 + 101 + 102
    assert found.qualified == Decimal("151.5")


def test_the_income_of_two_halves_of_a_year_is_together_that_of_the_whole() -> None:
    of_each = [
        paid(kind, 100, instrument="WLD", character=character, day=f"2025-06-0{number}")
        for number, character in enumerate(Character, 1)
        for kind in (Kind.DIVIDEND, Kind.INTEREST)
    ]
    whole = history(*of_each)

    assert together(income_of(of_each[:5], whole), income_of(of_each[5:], whole)) == income(whole, YEAR)


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


def dividend_of_shares_sold_after(days: int) -> Decimal:
    """100 shares bought on 2 May, 40 of them sold so many days later; 100 of dividend, ex-date 12 May."""
    bought = buy("b", "2025-05-02", 100, 1000, account="broker", instrument="STK")
    sale = sell("s", str(date(2025, 5, 2) + timedelta(days)), 40, 400, account="broker", instrument="STK")
    dividend = paid(Kind.DIVIDEND, 100, instrument="STK")
    told = replace(history(bought, sale, dividend), ex_dates={dividend.id: date(2025, 5, 12)})
    return income(told, YEAR).qualified


@pytest.mark.parametrize(("days", "qualified"), [(60, 60), (61, 100)])
def test_shares_sold_within_60_days_have_no_qualified_dividend(days: int, qualified: int) -> None:
    assert dividend_of_shares_sold_after(days) == qualified


def test_a_reinvestment_that_moved_no_cash_is_a_dividend_of_what_its_shares_cost() -> None:
    shares = paid(Kind.REINVEST, 0, instrument="STK", quantity=Decimal(2), price=Decimal("50.5"))

    assert income(history(shares), YEAR).dividends == 101


def test_a_reinvestment_paid_from_a_booked_dividend_counts_once() -> None:
    dividend = paid(Kind.DIVIDEND, 101, instrument="STK")
    shares = paid(Kind.REINVEST, -101, instrument="STK", quantity=Decimal(2), price=Decimal("50.5"))

    assert income(history(dividend, shares), YEAR).dividends == 101
