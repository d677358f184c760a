"""Trading sessions as stored: what every layer may ask."""

from __future__ import annotations

import datetime as dt

from holdings.models import TradingSession


class NoSession(LookupError):
    """The calendar is not stored that far."""


def next_session(calendar: str, after: dt.date) -> dt.date:
    """The first session later than a date. Raises NoSession where none is stored."""
    return sessions_after(calendar, after, 1)[0]


def sessions_after(calendar: str, after: dt.date, count: int) -> list[dt.date]:
    """The next `count` sessions later than a date. Raises NoSession where fewer are stored."""
    rows = TradingSession.objects.filter(calendar=calendar, date__gt=after).order_by("date")
    dates = list(rows.values_list("date", flat=True)[:count])
    if len(dates) < count:
        raise NoSession(f"Fewer than {count} sessions of {calendar} are stored after {after.isoformat()}.")
    return dates


def sessions_between(calendar: str, first: dt.date, last: dt.date) -> list[dt.date]:
    """The sessions from `first` to `last`, both included."""
    rows = TradingSession.objects.filter(calendar=calendar, date__range=(first, last))
    return list(rows.order_by("date").values_list("date", flat=True))


def last_session(calendar: str, until: dt.date) -> dt.date | None:
    """The last session on or before a date."""
    rows = TradingSession.objects.filter(calendar=calendar, date__lte=until).order_by("-date")
    return rows.values_list("date", flat=True).first()
