"""Exchange rates by date, crossed through the euro out of the stored reference rates."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from operator import attrgetter

from accounts.fields import round_to_field
from holdings.ledger.exact import exact
from holdings.ledger.series import levels_on
from holdings.ledger.types import Step
from holdings.market.units import Unit, unit_of
from holdings.models import FxRate

EURO = "EUR"
OLDEST = dt.timedelta(days=7)
"""A rate that was published longer ago counts as unknown; holidays never close the ECB for so long."""


def rate_on(*, base: str, currency: str, day: dt.date) -> Decimal | None:
    """Units of `base` for one unit of `currency` by the last rates published on or before a day. One query at most.

    None where a rate is unknown or older than seven days. Both may be quoted units such as GBX (pence).
    """
    steps = rates(base, [currency], day, day)[currency]
    return steps[-1].level if steps else None


def rates(base: str, currencies: Iterable[str], first: dt.date, last: dt.date) -> Mapping[str, Sequence[Step]]:
    """Units of `base` for one unit of each currency, as steps until `last`; one query at most.

    The first step is the rate that held on `first`, published at most seven days before it; a series that begins later
    begins where it begins, and an unknown one is empty. A rate counts until the next one, through a gap too.
    """
    units = {code: unit_of(code) for code in currencies}
    into = unit_of(base)
    published = _published({into.currency, *(unit.currency for unit in units.values())}, first, last)
    return {code: _since(_cross(unit, into, published), first) for code, unit in units.items()}


def _published(currencies: set[str], first: dt.date, last: dt.date) -> dict[str, list[Step]]:
    """Units for one euro, by currency. The euro itself has always been one."""
    found: dict[str, list[Step]] = {code: [] for code in currencies} | {EURO: [Step(dt.date.min, Decimal(1))]}
    if len(currencies) > 1:
        rows = FxRate.objects.filter(currency__in=currencies - {EURO}, date__range=(first - OLDEST, last))
        for currency, day, level in rows.order_by("date").values_list("currency", "date", "per_euro"):
            found[currency].append(Step(day, level))
    return found


def _cross(unit: Unit, into: Unit, published: Mapping[str, Sequence[Step]]) -> list[Step]:
    """base per currency = (base per euro) / (currency per euro), each by its last publication."""
    if unit.currency == into.currency:
        return [Step(dt.date.min, unit.factor / into.factor)]
    bought, paid = published[unit.currency], published[into.currency]
    days = sorted({step.day for step in (*bought, *paid)})
    pairs = zip(days, levels_on(bought, days), levels_on(paid, days), strict=True)
    with localcontext(exact):
        return [
            Step(day, round_to_field(out * unit.factor / (of * into.factor))) for day, of, out in pairs if of and out
        ]


def _since(steps: Sequence[Step], first: dt.date) -> Sequence[Step]:
    """Without what had been replaced by `first`."""
    return steps[max(bisect_right(steps, first, key=attrgetter("day")) - 1, 0) :]
