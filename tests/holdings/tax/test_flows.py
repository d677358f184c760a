"""Tax day by day and account by account: it adds up to the engine's tax of the year, whatever happened."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from holdings.ledger.types import ZERO, Entry, Kind
from holdings.tax.chain import YearOutcome, outcome
from holdings.tax.facts import TaxFacts
from holdings.tax.flows import Engine, TaxFlow, tax_flows
from holdings.tax.history import History
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.outcome import TaxYear
from holdings.tax.uk import UK
from holdings.tax.us.rules import UNITED_STATES
from tests.holdings.ledger.histories import buy, entry, sell
from tests.holdings.tax.us.households import household


def dividend(day: str, cash: int, account: str = "taxable") -> Entry:
    return entry(f"d{day}{account}", Kind.DIVIDEND, day, cash=cash, account=account)


def years(history: History, rules: Jurisdiction = UNITED_STATES) -> list[YearOutcome]:
    """Single, 80,000 of other income: ordinary income at 22 %, long-term gains and qualified dividends at 15 %."""

    def facts(year: TaxYear) -> TaxFacts:
        return TaxFacts(rules.country, year.label, other_income=Decimal(80_000))

    return list(outcome(rules, history, facts).years)


def flows(*entries: Entry, as_of: str = "2025-12-31") -> dict[str, list[TaxFlow]]:
    history = household(entries, as_of=as_of)
    return {each.year.label: tax_flows(Engine(UNITED_STATES, history, each)) for each in years(history)}


def taxed(found: list[TaxFlow]) -> dict[str, Decimal]:
    return {flow.day.isoformat(): flow.amount for flow in found}


TWO_YEARS = [
    buy("b", "2024-01-02", 100, 10_000),
    dividend("2024-05-01", 500),
    sell("s", "2024-06-03", 50, 8_000),
    sell("t", "2025-03-03", 20, 1_000),
]


def test_two_years_with_a_dividend_a_gain_and_a_loss() -> None:
    found = flows(*TWO_YEARS)

    assert taxed(found["2024"]) == {"2024-05-01": 75, "2024-06-03": 660}  # 500 x 15 %; (8,000 - 5,000) x 22 %
    assert taxed(found["2025"]) == {"2025-03-03": -220}  # (1,000 - 2,000) x 22 %, off other income


def test_a_year_in_which_nothing_was_sold_or_paid_has_no_tax() -> None:
    assert flows(*TWO_YEARS[:1]) == {"2024": [], "2025": []}


def test_a_loss_saves_no_more_than_the_year_lets_it() -> None:
    found = flows(buy("b", "2025-01-02", 100, 20_000), sell("s", "2025-06-02", 100, 10_000))

    assert taxed(found["2025"]) == {"2025-06-02": -660}  # 3,000 of 10,000 x 22 %; the rest is carried on


def test_a_loss_first_takes_back_the_tax_on_the_gains_before_it() -> None:
    found = flows(
        buy("b", "2025-01-02", 100, 10_000),
        sell("s", "2025-03-03", 50, 9_000),
        sell("t", "2025-06-02", 50, 1_000),
    )

    assert taxed(found["2025"]) == {"2025-03-03": 880, "2025-06-02": -880}


def test_a_later_sale_changes_no_earlier_day() -> None:
    later = sell("u", "2025-09-01", 30, 90_000)
    before, after = (taxed(flows(*TWO_YEARS, *more)["2025"]) for more in ((), (later,)))

    assert after == before | {"2025-09-01": after["2025-09-01"]}


def test_what_an_ira_sells_or_is_paid_has_no_tax() -> None:
    found = flows(
        buy("b", "2025-01-02", 10, 1_000, account="ira"),
        sell("s", "2025-06-02", 10, 2_000, account="ira"),
        dividend("2025-07-01", 500, "ira"),
    )

    assert found["2025"] == []


def test_accounts_that_sell_on_one_day_bear_what_each_adds() -> None:
    found = flows(
        buy("a", "2025-01-02", 10, 1_000),
        buy("b", "2025-01-02", 10, 1_000, account="other"),
        sell("s", "2025-06-02", 10, 2_000),
        sell("t", "2025-06-02", 10, 1_500, account="other"),
    )

    assert [(flow.account, flow.amount) for flow in found["2025"]] == [("taxable", 220), ("other", 110)]


def test_a_gain_and_a_loss_of_one_day_beyond_the_limit_still_add_up_to_the_tax() -> None:
    """Alone the gain adds 4,400 and the loss saves 660; together 20,000 less 40,000 save 660."""
    found = flows(
        buy("a", "2025-01-02", 10, 1_000),
        buy("b", "2025-01-02", 10, 50_000, account="other", instrument="PEP"),
        sell("s", "2025-06-02", 10, 21_000),
        sell("t", "2025-06-02", 10, 10_000, account="other", instrument="PEP"),
    )["2025"]

    assert sum(flow.amount for flow in found) == -660
    assert all(abs(flow.amount) < 4_500 for flow in found)


def test_accounts_that_only_together_pass_the_exempt_amount_share_its_tax_by_their_gains() -> None:
    history = household(
        [
            buy("a", "2024-05-01", 10, 1_000, currency="GBP"),
            buy("b", "2024-05-01", 10, 1_000, account="other", instrument="PEP", currency="GBP"),
            sell("s", "2025-02-03", 10, 3_000, currency="GBP"),
            sell("t", "2025-02-03", 10, 3_000, account="other", instrument="PEP", currency="GBP"),
        ],
        as_of="2025-04-05",
        currency="GBP",
    )
    (year,) = years(history, UK)

    # 4,000 less the exempt 3,000, at 24 %
    assert {flow.account: flow.amount for flow in tax_flows(Engine(UK, history, year))} == {
        "taxable": 120,
        "other": 120,
    }


trades = st.tuples(
    st.sampled_from(["taxable", "other", "ira"]),
    st.sampled_from(["KO", "PEP"]),
    st.dates(date(2024, 2, 1), date(2025, 12, 30)),
    st.integers(1, 400),
    st.booleans(),
)


@given(st.lists(trades, max_size=12))
def test_the_days_add_up_to_the_tax_of_the_year(drawn: list[tuple[str, str, date, int, bool]]) -> None:
    opened = [
        buy(f"{account}{what}", "2024-01-02", 100, 10_000, account=account, instrument=what)
        for account in ("taxable", "other", "ira")
        for what in ("KO", "PEP")
    ]
    history = household([*opened, *(_traded(at, *each) for at, each in enumerate(drawn))], as_of="2025-12-31")

    for year in years(history):
        engine = Engine(UNITED_STATES, history, year)
        found = tax_flows(engine)
        assert sum((flow.amount for flow in found), ZERO) == engine.caused()
        assert {flow.account for flow in found} <= {"taxable", "other"}


def _traded(at: int, account: str, what: str, day: date, price: int, is_paid: bool) -> Entry:
    if is_paid:
        return entry(f"x{at}", Kind.DIVIDEND, day.isoformat(), cash=price, account=account, instrument=what)
    return sell(f"x{at}", day.isoformat(), 5, 5 * price, account=account, instrument=what)
