"""What no history may lose: shares, basis, money, and its independence of the order it is read in."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.ledger.components import joins, nodes, reach
from holdings.ledger.exact import exact
from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind, Ledger, ProblemCode
from tests.holdings.ledger.random_histories import histories

REFUSED = {
    ProblemCode.SPLIT_OF_NOTHING,
    ProblemCode.SPLIT_TOO_LARGE,
    ProblemCode.INCOMPLETE,
    ProblemCode.NOTHING_HELD,
    ProblemCode.WRONG_ADJUSTMENT,
}
ELSEWHERE = {Kind.OPENING, Kind.TRANSFER_IN, Kind.TRANSFER_OUT, Kind.SHORT, Kind.OPTION, Kind.ADJUST}
"""Kinds whose shares are counted by their flows, or are in no lot."""


def total(numbers: Iterable[Decimal | None]) -> Decimal:
    with localcontext(exact):
        return sum((n for n in numbers if n is not None), Decimal(0))


def moved(history: list[Entry], ledger: Ledger) -> Decimal:
    """Shares that entries brought and took, less what was refused or not held."""
    refused = {p.entry for p in ledger.problems if p.code in REFUSED}
    told = {event.entry for events in ledger.trail.values() for event in events}
    inside = [e for e in history if e.kind not in ELSEWHERE and (e.kind is not Kind.SPLIT or e.id in told)]
    ids = {e.id for e in inside}
    missing = total(p.quantity for p in ledger.problems if p.code is ProblemCode.OVERSOLD and p.entry in ids)
    own = [e.quantity for e in inside if e.id not in refused or (e.kind is Kind.MERGER and lots_left(e, ledger))]
    other = [e.other_quantity for e in inside if e.id not in refused]
    return total([*own, *other, missing, *(flow.quantity for flow in ledger.flows)])


def lots_left(entry: Entry, ledger: Ledger) -> bool:
    """Whether a merger that was refused for want of shares had looked for them."""
    return any(p.entry == entry.id and p.code is ProblemCode.NOTHING_HELD for p in ledger.problems)


@given(histories())
def test_shares_in_are_shares_held_and_shares_out(history: list[Entry]) -> None:
    ledger = replay(history)

    assert total(lot.quantity for lot in ledger.lots) == moved(history, ledger)
    assert all(lot.quantity > 0 for lot in ledger.lots)


@given(histories())
def test_basis_in_is_basis_held_sold_and_returned(history: list[Entry]) -> None:
    ledger = replay(history)

    paid = total(-e.cash if e.kind in {Kind.BUY, Kind.REINVEST} else e.basis for e in history)
    held_and_sold = total([*(lot.basis for lot in ledger.lots), *(gain.basis for gain in ledger.realised)])
    assert held_and_sold <= paid
    if not any(entry.kind is Kind.RETURN_OF_CAPITAL for entry in history):
        assert held_and_sold == paid


@given(histories())
def test_basis_in_base_currency_is_conserved_at_the_rates_of_the_purchases(history: list[Entry]) -> None:
    plain = [entry for entry in history if entry.kind not in {Kind.RETURN_OF_CAPITAL, Kind.MERGER}]
    ledger = replay(plain)

    with localcontext(exact):
        bought = [-e.cash * e.rate for e in plain if e.kind in {Kind.BUY, Kind.REINVEST}]  # type: ignore[operator]
        opened = [e.basis * e.rate for e in plain if e.basis is not None]  # type: ignore[operator]
    held_and_sold = [*(lot.base_basis for lot in ledger.lots), *(gain.base_basis for gain in ledger.realised)]
    assert total(held_and_sold) == total([*bought, *opened])


@given(histories())
def test_proceeds_are_shared_out_whole_and_cash_adds_up(history: list[Entry]) -> None:
    sales = {e.id for e in history if e.kind in {Kind.SELL, Kind.CASH_IN_LIEU}}

    ledger = replay(history)

    proceeds = [gain.proceeds for gain in ledger.realised if gain.sale in sales]
    assert total(proceeds) == total(entry.cash for entry in history if entry.id in sales)
    assert total(ledger.cash.values()) == total([*(e.cash for e in history), *(e.other_cash for e in history)])


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(history: list[Entry], random: object) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert replay(shuffled) == replay(history)


@given(histories())
def test_a_part_that_nothing_joins_to_the_rest_replays_alone_to_the_same_lots_and_gains(history: list[Entry]) -> None:
    whole = replay(history)
    start = next((node for entry in history for node in nodes(entry)), None)
    touched = reach([start] if start else [], joins(history))

    part = replay(entry for entry in history if nodes(entry) & touched)

    assert part.lots == tuple(lot for lot in whole.lots if (lot.account, lot.instrument) in touched)
    assert part.realised == tuple(g for g in whole.realised if (g.account, g.instrument) in touched)
    assert part.trail == {k: e for k, e in whole.trail.items() if (e[0].account, e[0].instrument) in touched}


@given(histories())
def test_the_last_step_of_every_series_is_what_is_held(history: list[Entry]) -> None:
    ledger = replay(history)

    for (account, instrument), steps in ledger.holdings.items():
        held = [lot.quantity for lot in ledger.lots if (lot.account, lot.instrument) == (account, instrument)]
        assert steps[-1].level == total(held)
        assert [step.day for step in steps] == sorted({step.day for step in steps})


@settings(max_examples=60)
@given(histories())
def test_a_trail_adds_up_to_its_lot(history: list[Entry]) -> None:
    ledger = replay(history)
    held = {(lot.key, lot.instrument): lot.quantity for lot in ledger.lots}

    for key, events in ledger.trail.items():
        changes: dict[str, list[Decimal]] = defaultdict(list)
        for event in events:
            changes[event.instrument].append(event.quantity)
        for instrument, each in changes.items():
            assert total(each) == held.get((key, instrument), 0)


@given(histories())
def test_stored_picks_replay_to_what_was_chosen(history: list[Entry]) -> None:
    first = replay(history)
    picked = [replace(e, picks=first.chosen.get(e.id, ())) for e in history]
    oversold = {p.entry for p in first.problems if p.code is ProblemCode.OVERSOLD}

    if not oversold:
        again = replay(picked)
        assert (again.lots, again.realised, dict(again.chosen)) == (first.lots, first.realised, {})


@given(histories())
def test_shorts_and_options_never_reach_a_lot_or_a_gain(history: list[Entry]) -> None:
    apart = {entry.id for entry in history if entry.kind in {Kind.SHORT, Kind.OPTION}}

    ledger = replay(history)

    assert not apart & {*(lot.opened_by for lot in ledger.lots), *(gain.sale for gain in ledger.realised)}
    assert not apart & {event.entry for events in ledger.trail.values() for event in events}
