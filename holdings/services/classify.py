"""How a household sees instruments: class, sector, identity group, themes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from accounts import activity
from accounts.models import Household, User
from holdings.models import Classification, ThemeTag

FIELDS = ("asset_class", "sector", "identity_group")
Tag = tuple[int, str, str]


def save_classifications(*, household: Household, user: User, changes: Mapping[int, Mapping[str, str]]) -> int:
    """Store class, sector and identity group by instrument id; the number of instruments that changed."""
    with transaction.atomic():
        stored = {row.instrument_id: row for row in Classification.objects.filter(household=household)}
        moved = 0
        for pk, values in changes.items():
            row = stored.get(pk) or Classification(household=household, instrument_id=pk)
            if row.pk and all(getattr(row, name) == values[name] for name in FIELDS):
                continue
            for name in FIELDS:
                setattr(row, name, values[name])
            row.save()
            moved += 1
        if moved:
            activity.record(household=household, user=user, verb="instruments.classified", fields=FIELDS)
    return moved


def save_themes(*, household: Household, user: User, tags: Iterable[Tag]) -> bool:
    """Let the household's theme tags be exactly these (instrument id, theme, reason); whether anything changed."""
    wanted = {(pk, theme): reason for pk, theme, reason in tags}
    with transaction.atomic():
        stored = {(row.instrument_id, row.theme): row for row in ThemeTag.objects.filter(household=household)}
        if {key: row.reason for key, row in stored.items()} == wanted:
            return False
        same = {key for key, row in stored.items() if wanted.get(key) == row.reason}
        ThemeTag.objects.filter(pk__in=[row.pk for key, row in stored.items() if key not in same]).delete()
        ThemeTag.objects.bulk_create(
            ThemeTag(household=household, instrument_id=pk, theme=theme, reason=reason)
            for (pk, theme), reason in wanted.items()
            if (pk, theme) not in same
        )
        activity.record(household=household, user=user, verb="themes.saved", fields=["theme", "reason"])
    return True
