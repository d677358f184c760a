from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import writes
from accounts.models import Household
from accounts.templatetags.formats import count_of
from holdings.models import Instrument
from holdings.services.classify import FIELDS, save_classifications, save_themes
from optimizer.forms.classify import ClassificationLine, TagLines
from optimizer.forms.subjects import subjects
from optimizer.pages import policy
from optimizer.pages import position as positions
from optimizer.pages.links import link
from optimizer.pages.position import Position


@writes
def classify(request: HttpRequest, household: Household) -> HttpResponse:
    position = positions.load(household)
    rows = _instruments(household, position)
    lines = [(row, _line(row, position, request.POST or None)) for row in rows]
    if request.method == "POST" and all([line.is_valid() for _, line in lines]):  # noqa: C419 - all show their errors
        changes = {row.pk: line.cleaned_data for row, line in lines}
        moved = save_classifications(household=household, user=request.user, changes=changes)  # type: ignore[arg-type]
        messages.success(request, f"{count_of(moved, 'instrument')} changed.")
        return redirect(link("classify", household))
    return render(request, "optimizer/goals/classify.html", {"lines": lines, "position": position})


@writes
def themes(request: HttpRequest, household: Household) -> HttpResponse:
    known = subjects(household)
    tags = household.theme_tags.select_related("instrument")
    initial = [{"symbol": tag.instrument.symbol, "theme": tag.theme, "reason": tag.reason} for tag in tags]
    lines: Any = TagLines(request.POST or None, prefix="tags", initial=initial, form_kwargs={"subjects": known})
    if lines.is_valid():
        wanted = [line.tag for line in lines if not line.is_blank]
        if save_themes(household=household, user=request.user, tags=wanted):  # type: ignore[arg-type]
            messages.success(request, "The themes were saved. The next proposal screens with them.")
        return redirect(link("themes", household))
    tagged = {tag.instrument_id for tag in tags}
    held = positions.load(household).instruments
    unscreened = sorted(row.symbol for pk, row in held.items() if pk not in tagged)
    return render(request, "optimizer/goals/themes.html", {"lines": lines, "subjects": known, "unscreened": unscreened})


def _instruments(household: Household, position: Position) -> list[Instrument]:
    """Held, targeted or classified before; by symbol."""
    found = dict(position.instruments)
    targeted = [row.instrument for version in policy.versions(household)[:1] for row in version.targets.all()]
    classified = [row.instrument for row in household.classifications.select_related("instrument")]
    found |= {row.pk: row for row in [*targeted, *classified] if row}
    return sorted(found.values(), key=lambda row: (row.symbol, row.pk))


def _line(row: Instrument, position: Position, data: Any) -> ClassificationLine:
    stored = position.classes.get(row.pk)
    initial: dict[str, Any] = {"asset_class": "other", "sector": "unknown"}
    if stored:
        initial = {name: getattr(stored, name) for name in FIELDS}
    return ClassificationLine(data, prefix=str(row.uuid), initial=initial)
