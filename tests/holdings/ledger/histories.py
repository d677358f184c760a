"""Short ways to write a history down."""

from datetime import date, time
from decimal import Decimal
from typing import Any

from holdings.ledger.types import Entry, Kind, Pick

NUMBERS = {"other_quantity", "other_cash", "basis_fraction", "fair_value", "fees"}


def entry(
    id: str,
    kind: Kind,
    day: str,
    quantity: str | int = 0,
    *,
    cash: str | int = 0,
    basis: str | None = None,
    acquired: str | None = None,
    picks: dict[str, str | int] | None = None,
    at: str | None = None,
    account: str = "taxable",
    instrument: str | None = "KO",
    disallowed: str | None = None,
    price: str | None = None,
    occurrence: int = 1,
    **more: Any,
) -> Entry:
    return Entry(
        id=id,
        account=account,
        kind=kind,
        trade_date=date.fromisoformat(day),
        trade_time=time.fromisoformat(at) if at else None,
        instrument=instrument,
        quantity=Decimal(quantity),
        price=Decimal(price) if price else None,
        cash=Decimal(cash),
        basis=Decimal(basis) if basis else None,
        acquired=date.fromisoformat(acquired) if acquired else None,
        disallowed=Decimal(disallowed) if disallowed else None,
        occurrence=occurrence,
        picks=tuple(Pick(lot, Decimal(shares)) for lot, shares in (picks or {}).items()),
        **{name: Decimal(value) if name in NUMBERS else value for name, value in more.items()},
    )


def buy(id: str, day: str, quantity: str | int, cost: str | int, **more: object) -> Entry:
    return entry(id, Kind.BUY, day, quantity, cash=str(Decimal(cost).copy_negate()), **more)  # type: ignore[arg-type]


def sell(id: str, day: str, quantity: str | int, proceeds: str | int, **more: object) -> Entry:
    return entry(id, Kind.SELL, day, str(Decimal(quantity).copy_negate()), cash=proceeds, **more)  # type: ignore[arg-type]


def split(id: str, day: str, additional: str | int, **more: object) -> Entry:
    return entry(id, Kind.SPLIT, day, additional, **more)  # type: ignore[arg-type]


def opening(id: str, day: str, quantity: str | int, **more: object) -> Entry:
    return entry(id, Kind.OPENING, day, quantity, **more)  # type: ignore[arg-type]


def money(id: str, kind: Kind, day: str, cash: str | int, **more: object) -> Entry:
    return entry(id, kind, day, cash=cash, instrument=None, **more)  # type: ignore[arg-type]


def spin_off(id: str, day: str, child_shares: str | int, fraction: str, **more: object) -> Entry:
    return entry(id, Kind.SPIN_OFF, day, other="PEP", other_quantity=child_shares, basis_fraction=fraction, **more)  # type: ignore[arg-type]


def merger(id: str, day: str, quantity: str | int, new: str | int, **more: object) -> Entry:
    return entry(id, Kind.MERGER, day, f"-{quantity}", other="PEP", other_quantity=new, **more)  # type: ignore[arg-type]


def sent(id: str, day: str, quantity: str | int, **more: object) -> Entry:
    return entry(id, Kind.TRANSFER_OUT, day, f"-{quantity}", **more)  # type: ignore[arg-type]


def received(id: str, day: str, quantity: str | int, sender: str, **more: object) -> Entry:
    more = {"account": "other"} | more
    return entry(id, Kind.TRANSFER_IN, day, quantity, sender=sender, **more)  # type: ignore[arg-type]
