"""What every step of an import needs."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import Household
from holdings import selectors
from holdings.models import Import
from holdings.pages.imports import format_label
from holdings.pages.steps import steps, waits_for
from holdings.services import imports as services

Status = Import.Status


def found(household: Household, batch: uuid.UUID) -> Import:
    return get_object_or_404(selectors.imports(household), uuid=batch)


def step(request: HttpRequest, batch: Import, name: str, values: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page of one step, with the way through all of them."""
    shared = {"nav": "imports", "batch": batch, "format": format_label(batch.format), "steps": steps(batch, name)}
    return render(request, f"holdings/import/{name}.html", {**shared, **values}, status=status)


def elsewhere(batch: Import) -> HttpResponse | None:
    """Where a file has to be looked at that is at work, or waits for its columns."""
    status, house = services.standing(batch), batch.household
    if status in {Status.READING, Status.BOOKING}:
        run = services.run_of(batch)
        return redirect("run", house.uuid, run.uuid) if run else None
    return redirect("import_columns", house.uuid, batch.uuid) if status == Status.MAPPING else None


def onward(batch: Import) -> HttpResponse:
    """The first step that still asks something, else the review; a run where one is at work."""
    run = services.run_of(batch)
    if run and run.is_active:
        return redirect("run", batch.household.uuid, run.uuid)
    return redirect(next_step(batch) or "import_detail", batch.household.uuid, batch.uuid)


def next_step(batch: Import) -> str:
    """The name of a step that has to be taken before the review; empty when there is none."""
    if services.standing(batch) != Status.PREVIEW:
        return ""
    name = waits_for(batch)
    return "" if name == "review" else f"import_{name}"
