"""Reports to print: which, a quarter, a proposal."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import reads
from accounts.models import Household
from accounts.templatetags.formats import SYMBOLS
from holdings.reports import stored
from holdings.reports.scope import Kind, Scope
from optimizer import selectors
from optimizer.pages.report import proposal as proposal_page
from optimizer.pages.report import quarter as quarter_page
from optimizer.pages.report import quarters
from optimizer.views import proposals
from optimizer.views.beside import facts

OFFERED = 50


@reads
def report(request: HttpRequest, household: Household) -> HttpResponse:
    scope = Scope(Kind.HOUSEHOLD, None, household.name, list(household.brokerage_accounts.all()))
    known = stored.valued(household, scope)
    context = {
        "quarters": quarters.between(known.first, known.last) if known else [],
        "proposals": selectors.proposals(household)[:OFFERED],
    }
    return render(request, "optimizer/reports.html", context)


@reads
def of_quarter(request: HttpRequest, household: Household, quarter: str) -> HttpResponse:
    try:
        named = quarters.named(quarter)
    except ValueError as error:
        raise Http404(str(error)) from error
    shown = quarter_page.report(household, named)
    context = {
        **_common(household),
        "shown": shown,
        "title": named.words,
        "words": quarter_page.words(shown),
        "until": shown.until,
        "key": uuid.uuid4(),
    }
    return render(request, "optimizer/report/quarter.html", context)


@reads
def of_proposal(request: HttpRequest, household: Household, number: int) -> HttpResponse:
    found = proposals.find(household, number)
    trades = list(selectors.trades(found))
    decided = any(hasattr(trade, "decision") for trade in trades)
    beside = facts(request, found, len(trades), decided=decided)
    context = {
        **_common(household),
        **proposals.content(found, trades, beside["beside"].nothing),
        **beside,
        **proposal_page.content(found, trades),
        "title": f"Proposal {found.number}",
        "until": found.as_of,
    }
    return render(request, "optimizer/report/proposal.html", context)


def _common(household: Household) -> dict[str, str]:
    currency = household.base_currency
    return {"currency": currency, "unit": SYMBOLS.get(currency, currency)}
