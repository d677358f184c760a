"""Transactions by hand in words: what a draft would do, and where a stored one came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from accounts.templatetags.formats import count_of, money_cents, quantity
from holdings.models import ImportRow, LotEvent, Transaction
from holdings.services.ledger import NewTransaction
from holdings.services.records import Effect


def would_do(effect: Effect, draft: NewTransaction) -> list[str]:
    """One sentence a change, shares first; a single one where nothing would change."""
    return [*_new(draft), *_changes(effect)] or ["Neither lots nor cash would change."]


def _new(draft: NewTransaction) -> Iterator[str]:
    if draft.instrument and not draft.instrument.pk:
        yield f"{draft.instrument.symbol} is new here: it would be added, without a price yet."


def _changes(effect: Effect) -> Iterator[str]:
    for symbol, (was, now) in effect.shares.items():
        yield f"{symbol} would go from {quantity(was)} to {quantity(now)} shares."
    if effect.opened:
        yield f"{count_of(effect.opened, 'lot')} would be opened."
    if effect.replaced:
        yield f"{count_of(effect.replaced, 'lot')} would be replaced."
    if effect.sold:
        yield _gain(effect.gain)
    for currency, (was, now) in effect.cash.items():
        yield f"Cash would go from {money_cents(was, currency)} to {money_cents(now, currency)}."


def _gain(gain: Decimal | None) -> str:
    if gain is None:
        return "The gain would be unknown: a lot that is sold has no known basis."
    return f"It would realise a {'loss' if gain < 0 else 'gain'} of {money_cents(abs(gain))}, on economic basis."


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a transaction came from: a line of a file with its cells as written, or a person."""

    row: ImportRow | None
    words: str

    @property
    def cells(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.row.raw.items() if value] if self.row else []


def origin(transaction: Transaction) -> Origin:
    row = transaction.import_rows.select_related("batch").order_by("id").first()
    return Origin(row, f"Line {row.number} of {row.batch.file_name}" if row else transaction.get_source_display())


def sides(transaction: Transaction) -> Sequence[Transaction]:
    """What a transfer is linked with: the one it came from, or those that it became."""
    found = Transaction.objects.active().filter(Q(counterpart=transaction) | Q(receivers=transaction))
    return list(found.select_related("account").distinct())


def touched(transaction: Transaction) -> Sequence[LotEvent]:
    """What the transaction did to each lot."""
    return list(LotEvent.objects.filter(transaction=transaction).select_related("instrument", "account"))
