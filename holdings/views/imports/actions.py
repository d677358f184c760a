"""What ends an import: booking, putting aside, undoing."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import writes
from accounts.models import Household
from accounts.requests import signed_in
from holdings.forms import UndoForm
from holdings.services import imports as services
from holdings.services.ledger import BookingRefused
from holdings.views.imports.review import review
from holdings.views.imports.shared import found


@require_POST
@writes
def import_confirm(request: HttpRequest, household: Household, batch: uuid.UUID) -> HttpResponse:
    wanted = found(household, batch)
    try:
        services.book(batch=wanted, user=signed_in(request))
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
