"""An account's ledger as of a day: from stored rows where nothing was booked since, else replayed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Lot, RealisedGain
from holdings.models import BrokerageAccount, InstrumentEvent
from holdings.models import Lot as LotRow
from holdings.models import RealisedGain as GainRow
from holdings.reconcile.types import Books, Split
from holdings.services.ledger import entries

ZERO = Decimal(0)


class Bookkeeper:
    """The books of one account; what is read or replayed once is kept."""

    def __init__(self, account: BrokerageAccount) -> None:
        self.account, self.owner = account, str(account.uuid)
        self._books: dict[dt.date, Books] = {}

    def on(self, day: dt.date) -> Books:
        """The books at the end of a day, without the history that explains them."""
        if day not in self._books:
            later = self.account.transactions.active().filter(trade_date__gt=day).exists()
            self._books[day] = self._replayed(day) if later else self._stored(day)
        return self._books[day]

    def explained(self, day: dt.date) -> Books:
        """The same with the account's history and the splits that the market knows."""
        own = tuple(entry for entry in self.history if entry.account == self.owner)
        return dataclasses.replace(self.on(day), entries=own, splits=self._splits)

    @cached_property
    def history(self) -> list[Entry]:
        return entries(self.account)

    def _replayed(self, day: dt.date) -> Books:
        ledger, owner = replay(entry for entry in self.history if entry.trade_date <= day), self.owner
        return Books(
            day=day,
            lots=tuple(lot for lot in ledger.lots if lot.account == owner),
            cash={currency: amount for (account, currency), amount in ledger.cash.items() if account == owner},
            gains=tuple(gain for gain in ledger.realised if gain.account == owner),
            flagged={row.instrument: row.quantity for row in ledger.flagged if row.account == owner},
        )

    def _stored(self, day: dt.date) -> Books:
        account = self.account
        flagged = account.flagged_positions.select_related("instrument")
        return Books(
            day=day,
            lots=tuple(self._lot(row) for row in account.lots.select_related("instrument")),
            cash={row.currency: row.amount for row in account.cash_balances.all()},
            gains=tuple(self._gain(row) for row in account.realised_gains.select_related("instrument")),
            flagged={str(row.instrument.uuid): row.quantity for row in flagged},
        )

    def _lot(self, row: LotRow) -> Lot:
        opened_by, _, piece = row.key.partition(".")
        return Lot(
            opened_by=opened_by,
            piece=piece,
            account=self.owner,
            instrument=str(row.instrument.uuid),
            currency=row.currency,
            quantity=row.quantity,
            basis=row.basis,
            acquired=row.acquired,
            opened=row.acquired or dt.date.min,
            disallowed=row.disallowed or ZERO,
        )

    def _gain(self, row: GainRow) -> RealisedGain:
        return RealisedGain(
            sale=str(row.sale_id),
            lot=row.lot_key or None,
            account=self.owner,
            instrument=str(row.instrument.uuid),
            currency=row.currency,
            quantity=row.quantity,
            proceeds=row.proceeds,
            basis=row.basis,
            acquired=row.acquired,
            sold=row.sold,
            term=None,
        )

    @cached_property
    def _splits(self) -> dict[str, tuple[Split, ...]]:
        return _known_splits({entry.instrument for entry in self.history if entry.instrument})


def _known_splits(instruments: Iterable[str]) -> dict[str, tuple[Split, ...]]:
    rows = InstrumentEvent.objects.filter(
        instrument__uuid__in=set(instruments), kind=InstrumentEvent.Kind.SPLIT, ratio__isnull=False
    )
    found: dict[str, tuple[Split, ...]] = defaultdict(tuple)
    for row in rows.select_related("instrument"):
        found[str(row.instrument.uuid)] += (Split(row.ex_date, row.ratio or Decimal(1)),)
    return dict(found)
