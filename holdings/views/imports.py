"""A broker file on its way in: upload, review, result; and out again."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import writes
from accounts.models import Household
from accounts.requests import signed_in
from holdings import selectors
from holdings.forms import UndoForm, UploadForm
from holdings.importers.base import ImportFailed
from holdings.importers.registry import IMPORTERS
from holdings.models import Import
from holdings.pages import imports as pages
from holdings.services import imports as services
from holdings.services.ledger import BookingRefused

ROWS = 200
FILES = 50


@writes
def imports(request: HttpRequest, household: Household) -> HttpResponse:
    if request.method == "POST":
        return upload(request, household)
    return upload_page(request, household, UploadForm(household=household, initial=request.GET.dict()))


def upload(request: HttpRequest, household: Household) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, household=household)
    if not form.is_valid():
        return upload_page(request, household, form)
    file = form.cleaned_data["file"]
    try:
        batch = services.preview(
            account=form.cleaned_data["account"],
            user=signed_in(request),
            file_name=file.name,
            content=file.read(),
        )
    except ImportFailed as failure:
        form.add_error("file", str(failure))
        return upload_page(request, household, form)
    return redirect("import_detail", household.uuid, batch.uuid)


def upload_page(request: HttpRequest, household: Household, form: UploadForm) -> HttpResponse:
    past = Paginator(selectors.imports(household), FILES).get_page(request.GET.get("page"))
    values = {
        "form": form,
        "has_accounts": selectors.brokerage_accounts(household).exists(),
        "page": past,
        "past": [(batch, pages.format_label(batch.format)) for batch in past.object_list],
        "readers": IMPORTERS,
    }
    return render(request, "holdings/imports.html", values)


@writes
def import_detail(request: HttpRequest, household: Household, batch: uuid.UUID) -> HttpResponse:
    return review(request, found(household, batch))


@require_POST
@writes
def import_confirm(request: HttpRequest, household: Household, batch: uuid.UUID) -> HttpResponse:
    wanted = found(household, batch)
    try:
        services.confirm(batch=wanted, user=signed_in(request))
    except BookingRefused as refusal:
        return review(request, wanted, failure=str(refusal))
    return redirect("import_detail", household.uuid, batch)


@require_POST
@writes
def import_discard(request: HttpRequest, household: Household, batch: uuid.UUID) -> HttpResponse:
    wanted = found(household, batch)
    services.discard(batch=wanted, user=signed_in(request))
    messages.success(request, f"{wanted.file_name} is put aside. Nothing of it was booked.")
    return redirect("imports", household.uuid)


@require_POST
@writes
def import_undo(request: HttpRequest, household: Household, batch: uuid.UUID) -> HttpResponse:
    wanted = found(household, batch)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return review(request, wanted, undo_form=form)
    try:
        services.undo(batch=wanted, user=signed_in(request), reason=form.cleaned_data["reason"])
    except BookingRefused as refusal:
        return review(request, wanted, undo_form=form, failure=str(refusal))
    messages.success(request, f"{wanted.file_name} is undone. The same file can be imported again.")
    return redirect("import_detail", household.uuid, batch)


def found(household: Household, batch: uuid.UUID) -> Import:
    return get_object_or_404(selectors.imports(household), uuid=batch)


def review(request: HttpRequest, batch: Import, **more: Any) -> HttpResponse:
    number = pages.counts(batch)
    choices = pages.segments(number)
    segment = pages.chosen_segment(request.GET.get("show", ""), choices)
    rows = batch.rows.filter(status__in=pages.SEGMENTS[segment][1])
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    columns = pages.columns(batch, shown)
    values = {
        "nav": "imports",
        "batch": batch,
        "format": pages.format_label(batch.format),
        "counts": number,
        "segments": choices,
        "segment": segment,
        "columns": columns,
        "page": page,
        "rows": [pages.row_view(row, columns) for row in shown],
        "steps": steps(batch),
        "booked": pages.booked(batch),
        "undo_form": UndoForm(),
        **more,
    }
    return render(request, "holdings/import_detail.html", values)


def steps(batch: Import) -> list[dict[str, str]]:
    review_state, result_state = ("now", "later") if batch.status == Import.Status.PREVIEW else ("done", "now")
    return [
        {"name": "Upload", "state": "done"},
        {"name": "Review", "state": review_state},
        {"name": "Result", "state": result_state},
    ]
