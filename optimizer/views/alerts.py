"""Alerts of a household: the list, marking them as read, and how a member wants to hear of them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import reads, writes
from accounts.models import Household
from optimizer import selectors
from optimizer.forms.alerts import AlertForm
from optimizer.models import Webhook
from optimizer.services.alerts import rows
from optimizer.views.posted import actor

A_PAGE = 40


@reads
def alerts(request: HttpRequest, household: Household) -> HttpResponse:
    page = Paginator(selectors.alerts(household), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "optimizer/alerts.html", {"page": page, "nav": "alerts"})


@require_POST
@writes
def read(request: HttpRequest, household: Household) -> HttpResponse:
    """One alert, or all of them where none is named."""
    named = request.POST.get("alert", "")
    unread = selectors.alerts(household).filter(read_at__isnull=True)
    chosen = [alert for alert in unread if not named or str(alert.uuid) == named]
    rows.read(household=household, user=actor(request), alerts=chosen)
    return redirect("alerts", household.uuid)


@reads
def settings(request: HttpRequest, household: Household) -> HttpResponse:
    """A member's own settings: every role has them."""
    user = actor(request)
    hook = Webhook.objects.filter(household=household, user=user).first()
    stored = rows.settings_of(household, user)
    form = AlertForm(request.POST or None, stored=stored, url=hook.url if hook else "")
    if form.is_bound and form.is_valid():
        rows.save_settings(household=household, user=user, chosen=form.chosen, url=form.cleaned_data["url"])
        messages.success(request, "Saved.")
        return redirect("alert_settings", household.uuid)
    return render(request, "optimizer/alert_settings.html", {"form": form, "hook": hook, "nav": "alerts"})
