"""The Data page, and what can be done there in one click."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import reads, writes
from accounts.models import Household
from accounts.requests import signed_in
from accounts.templatetags.formats import count_of
from holdings.forms.prices import FeedForm, PriceForm, ReasonForm, SeriesForm
from holdings.importers.base import ImportFailed, RowProblem
from holdings.market import series
from holdings.market.held import held_by
from holdings.market.providers import upload
from holdings.market.providers.upload import Upload
from holdings.models import Feed, HouseholdPrice, PriceFinding
from holdings.pages import data as page
from holdings.services import feeds as feed_services
from holdings.services import findings as finding_services
from holdings.services.feeds import FeedRefused
from holdings.services.findings import CannotSettle
from holdings.services.ledger import BookingRefused
from holdings.services.prices import PriceRefused, enter_price, remove_prices, upload_prices

PROBLEMS = 20
OWN = 100
ANCHORS = {"findings": "#findings", "series": "#series"}
ADD = {"prices": feed_services.add_prices, "rates": feed_services.add_rates, "macro": feed_services.add_macro}


@reads
def data(request: HttpRequest, household: Household) -> HttpResponse:
    found = page.read(household)
    checks = [(check, link(household, check.where)) for check in found.checks]
    values = {"nav": "data", "data": found, "checks": checks, "updated": page.last_moment(found.sources)}
    return render(request, "holdings/data.html", values)


def link(household: Household, where: str) -> str:
    """Where a check's fix stands: a part of this page, another page, or the page of an object (name/key)."""
    if where in ANCHORS:
        return ANCHORS[where]
    name, _, key = where.partition("/")
    return reverse(name, args=[household.uuid, *([key] if key else [])]) if name else ""


@require_POST
@writes
def data_fetch(request: HttpRequest, household: Household) -> HttpResponse:
    count = feed_services.fetch_now(household=household, user=signed_in(request))
    if count:
        messages.success(request, f"{count_of(count, 'series,series')} asked for. The page shows each as it comes.")
    else:
        messages.info(request, "No series has a source to be asked, or all were asked within the last minute.")
    return redirect("data", household.uuid)


@require_POST
@writes
def data_sources(request: HttpRequest, household: Household) -> HttpResponse:
    add = ADD.get(request.POST.get("kind", ""))
    count = add(household=household, user=signed_in(request)) if add else 0
    messages.success(request, f"{count_of(count, 'feed')} added." if count else "No source knows what is missing.")
    return redirect("data", household.uuid)


@require_POST
@writes
def finding_settle(request: HttpRequest, household: Household, finding: int) -> HttpResponse:
    row = concerning(household, finding)
    try:
        finding_services.settle(household=household, user=signed_in(request), finding=row)
    except (CannotSettle, BookingRefused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{row.instrument.symbol}: done. Values follow in a moment.")
    return redirect("data", household.uuid)


@require_POST
@writes
def finding_accept(request: HttpRequest, household: Household, finding: int) -> HttpResponse:
    row, form = concerning(household, finding), ReasonForm(request.POST)
    if form.is_valid():
        finding_services.accept(household=household, user=signed_in(request), finding=row, **form.cleaned_data)
        messages.success(request, f"{row.instrument.symbol}: left as it is.")
    else:
        messages.error(request, "Say why it is left as it is; the reason is kept.")
    return redirect("data", household.uuid)


def concerning(household: Household, pk: int) -> PriceFinding:
    """A finding of the household, or of everybody about what it reads."""
    row = get_object_or_404(PriceFinding.objects.select_related("instrument"), pk=pk)
    if row.household_id is None:
        get_object_or_404(held_by(household), pk=row.instrument_id)
        return row
    return get_object_or_404(PriceFinding.objects.select_related("instrument"), pk=pk, household=household)


@writes
def data_feed(request: HttpRequest, household: Household, feed: int) -> HttpResponse:
    row: Feed = get_object_or_404(series.feeds_of(household), pk=feed)
    form = FeedForm(request.POST or None, initial={"symbol": row.symbol, "active": row.active})
    if request.method == "POST" and form.is_valid():
        try:
            feed_services.change_feed(household=household, user=signed_in(request), feed=row, **form.cleaned_data)
        except FeedRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{row.source.name}: changed.")
            return redirect("data", household.uuid)
    return render(request, "holdings/data_feed.html", {"nav": "data", "feed": row, "form": form})


@writes
def data_prices(request: HttpRequest, household: Household) -> HttpResponse:
    """Enter one price, or upload a series."""
    wanted = {"instrument": request.GET.get("instrument", ""), "date": request.GET.get("date", household.as_of)}
    price = PriceForm(household=household, initial=wanted)
    file = SeriesForm(household=household, initial=wanted)
    problems: list[RowProblem] = []
    if request.method == "POST" and "file" in request.FILES:
        file = SeriesForm(request.POST, request.FILES, household=household)
        if file.is_valid() and (answer := _upload(request, household, file, problems)):
            return answer
    elif request.method == "POST":
        price = PriceForm(request.POST, household=household)
        if price.is_valid():
            row = enter_price(household=household, user=signed_in(request), **price.cleaned_data)
            messages.success(request, f"{row.instrument.symbol}: the price of {row.date:%-d %b %Y} is kept.")
            return redirect("data_prices", household.uuid)
    own = HouseholdPrice.objects.filter(household=household).select_related("instrument").order_by("-date", "-pk")
    values = {"nav": "data", "price": price, "file": file, "own": own[:OWN], "kept": own.count()}
    return render(
        request, "holdings/data_prices.html", {**values, "problems": problems[:PROBLEMS], "faults": len(problems)}
    )


def _upload(
    request: HttpRequest, household: Household, form: SeriesForm, problems: list[RowProblem]
) -> HttpResponse | None:
    """Keep the file's closes; None, with the faults noted, where it cannot be kept."""
    values: dict[str, Any] = form.cleaned_data
    try:
        read: Upload = upload.read(values["file"].read(), values["order"] or None)
        if read.problems and not (values["skip"] and read.fetched.points):
            problems += read.problems
            return None
        count = upload_prices(
            household=household,
            user=signed_in(request),
            instrument=values["instrument"],
            points=read.fetched.points,
            bars=read.fetched.bars,
            currency=read.fetched.currency,
            note=values["file"].name[:200],
        )
    except (ImportFailed, PriceRefused) as refusal:
        form.add_error("file", str(refusal))
        return None
    left = f" {count_of(len(read.problems), 'row')} left out." if read.problems else ""
    traded = f", {len(read.fetched.bars)} with open, high, low or volume" if read.fetched.bars else ""
    messages.success(request, f"{values['instrument'].symbol}: {count_of(count, 'close')}{traded} kept.{left}")
    return redirect("data_prices", household.uuid)


@require_POST
@writes
def price_remove(request: HttpRequest, household: Household, price: int) -> HttpResponse:
    row = get_object_or_404(HouseholdPrice.objects.select_related("instrument"), pk=price, household=household)
    remove_prices(
        household=household, user=signed_in(request), instrument=row.instrument, first=row.date, last=row.date
    )
    messages.success(request, f"{row.instrument.symbol}: your price of {row.date:%-d %b %Y} is removed.")
    return redirect("data_prices", household.uuid)
