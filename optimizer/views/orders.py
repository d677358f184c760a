"""Orders: what was approved, what became of it, and what not to buy meanwhile."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import reads, writes
from accounts.models import Household
from accounts.requests import to_uuid
from accounts.templatetags.formats import SYMBOLS, count_of, quantity
from holdings import selectors as holdings
from holdings.services.ledger import BookingRefused
from optimizer import selectors
from optimizer.forms.fill import FillForm
from optimizer.models import Order
from optimizer.pages import orders as page
from optimizer.pages.blocked import blocked
from optimizer.pages.order_file import order_file
from optimizer.services import orders as services
from optimizer.services.orders import FillRefused
from optimizer.views.posted import actor

CLOSED_ON_A_PAGE = 50
REFUSED = 409


@reads
def orders(request: HttpRequest, household: Household) -> HttpResponse:
    return show(request, household)


def show(request: HttpRequest, household: Household, refused: FillForm | None = None) -> HttpResponse:
    """The page; with `refused`, the form of one order with its errors, opened."""
    open_orders = list(selectors.open_orders(household))
    done = selectors.orders(household).exclude(status__in=selectors.OPEN_ORDER).order_by("-closed_at", "-number")
    closed = Paginator(done, CLOSED_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "orders",
        "accounts": page.by_account(open_orders, refused),
        "open_count": len(open_orders),
        "unplaced": [order.uuid for order in open_orders if order.status == Order.Status.APPROVED],
        "page": closed,
        "closed": page.closed(closed),
        "reinvestment": list(selectors.reinvestment_tasks(household)),
        "blocked": blocked(household, open_orders),
        "symbol": SYMBOLS.get(household.base_currency, household.base_currency),
    }
    return render(request, "optimizer/orders.html", context, status=REFUSED if refused else 200)


@reads
def orders_csv(request: HttpRequest, household: Household) -> HttpResponse:
    open_orders = list(selectors.open_orders(household))
    keys = [order.lot_key for order in open_orders if order.lot_key]
    held = {lot.key: lot.quantity for lot in holdings.lots(household).filter(key__in=keys)}
    response = HttpResponse(order_file(open_orders, held), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="orders-{household.as_of.isoformat()}.csv"'
    return response


def _find(household: Household, order: uuid.UUID) -> Order:
    found: Order = get_object_or_404(selectors.orders(household).select_related("household"), uuid=order)
    return found


@require_POST
@writes
def order_fill(request: HttpRequest, household: Household, order: uuid.UUID) -> HttpResponse:
    found = _find(household, order)
    form = FillForm(request.POST, order=found)
    if not form.is_valid():
        return show(request, household, form)
    try:
        fill = services.record_fill(order=found, user=actor(request), **form.cleaned_data)
    except (FillRefused, BookingRefused) as refusal:
        if not found.is_open:
            messages.error(request, str(refusal))
            return redirect("orders", household.uuid)
        form.add_error(None, str(refusal))
        return show(request, household, form)
    messages.success(request, f"Order {found.number}: {quantity(fill.quantity)} shares recorded.")
    return redirect("orders", household.uuid)


@require_POST
@writes
def orders_paper(request: HttpRequest, household: Household) -> HttpResponse:
    try:
        filled = services.fill_paper(household=household, user=actor(request))
    except (FillRefused, BookingRefused) as refusal:
        messages.error(request, f"{refusal} Nothing was filled.")
    else:
        messages.success(request, f"{count_of(filled, 'order')} filled on paper. The lots and the cash have moved.")
    return redirect("orders", household.uuid)


@require_POST
@writes
def orders_placed(request: HttpRequest, household: Household) -> HttpResponse:
    chosen = [to_uuid(text) for text in request.POST.getlist("order")]
    moved = services.mark_placed(household=household, user=actor(request), orders=chosen)
    messages.success(request, f"{count_of(moved, 'order')} marked as placed.")
    return redirect("orders", household.uuid)


@require_POST
@writes
def order_cancel(request: HttpRequest, household: Household, order: uuid.UUID) -> HttpResponse:
    found = _find(household, order)
    try:
        services.cancel(order=found, user=actor(request))
    except FillRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Order {found.number} was cancelled. Its lot or cash is free again.")
    return redirect("orders", household.uuid)
