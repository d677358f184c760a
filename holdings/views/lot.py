from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import writes
from accounts.models import Household
from accounts.requests import signed_in
from holdings import selectors
from holdings.forms.lot import LotForm
from holdings.pages import lot as page
from holdings.pages.lot_tax import lot_tax
from holdings.services import records
from holdings.services.ledger import BookingRefused

REFUSED = 409


@writes
def lot(request: HttpRequest, household: Household, key: str) -> HttpResponse:
    """The trail of a lot; POST corrects it by an adjustment."""
    trail = page.trail(household, key)
    if trail is None:
        raise Http404("No such lot.")
    form = LotForm(request.POST or None, lot=trail.lot, since=trail.last_day) if trail.lot else None
    if request.method != "POST":
        return show(request, household, trail, form)
    if form is None:
        raise Http404("The lot is closed.")
    if not form.is_valid():
        return show(request, household, trail, form)
    return adjusted(request, household, trail, form)


def adjusted(request: HttpRequest, household: Household, trail: page.Trail, form: LotForm) -> HttpResponse:
    change = form.change_of(form.cleaned_data)
    if change is None:
        return show(request, household, trail, form)
    form.lot.account.household = household
    try:
        records.adjust_lot(lot=form.lot, user=signed_in(request), change=change, reason=form.cleaned_data["reason"])
    except BookingRefused as refusal:
        return show(request, household, trail, form, failure=str(refusal))
    messages.success(request, "The lot is corrected; its trail keeps the reason.")
    return redirect("lot", household.uuid, trail.key)


def show(
    request: HttpRequest, household: Household, trail: page.Trail, form: LotForm | None, failure: str = ""
) -> HttpResponse:
    quote = selectors.quotes(household, [trail.instrument.pk], household.as_of).get(trail.instrument.pk)
    values = {
        "nav": "holdings",
        "trail": trail,
        "lot": trail.lot,
        "instrument": trail.instrument,
        "account": trail.account,
        "tax": lot_tax(household, trail.lot) if trail.lot else None,
        "figures": page.figures(trail, quote),
        "form": form,
        "failure": failure,
    }
    return render(request, "holdings/lot.html", values, status=REFUSED if failure else 200)
