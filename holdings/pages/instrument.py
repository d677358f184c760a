"""One instrument in a household: its lots with their trails, its trades, its closes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Household
from holdings import selectors
from holdings.figures.price import price_over_time
from holdings.figures.style import Figure
from holdings.models import ImportRow, Instrument, LotEvent, Price, Transaction
from holdings.pages.lots import LotLine

PERIODS = {"1": "1 year", "5": "5 years", "": "All"}
DEFAULT_PERIOD = "5"
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
RECENT = 20
ORIGIN = Prefetch("import_rows", ImportRow.objects.select_related("batch").order_by("id"))
"""The line of a file that a transaction came from."""


def seen_by(household: Household) -> QuerySet[Instrument]:
    """The instruments that a household holds, held or classified: no other one has a page there."""
    traded = Transaction.objects.filter(account__household=household, instrument__isnull=False)
    return Instrument.objects.filter(
        Q(pk__in=traded.values("instrument")) | Q(classifications__household=household)
    ).distinct()


@dataclass(frozen=True, slots=True)
class TrailStep:
    day: dt.date
    word: str
    change: Decimal
    quantity: Decimal
    basis: Decimal | None


def trails(household: Household, instrument: Instrument) -> Mapping[str, Sequence[TrailStep]]:
    """What happened to each lot, by its key."""
    events = LotEvent.objects.filter(account__household=household, instrument=instrument)
    found: dict[str, list[TrailStep]] = defaultdict(list)
    for event in events.select_related("transaction").order_by("date", "id"):
        found[event.lot_key].append(step(event))
    return found


def step(event: LotEvent) -> TrailStep:
    word = event.transaction.get_kind_display()
    return TrailStep(event.date, word, event.quantity, event.quantity_after, event.basis_after)


def with_trails(
    lots: Sequence[LotLine], trail: Mapping[str, Sequence[TrailStep]]
) -> list[tuple[LotLine, Sequence[TrailStep]]]:
    return [(line, trail.get(line.lot.key, ())) for line in lots]


@dataclass(frozen=True, slots=True)
class Closes:
    """The chart of a period, and what is to be said of its prices. `figure` is None without prices."""

    period: str
    figure: Figure | None
    labels: Sequence[str]


def closes(instrument: Instrument, as_of: dt.date, period: str) -> Closes:
    chosen = period if period in PERIODS else DEFAULT_PERIOD
    prices = Price.objects.filter(instrument=instrument, date__lte=as_of).order_by("date")
    if chosen:
        prices = prices.filter(date__gt=as_of - dt.timedelta(days=366 * int(chosen)))
    rows = list(prices.values_list("date", "close", "source__name", "source__label"))
    if not rows:
        return Closes(chosen, None, [])
    sign = SIGNS.get(instrument.currency, f"{instrument.currency} ")
    figure = price_over_time([row[0] for row in rows], [float(row[1]) for row in rows], instrument.symbol, sign)
    return Closes(chosen, figure, sorted({f"{name}: {label}" if label else name for *_, name, label in rows}))


def recent_transactions(household: Household, instrument: Instrument) -> list[Transaction]:
    rows = selectors.transactions(household).filter(instrument=instrument)
    return list(rows.prefetch_related(ORIGIN)[:RECENT])
