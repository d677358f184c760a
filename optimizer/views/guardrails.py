from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import writes
from accounts.models import Household
from optimizer import selectors
from optimizer.forms.guardrails import GuardrailsForm
from optimizer.models import Guardrails
from optimizer.services.guardrails import save_guardrails
from optimizer.views.posted import actor


@writes
def guardrails(request: HttpRequest, household: Household) -> HttpResponse:
    """The outer limits of every plan, and what halts automated proposals."""
    stored = selectors.guardrails(household)
    form = GuardrailsForm(request.POST or None, stored=stored)
    if form.is_bound and form.is_valid():
        saved = save_guardrails(
            household=household, user=actor(request), key=form.cleaned_data["key"], settings=form.settings
        )
        messages.success(request, f"Version {saved.number} of the guardrails holds now.")
        return redirect("guardrails", household.uuid)
    versions = list(Guardrails.objects.filter(household=household).select_related("user"))
    context = {"nav": "goals", "form": form, "stored": stored, "versions": versions}
    return render(request, "optimizer/guardrails.html", context)
