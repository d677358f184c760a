"""Closes as a household sees them: its own before the market's, in the instrument's currency. Web and workers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.models import OuterRef, Q, Subquery

from accounts.fields import round_to_field
from accounts.models import Household
from holdings.ledger.series import level_on
from holdings.ledger.types import Step
from holdings.market.fx import rates
from holdings.models import HouseholdPrice, Instrument, Price


class Row(NamedTuple):
    """A stored close in the currency in which it was quoted."""

    instrument: int
    day: dt.date
    close: Decimal
    currency: str


def closes(
    household: Household | None, instruments: Iterable[str], first: dt.date, last: dt.date
) -> dict[str, list[Step]]:
    """Closes by instrument uuid, each in its instrument's currency, from the last one known on `first` until `last`.

    On a day on which the household has a price of its own, that one counts. Without a household: the market's alone.
    A close that is quoted in another currency is converted at its day's rate, and left out where nobody knows that.
    An instrument without any close has no entry. Four queries, and one more where a quote has to be converted.
    """
    wanted = {row.pk: row for row in Instrument.objects.filter(uuid__in=set(instruments))}
    market = _rows(Price, Q(), wanted, first, last)
    own = _rows(HouseholdPrice, Q(household=household), wanted, first, last) if household else []
    merged = {(row.instrument, row.day): row for row in (*market, *own)}
    into: dict[str, list[Step]] = defaultdict(list)
    for row in sorted(_converted(list(merged.values()), wanted), key=lambda row: row.day):
        into[str(wanted[row.instrument].uuid)].append(Step(row.day, row.close))
    return {uuid: _since(steps, first) for uuid, steps in into.items()}


def _rows(
    table: type[Price] | type[HouseholdPrice], scope: Q, wanted: Iterable[int], first: dt.date, last: dt.date
) -> list[Row]:
    """Rows later than `first`, and of each instrument the last one until then."""
    before = table._default_manager.filter(scope, instrument=OuterRef("pk"), date__lte=first).order_by("-date")
    carried = Instrument.objects.filter(pk__in=set(wanted)).values(row=Subquery(before.values("pk")[:1]))
    chosen = Q(date__gt=first, date__lte=last) | Q(pk__in=[row["row"] for row in carried if row["row"]])
    rows = table._default_manager.filter(scope, chosen, instrument__in=set(wanted))
    return [Row(*row) for row in rows.values_list("instrument", "date", "close", "currency")]


def _converted(rows: Sequence[Row], instruments: Mapping[int, Instrument]) -> list[Row]:
    """The same closes in the currency of their instrument."""
    foreign = [row for row in rows if row.currency != instruments[row.instrument].currency]
    if not foreign:
        return list(rows)
    days = [row.day for row in foreign]
    kept = [row for row in rows if row.currency == instruments[row.instrument].currency]
    for base in {instruments[row.instrument].currency for row in foreign}:
        of_base = [row for row in foreign if instruments[row.instrument].currency == base]
        known = rates(base, {row.currency for row in of_base}, min(days), max(days))
        moved = ((row, level_on(known[row.currency], row.day)) for row in of_base)
        kept += [row._replace(close=round_to_field(row.close * rate), currency=base) for row, rate in moved if rate]
    return kept


def _since(steps: list[Step], first: dt.date) -> list[Step]:
    """Without what had been replaced by `first`."""
    replaced = sum(step.day <= first for step in steps) - 1
    return steps[max(replaced, 0) :]
