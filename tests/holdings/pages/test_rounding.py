"""Rounded figures that add up."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from holdings.pages.rounding import adding_up, shown

MICROS = st.integers(-(10**15), 10**15)
AMOUNTS = st.lists(MICROS.map(lambda count: Decimal(count).scaleb(-6)), min_size=1, max_size=40)


def test_thirds_of_a_dollar_add_up_to_the_dollar() -> None:
    assert adding_up([Decimal(1) / 3] * 3) == [1, 0, 0]


def test_weights_add_up_to_a_hundred() -> None:
    weights = adding_up([Decimal(100) / 7] * 7, Decimal(100), places=1)
    assert sum(weights) == 100
    assert set(weights) == {Decimal("14.2"), Decimal("14.3")}


def test_nothing_adds_up_to_nothing() -> None:
    assert adding_up([]) == []


@given(AMOUNTS)
def test_parts_add_up_and_none_moves_a_whole_unit(amounts: list[Decimal]) -> None:
    rounded = adding_up(amounts)
    assert sum(rounded) == shown(sum(amounts))
    assert all(abs(one - exact) < Decimal("1.000001") for one, exact in zip(rounded, amounts, strict=True))
