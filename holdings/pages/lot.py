"""A lot's trail, open or closed: each event with its row or edit, across accounts and instruments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from accounts.models import Household
from holdings.models import BrokerageAccount, ImportRow, Instrument, Lot, LotEvent, RealisedGain, Transaction
from holdings.pages.instrument import ORIGIN
from holdings.selectors import Quote

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the lot or of a relative; `own` is false for what it came from and what came of it."""

    event: LotEvent
    own: bool
    row: ImportRow | None
    gain: RealisedGain | None

    @property
    def transaction(self) -> Transaction:
        return self.event.transaction

    @property
    def word(self) -> str:
        return self.transaction.get_kind_display()

    @property
    def why(self) -> str:
        """The line of the file, or who entered it and the reason."""
        if self.row:
            return f"Line {self.row.number} of {self.row.batch.file_name}"
        note = self.transaction.note
        return f"{self.transaction.get_source_display()}{f': {note}' if note else ''}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A lot of the family: the one shown, one it came from, or one that came of it."""

    key: str
    instrument: Instrument
    account: BrokerageAccount
    quantity: Decimal
    basis: Decimal | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class Trail:
    key: str
    instrument: Instrument
    account: BrokerageAccount
    lot: Lot | None
    steps: Sequence[Step]
    pieces: Sequence[Piece]

    @property
    def acquired(self) -> dt.date | None:
        """Of the open lot; of a closed one as it was last sold."""
        if self.lot:
            return self.lot.acquired
        sold = [step.gain for step in self.steps if step.own and step.gain]
        return sold[-1].acquired if sold else None

    @property
    def last(self) -> LotEvent:
        return [step.event for step in self.steps if step.own][-1]

    @property
    def realised(self) -> Decimal | None:
        """Gains of all sales out of the lot; None where one is unknown."""
        gains = [step.gain.gain for step in self.steps if step.own and step.gain]
        return None if None in gains else sum((gain or ZERO for gain in gains), ZERO)

    @property
    def was_sold(self) -> bool:
        return any(step.own and step.gain for step in self.steps)

    @property
    def last_day(self) -> dt.date:
        return self.last.date


def root_of(key: str) -> str:
    """The opening transaction that a lot and all pieces of it go back to."""
    return key.partition(".")[0]


def related(one: str, other: str) -> bool:
    """Whether one lot is the other, came from it, or came of it."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def trail(household: Household, key: str) -> Trail | None:
    """The trail of a lot of the household; None where there is no such lot. A fixed number of queries."""
    root = root_of(key)
    family = Q(lot_key=root) | Q(lot_key__startswith=f"{root}.")
    found = LotEvent.objects.filter(family, account__household=household).order_by("date", "id")
    events = [
        event for event in found.select_related("transaction", "instrument", "account") if related(event.lot_key, key)
    ]
    own = [event for event in events if event.lot_key == key]
    if not own:
        return None
    return Trail(
        key=key,
        instrument=own[-1].instrument,
        account=own[-1].account,
        lot=Lot.objects.filter(account__household=household, key=key).select_related("account", "instrument").first(),
        steps=_steps(household, events, key),
        pieces=_pieces(events, key),
    )


def _steps(household: Household, events: Sequence[LotEvent], key: str) -> list[Step]:
    pks = {event.transaction_id for event in events}
    rows = {row.pk: row for row in Transaction.objects.filter(pk__in=pks).prefetch_related(ORIGIN)}
    sold = RealisedGain.objects.filter(sale__in=pks, account__household=household)
    gains = {(gain.sale_id, gain.lot_key): gain for gain in sold}
    return [
        Step(
            event,
            event.lot_key == key,
            next(iter(rows[event.transaction_id].import_rows.all()), None),
            gains.get((event.transaction_id, event.lot_key)),
        )
        for event in events
    ]


def _pieces(events: Iterable[LotEvent], key: str) -> list[Piece]:
    last = {event.lot_key: event for event in events}
    return [
        Piece(each, e.instrument, e.account, e.quantity_after, e.basis_after, each == key) for each, e in last.items()
    ]


@dataclass(frozen=True, slots=True)
class Figures:
    """What an open lot is worth; None where it is unknown. `at_most`: the gain if an unknown basis were zero."""

    value: Decimal | None
    gain: Decimal | None
    at_most: Decimal | None
    day: dt.date | None


def figures(trail: Trail, quote: Quote | None) -> Figures:
    if trail.lot is None or quote is None:
        return Figures(None, None, None, None)
    value = trail.lot.quantity * quote.close
    basis = trail.lot.basis_at(value)
    if basis is None:
        return Figures(value, None, value, quote.date)
    return Figures(value, value - basis, None, quote.date)
