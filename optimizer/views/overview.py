from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import reads
from accounts.models import Household
from accounts.templatetags.formats import SYMBOLS
from holdings.valuations import periods
from optimizer.pages.overview import allocation, page


@reads
def overview(request: HttpRequest, household: Household) -> HttpResponse:
    period = periods.chosen(request.GET.get("period"))
    by = allocation.chosen(request.GET.get("by"))
    shown = page.overview(household, period, by)
    context = {
        "page": shown,
        "period": period,
        "periods": [(name, name) for name in periods.PERIODS],
        "by": by,
        "views": allocation.VIEWS,
        "key": uuid.uuid4(),
        "currency": household.base_currency,
        "unit": SYMBOLS.get(household.base_currency, household.base_currency),
    }
    template = "optimizer/overview_empty.html" if shown.position.is_empty else "optimizer/overview.html"
    return render(request, template, context)
