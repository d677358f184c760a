"""Reports to print: which, a quarter, a proposal."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import reads, writes
from accounts.models import Household
from accounts.requests import posted_key
from accounts.templatetags.formats import SYMBOLS
from holdings.reports import stored
from holdings.reports.scope import Kind, Scope
from optimizer import selectors
from optimizer.models import PrintedReport
from optimizer.pages import proposal_content
from optimizer.pages.report import printed, proposal_sheet, quarter_sheet, quarters
from optimizer.pages.report import proposal as proposal_page
from optimizer.pages.report import quarter as quarter_page
from optimizer.pages.report.quarters import Quarter
from optimizer.services import printing
from optimizer.views import proposals
from optimizer.views.beside import facts
from optimizer.views.posted import actor

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
    named = _named(quarter)
    shown = quarter_page.report(household, named)
    context = {
        **_common(household),
        "shown": shown,
        "title": named.words,
        "words": quarter_page.words(shown),
        "until": shown.until,
        "key": uuid.uuid4(),
        "assumptions": quarter_page.assumptions(shown, household.base_currency),
        "printed": printed.printed(household, printed.of_quarter(named), quarter_sheet.sheet(household, shown)),
    }
    return render(request, "optimizer/report/quarter.html", context)


@reads
def of_proposal(request: HttpRequest, household: Household, number: int) -> HttpResponse:
    found = proposals.find(household, number)
    trades = list(selectors.trades(found))
    decided = any(hasattr(trade, "decision") for trade in trades)
    beside = facts(request, found, len(trades), decided=decided)
    content = {
        **proposal_content.content(found, trades, beside["beside"].nothing),
        **proposal_page.content(found, trades),
    }
    context = {
        **_common(household),
        **content,
        **beside,
        "title": f"Proposal {found.number}",
        "until": found.as_of,
        "printed": printed.printed(household, printed.of_proposal(number), proposal_sheet.sheet(found, content)),
    }
    return render(request, "optimizer/report/proposal.html", context)


@require_POST
@writes
def print_quarter(request: HttpRequest, household: Household, quarter: str) -> HttpResponse:
    return _print(request, household, printed.of_quarter(_named(quarter)))


@require_POST
@writes
def print_proposal(request: HttpRequest, household: Household, number: int) -> HttpResponse:
    return _print(request, household, printed.of_proposal(proposals.find(household, number).number))


def _print(request: HttpRequest, household: Household, subject: str) -> HttpResponse:
    run = printing.request(household=household, user=actor(request), subject=subject, key=posted_key(request))
    return redirect("run", household.uuid, run.uuid)


@reads
def download(request: HttpRequest, household: Household, file: uuid.UUID) -> HttpResponse:
    return printed.response(get_object_or_404(PrintedReport, household=household, uuid=file))


def _named(quarter: str) -> Quarter:
    try:
        return quarters.named(quarter)
    except ValueError as error:
        raise Http404(str(error)) from error


def _common(household: Household) -> dict[str, str]:
    currency = household.base_currency
    return {"currency": currency, "unit": SYMBOLS.get(currency, currency)}
