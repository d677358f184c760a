"""The registry of models, and their reviews."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import reads, writes
from accounts.models import Household
from accounts.templatetags.formats import day
from optimizer.forms.review import ReviewForm
from optimizer.models import ModelReview
from optimizer.pages.evidence import PARTS
from optimizer.registry import card
from optimizer.services import reviews
from optimizer.views.posted import actor


@reads
def models(request: HttpRequest, household: Household) -> HttpResponse:
    rows = sorted(
        reviews.standings(household, reviews.owner_of(household)), key=lambda row: (not row.overdue, row.due_on)
    )
    context = {"rows": rows, "overdue": sum(row.overdue for row in rows), "parts": PARTS, "nav": "evidence"}
    return render(request, "optimizer/models.html", context)


@writes
def review(request: HttpRequest, household: Household, model: str) -> HttpResponse:
    """The question about one model, its earlier answers, and the form."""
    shown = card(model)
    if shown is None:
        raise Http404("No such model.")
    form = ReviewForm(request.POST or None, days=shown.days)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        made = reviews.review(household=household, user=actor(request), card=shown, **said)
        messages.success(request, f"Kept. It is asked again on {day(made.next_on)}.")
        return redirect("models", household.uuid)
    past = list(ModelReview.objects.filter(household=household, model=shown.key).select_related("user"))
    known = {part.slug for part in PARTS}
    context = {"card": shown, "has_page": shown.part in known, "form": form, "past": past, "nav": "evidence"}
    return render(request, "optimizer/model_review.html", context)
