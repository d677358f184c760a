"""One stress scenario in full, and the form of a person's own."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import reads, writes
from accounts.models import Household
from optimizer import selectors
from optimizer.forms.scenario import MoveLines, ScenarioForm, initial_of
from optimizer.forms.subjects import subjects
from optimizer.models import Evidence, StressScenario
from optimizer.pages.evidence import stress as page
from optimizer.services import scenarios
from optimizer.views.posted import actor


@reads
def scenario(request: HttpRequest, household: Household, key: str) -> HttpResponse:
    row = selectors.evidence(household, Evidence.Kind.STRESS)
    shown = page.outcome(row.result, key) if row else None
    if row is None or shown is None:
        raise Http404("No such scenario.")
    context = {
        "row": row,
        "found": row.result,
        "shown": shown,
        "scenario": next((each for each in selectors.stress_scenarios(household) if str(each.key) == key), None),
        "total": page.total(shown),
        "compares": row.result["proposal"] is not None,
        "accounts": page.by_account(row.result, shown),
        "holdings": page.by_holding(row.result, shown),
    }
    return render(request, "optimizer/evidence/stress_scenario.html", context)


@writes
def scenario_new(request: HttpRequest, household: Household) -> HttpResponse:
    """The form's key is the new scenario's: the same form sent twice makes one."""
    return _edit(request, household, None)


@writes
def scenario_edit(request: HttpRequest, household: Household, key: uuid.UUID) -> HttpResponse:
    return _edit(request, household, _scenario(household, key))


@require_POST
@writes
def scenario_retire(request: HttpRequest, household: Household, key: uuid.UUID) -> HttpResponse:
    found = _scenario(household, key)
    scenarios.retire_scenario(household=household, user=actor(request), scenario=found)
    messages.success(request, f"Scenario “{found.name}” is no longer tested. Its versions are kept.")
    return redirect("evidence_part", household.uuid, "stress")


def _edit(request: HttpRequest, household: Household, found: StressScenario | None) -> HttpResponse:
    known = subjects(household)
    start = {"key": found.key, "name": found.name} if found else {"key": uuid.uuid4()}
    form = ScenarioForm(request.POST or None, initial=start)
    moves = [initial_of(known, move) for move in found.moves] if found else []
    lines: Any = MoveLines(request.POST or None, prefix="moves", initial=moves, form_kwargs={"subjects": known})
    if request.method == "POST" and all([form.is_valid(), lines.is_valid()]):
        key = found.key if found else form.cleaned_data["key"]
        name = form.cleaned_data["name"]
        made = scenarios.save_scenario(household=household, user=actor(request), key=key, name=name, moves=lines.moves)
        messages.success(request, f"Version {made.number} of “{made.name}” was saved. Stress is being computed again.")
        return redirect("evidence_part", household.uuid, "stress")
    context = {"form": form, "lines": lines, "scenario": found, "subjects": known}
    return render(request, "optimizer/evidence/scenario.html", context)


def _scenario(household: Household, key: uuid.UUID) -> StressScenario:
    found = next((each for each in selectors.stress_scenarios(household) if each.key == key), None)
    if found is None:
        raise Http404("No such scenario.")
    return found
