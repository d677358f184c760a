"""If these lots were sold: what is known, what later purchases could undo, and what an unknown basis could hide."""

from decimal import Decimal

import pytest

from holdings.tax.questions.sell import LATER_PURCHASE, UNKNOWN_BASIS, if_sold
from tests.holdings.ledger.histories import buy, opening, sell
from tests.holdings.tax.questions.situations import situation

OLD = buy("old", "2020-01-02", 100, 5000)


def test_a_long_term_gain_has_one_figure() -> None:
    """3,000 of gain at 15 %."""
    found = if_sold(situation(OLD), [sell("s", "2025-06-30", 100, 8000, picks={"old": 100})])

    assert (found.low, found.expected, found.upper, found.reasons) == (450, 450, 450, ())


def test_a_loss_saves_tax_unless_shares_are_bought_within_30_days() -> None:
    """1,000 of loss at 22 % comes off wages; all of it would be undone."""
    found = if_sold(situation(OLD), [sell("s", "2025-06-30", 100, 4000, picks={"old": 100})])

    assert (found.expected, found.upper) == (-220, 0)
    assert found.reasons == (LATER_PURCHASE.format("1,000.00 USD"),)


def test_a_loss_that_an_earlier_purchase_undoes_saves_nothing() -> None:
    recent = buy("new", "2025-06-20", 100, 4100)
    found = if_sold(situation(OLD, recent), [sell("s", "2025-06-30", 100, 4000, picks={"old": 100})])

    assert (found.expected, found.disallowed) == (0, 1000)


def test_a_purchase_in_an_ira_undoes_it_as_well() -> None:
    recent = buy("ira", "2025-06-20", 40, 1640, account="ira")
    found = if_sold(situation(OLD, recent), [sell("s", "2025-06-30", 100, 4000, picks={"old": 100})])

    assert found.disallowed == 400


def test_an_unknown_basis_is_a_range_from_no_gain_to_all_gain() -> None:
    unknown = opening("old", "2020-01-02", 100)
    found = if_sold(situation(unknown), [sell("s", "2025-06-30", 100, 1000, picks={"old": 100})])

    assert (found.low, found.upper) == (0, 220)
    assert found.reasons == (UNKNOWN_BASIS,)


def test_gains_of_the_year_so_far_use_the_loss_first() -> None:
    earlier = [
        buy("gain", "2020-01-02", 10, 1000, instrument="PEP"),
        sell("s1", "2025-02-03", 10, 3000, instrument="PEP"),
    ]
    found = if_sold(situation(OLD, *earlier), [sell("s", "2025-06-30", 100, 4000, picks={"old": 100})])

    assert found.expected == -1000 * Decimal("0.15")


def test_only_sales_can_be_asked_about() -> None:
    with pytest.raises(ValueError, match="Not sales: b2"):
        if_sold(situation(OLD), [buy("b2", "2025-06-30", 1, 50)])
