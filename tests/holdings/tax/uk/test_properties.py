"""What holds for every history: nothing of cost, proceeds or shares is lost or used twice."""

from collections import defaultdict
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.ledger.exact import exact
from holdings.ledger.types import Entry, Kind
from holdings.tax.uk import UK
from tests.holdings.tax.pooled.households import household
from tests.holdings.tax.pooled.random_trades import OWNERS, histories


def total(amounts: object) -> Decimal:
    with localcontext(exact):
        return sum(amounts, Decimal(0))  # type: ignore[call-overload, no-any-return]


@settings(deadline=None)
@given(histories())
def test_what_was_paid_is_the_cost_of_what_was_sold_and_of_the_pools(history: list[Entry]) -> None:
    found = UK.match(household(*history, currency="GBP"))

    paid = total(-entry.cash for entry in history if entry.kind is Kind.BUY)
    assert total([*(each.basis for each in found.slices), *(pool.cost for pool in found.pools)]) == paid


@settings(deadline=None)
@given(histories())
def test_every_share_sold_is_in_one_slice_and_what_was_received_is_shared_out_whole(history: list[Entry]) -> None:
    found = UK.match(household(*history, currency="GBP"))

    for sale in (entry for entry in history if entry.kind is Kind.SELL):
        parts = [each for each in found.slices if each.sale == sale.id]
        assert total(each.quantity for each in parts) == -sale.quantity
        assert total(each.proceeds for each in parts) == sale.cash


@settings(deadline=None)
@given(histories())
def test_the_pools_hold_what_the_accounts_hold(history: list[Entry]) -> None:
    given_ = household(*history, currency="GBP")
    found = UK.match(given_)

    for person in set(OWNERS.values()):
        held = total(lot.quantity for lot in given_.ledger.lots if OWNERS[lot.account] == person)
        assert total(pool.quantity for pool in found.pools if pool.holder == person) == held


@settings(deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(history: list[Entry], random: object) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert UK.match(household(*shuffled, currency="GBP")) == UK.match(household(*history, currency="GBP"))


@settings(deadline=None)
@given(histories())
def test_the_gain_of_a_whole_life_is_cash_out_less_cash_in(history: list[Entry]) -> None:
    """All that is left is sold long after."""
    given_ = household(*history, currency="GBP")
    rest = [
        Entry(f"z{n}", lot.account, Kind.SELL, given_.as_of, "KO", -lot.quantity, Decimal(7))
        for n, lot in enumerate(given_.ledger.lots)
    ]
    found = UK.match(household(*history, *rest, currency="GBP"))

    assert found.pools == ()
    assert total(each.recognised for each in found.slices) == total(entry.cash for entry in [*history, *rest])


@settings(deadline=None)
@given(histories())
def test_a_purchase_meets_sales_of_its_day_and_of_the_thirty_days_before_alone(history: list[Entry]) -> None:
    found = UK.match(household(*history, currency="GBP"))

    for each in found.slices:
        if each.rule == "same day":
            assert each.acquired == each.sold
        if each.rule == "30 days":
            assert each.acquired is not None
            assert 1 <= (each.acquired - each.sold).days <= 30


def share_by_share(history: list[Entry]) -> dict[date, Fraction]:
    """Gains by day of sale, one person and no split: each share is a row of its own, matched by searching."""
    bought = [
        [entry.trade_date, Fraction(-entry.cash) / int(entry.quantity), None]
        for entry in history
        if entry.kind is Kind.BUY
        for _ in range(int(entry.quantity))
    ]
    sold = [
        [entry.trade_date, Fraction(entry.cash) / int(-entry.quantity), None]
        for entry in history
        if entry.kind is Kind.SELL
        for _ in range(int(-entry.quantity))
    ]
    for day in sorted({row[0] for row in bought}):  # the purchases of a day are one
        cost = [row[1] for row in bought if row[0] == day]
        for row in bought:
            row[1] = sum(cost) / len(cost) if row[0] == day else row[1]
    for sale in sold:
        _meet(sale, [row for row in bought if row[0] == sale[0]])
    for sale in sorted(sold, key=lambda row: row[0]):
        _meet(sale, sorted((r for r in bought if 1 <= (r[0] - sale[0]).days <= 30), key=lambda row: row[0]))
    pool: list[Fraction] = []
    gains: dict[date, Fraction] = defaultdict(Fraction)
    for day in sorted({row[0] for row in [*bought, *sold]}):
        pool += [row[1] for row in bought if row[0] == day and row[2] is None]
        average = sum(pool) / len(pool) if pool else Fraction(0)
        pooled = [row for row in sold if row[0] == day and row[2] is None]
        pool = [average] * (len(pool) - len(pooled))
        for row in [row for row in sold if row[0] == day]:
            gains[day] += row[1] - (average if row[2] is None else row[2])
    return gains


def _meet(sale: list[Any], candidates: list[list[Any]]) -> None:
    free = next((row for row in candidates if row[2] is None), None)
    if sale[2] is None and free is not None:
        sale[2] = free[1]
        free[2] = True


@settings(deadline=None, max_examples=60)
@given(histories())
def test_it_agrees_with_matching_share_by_share(history: list[Entry]) -> None:
    alone = [entry for entry in history if entry.account != "spouse" and entry.kind is not Kind.SPLIT]
    given_ = household(*alone, currency="GBP")
    if given_.ledger.problems or any(entry.quantity % 1 for entry in alone):
        return

    gains: dict[date, Decimal] = defaultdict(Decimal)
    for each in UK.match(given_).slices:
        assert each.gain is not None
        gains[each.sold] += each.gain
    for day, gain in share_by_share(alone).items():
        assert abs(Fraction(gains[day]) - gain) < Fraction(1, 10**12)
