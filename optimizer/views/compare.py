"""Two proposals side by side, or a proposal and one of its alternatives."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import reads
from accounts.models import Household
from accounts.templatetags.formats import SYMBOLS
from optimizer import selectors
from optimizer.pages import compare as page

OFFERED = 50


@reads
def compare(request: HttpRequest, household: Household) -> HttpResponse:
    """Without a choice: the last two."""
    found = page.pair(household, request.GET.dict())
    if found is None:
        raise Http404
    a, b = found
    offered = selectors.proposals(household).values_list("number", flat=True)[:OFFERED]
    context = {
        "nav": "proposals",
        "a": a,
        "b": b,
        "choices": page.choices(offered, a, b),
        "compared": page.compare(household, a, b),
        "symbol": SYMBOLS.get(household.base_currency, household.base_currency),
    }
    return render(request, "optimizer/compare.html", context)
