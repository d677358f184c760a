from decimal import Decimal

from holdings.tax.facts import FilingStatus
from holdings.tax.us import Position, YearIncome, position, rates_of, tax_of_year


def place(**amounts: int) -> Position:
    income = YearIncome(status=FilingStatus.SINGLE, **{name: Decimal(amount) for name, amount in amounts.items()})
    return position(tax_of_year(income, rates_of(2025)))


def test_ordinary_income_is_placed_without_gains_and_qualified_dividends() -> None:
    ordinary = place(other=60_000, qualified=2000, long=10_000).ordinary

    assert (ordinary.base, ordinary.next_rate, ordinary.room) == (44_250, Decimal("0.12"), 4225)


def test_gains_are_placed_on_top_of_everything() -> None:
    preferential = place(other=60_000, long=1000).preferential

    assert (preferential.base, preferential.next_rate, preferential.room) == (45_250, 0, 3100)


def test_on_an_edge_the_next_bracket_counts_and_above_the_last_there_is_no_edge() -> None:
    assert place(other=15_750 + 48_475).ordinary.next_rate == Decimal("0.22")
    assert place(other=15_750 + 626_350).ordinary.room is None


def test_deductions_left_over_are_room_before_the_first_edge() -> None:
    found = place(other=10_000, long=3000)

    assert (found.ordinary.base, found.ordinary.next_rate, found.ordinary.room) == (-5750, 0, 5750)
    assert (found.preferential.base, found.preferential.room) == (-2750, 2750)


def test_the_investment_tax_begins_at_the_threshold() -> None:
    below, above = place(other=180_000, interest=5000).niit, place(other=300_000, interest=5000).niit

    assert (below.base, below.next_rate, below.room) == (185_000, 0, 15_000)
    assert (above.base, above.next_rate, above.room) == (305_000, Decimal("0.038"), None)


def test_above_the_threshold_a_loss_still_keeps_some_investment_income_free() -> None:
    niit = place(other=300_000, interest=1000, short=-9000).niit

    assert (niit.next_rate, niit.room) == (0, 2000)


def test_room_in_the_loss_limit_and_gains_that_losses_shelter() -> None:
    assert (place(short=-1000).loss_room, place(short=-1000).sheltered) == (2000, 0)
    assert (place(long=500).loss_room, place(long=500).sheltered) == (3500, 0)
    assert (place(long=-8000).loss_room, place(long=-8000).sheltered) == (0, 5000)
