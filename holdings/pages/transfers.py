"""Transfers whose other side another own account seems to have: linked by a person, never by themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.http import Http404

from accounts.templatetags.formats import day
from holdings.ledger.types import Kind
from holdings.models import Import, ImportRow, Transaction
from holdings.services.imports import linked
from holdings.services.imports.drafts import restored
from holdings.services.imports.symbols import Resolver, mentions, resolver
from holdings.services.imports.trial import would_book

DAYS = dt.timedelta(days=5)
SIDES = {Kind.TRANSFER_IN, Kind.TRANSFER_OUT}


@dataclass(frozen=True, slots=True)
class Offer:
    """The other side that a transfer among the rows may have. `other` is what the service takes."""

    other: str
    words: str
    chosen: bool


def offers(batch: Import, rows: Sequence[ImportRow]) -> dict[int, list[Offer]]:
    """By row id: what each transfer among the rows may have been sent by, or received by.

    A transfer in is offered transfers out of the file and of the ledger; a transfer out those in of the ledger alone,
    as one of the file makes the offer itself. Four queries, none without a transfer.
    """
    asked = [row for row in rows if row.draft.get("kind") in SIDES and would_book(row)]
    if not asked:
        return {}
    sent = [
        row for row in batch.rows.filter(draft__kind=Kind.TRANSFER_OUT).select_related("account") if would_book(row)
    ]
    found = resolver(batch, [mention for row in [*asked, *sent] for mention in mentions(restored(row))])
    sides = {
        Kind.TRANSFER_IN: [*map(_of_row, sent), *map(_of_transaction, _unlinked(batch, Kind.TRANSFER_OUT))],
        Kind.TRANSFER_OUT: [*map(_of_transaction, _unlinked(batch, Kind.TRANSFER_IN))],
    }
    return {row.pk: list(_matching(row, sides[row.draft["kind"]], found)) for row in asked}


def _unlinked(batch: Import, kind: Kind) -> QuerySet[Transaction]:
    rows = Transaction.objects.active().filter(account__household=batch.household, kind=kind, counterpart=None)
    rows = rows.exclude(receivers__in=Transaction.objects.active())
    return rows.select_related("account", "instrument")


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a transfer; shares signed as booked."""

    key: str
    account: int
    account_name: str
    symbol: str
    quantity: Decimal
    day: dt.date


def _of_row(row: ImportRow) -> _Side:
    draft = restored(row)
    name = row.account.name if row.account else ""
    return _Side(
        f"row:{row.pk}", row.account_id or 0, name, draft.symbol, draft.quantity, draft.trade_date or dt.date.min
    )


def _of_transaction(row: Transaction) -> _Side:
    symbol = row.instrument.symbol if row.instrument else ""
    return _Side(f"transaction:{row.uuid}", row.account_id, row.account.name, symbol, row.quantity, row.trade_date)


def _matching(row: ImportRow, sides: Iterable[_Side], found: Resolver) -> Iterator[Offer]:
    draft = restored(row)
    here = found.find(mentions(draft)[0]) if draft.symbol else None
    names = {draft.symbol, here.symbol if here else draft.symbol}
    for each in sides:
        near = draft.trade_date is not None and abs(each.day - draft.trade_date) <= DAYS
        if near and each.account != row.account_id and each.symbol in names and each.quantity == -draft.quantity:
            chosen = linked(row) == each.key
            yield Offer(each.key, _words(each, chosen), chosen)


def _words(side: _Side, chosen: bool) -> str:
    shares = f"{abs(side.quantity).normalize():f} {side.symbol}"
    if side.quantity < 0:
        sent = f"the lots of {shares} out of {side.account_name} on {day(side.day)}"
        return f"Receives {sent}." if chosen else f"Could receive {sent}, with their basis and dates."
    received = f"the {shares} that came into {side.account_name} on {day(side.day)}"
    return f"Sent {received}." if chosen else f"Could have sent {received}; their basis and dates would go with them."


def checked(batch: Import, row: ImportRow, other: str) -> str:
    """The other side that was posted, if it is one that is offered; empty takes a link back. Else raises Http404."""
    if other and other not in {offer.other for offer in offers(batch, [row]).get(row.pk, [])}:
        raise Http404("No such transfer.")
    return other
