from __future__ import annotations

from collections.abc import Iterable

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import reads
from accounts.exports import csv_response
from accounts.models import Household
from holdings import selectors
from holdings.models import BrokerageAccount
from holdings.pages import gains as page

ROWS = 200


@reads
def gains(request: HttpRequest, household: Household) -> HttpResponse:
    known = page.years(household)
    year = page.chosen_year(request.GET.get("year"), known, household.as_of)
    accounts = list(selectors.brokerage_accounts(household))
    account = _account(accounts, request.GET.get("account", ""))
    rows = page.of_year(household, year, account)
    values = {
        "year": year,
        "years": [(str(each), str(each)) for each in known],
        "accounts": [("", "All accounts"), *((str(each.uuid), each.name) for each in accounts)],
        "account": str(account.uuid) if account else "",
        "totals": page.totals(rows),
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
    }
    return render(request, "holdings/gains.html", values)


@reads
def gains_csv(request: HttpRequest, household: Household) -> HttpResponse:
    year = page.chosen_year(request.GET.get("year"), page.years(household), household.as_of)
    account = _account(selectors.brokerage_accounts(household), request.GET.get("account", ""))
    rows = page.of_year(household, year, account)
    return csv_response(f"gains-{year}", page.EXPORT, page.export_rows(rows))


def _account(accounts: Iterable[BrokerageAccount], wanted: str) -> BrokerageAccount | None:
    return next((each for each in accounts if str(each.uuid) == wanted), None)
