"""The form of a person's own series, and taking one away."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import writes
from accounts.models import Household
from accounts.requests import posted_key
from accounts.templatetags.formats import count_of
from holdings.importers.base import ImportFailed, RowProblem
from holdings.market.held import held_by
from holdings.market.providers import scores
from optimizer.forms.own_series import OwnSeriesForm
from optimizer.models import OwnSeries
from optimizer.services.own_series import SeriesRefused, remove_series, save_series
from optimizer.views.posted import actor

PROBLEMS = 50


@writes
def series_new(request: HttpRequest, household: Household) -> HttpResponse:
    """The form; POST keeps the file, or says by row why not."""
    problems: list[RowProblem] = []
    form = OwnSeriesForm(request.POST or None, request.FILES or None, initial={"key": uuid.uuid4(), "lag": 1})
    if form.is_valid() and _keep(request, household, form, problems):
        return redirect("evidence_part", household.uuid, "signals")
    context = {"form": form, "problems": problems[:PROBLEMS], "faults": len(problems)}
    return render(request, "optimizer/evidence/series.html", context)


def _keep(request: HttpRequest, household: Household, form: OwnSeriesForm, problems: list[RowProblem]) -> bool:
    """Whether it was kept; if not, its faults are noted."""
    values: dict[str, Any] = form.cleaned_data
    content = values["file"].read()
    try:
        read = scores.read(content, known(household), values["order"] or None)
        if read.problems and not values["skip"]:
            problems += read.problems
            return False
        said = {name: values[name] for name in ("name", "meaning", "lag", "key")}
        row = save_series(household=household, user=actor(request), content=content, read=read, **said)
    except (ImportFailed, SeriesRefused) as refusal:
        form.add_error("file", str(refusal))
        return False
    strangers = sum(read.strangers.values())
    left = f" {count_of(strangers, 'row')} of instruments that are not yours left out." if strangers else ""
    faulty = f" {count_of(len(read.problems), 'row')} with faults left out." if read.problems else ""
    messages.success(
        request, f"“{row.name}”: {count_of(row.count, 'value')} kept.{left}{faulty} Signals are computed anew."
    )
    return True


def known(household: Household) -> dict[str, str]:
    """The ids of what is held or wanted, by symbol and by ISIN."""
    rows = list(held_by(household))
    by_isin = {row.isin.upper(): str(row.uuid) for row in rows if row.isin}
    return by_isin | {row.symbol.upper(): str(row.uuid) for row in rows}


@require_POST
@writes
def series_remove(request: HttpRequest, household: Household, series: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(OwnSeries, household=household, uuid=series)
    remove_series(series=row, user=actor(request), key=posted_key(request))
    messages.success(request, f"“{row.name}” is removed. Signals are computed anew.")
    return redirect("evidence_part", household.uuid, "signals")
