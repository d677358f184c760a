"""Splits and dividends of an instrument as they are stored. Web and workers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from accounts.fields import round_to_field
from holdings.ledger.series import level_on
from holdings.market.adjust import merged
from holdings.market.fx import rates
from holdings.market.providers.base import Dividend, Split
from holdings.models import Instrument, InstrumentEvent, PriceFinding

Kind = InstrumentEvent.Kind


def splits(instrument: Instrument) -> tuple[Split, ...]:
    return splits_of([instrument.pk]).get(instrument.pk, ())


def recorded(instrument: Instrument) -> tuple[Split, ...]:
    """Without those that are only suspected."""
    rows = InstrumentEvent.objects.filter(instrument=instrument, kind=Kind.SPLIT).order_by("ex_date")
    return tuple(Split(day, ratio or Decimal(1)) for day, ratio in rows.values_list("ex_date", "ratio"))


def splits_of(instruments: Iterable[int]) -> dict[int, tuple[Split, ...]]:
    """Recorded splits by instrument id, and jumps that look like one until somebody says what they are. Two queries."""
    wanted, found = set(instruments), defaultdict(list)
    recorded = InstrumentEvent.objects.filter(instrument__in=wanted, kind=Kind.SPLIT)
    for pk, day, ratio in recorded.values_list("instrument", "ex_date", "ratio"):
        found[pk].append(Split(day, ratio or Decimal(1)))
    suspected = defaultdict(list)
    findings = PriceFinding.objects.filter(
        instrument__in=wanted,
        household=None,
        kind=PriceFinding.Kind.UNADJUSTED_SPLIT,
        state=PriceFinding.State.OPEN,
    )
    for row in findings:
        suspected[row.instrument_id].append(Split(row.first, Decimal(row.detail["ratio"])))
    return {pk: merged(found[pk], suspected[pk]) for pk in {*found, *suspected}}


def dividends(instrument: Instrument) -> tuple[Dividend, ...]:
    """Dividends in the instrument's currency, each at the rate of its ex-date; left out where nobody knows that."""
    rows = list(InstrumentEvent.objects.filter(instrument=instrument, kind=Kind.DIVIDEND).order_by("ex_date"))
    if not rows:
        return ()
    base = instrument.currency
    known = rates(base, {row.currency or base for row in rows}, rows[0].ex_date, rows[-1].ex_date)
    found = []
    for row in rows:
        rate = level_on(known[row.currency or base], row.ex_date)
        if row.amount is not None and rate:
            found.append(Dividend(row.ex_date, round_to_field(row.amount * rate), base))
    return tuple(found)
