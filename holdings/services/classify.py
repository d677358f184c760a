"""How a household sees instruments: class, sector, identity group, themes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from accounts import activity
from accounts.models import Household, User
from holdings import reference
from holdings.models import Classification, Instrument, Lot, ThemeTag
from holdings.reference import Reference

FACTS = ("asset_class", "sector", "region", "identity_group", "collectible", "expense_ratio")
"""What the reference list knows; the rest of the fields only a person can say."""
FIELDS = (*FACTS, "issuer", "daily_volume", "half_spread", "duration")
Changes = Mapping[int, Mapping[str, Any]]
Tag = tuple[int, str, str]


def save_classifications(*, household: Household, user: User, changes: Changes) -> int:
    """Store what a person says of instruments, by their id; the number of instruments that changed.

    What is changed here is theirs from then on: the reference list does not touch it again.
    """
    with transaction.atomic():
        stored = {row.instrument_id: row for row in Classification.objects.filter(household=household)}
        moved = 0
        for pk, values in changes.items():
            row = stored.get(pk) or Classification(household=household, instrument_id=pk)
            said = {name: values[name] for name in FIELDS if name in values}
            if all(getattr(row, name) == value for name, value in said.items()):
                continue
            for name, value in said.items():
                setattr(row, name, value)
            row.origin = Classification.Origin.USER
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


def apply_reference(*, household: Household) -> int:
    """Classify what the household holds and nobody has classified, out of the reference list; how many changed.

    A person's choice and a broker's file stay. Names and kinds that nobody gave are filled in too.
    """
    held = Instrument.objects.filter(pk__in=Lot.objects.filter(account__household=household).values("instrument"))
    known = {row.instrument_id: row for row in Classification.objects.filter(household=household)}
    changed = 0
    with transaction.atomic():
        for instrument in held:
            fact, row = reference.lookup(instrument.symbol, instrument.currency), known.get(instrument.pk)
            if fact and (row is None or row.origin == Classification.Origin.REFERENCE):
                changed += _apply(fact, row or Classification(household=household, instrument=instrument))
                _complete(instrument, fact)
    return changed


def _apply(fact: Reference, row: Classification) -> bool:
    values = {name: getattr(fact, name) for name in FACTS}
    if row.pk and all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.origin = Classification.Origin.REFERENCE
    row.save()
    return True


def _complete(instrument: Instrument, fact: Reference) -> None:
    missing = {}
    if not instrument.name:
        missing["name"] = fact.name
    if instrument.kind == Instrument.Kind.STOCK and fact.kind != instrument.kind:
        missing["kind"] = fact.kind
    if missing:
        Instrument.objects.filter(pk=instrument.pk).update(**missing)
