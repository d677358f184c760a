"""Years one after the other: what a loss leaves, what the user enters, and years without rates."""

from decimal import Decimal

from holdings.ledger.types import Entry
from holdings.tax.chain import YearOutcome, outcome
from holdings.tax.facts import TaxFacts
from holdings.tax.outcome import GainClass, TaxYear
from holdings.tax.us.rules import UNITED_STATES
from tests.holdings.ledger.histories import buy, sell
from tests.holdings.tax.us.households import household

SHORT = GainClass.SHORT
HISTORY = [buy("b", "2022-01-03", 100, 20_000), sell("s", "2022-06-01", 100, 10_000)]
"""A short-term loss of 10,000 in 2022."""


def years(*entries: Entry, **entered: object) -> dict[str, YearOutcome]:
    def facts(year: TaxYear) -> TaxFacts:
        return TaxFacts("US", year.label, other_income=Decimal(80_000), **entered)  # type: ignore[arg-type]

    done = outcome(UNITED_STATES, household(entries, as_of="2025-03-03"), facts)
    return {each.year.label: each for each in done.years}


def test_every_year_from_the_first_event_to_the_day_is_assessed() -> None:
    assert list(years(*HISTORY)) == ["2022", "2023", "2024", "2025"]


def test_a_loss_comes_off_at_3000_a_year_until_it_is_used_up() -> None:
    found = years(*HISTORY)

    assert [each.carried_in.get(SHORT, 0) for each in found.values()] == [0, 7000, 4000, 1000]


def test_a_loss_entered_from_a_filed_return_takes_the_place_of_the_computed_one() -> None:
    found = years(*HISTORY, carry_short=Decimal(500), carry_year="2024")

    assert (found["2024"].carried_in[SHORT], found["2024"].is_entered) == (500, True)
    assert found["2025"].carried_in[SHORT] == 0


def test_a_year_without_rates_has_its_slices_and_says_why_it_has_no_tax() -> None:
    found = years(buy("b", "2019-01-02", 1, 10), sell("s", "2019-02-01", 1, 12))

    assert len(found["2019"].slices) == 1
    assert found["2019"].assessment is None
    assert found["2019"].failure.startswith("There are no rates of 2019")


def test_a_household_without_events_has_the_year_of_its_day() -> None:
    assert list(years()) == ["2025"]
