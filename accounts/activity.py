"""The append-only, hash-chained log of what was done in a household."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable

from django.db import models
from django.utils import timezone

from accounts.locks import holding
from accounts.models import Activity, Household, User

GENESIS = "0" * 64


def record(
    *,
    household: Household,
    user: User | None,
    verb: str,
    subject: models.Model | None = None,
    fields: Iterable[str] = (),
    content_hash: str = "",
) -> Activity:
    """Append one line. Call it inside the transaction of the change that it tells of.

    The household's row is locked first, so that two writers never take the same number.
    """
    with holding(household):
        last = Activity.objects.filter(household_uuid=household.uuid).order_by("seq").last()
        line = Activity(
            household_uuid=household.uuid,
            seq=last.seq + 1 if last else 1,
            at=timezone.now(),
            actor=f"user:{user.pk}" if user else "system",
            verb=verb,
            subject=_name(subject),
            fields=sorted(fields),
            content_hash=content_hash,
            prev_hash=last.hash if last else GENESIS,
        )
        line.hash = digest(line)
        line.save(force_insert=True)
    return line


def _name(subject: models.Model | None) -> str:
    return "" if subject is None else f"{subject._meta.model_name}:{getattr(subject, 'uuid', subject.pk)}"


def digest(line: Activity) -> str:
    """SHA-256 over the line's content and the hash of the line before."""
    content = [
        str(line.household_uuid),
        line.seq,
        line.at.astimezone(dt.UTC).isoformat(),
        line.actor,
        line.verb,
        line.subject,
        line.fields,
        line.content_hash,
        line.prev_hash,
    ]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def first_broken(household_uuid: uuid.UUID) -> int | None:
    """The number of the first line that does not follow from the one before; None when the chain holds."""
    expected, previous = 1, GENESIS
    for line in Activity.objects.filter(household_uuid=household_uuid).order_by("seq").iterator():
        if (line.seq, line.prev_hash, line.hash) != (expected, previous, digest(line)):
            return expected
        expected, previous = expected + 1, line.hash
    return None
