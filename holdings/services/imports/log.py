"""Each step of an import leaves one line in the activity log."""

from __future__ import annotations

from collections.abc import Iterable

from accounts import activity
from accounts.models import User
from holdings.models import Import


def log(batch: Import, user: User | None, verb: str, fields: Iterable[str] = ()) -> None:
    activity.record(
        household=batch.household, user=user, verb=verb, subject=batch, fields=fields, content_hash=batch.file_hash
    )
