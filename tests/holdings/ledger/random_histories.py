"""Random histories of every kind, for properties that no history may break."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from holdings.ledger.types import Entry, Kind, Relief


def numbers(most: int, places: int) -> st.SearchStrategy[Decimal]:
    """Positive decimals; far quicker to draw than `st.decimals`."""
    return st.integers(1, most).map(lambda n: Decimal(n).scaleb(-places))


DAYS = st.integers(0, 40).map(lambda n: date(2022, 1, 3) + timedelta(days=n))
SHARES = numbers(10**9, 6)
GONE = SHARES.map(lambda x: -x)
MONEY = numbers(10**7, 2)
PAID = MONEY.map(lambda x: -x)
RATES = st.sampled_from([Decimal(1), Decimal("0.8545548"), Decimal("1.25")])
ACCOUNTS = ["taxable", "ira"]
INSTRUMENTS = st.sampled_from(["KO", "PEP", "VFINX"])
RELIEFS = st.sampled_from([Relief.FIFO, Relief.FIFO, *Relief])
KINDS = st.sampled_from([*(Kind.BUY for _ in range(6)), *(k for k in Kind if k is not Kind.TRANSFER_IN)])
NOTHING = st.just(Decimal(0))

CASH_ALONE = {Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.DIVIDEND, Kind.INTEREST, Kind.FEE, Kind.TAX}
BOUGHT = {"quantity": SHARES, "cash": PAID}
SOLD = {"quantity": GONE, "cash": MONEY}
APART = {"quantity": SHARES | GONE, "cash": MONEY}
FIELDS: dict[Kind, dict[str, st.SearchStrategy[Any]]] = {
    Kind.BUY: BOUGHT,
    Kind.REINVEST: BOUGHT,
    Kind.OPENING: {"quantity": SHARES, "basis": st.none() | MONEY, "acquired": st.none() | DAYS},
    Kind.SELL: SOLD,
    Kind.CASH_IN_LIEU: SOLD,
    Kind.WORTHLESS: {"quantity": GONE},
    Kind.TRANSFER_OUT: {"quantity": GONE},
    Kind.SPLIT: {"quantity": SHARES | GONE},
    Kind.SPIN_OFF: {"other": INSTRUMENTS, "other_quantity": SHARES, "basis_fraction": st.none() | numbers(10**6, 6)},
    Kind.MERGER: {
        "quantity": GONE,
        "other": INSTRUMENTS,
        "other_quantity": NOTHING | SHARES,
        "cash": NOTHING | MONEY,
        "fair_value": st.none() | MONEY,
    },
    Kind.SYMBOL_CHANGE: {"other": INSTRUMENTS},
    Kind.RETURN_OF_CAPITAL: {"cash": MONEY},
    Kind.EXCHANGE: {"cash": PAID, "other_cash": MONEY, "other_currency": st.just("EUR")},
    Kind.SHORT: APART,
    Kind.OPTION: APART,
    Kind.ADJUST: {},
}
SHARED = {"account": st.sampled_from(ACCOUNTS), "trade_date": DAYS, "rate": RATES}
TRADED = {"instrument": INSTRUMENTS, "relief": RELIEFS}
DETAILS = {
    kind: st.fixed_dictionaries(SHARED | ({"cash": MONEY} if kind in CASH_ALONE else TRADED | FIELDS[kind]))
    for kind in Kind
    if kind is not Kind.TRANSFER_IN
}
EVENTS = KINDS.flatmap(lambda kind: st.tuples(st.just(kind), DETAILS[kind], DAYS))


def as_entries(number: int, kind: Kind, details: dict[str, Any], arrival: date) -> list[Entry]:
    """An entry, or the two ends of a transfer, of which the second may be dated before the first."""
    entry = Entry(id=f"e{number}", kind=kind, **details)
    if kind is not Kind.TRANSFER_OUT:
        return [entry]
    there = ACCOUNTS[1 - ACCOUNTS.index(entry.account)]
    shares, what = -entry.quantity, entry.instrument
    return [entry, Entry(f"e{number}r", there, Kind.TRANSFER_IN, arrival, what, shares, sender=entry.id)]


def histories() -> st.SearchStrategy[list[Entry]]:
    return st.lists(EVENTS, min_size=1, max_size=20).map(
        lambda events: [entry for number, event in enumerate(events) for entry in as_entries(number, *event)]
    )
