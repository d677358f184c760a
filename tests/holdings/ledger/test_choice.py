from datetime import date
from decimal import Decimal

import pytest

from holdings.ledger.choice import NotEnoughShares, fifo, hifo, lifo, min_tax
from holdings.ledger.replay import replay
from holdings.ledger.types import Pick
from holdings.tax.us import Rates
from tests.holdings.ledger.histories import buy, opening, sell

RATES = Rates(short=Decimal("0.35"), long=Decimal("0.15"), ordinary=Decimal("0.35"))
LOTS = replay(
    [
        buy("old", "2018-01-02", 10, 400),
        buy("high", "2022-09-01", 10, 950),
        buy("loss", "2022-10-03", 10, 1100),
        buy("middle", "2020-01-02", 10, 800),
        opening("unknown", "2022-11-01", 10, basis="2000"),
    ]
).lots


def names(picks: tuple[Pick, ...]) -> list[tuple[str, int]]:
    return [(pick.lot, int(pick.quantity)) for pick in picks]


def test_fifo_takes_the_oldest_first_and_an_unknown_date_as_the_oldest_of_all() -> None:
    assert names(fifo(LOTS, Decimal(25))) == [("unknown", 10), ("old", 10), ("middle", 5)]


def test_lifo_takes_the_newest_first() -> None:
    assert names(lifo(LOTS, Decimal(15))) == [("loss", 10), ("high", 5)]


def test_hifo_takes_the_highest_basis_and_leaves_unknown_lots_alone() -> None:
    assert names(hifo(LOTS, Decimal(25))) == [("loss", 10), ("high", 10), ("middle", 5)]


def test_min_tax_is_not_hifo_when_a_short_gain_costs_more_than_a_larger_long_one() -> None:
    picks = min_tax(LOTS, Decimal(35), price=Decimal(105), sold=date(2022, 12, 28), rates=RATES)

    # Tax a share: loss -5 x 35 %, high 10 x 35 % = 3.50, middle 25 x 15 % = 3.75, old 65 x 15 %.
    assert names(picks) == [("loss", 10), ("high", 10), ("middle", 10), ("old", 5)]
    dearer = min_tax(LOTS, Decimal(15), price=Decimal(115), sold=date(2022, 12, 28), rates=RATES)
    assert names(dearer) == [("loss", 10), ("middle", 5)]


def test_a_recipe_cannot_sell_more_than_it_may_touch() -> None:
    with pytest.raises(NotEnoughShares) as refused:
        hifo(LOTS, Decimal(45))

    assert refused.value.missing == 5


@pytest.mark.parametrize("recipe", [fifo, lifo, hifo])
def test_the_picks_of_a_recipe_replay_without_a_problem(recipe: object) -> None:
    bought = [buy("a", "2020-01-02", 3, 100), buy("b", "2021-01-04", 3, 200)]
    picks = {pick.lot: str(pick.quantity) for pick in recipe(replay(bought).lots, Decimal(4))}  # type: ignore[operator]

    ledger = replay([*bought, sell("s", "2022-01-03", 4, 400, picks=picks)])

    assert ledger.problems == ()
    assert sum(lot.quantity for lot in ledger.lots) == 2
