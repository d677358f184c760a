"""Draft rows as stored with an import, and as transactions to book.

A stored draft is the row as it would be booked. Where a person corrected it, `read` keeps what the file said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, cast

from holdings.importers.base import AccountHint, DraftRow, Security
from holdings.ledger.types import Character, Entry, Kind, Origin, Relief
from holdings.models import BrokerageAccount, ImportRow, Instrument, Transaction
from holdings.services.ledger import NewTransaction

Stored = dict[str, Any]

DECIMALS = {
    "quantity",
    "price",
    "fees",
    "cash",
    "basis",
    "disallowed",
    "rate",
    "other_quantity",
    "other_cash",
    "basis_fraction",
    "fair_value",
}
TEXTS = {"symbol", "description", "currency", "rate_currency", "other", "other_currency", "external_id", "order"}
READ: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(DECIMALS, Decimal),
    **dict.fromkeys(TEXTS, str),
    "kind": Kind,
    "trade_date": dt.date.fromisoformat,
    "acquired": dt.date.fromisoformat,
    "trade_time": dt.time.fromisoformat,
    "origin": Origin,
    "character": Character,
}
"""How each stored text is read; None stays None."""


def stored(row: DraftRow) -> Stored:
    """The draft as plain values."""
    plain: Stored = {name: _text(getattr(row, name)) for name in READ}
    return plain | {"rows": list(row.rows), "account": hint_key(row.account), "security": described(row.security)}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def described(security: Security) -> dict[str, str]:
    """What a file tells of an instrument, without what it leaves empty."""
    every = {name: getattr(security, name) for name in ("name", "kind", "isin", "cusip", "exchange")}
    return {name: value for name, value in every.items() if value}


def hint_key(hint: AccountHint | None) -> str:
    """How a file names an account, in one text; empty where it names none."""
    if hint is None:
        return ""
    tail = f"…{hint.number_end}" if hint.number_end else ""
    return " ".join(filter(None, [hint.name, tail]))


def number_end(key: str) -> str:
    """The last digits in a key of `hint_key`."""
    return key.rpartition("…")[2] if "…" in key else ""


def restored(row: ImportRow) -> DraftRow:
    """The stored draft as it would be booked."""
    return _draft(row, row.draft)


def as_read(row: ImportRow) -> DraftRow:
    """The stored draft as the file had it, before anybody corrected it."""
    return _draft(row, row.draft | row.draft.get("read", {}))


def _draft(row: ImportRow, fields: Stored) -> DraftRow:
    """What a draft does not say, stored before there was such a field, is as where a file does not say it."""
    values: dict[str, Any] = {
        name: None if fields[name] is None else read(fields[name]) for name, read in READ.items() if name in fields
    }
    return DraftRow(rows=tuple(fields["rows"]), raw=row.raw, security=Security(**fields.get("security", {})), **values)


def new_transaction(
    row: ImportRow, draft: DraftRow, instrument: Instrument | None, other: Instrument | None
) -> NewTransaction:
    """What would be booked for a row; the account's currency where the draft has none."""
    return NewTransaction(
        kind=cast("Kind", draft.kind),
        trade_date=cast("dt.date", draft.trade_date),
        source=Transaction.Source.IMPORT,
        instrument=instrument,
        trade_time=draft.trade_time,
        quantity=draft.quantity,
        price=draft.price,
        fees=draft.fees,
        cash=draft.cash,
        currency=draft.currency,
        rate=draft.rate if row.account and draft.rate_currency == row.account.household.base_currency else None,
        other_instrument=other,
        other_quantity=draft.other_quantity,
        other_currency=draft.other_currency,
        other_cash=draft.other_cash,
        basis_fraction=draft.basis_fraction,
        fair_value=draft.fair_value,
        origin=draft.origin,
        character=draft.character,
        basis=draft.basis,
        acquired=draft.acquired,
        disallowed=draft.disallowed,
        order=draft.order[:80],
        occurrence=row.draft["occurrence"],
        fingerprint=row.fingerprint,
        note=draft.description[:200],
    )


def trial_entry(
    row: ImportRow,
    draft: DraftRow,
    account: BrokerageAccount,
    instrument: str | None,
    other: str | None,
    key: str,
    sender: str | None,
    rate: Decimal | None,
    relief: Relief,
    marginal: tuple[Decimal, Decimal] | None,
) -> Entry:
    """The row as the replay would read it booked; instruments by their uuid, or by their symbol where none is yet."""
    base, currency = account.household.base_currency, draft.currency or account.currency
    return Entry(
        id=key,
        account=str(account.uuid),
        kind=cast("Kind", draft.kind),
        trade_date=cast("dt.date", draft.trade_date),
        instrument=instrument,
        quantity=draft.quantity,
        cash=draft.cash,
        price=draft.price,
        fees=draft.fees,
        currency=currency,
        trade_time=draft.trade_time,
        occurrence=row.draft["occurrence"],
        basis=draft.basis,
        acquired=draft.acquired,
        disallowed=draft.disallowed,
        rate=rate,
        other=other,
        other_quantity=draft.other_quantity,
        other_currency=draft.other_currency,
        other_cash=draft.other_cash,
        basis_fraction=draft.basis_fraction,
        fair_value=draft.fair_value,
        origin=draft.origin,
        sender=sender,
        other_rate={base: Decimal(1), currency: rate}.get(draft.other_currency),
        relief=relief,
        marginal=marginal,
        character=draft.character,
    )
