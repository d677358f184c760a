from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import reads
from accounts.models import Household
from holdings import selectors
from holdings.forms import TransactionFilter
from holdings.models import Transaction
from holdings.pages.instrument import ORIGIN

ROWS = 100


@reads
def transactions(request: HttpRequest, household: Household) -> HttpResponse:
    form = TransactionFilter(request.GET, household=household)
    rows = chosen(selectors.transactions(household), form)
    page = Paginator(rows.prefetch_related(ORIGIN), ROWS).get_page(request.GET.get("page"))
    return render(request, "holdings/transactions.html", {"nav": "holdings", "form": form, "page": page})


def chosen(rows: QuerySet[Transaction], form: TransactionFilter) -> QuerySet[Transaction]:
    form.is_valid()
    account, kind, symbol = (form.cleaned_data.get(name) for name in ("account", "kind", "symbol"))
    if account:
        rows = rows.filter(account=account)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(instrument__symbol__iexact=symbol) if symbol else rows
