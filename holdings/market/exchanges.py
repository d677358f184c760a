"""Sessions out of exchange_calendars into rows. Workers and commands only: it imports pandas."""

from __future__ import annotations

import datetime as dt

import exchange_calendars

from holdings.models import TradingSession

FIRST_DAY = dt.date(1990, 1, 2)
OVERLAP = dt.timedelta(days=31)  # the package refuses a span without sessions


def store_sessions(calendar: str, until: dt.date) -> int:
    """Store what is missing of a calendar's sessions, from 1990 to a date; returns how many were new."""
    stored = TradingSession.objects.filter(calendar=calendar).order_by("-date").values_list("date", flat=True).first()
    first = FIRST_DAY if stored is None else stored + dt.timedelta(days=1)
    if first > until:
        return 0
    known = exchange_calendars.get_calendar(calendar, start=(first - OVERLAP).isoformat(), end=until.isoformat())
    days = [day.date() for day in known.sessions]
    rows = [TradingSession(calendar=calendar, date=day) for day in days if day >= first]
    TradingSession.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
