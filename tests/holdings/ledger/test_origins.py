"""Gifts and inheritances: which basis, which date, which term."""

from datetime import date

import pytest

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Origin, RealisedGain, Term
from tests.holdings.ledger.histories import opening, sell

DONATED = {"basis": "1000", "acquired": "2015-03-02", "origin": Origin.GIFT}


def sold_for(proceeds: int, given: Entry) -> RealisedGain:
    return replay([given, sell("s", "2021-09-01", 10, proceeds)]).realised[0]


@pytest.mark.parametrize(
    ("proceeds", "gain", "acquired", "term"),
    [
        (1200, 200, date(2015, 3, 2), Term.LONG),  # gain: the donor's basis and period
        (600, -200, date(2021, 6, 1), Term.SHORT),  # loss: the value of the gift, counted from the day after it
        (900, 0, date(2015, 3, 2), Term.LONG),  # between the two: neither
    ],
)
def test_a_gift_worth_less_than_it_cost_has_two_bases(proceeds: int, gain: int, acquired: date, term: Term) -> None:
    found = sold_for(proceeds, opening("g", "2021-06-01", 10, fair_value="800", **DONATED))
    assert (found.gain, found.acquired, found.term) == (gain, acquired, term)


def test_a_gift_worth_more_than_it_cost_has_the_donors_basis_alone() -> None:
    given = opening("g", "2021-06-01", 10, fair_value="1500", **DONATED)
    assert replay([given]).lots[0].loss_basis is None
    assert sold_for(900, given).gain == -100


def test_a_part_of_a_gift_carries_its_part_of_both_bases() -> None:
    given = opening("g", "2021-06-01", 10, fair_value="800", **DONATED)
    ledger = replay([given, sell("s", "2021-09-01", 4, 200)])
    assert ledger.realised[0].gain == -120
    assert (ledger.lots[0].basis, ledger.lots[0].loss_basis) == (600, 480)


@pytest.mark.parametrize("acquired", ["2021-08-30", None])
def test_inherited_shares_are_long_term_from_the_first_day(acquired: str | None) -> None:
    inherited = opening("i", "2021-08-30", 10, basis="1000", acquired=acquired, origin=Origin.INHERITANCE)
    assert sold_for(1100, inherited).term is Term.LONG


def test_inherited_shares_cost_what_they_were_worth_at_death() -> None:
    inherited = opening("i", "2021-08-30", 10, acquired="2021-07-01", fair_value="700", origin=Origin.INHERITANCE)
    assert sold_for(1100, inherited).gain == 400
