"""What a sale would cost in tax, before anybody orders it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import reads
from accounts.models import Household
from holdings.forms.what_if import WhatIfForm, first_data, starting
from holdings.pages import what_if as page
from holdings.tax.jurisdiction import UnknownYear, UnsupportedHistory
from holdings.taxation.situation import NotComputed
from holdings.taxation.what_if import Position, WhatIfRefused

REFUSED = 400


@reads
def tax_what_if(request: HttpRequest, household: Household) -> HttpResponse:
    """The question, by GET alone: an address names a position or a lot, and what would be sold of it."""
    lot, position = request.GET.get("lot", ""), request.GET.get("position", "")
    if not (lot or position):
        return show(request, household)
    place = page.place(household, position, lot)
    if place is None:
        raise Http404("No such position.")
    try:
        found = Position(household, *place)
    except (NotComputed, UnsupportedHistory) as failure:
        return show(request, household, failure=str(failure))
    return answered(request, household, found, lot)


def answered(request: HttpRequest, household: Household, position: Position, lot: str) -> HttpResponse:
    values: dict[str, Any] = {"position": position, "chosen": f"{position.account.uuid}:{position.instrument.uuid}"}
    if "price" not in request.GET and not lot:
        return show(request, household, **values, form=WhatIfForm(position=position, initial=starting(position)))
    data = request.GET if "price" in request.GET else first_data(position, lot, request.GET.get("shares", ""))
    form = WhatIfForm(data, position=position)
    if not form.is_valid():
        return show(request, household, **values, form=form)
    try:
        answer = position.answer(form.question)
    except WhatIfRefused as refusal:
        form.refuse(refusal)
        return show(request, household, **values, form=form)
    except (UnknownYear, UnsupportedHistory) as failure:
        return show(request, household, **values, form=form, failure=str(failure))
    return show(request, household, **values, form=form, shown=page.shown(position, answer))


def show(request: HttpRequest, household: Household, **values: Any) -> HttpResponse:
    form = values.get("form")
    refused = bool(form and form.errors)
    context = {"nav": "tax", "positions": page.positions(household), **values}
    return render(request, "holdings/what_if.html", context, status=REFUSED if refused else 200)
