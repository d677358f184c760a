"""Rows of what the replay gave: those that came out different are written, all others keep their place and id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Model

from accounts.bulk import insert
from accounts.fields import round_to_field
from holdings.ledger import types
from holdings.ledger.components import Node
from holdings.models import FlaggedPosition, Lot, LotEvent, RealisedGain
from holdings.services.ledger.batches import BATCH, batches
from holdings.services.ledger.entries import Archive


class Writer:
    """Writes the rows of the touched nodes that came out different, and leaves the others as they are."""

    def __init__(self, archive: Archive, touched: Collection[Node]) -> None:
        self.pks = archive.pks
        self.accounts = {uuid: pk for pk, uuid in archive.accounts.items()}
        self.instruments = {uuid: pk for pk, uuid in archive.instruments.items() if pk is not None}
        self.nodes = {(self.accounts[a], self.instruments[i]) for a, i in touched}
        self.moved: set[int] = set()

    def write(self, ledger: types.Ledger) -> set[int]:
        """The accounts of which some row changed."""
        self._sync(Lot, ["key"], [self._lot(lot) for lot in ledger.lots])
        self._sync(RealisedGain, ["sale_id", "lot_key"], [self._gain(gain) for gain in ledger.realised])
        self._sync(FlaggedPosition, ["account_id", "instrument_id"], [self._flagged(each) for each in ledger.flagged])
        self._write_trails([self._event(key, event) for key, events in ledger.trail.items() for event in events])
        return self.moved

    def _stored(self, model: type[Any]) -> list[Any]:
        rows = model.objects.filter(
            account__in={account for account, _ in self.nodes}, instrument__in={pk for _, pk in self.nodes}
        )
        return [row for row in rows.order_by("id") if (row.account_id, row.instrument_id) in self.nodes]

    def _sync(self, model: type[Any], key: Sequence[str], wanted: Sequence[Any]) -> None:
        stored = {tuple(getattr(row, name) for name in key): row for row in self._stored(model)}
        fields = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        new, changed = [], []
        for row in wanted:
            old = stored.pop(tuple(getattr(row, name) for name in key), None)
            if old is None:
                new.append(row)
            elif _differs(old, row, fields):
                row.pk = old.pk
                changed.append(row)
        self._delete(model, list(stored.values()))
        self._note_moved([*new, *changed])
        insert(new)
        model.objects.bulk_create(
            changed, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=_names(model)
        )

    def _write_trails(self, wanted: Sequence[LotEvent]) -> None:
        """Each lot's events stay in the order of their ids: from the first that differs on, they are written anew."""
        stored, after = _by_lot(self._stored(LotEvent)), _by_lot(wanted)
        fields = [field.attname for field in LotEvent._meta.concrete_fields if not field.primary_key]
        gone, new = [], []
        for key in [*after, *(key for key in stored if key not in after)]:
            was, now = stored.get(key, []), after.get(key, [])
            same = _common(was, now, fields)
            gone += was[same:]
            new += now[same:]
        self._delete(LotEvent, gone)
        self._note_moved(new)
        insert(new)

    def _delete(self, model: type[Any], rows: Sequence[Any]) -> None:
        self._note_moved(rows)
        for batch in batches(rows):
            model.objects.filter(pk__in=[row.pk for row in batch]).delete()

    def _note_moved(self, rows: Iterable[Any]) -> None:
        self.moved |= {row.account_id for row in rows}

    def _lot(self, lot: types.Lot) -> Lot:
        return Lot(
            account_id=self.accounts[lot.account],
            instrument_id=self.instruments[lot.instrument],
            opening_id=self.pks[lot.opened_by],
            key=lot.key,
            quantity=lot.quantity,
            basis=_rounded(lot.basis),
            currency=lot.currency,
            base_basis=_rounded(lot.base_basis),
            loss_basis=_rounded(lot.loss_basis),
            origin=lot.origin.value,
            acquired=lot.acquired,
            disallowed=_rounded(lot.disallowed),
        )

    def _gain(self, gain: types.RealisedGain) -> RealisedGain:
        return RealisedGain(
            account_id=self.accounts[gain.account],
            instrument_id=self.instruments[gain.instrument],
            sale_id=self.pks[gain.sale],
            lot_key=gain.lot or "",
            quantity=gain.quantity,
            proceeds=_rounded(gain.proceeds),
            basis=_rounded(gain.basis),
            gain=_rounded(gain.gain),
            acquired=gain.acquired,
            sold=gain.sold,
            term=gain.term.value if gain.term else "",
            currency=gain.currency,
            base_proceeds=_rounded(gain.base_proceeds),
            base_basis=_rounded(gain.base_basis),
        )

    def _flagged(self, position: types.Flagged) -> FlaggedPosition:
        return FlaggedPosition(
            account_id=self.accounts[position.account],
            instrument_id=self.instruments[position.instrument],
            quantity=position.quantity,
            cash=_rounded(position.cash),
            currency=position.currency,
        )

    def _event(self, key: str, event: types.LotEvent) -> LotEvent:
        return LotEvent(
            account_id=self.accounts[event.account],
            instrument_id=self.instruments[event.instrument],
            lot_key=key,
            transaction_id=self.pks[event.entry],
            date=event.day,
            quantity=event.quantity,
            quantity_after=event.quantity_after,
            basis_after=_rounded(event.basis_after),
        )


def _rounded(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else round_to_field(amount)


def _names(model: type[Any]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if not field.primary_key]


def _differs(old: Model, new: Model, fields: Iterable[str]) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in fields)


def _by_lot(events: Iterable[LotEvent]) -> dict[str, list[LotEvent]]:
    found: dict[str, list[LotEvent]] = defaultdict(list)
    for event in events:
        found[event.lot_key].append(event)
    return found


def _common(was: Sequence[LotEvent], now: Sequence[LotEvent], fields: Sequence[str]) -> int:
    """How many events at the beginning are the same."""
    pairs = zip(was, now, strict=False)
    return next((i for i, (old, new) in enumerate(pairs) if _differs(old, new, fields)), min(len(was), len(now)))
