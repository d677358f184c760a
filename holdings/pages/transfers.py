"""Transfers in that another own account seems to have sent: linked by a person, never by themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404

from accounts.templatetags.formats import day
from holdings.ledger.types import Kind
from holdings.models import Import, ImportRow, Transaction
from holdings.services.imports.drafts import restored
from holdings.services.imports.symbols import Resolver, mentions, resolver
from holdings.services.imports.trial import would_book

DAYS = dt.timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Offer:
    """A transfer out that a row could receive. `sender` is what the service takes; `chosen` when it is linked."""

    sender: str
    words: str
    chosen: bool


def offers(batch: Import, rows: Sequence[ImportRow]) -> dict[int, list[Offer]]:
    """By row id: what each transfer in among the rows may have been sent by. Three queries, none without one."""
    received = [row for row in rows if row.draft.get("kind") == Kind.TRANSFER_IN and would_book(row)]
    if not received:
        return {}
    sent = [
        row for row in batch.rows.filter(draft__kind=Kind.TRANSFER_OUT).select_related("account") if would_book(row)
    ]
    found = resolver(batch, [mention for row in [*received, *sent] for mention in mentions(restored(row))])
    booked = (
        Transaction.objects.active()
        .filter(account__household=batch.household, kind=Transaction.Kind.TRANSFER_OUT)
        .exclude(receivers__in=Transaction.objects.active())
        .select_related("account", "instrument")
    )
    possible = [*map(_of_row, sent), *map(_of_transaction, booked)]
    return {row.pk: list(_matching(row, possible, found)) for row in received}


@dataclass(frozen=True, slots=True)
class _Sent:
    key: str
    account: int
    account_name: str
    symbol: str
    quantity: Decimal
    day: dt.date


def _of_row(row: ImportRow) -> _Sent:
    draft = restored(row)
    name = row.account.name if row.account else ""
    return _Sent(
        f"row:{row.pk}", row.account_id or 0, name, draft.symbol, -draft.quantity, draft.trade_date or dt.date.min
    )


def _of_transaction(row: Transaction) -> _Sent:
    symbol = row.instrument.symbol if row.instrument else ""
    return _Sent(f"transaction:{row.uuid}", row.account_id, row.account.name, symbol, -row.quantity, row.trade_date)


def _matching(row: ImportRow, sent: Iterable[_Sent], found: Resolver) -> Iterator[Offer]:
    draft = restored(row)
    here = found.find(mentions(draft)[0]) if draft.symbol else None
    names = {draft.symbol, here.symbol if here else draft.symbol}
    for each in sent:
        near = draft.trade_date is not None and abs(each.day - draft.trade_date) <= DAYS
        if near and each.account != row.account_id and each.symbol in names and each.quantity == draft.quantity:
            words = f"{each.quantity.normalize():f} {each.symbol} out of {each.account_name} on {day(each.day)}"
            yield Offer(each.key, words, row.edits.get("sender") == each.key)


def checked(batch: Import, row: ImportRow, sender: str) -> str:
    """The sender that was posted, if it is one that is offered; empty takes a link back. Raises Http404 otherwise."""
    if sender and sender not in {offer.sender for offer in offers(batch, [row]).get(row.pk, [])}:
        raise Http404("No such transfer.")
    return sender
