"""The tax page, its sales, and its files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import reads
from accounts.doorbell import ring
from accounts.exports import Cell, csv_response
from accounts.models import Household
from accounts.templatetags.formats import SYMBOLS
from holdings.models import TaxReport
from holdings.tax.us import form8949
from holdings.taxation import stored
from optimizer.pages.tax import files, page, sales

ROWS = 100
NUMBER = re.compile(r"-?\d+(\.\d+)?")


@reads
def tax(request: HttpRequest, household: Household) -> HttpResponse:
    shown = page.tax_page(household, request.GET.get("year", ""))
    if not shown.is_current:
        ring("holdings.tax", household.pk)
    context = {
        "nav": "tax",
        "page": shown,
        "shown": shown.shown,
        "currency": household.base_currency,
        "unit": SYMBOLS.get(household.base_currency, household.base_currency),
    }
    return render(request, "optimizer/tax.html", context)


@reads
def tax_sales(request: HttpRequest, household: Household, label: str) -> HttpResponse:
    report = _report(household, label)
    rows = Paginator(sales.rows(report), ROWS).get_page(request.GET.get("page"))
    context = {
        "nav": "tax",
        "report": report,
        "page": rows,
        "sales": sales.shown(rows.object_list, household),
        "currency": household.base_currency,
        "unit": SYMBOLS.get(household.base_currency, household.base_currency),
    }
    return render(request, "optimizer/tax_sales.html", context)


@reads
def tax_form(request: HttpRequest, household: Household, label: str) -> HttpResponse:
    """The rows of the country's form. A year that may still change is called provisional in the file's name."""
    report = _report(household, label)
    form = files.form(household, report, of_spouse=request.GET.get("of") == "spouse")
    return csv_response(form.name, form.heading, [[_cell(each) for each in row] for row in form.rows])


@reads
def tax_schedule_d(request: HttpRequest, household: Household, label: str) -> HttpResponse:
    report = _report(household, label)
    if household.tax_profile.country != "US":
        raise Http404("Schedule D is a form of the United States.")
    return csv_response(files.name("schedule-d", household, report), files.SCHEDULE_D, _totals(household, report))


def _totals(household: Household, report: TaxReport) -> Iterable[Sequence[Cell]]:
    for total in form8949.totals(files.rows_8949(household, report)):
        yield [total.line, total.proceeds, total.basis, total.adjustment, total.gain]


def _report(household: Household, label: str) -> TaxReport:
    report = stored.report(household, label)
    if report is None:
        raise Http404("No such tax year.")
    return report


def _cell(text: str) -> Cell:
    """Numbers as numbers, so that none is taken for a formula."""
    return Decimal(text) if NUMBER.fullmatch(text) else text
