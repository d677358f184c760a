"""How a household, an account or a goal did: stored reports, and asking for those of other dates."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import reads, writes
from accounts.exports import csv_response
from accounts.models import Household
from accounts.requests import posted_key, signed_in
from accounts.templatetags.formats import SYMBOLS
from holdings.forms.report import DatesForm
from holdings.models import PerformanceReport
from holdings.pages import performance as page
from holdings.reports import stored
from holdings.reports.scope import Kind, Scope, scopes
from holdings.reports.stored import Dates
from holdings.services.reports import request_report
from holdings.valuations import periods

QUERY = {"scope", "period", "first", "last", "sort"}


@reads
def performance(request: HttpRequest, household: Household) -> HttpResponse:
    chosen = choose(household, request.GET)
    order = page.known_order(request.GET.get("sort", ""))
    shown = page.Shown(chosen.report, order) if chosen.report else None
    unit = SYMBOLS.get(household.base_currency, household.base_currency)
    values: dict[str, Any] = {
        "chosen": chosen,
        "shown": shown,
        "periods": [*((name, name) for name in periods.PERIODS), (periods.CUSTOM, "Dates")],
        "currency": household.base_currency,
        "unit": unit,
        "key": uuid.uuid4(),
    }
    if shown:
        values["words"] = page.words_of(shown)
        values["headings"] = page.headings(order, unit, with_currency=shown.has_currency, with_points=shown.has_points)
    return render(request, "holdings/performance.html", values)


@reads
def performance_csv(request: HttpRequest, household: Household) -> HttpResponse:
    report = choose(household, request.GET).report
    if report is None:
        raise Http404("No such report.")
    shown = page.Shown(report, page.DEFAULT)
    return csv_response(f"performance-{shown.since}-{shown.until}", page.EXPORT, page.export_rows(shown))


@require_POST
@writes
def performance_ask(request: HttpRequest, household: Household) -> HttpResponse:
    chosen = choose(household, request.POST)
    if chosen.wanted is None or chosen.is_current:
        asked = {name: value for name, value in request.POST.items() if name in QUERY}
        return redirect(f"{reverse('performance', args=[household.uuid])}?{urlencode(asked)}")
    run = request_report(
        household=household, user=signed_in(request), scope=chosen.scope, wanted=chosen.wanted, key=posted_key(request)
    )
    return redirect("run", household.uuid, run.uuid)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a query asks for. `wanted` is None before anything is valued, or while the dates have an error."""

    scope: Scope
    scopes: list[Scope]
    period: str
    known: Dates | None
    form: DatesForm | None
    wanted: Dates | None
    report: PerformanceReport | None

    @property
    def is_current(self) -> bool:
        return self.report is not None and stored.is_current(self.report, self.scope)

    @property
    def groups(self) -> list[tuple[str, list[Scope]]]:
        """Scopes by kind, as the picker lists them."""
        words = {Kind.HOUSEHOLD: "Household", Kind.ACCOUNT: "Accounts", Kind.GOAL: "Goals"}
        found = [(word, [scope for scope in self.scopes if scope.kind == kind]) for kind, word in words.items()]
        return [(word, some) for word, some in found if some]


def choose(household: Household, query: QueryDict) -> Chosen:
    every = scopes(household)
    scope = next((each for each in every if each.key == query.get("scope")), every[0])
    period = query.get("period", periods.DEFAULT)
    period = period if period == periods.CUSTOM else periods.chosen(period)
    known = stored.valued(household, scope)
    if known is None:
        return Chosen(scope, every, period, None, None, None, None)
    named = stored.dates(periods.DEFAULT if period == periods.CUSTOM else period, known)
    given = {"first": named.first, "last": named.last} | {n: query[n] for n in ("first", "last") if query.get(n)}
    form = DatesForm(given, known=known)
    wanted: Dates | None = named
    if period == periods.CUSTOM:
        wanted = stored.clipped(form.dates, known) if form.is_valid() else None
    report = stored.report(household, scope, wanted) if wanted else None
    return Chosen(scope, every, period, known, form, wanted, report)
