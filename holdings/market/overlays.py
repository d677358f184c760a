"""What follows from a household's own prices: its chunks, its splits, its valuations. Workers only."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.models import Household
from holdings.market import chunks, closes, findings, liquidity
from holdings.market.held import accounts_with, mark_stale
from holdings.models import Instrument


def derive(instrument_id: int, household_id: int, first: dt.date) -> None:
    """Make the household's own chunks from the year of `first` on, and mark its accounts. Idempotent."""
    instrument = Instrument.objects.get(pk=instrument_id)
    household = Household.objects.get(pk=household_id)
    rows = closes.read(household, [instrument.pk], dt.date.min, dt.date.max).get(instrument.pk, [])
    last = max((row.day.year for row in rows), default=first.year)
    with transaction.atomic():
        chunks.derive(instrument, range(first.year, max(last, first.year) + 1), household)
        findings.check_splits(household, [instrument])
        liquidity.derive(household, [instrument])
        mark_stale(accounts_with([instrument.pk]).filter(household=household), first)
