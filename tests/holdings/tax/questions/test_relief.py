"""Which lots a sale takes for the least tax of the year: judged whole, not share by share."""

from dataclasses import replace
from decimal import Decimal

import pytest

from holdings.ledger.types import Entry, Pick
from holdings.tax.questions.relief import least_tax
from tests.holdings.ledger.histories import buy, opening, sell
from tests.holdings.tax.questions.situations import FACTS, situation

SALE = sell("s", "2025-06-30", 10, 1000)


def picks(*entries: Entry, sale: Entry = SALE, facts: object = FACTS) -> dict[str, Decimal]:
    asked = situation(*entries, facts=facts)  # type: ignore[arg-type]
    lots = asked.rules.match(asked.history).lots
    return {pick.lot: pick.quantity for pick in least_tax(asked, sale, lots)}


def test_a_long_term_gain_goes_before_a_smaller_short_term_gain() -> None:
    """500 long at 15 % is 75; 400 short at 22 % is 88: highest basis first would cost more."""
    found = picks(buy("long", "2020-01-02", 10, 500), buy("short", "2025-03-03", 10, 600))

    assert found == {"long": 10}


def test_a_short_term_loss_goes_before_a_long_term_loss_of_the_same_size_when_both_save_as_much() -> None:
    found = picks(buy("small", "2020-01-02", 10, 1200), buy("large", "2025-03-03", 10, 1400))

    assert found == {"large": 10}


def test_a_small_loss_that_counts_goes_before_a_large_one_that_a_purchase_undoes() -> None:
    """The lot of ten days ago would replace the old one; sold itself, nothing replaces it."""
    found = picks(buy("old", "2020-01-02", 10, 1500), buy("new", "2025-06-20", 10, 1010))

    assert found == {"new": 10}


def test_within_the_zero_bracket_the_larger_long_term_gain_costs_no_more() -> None:
    poor = replace(FACTS, other_income=Decimal(20_000))
    found = picks(buy("long", "2020-01-02", 10, 200), buy("short", "2025-03-03", 10, 900), facts=poor)

    assert found == {"long": 10}


def test_lots_of_unknown_basis_are_left_alone_while_others_suffice() -> None:
    found = picks(opening("unknown", "2020-01-02", 10), buy("known", "2024-01-02", 10, 100))

    assert found == {"known": 10}


def test_a_sale_may_take_parts_of_several_lots() -> None:
    found = picks(buy("a", "2020-01-02", 6, 540), buy("b", "2020-01-03", 6, 300))

    assert found == {"a": 6, "b": 4}


def test_too_few_shares_are_refused() -> None:
    with pytest.raises(ValueError, match="4 shares are missing"):
        picks(buy("a", "2020-01-02", 6, 540))


def test_picks_add_up_to_the_sale() -> None:
    asked = situation(buy("a", "2020-01-02", 6, 540), buy("b", "2020-01-03", 6, 300))
    found = least_tax(asked, SALE, asked.rules.match(asked.history).lots)

    assert all(isinstance(pick, Pick) for pick in found)
    assert sum(pick.quantity for pick in found) == 10
