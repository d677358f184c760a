"""The review: every row with what is wrong with it, set right in place; and what booking would change."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import reads, writes
from accounts.models import Household
from accounts.requests import signed_in
from holdings.forms import UndoForm
from holdings.forms.imports import RowForm
from holdings.models import Import, ImportRow
from holdings.pages import imports as pages
from holdings.pages import transfers
from holdings.pages.dry_run import told
from holdings.services import imports as services
from holdings.services.imports.drafts import restored
from holdings.views.imports.shared import Status, elsewhere, found, next_step, step

ROWS = 200


@writes
def import_detail(request: HttpRequest, household: Household, batch: uuid.UUID) -> HttpResponse:
    wanted = found(household, batch)
    if away := elsewhere(wanted):
        return away
    name = next_step(wanted) if request.membership.may_write else ""  # type: ignore[attr-defined]
    return redirect(name, household.uuid, batch) if name else review(request, wanted)


def review(request: HttpRequest, batch: Import, *, status: int = 200, **more: Any) -> HttpResponse:
    number = pages.counts(batch)
    choices = pages.segments(number)
    segment = pages.chosen_segment(request.GET.get("show", ""), choices)
    rows = batch.rows.filter(status__in=pages.SEGMENTS[segment][1]).select_related("account")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    columns = pages.columns(batch, shown)
    standing = services.standing(batch)
    waits = standing == Status.PREVIEW
    links = transfers.offers(batch, shown) if waits else {}
    edited = more.pop("edited", None) or (edited_row(request, shown) if waits else None)
    values = {
        "standing": standing,
        "waits": waits,
        "counts": number,
        "segments": choices,
        "segment": segment,
        "columns": columns,
        "several": len(batch.accounts) > 1,
        "page": page,
        "rows": [pages.row_view(row, columns, links.get(row.pk, ())) for row in shown],
        "edited": edited,
        "would_compare": waits and services.would_compare(batch),
        "booked": pages.booked(batch),
        "statements": pages.statements(batch),
        "undo_reason": pages.undo_reason(batch),
        "undo_form": UndoForm(),
        "here": request.GET.urlencode(),
        **more,
    }
    return step(request, batch, "review", values, status)


def edited_row(request: HttpRequest, shown: list[ImportRow]) -> tuple[int, RowForm] | None:
    """The row that is open for correction, and its form."""
    asked = request.GET.get("edit", "")
    row = next((row for row in shown if str(row.pk) == asked), None)
    return (row.pk, RowForm(draft=restored(row))) if row else None


@require_POST
@writes
def import_row(request: HttpRequest, household: Household, batch: uuid.UUID, row: int) -> HttpResponse:
    """Correct a row, put it back, book it as a short sale, or link it with the other side of a transfer."""
    wanted = found(household, batch)
    chosen = get_object_or_404(wanted.rows.select_related("account"), pk=row)
    common: dict[str, Any] = {"batch": wanted, "row": chosen, "user": signed_in(request)}
    act = request.POST.get("act", "")
    try:
        if act == "restore":
            services.take_back(**common)
        elif act == "short":
            services.book_as_short(**common)
        elif act == "link":
            services.link(**common, other=transfers.checked(wanted, chosen, request.POST.get("other", "")))
        else:
            form = RowForm(request.POST, draft=restored(chosen))
            if not corrected(form, common):
                return review(request, wanted, edited=(chosen.pk, form))
    except services.NotWaiting as error:
        return review(request, wanted, status=409, failure=str(error))
    return back(request, wanted, f"row-{chosen.pk}")


def corrected(form: RowForm, common: dict[str, Any]) -> bool:
    """Whether what was typed could be kept; otherwise the form says what is wrong."""
    if not form.is_valid():
        return False
    try:
        services.edit_row(**common, values=form.changes())
    except services.EditRefused as refused:
        for name, message in refused.faults:
            form.add_error(name if name in form.fields else None, message)
        return False
    return True


@require_POST
@writes
def import_choose(request: HttpRequest, household: Household, batch: uuid.UUID) -> HttpResponse:
    """Keep the ticks of the rows that were shown."""
    wanted = found(household, batch)
    shown = {int(pk) for pk in request.POST.getlist("shown") if pk.isdigit()}
    ticked = {int(pk) for pk in request.POST.getlist("row") if pk.isdigit()}
    try:
        services.choose(batch=wanted, user=signed_in(request), ticks={pk: pk in ticked for pk in shown})
    except services.NotWaiting as error:
        return review(request, wanted, status=409, failure=str(error))
    return back(request, wanted)


def back(request: HttpRequest, batch: Import, anchor: str = "") -> HttpResponse:
    """The review as it was looked at, without an open row."""
    query = request.GET.copy()
    query.pop("edit", None)
    address = reverse("import_detail", args=[batch.household.uuid, batch.uuid])
    return redirect(f"{address}{'?' + query.urlencode() if query else ''}{'#' + anchor if anchor else ''}")


@reads
def import_dry_run(request: HttpRequest, household: Household, batch: uuid.UUID) -> HttpResponse:
    """What booking would change, as it was last found out."""
    wanted = found(household, batch)
    if services.standing(wanted) != Status.PREVIEW or not wanted.outcome:
        return redirect("import_detail", household.uuid, batch)
    return step(request, wanted, "dry_run", {"told": told(wanted), "counts": pages.counts(wanted)})


@require_POST
@writes
def import_try(request: HttpRequest, household: Household, batch: uuid.UUID) -> HttpResponse:
    """Find out what booking would change; a long import does so in the worker."""
    wanted = found(household, batch)
    if services.standing(wanted) != Status.PREVIEW:
        messages.error(request, "This import does not wait for review any more.")
        return redirect("import_detail", household.uuid, batch)
    run = services.try_out(batch=wanted, user=signed_in(request))
    return redirect("run", household.uuid, run.uuid) if run else redirect("import_dry_run", household.uuid, batch)
