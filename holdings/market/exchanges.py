"""Sessions out of exchange_calendars into rows. Workers and commands only: it imports pandas."""

from __future__ import annotations

import datetime as dt

import exchange_calendars

from holdings.models import Instrument, TradingSession

HALF_YEAR = dt.timedelta(days=182)
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


def keep_ahead(calendar: str, as_of: dt.date) -> int:
    """Store sessions to the end of next year, once the stored ones end within half a year; returns how many."""
    if TradingSession.objects.filter(calendar=calendar, date__gt=as_of + HALF_YEAR).exists():
        return 0
    return store_sessions(calendar, dt.date(as_of.year + 1, 12, 31))


def calendars_in_use() -> list[str]:
    """The calendars of the instruments that are stored and known to the package; New York's always."""
    named = set(Instrument.objects.order_by().values_list("calendar", flat=True).distinct())
    known = set(exchange_calendars.get_calendar_names(include_aliases=True))
    return sorted((named & known) | {"XNYS"})
