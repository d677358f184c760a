"""Stored transactions as the replay reads them."""

from __future__ import annotations

from decimal import Decimal

from holdings.ledger.types import Entry, Kind, Origin, Pick
from holdings.models import BrokerageAccount, Transaction


def entries(account: BrokerageAccount) -> list[Entry]:
    """The account's active transactions."""
    rows = account.transactions.active().select_related("instrument", "other_instrument", "counterpart")
    base = account.household.base_currency
    return [entry(row, str(account.uuid), base) for row in rows.prefetch_related("picks")]


def entry(row: Transaction, account: str, base: str = "USD") -> Entry:
    """One transaction; `account` is the account's UUID as text, `base` the household's currency."""
    return Entry(
        id=str(row.uuid),
        account=account,
        kind=Kind(row.kind),
        trade_date=row.trade_date,
        instrument=str(row.instrument.uuid) if row.instrument else None,
        quantity=row.quantity,
        cash=row.cash,
        price=row.price,
        fees=row.fees,
        currency=row.currency,
        trade_time=row.trade_time,
        occurrence=row.occurrence,
        basis=row.basis,
        acquired=row.acquired,
        disallowed=row.disallowed,
        picks=tuple(Pick(pick.lot_key, pick.quantity) for pick in row.picks.all()),
        rate=Decimal(1) if row.currency == base else row.rate,
        other=str(row.other_instrument.uuid) if row.other_instrument else None,
        other_quantity=row.other_quantity,
        other_currency=row.other_currency,
        other_cash=row.other_cash,
        basis_fraction=row.basis_fraction,
        fair_value=row.fair_value,
        origin=Origin(row.origin),
        sender=str(row.counterpart.uuid) if row.counterpart else None,
    )
