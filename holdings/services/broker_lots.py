"""A booked sale put right so that it takes the lots which the broker's gains file names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from holdings.ledger import types as ledger
from holdings.ledger.replay import replay
from holdings.ledger.types import Pick
from holdings.models import Difference, StatementLine, Transaction
from holdings.reconcile.pieces import sold_on
from holdings.services.ledger import BookingRefused, NewTransaction, draft_of, entries


def correction(row: Difference) -> tuple[Transaction, NewTransaction]:
    """The sale that a gain differs in, and the draft that takes its place.

    Raises BookingRefused where there is more than one such sale, or the ledger has no lots of the days stated.
    """
    lines = [line for line in row.statement.lines.filter(instrument=row.instrument) if _is_of(line, row)]
    if not lines:
        raise BookingRefused("The file of these gains is gone. Look at the transactions instead.")
    sale = _only_sale(row, lines[0].sold)
    picks = _picks(lines, _lots_before(sale))
    return sale, replace(draft_of(sale), picks=picks)


def _is_of(line: StatementLine, row: Difference) -> bool:
    return line.sold is not None and sold_on(line.sold) == row.subject


def _only_sale(row: Difference, day: dt.date | None) -> Transaction:
    sold = Transaction.objects.active().filter(account=row.statement.account, kind=Transaction.Kind.SELL)
    found = sold.filter(instrument=row.instrument, trade_date__in=[day])
    if found.count() != 1:
        raise BookingRefused("There is more than one sale on that day. Correct them one by one.")
    return found.select_related("account__household", "instrument").get()


def _lots_before(sale: Transaction) -> list[ledger.Lot]:
    history = entries(sale.account)
    past = [entry for entry in history if entry.trade_date <= sale.trade_date and entry.id != str(sale.uuid)]
    instrument = str(sale.instrument.uuid) if sale.instrument else ""
    place = (str(sale.account.uuid), instrument)
    return [lot for lot in replay(past).lots if (lot.account, lot.instrument) == place]


def _picks(lines: Sequence[StatementLine], lots: Sequence[ledger.Lot]) -> tuple[Pick, ...]:
    """The shares of each line out of the lots of its day; several lots of one day in their order."""
    left = {lot.key: lot.quantity for lot in lots}
    taken: dict[str, Decimal] = {}
    for line in lines:
        wanted = abs(line.quantity)
        for lot in lots:
            shares = min(wanted, left[lot.key]) if lot.acquired == line.acquired else Decimal(0)
            if shares:
                taken[lot.key] = taken.get(lot.key, Decimal(0)) + shares
                left[lot.key] -= shares
                wanted -= shares
        if wanted:
            day = f"{line.acquired:%-d %b %Y}" if line.acquired else "unknown date"
            raise BookingRefused(f"The ledger has {wanted.normalize():f} shares fewer in the lot of {day}.")
    return tuple(Pick(key, shares) for key, shares in taken.items())
