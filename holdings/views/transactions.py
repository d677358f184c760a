from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import reads
from accounts.models import Household
from holdings import selectors
from holdings.forms.filters import TransactionFilter
from holdings.pages.instrument import ORIGIN

ROWS = 100


@reads
def transactions(request: HttpRequest, household: Household) -> HttpResponse:
    form = TransactionFilter(request.GET, household=household)
    rows = form.narrowed(selectors.transactions(household))
    page = Paginator(rows.prefetch_related(ORIGIN), ROWS).get_page(request.GET.get("page"))
    return render(request, "holdings/transactions.html", {"nav": "holdings", "form": form, "page": page})
