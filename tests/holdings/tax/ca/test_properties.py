"""What holds for every history: a denied loss is deferred, not lost, and never more than the loss."""

from collections import defaultdict
from decimal import Decimal, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.ledger.exact import exact
from holdings.ledger.types import Entry, Kind
from holdings.tax.ca import CANADA
from holdings.tax.outcome import Effect
from tests.holdings.tax.pooled.households import household
from tests.holdings.tax.pooled.random_trades import histories

DUST = Decimal("1e-15")


def total(amounts: object) -> Decimal:
    with localcontext(exact):
        return sum(amounts, Decimal(0))  # type: ignore[call-overload, no-any-return]


@settings(deadline=None)
@given(histories(plan=True))
def test_what_was_paid_and_deferred_is_the_cost_of_what_was_sold_and_of_the_pools(history: list[Entry]) -> None:
    found = CANADA.match(household(*history, currency="CAD"))

    paid = total(-e.cash for e in history if e.kind is Kind.BUY and e.account != "plan")
    deferred = total(each.amount for each in found.replacements if each.effect is Effect.DEFERRED)
    assert total([*(each.basis for each in found.slices), *(pool.cost for pool in found.pools)]) == paid + deferred


@settings(deadline=None)
@given(histories(plan=True))
def test_no_more_is_denied_than_the_loss_and_all_of_it_is_in_replacements(history: list[Entry]) -> None:
    found = CANADA.match(household(*history, currency="CAD"))

    for each in found.slices:
        assert each.gain is not None
        assert 0 <= each.disallowed <= max(-each.gain, Decimal(0))
        assert total(r.amount for r in found.replacements if r.sale == each.sale) == each.disallowed


@settings(deadline=None)
@given(histories(plan=True))
def test_no_share_acquired_replaces_two(history: list[Entry]) -> None:
    """Splits between sale and purchase count shares anew, so histories without them are looked at."""
    plain = [entry for entry in history if entry.kind is not Kind.SPLIT]
    found = CANADA.match(household(*plain, currency="CAD"))

    used: dict[str, Decimal] = defaultdict(Decimal)
    for each in found.replacements:
        used[each.bought] += each.quantity
        assert abs((each.acquired - each.sold).days) <= 30
    assert all(count <= next(e.quantity for e in plain if e.id == bought) + DUST for bought, count in used.items())


@settings(deadline=None)
@given(histories(plan=True), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(history: list[Entry], random: object) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert CANADA.match(household(*shuffled, currency="CAD")) == CANADA.match(household(*history, currency="CAD"))


@settings(deadline=None)
@given(histories())
def test_without_a_plan_the_gain_of_a_whole_life_is_cash_out_less_cash_in(history: list[Entry]) -> None:
    given_ = household(*history, currency="CAD")
    rest = [
        Entry(f"z{n}", lot.account, Kind.SELL, given_.as_of, "KO", -lot.quantity, Decimal(7))
        for n, lot in enumerate(given_.ledger.lots)
    ]
    found = CANADA.match(household(*history, *rest, currency="CAD"))

    assert found.pools == ()
    assert total(each.recognised for each in found.slices) == total(entry.cash for entry in [*history, *rest])
