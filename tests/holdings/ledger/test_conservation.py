"""What no history may lose: shares, basis, money, and its independence of the order it is read in."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.ledger.exact import exact
from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind, ProblemCode

DAYS = st.integers(0, 40).map(lambda n: date(2022, 1, 3) + timedelta(days=n))
SHARES = st.decimals("0.000001", "1000", places=6)
MONEY = st.decimals("0.01", "100000", places=2)
ACCOUNTS = st.sampled_from(["taxable", "ira"])
INSTRUMENTS = st.sampled_from(["KO", "PEP"])


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    return [draw(one_entry(str(n))) for n in range(draw(st.integers(1, 25)))]


@st.composite
def one_entry(draw: st.DrawFn, id: str) -> Entry:
    kind = draw(st.sampled_from([Kind.BUY, Kind.BUY, Kind.OPENING, Kind.SELL, Kind.SPLIT, Kind.DEPOSIT]))
    base = {"id": id, "kind": kind, "account": draw(ACCOUNTS), "trade_date": draw(DAYS)}
    if kind is Kind.DEPOSIT:
        return Entry(**base, cash=draw(MONEY))
    base |= {"instrument": draw(INSTRUMENTS), "quantity": draw(SHARES)}
    if kind is Kind.OPENING:
        return Entry(**base, basis=draw(st.none() | MONEY), acquired=draw(st.none() | DAYS))
    if kind is Kind.SELL:
        return Entry(**base | {"quantity": -base["quantity"]}, cash=draw(MONEY))
    return Entry(**base, cash=-draw(MONEY) if kind is Kind.BUY else Decimal(0))


def total(numbers: Iterable[Decimal | None]) -> Decimal:
    with localcontext(exact):
        return sum((n for n in numbers if n is not None), Decimal(0))


@given(histories())
def test_shares_in_are_shares_held_and_shares_out(history: list[Entry]) -> None:
    ledger = replay(history)
    refused = total(p.quantity for p in ledger.problems if p.code is ProblemCode.SPLIT_OF_NOTHING)
    oversold = total(p.quantity for p in ledger.problems if p.code is ProblemCode.OVERSOLD)

    moved = total(entry.quantity for entry in history)

    with localcontext(exact):
        assert total(lot.quantity for lot in ledger.lots) == moved - refused + oversold
    assert all(lot.quantity > 0 for lot in ledger.lots)


@given(histories())
def test_basis_in_is_basis_held_and_basis_sold(history: list[Entry]) -> None:
    known = [entry for entry in history if entry.kind is not Kind.OPENING or entry.basis is not None]

    ledger = replay(known)

    paid = total(-entry.cash if entry.kind is Kind.BUY else entry.basis for entry in known)
    assert total([*(lot.basis for lot in ledger.lots), *(gain.basis for gain in ledger.realised)]) == paid


@given(histories())
def test_proceeds_are_shared_out_whole_and_cash_adds_up(history: list[Entry]) -> None:
    ledger = replay(history)

    assert total(gain.proceeds for gain in ledger.realised) == total(e.cash for e in history if e.kind is Kind.SELL)
    assert total(ledger.cash.values()) == total(entry.cash for entry in history)


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(history: list[Entry], random: object) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert replay(shuffled) == replay(history)


@given(histories())
def test_the_last_step_of_every_series_is_what_is_held(history: list[Entry]) -> None:
    ledger = replay(history)

    for (account, instrument), steps in ledger.holdings.items():
        held = [lot.quantity for lot in ledger.lots if (lot.account, lot.instrument) == (account, instrument)]
        assert steps[-1].level == total(held)
        assert [step.day for step in steps] == sorted({step.day for step in steps})


@settings(max_examples=40)
@given(histories())
def test_a_trail_adds_up_to_its_lot(history: list[Entry]) -> None:
    ledger = replay(history)
    held = {lot.key: lot.quantity for lot in ledger.lots}

    for key, events in ledger.trail.items():
        assert total(event.quantity for event in events) == held.get(key, 0) == events[-1].quantity_after
