"""Rows of what the replay gave: those that came out different are to be written, all others keep their place and id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model

from accounts.bulk import Insertion, ready
from accounts.fields import round_to_field
from holdings.ledger import types
from holdings.ledger.components import Node
from holdings.models import FlaggedPosition, Lot, LotEvent, RealisedGain
from holdings.services.ledger.batches import BATCH, batches
from holdings.services.ledger.entries import Archive


@dataclass(frozen=True, slots=True)
class Delta:
    """Rows of one model that came out different: ids of those that go, new ones, and those that are written over."""

    model: type[Any]
    gone: Sequence[int]
    new: Insertion
    changed: Sequence[Any]

    def write(self) -> None:
        for batch in batches(self.gone):
            self.model.objects.filter(pk__in=batch).delete()
        self.new.run()
        names = [field.name for field in _fields(self.model)]
        self.model.objects.bulk_create(
            self.changed, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=names
        )


class Comparison:
    """What the replay gave for the touched nodes beside the rows that are stored.

    moved: accounts of which some row comes out different, once `deltas` has compared them.
    """

    def __init__(self, archive: Archive, touched: Collection[Node]) -> None:
        self.pks = archive.pks
        self.accounts = {uuid: pk for pk, uuid in archive.accounts.items()}
        self.instruments = {uuid: pk for pk, uuid in archive.instruments.items() if pk is not None}
        self.nodes = {(self.accounts[a], self.instruments[i]) for a, i in touched}
        self.moved: set[int] = set()

    def deltas(self, ledger: types.Ledger) -> list[Delta]:
        return [
            self._by_key(Lot, ["key"], [self._lot(lot) for lot in ledger.lots]),
            self._by_key(RealisedGain, ["sale_id", "lot_key"], [self._gain(gain) for gain in ledger.realised]),
            self._by_key(
                FlaggedPosition, ["account_id", "instrument_id"], [self._flagged(each) for each in ledger.flagged]
            ),
            self._trails([self._event(key, event) for key, events in ledger.trail.items() for event in events]),
        ]

    def _stored(self, model: type[Any]) -> list[Any]:
        rows = model.objects.filter(
            account__in={account for account, _ in self.nodes}, instrument__in={pk for _, pk in self.nodes}
        )
        return [row for row in rows.order_by("id") if (row.account_id, row.instrument_id) in self.nodes]

    def _by_key(self, model: type[Any], key: Sequence[str], wanted: Sequence[Any]) -> Delta:
        stored = {tuple(getattr(row, name) for name in key): row for row in self._stored(model)}
        names = [field.attname for field in _fields(model)]
        new, changed = [], []
        for row in wanted:
            old = stored.pop(tuple(getattr(row, name) for name in key), None)
            if old is None:
                new.append(row)
            elif _differs(old, row, names):
                row.pk = old.pk
                changed.append(row)
        return self._delta(model, list(stored.values()), new, changed)

    def _trails(self, wanted: Sequence[LotEvent]) -> Delta:
        """Each lot's events stay in the order of their ids: from the first that differs on, they are written anew."""
        stored, after = _by_lot(self._stored(LotEvent)), _by_lot(wanted)
        names = [field.attname for field in _fields(LotEvent)]
        gone, new = [], []
        for key in [*after, *(key for key in stored if key not in after)]:
            was, now = stored.get(key, []), after.get(key, [])
            same = _common(was, now, names)
            gone += was[same:]
            new += now[same:]
        return self._delta(LotEvent, gone, new, [])

    def _delta(self, model: type[Any], gone: Sequence[Any], new: Sequence[Any], changed: Sequence[Any]) -> Delta:
        self.moved |= {row.account_id for row in [*gone, *new, *changed]}
        return Delta(model, [row.pk for row in gone], ready(new), changed)

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


def _fields(model: type[Any]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


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
