"""Series that a person uploads to be judged as signals. One of a name is replaced by the next of that name."""

from __future__ import annotations

import uuid
from hashlib import sha256
from typing import Any

from django.utils import timezone

from accounts import activity
from accounts.locks import holding
from accounts.models import Household, User
from holdings.market.providers.scores import Scores
from optimizer.models import Evidence, OwnSeries
from optimizer.services import evidence

MOST = 20
"""Series of a household: each one tried makes all the others harder to believe."""


class SeriesRefused(Exception):
    """The series cannot be kept; the message says why."""


def save_series(
    *, household: Household, user: User, name: str, meaning: str, lag: int, content: bytes, read: Scores, key: uuid.UUID
) -> OwnSeries:
    """Keep a series and ask for the signals anew, in one change; what is there already stays. Raises SeriesRefused."""
    said = {"meaning": meaning, "lag": lag, "file_hash": sha256(content).hexdigest()}
    values = _values(household, read)
    with holding(household):
        rows = OwnSeries.objects.filter(household=household)
        known = rows.filter(name=name, **said, points=values["points"]).first()
        if known:
            return known
        if rows.exclude(name=name).count() >= MOST:
            raise SeriesRefused(f"{MOST} series are kept already. Remove one first.")
        kept = {**said, **values, "user": user, "uploaded_at": timezone.now()}
        row, _ = OwnSeries.objects.update_or_create(household=household, name=name, defaults=kept)
        activity.record(household=household, user=user, verb="series.uploaded", subject=row, fields=["points", "lag"])
        evidence.request(household=household, user=user, kind=Evidence.Kind.FACTORS, key=key)
    return row


def _values(household: Household, read: Scores) -> dict[str, Any]:
    days = [day for points in read.points.values() for day, _ in points]
    if not days:
        raise SeriesRefused("No row has a value of an instrument that you hold or want.")
    if max(days) > household.as_of:
        late, today = (f"{day:%-d %b %Y}" for day in (max(days), household.as_of))
        raise SeriesRefused(f"{late} is later than {today}: a forecast is no record. Leave such rows out.")
    points = {key: [[day.isoformat(), str(value)] for day, value in of] for key, of in read.points.items()}
    return {"points": points, "count": len(days), "first": min(days), "last": max(days)}


def remove_series(*, series: OwnSeries, user: User, key: uuid.UUID) -> None:
    """Take it away, and ask for the signals anew."""
    with holding(series.household):
        activity.record(household=series.household, user=user, verb="series.removed", subject=series)
        series.delete()
        evidence.request(household=series.household, user=user, kind=Evidence.Kind.FACTORS, key=key)
