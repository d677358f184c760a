from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import reads, writes
from accounts.models import Household
from accounts.requests import signed_in
from holdings import selectors
from holdings.forms import AccountForm
from holdings.forms.account import AccountChangeForm, ReliefForm
from holdings.forms.difference import ReasonForm, SettleForm
from holdings.models import BrokerageAccount, Difference
from holdings.pages import account as page
from holdings.reconcile import tolerance
from holdings.services import reconcile, settle
from holdings.services.accounts import change_account, choose_relief, open_account
from holdings.services.ledger import BookingRefused
from holdings.services.settle import Fix


@writes
def account_new(request: HttpRequest, household: Household) -> HttpResponse:
    form = AccountForm(request.POST or None, household=household)
    if request.method == "POST" and form.is_valid():
        account = open_account(household=household, user=signed_in(request), **form.cleaned_data)
        messages.success(request, f"{account.name} is open. Its history comes with the broker's file.")
        return redirect(f"{reverse('imports', args=[household.uuid])}?account={account.uuid}")
    return render(request, "holdings/account_new.html", {"nav": "holdings", "form": form})


@reads
def account(request: HttpRequest, household: Household, account: uuid.UUID) -> HttpResponse:
    return show(request, household, found(household, account))


def found(household: Household, account: uuid.UUID) -> BrokerageAccount:
    row: BrokerageAccount = get_object_or_404(selectors.brokerage_accounts(household), uuid=account)
    row.household = household
    return row


def show(
    request: HttpRequest, household: Household, account: BrokerageAccount, relief: ReliefForm | None = None
) -> HttpResponse:
    facts = page.facts(household, account)
    values = {
        "nav": "holdings",
        "account": account,
        "facts": facts,
        "open": [difference_row(row) for row in facts.open],
        "accepted": [difference_row(row) for row in facts.accepted],
        "settled": [difference_row(row) for row in facts.settled],
        "flagged": list(selectors.flagged(household).filter(account=account)),
        "relief_form": relief or ReliefForm(account=account, initial={"since": household.as_of}),
        "meanings": [(method.label, words) for method, words in page.MEANING.items()],
        "tolerance": tolerance.IN_WORDS,
    }
    return render(request, "holdings/account.html", values, status=400 if relief else 200)


def difference_row(row: Difference) -> dict[str, Any]:
    return {
        "row": row,
        "what": page.what(row),
        "stated": page.figure(row, row.stated),
        "ledger": page.figure(row, row.ledger),
    }


@writes
def account_edit(request: HttpRequest, household: Household, account: uuid.UUID) -> HttpResponse:
    changed = found(household, account)
    form = AccountChangeForm(request.POST or None, account=changed)
    consequence = ""
    if request.method == "POST" and form.is_valid():
        consequence = "" if form.cleaned_data["understood"] else form.consequence
        if not consequence:
            change_account(account=changed, user=signed_in(request), fields=form.fields_to_save())
            messages.success(request, f"{changed.name} is changed.")
            return redirect("account", household.uuid, changed.uuid)
    values = {"nav": "holdings", "account": found(household, account), "form": form, "consequence": consequence}
    return render(request, "holdings/account_edit.html", values)


@writes
def account_relief(request: HttpRequest, household: Household, account: uuid.UUID) -> HttpResponse:
    chosen = found(household, account)
    form = ReliefForm(request.POST or None, account=chosen)
    if request.method == "POST" and not form.is_valid():
        return show(request, household, chosen, form)
    if request.method == "POST":
        made = choose_relief(account=chosen, user=signed_in(request), **form.cleaned_data)
        messages.success(request, f"{made.get_method_display()} from {made.since:%-d %b %Y}.")
    return redirect("account", household.uuid, chosen.uuid)


@writes
def difference(request: HttpRequest, household: Household, difference: uuid.UUID) -> HttpResponse:
    row: Difference = get_object_or_404(selectors.differences(household), uuid=difference)
    if request.method == "POST":
        return act(request, household, row)
    return difference_page(request, row)


def difference_page(request: HttpRequest, row: Difference, **more: Any) -> HttpResponse:
    reason = {"reason": page.default_reason(row)}
    offered = [
        (page.offer(row, fix), SettleForm(difference=row, fix=fix, initial=reason))
        for fix in (settle.offers(row) if row.state == Difference.State.OPEN else [])
    ]
    values = {
        "nav": "holdings",
        "account": row.statement.account,
        "difference": difference_row(row),
        "offers": offered,
        "reason_form": ReasonForm(),
        **more,
    }
    return render(request, "holdings/difference.html", values, status=409 if more else 200)


def act(request: HttpRequest, household: Household, row: Difference) -> HttpResponse:
    """Settle, accept or reopen; a refusal leaves all as it was and says why."""
    action = request.POST.get("action", "")
    if action == "reopen":
        reconcile.reopen(difference=row, user=signed_in(request))
    elif action == "accept":
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return difference_page(request, row, reason_form=form)
        reconcile.accept(difference=row, user=signed_in(request), reason=form.cleaned_data["reason"])
        messages.success(request, "Accepted. It holds up proposals no longer.")
    elif action in set(Fix):
        return settled(request, household, row, Fix(action))
    else:
        raise BadRequest("The form is not one of this site's.")
    return redirect("account", household.uuid, row.statement.account.uuid)


def settled(request: HttpRequest, household: Household, row: Difference, fix: Fix) -> HttpResponse:
    form = SettleForm(request.POST, difference=row, fix=fix)
    failure = ""
    if form.is_valid():
        try:
            settle.settle(
                difference=row,
                user=signed_in(request),
                fix=fix,
                reason=form.cleaned_data["reason"],
                answers=form.answers,
            )
        except BookingRefused as refusal:
            failure = str(refusal)
        else:
            messages.success(request, "Settled: the ledger agrees with the broker on this.")
            return redirect("account", household.uuid, row.statement.account.uuid)
    offers = [
        (page.offer(row, each), form if each is fix else SettleForm(difference=row, fix=each))
        for each in settle.offers(row)
    ]
    return difference_page(request, row, offers=offers, failure=failure)
