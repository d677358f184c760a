"""Transactions by hand: one form a kind, previewed before it is booked; correct and void with a reason."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import reads, writes
from accounts.models import Household
from accounts.requests import signed_in
from holdings import selectors
from holdings.forms.difference import ReasonForm
from holdings.forms.kinds import SPECS
from holdings.forms.transaction import CorrectionForm, TransactionForm
from holdings.models import BrokerageAccount, Transaction
from holdings.pages import records as page
from holdings.services import records
from holdings.services.ledger import BookingRefused

REFUSED = 409


@writes
def transaction_new(request: HttpRequest, household: Household, account: uuid.UUID) -> HttpResponse:
    owner = _account(household, account)
    kind = request.GET.get("kind", Transaction.Kind.BUY)
    if kind not in SPECS:
        raise Http404("No such kind of transaction.")
    initial = {"trade_date": household.as_of, "symbol": request.GET.get("symbol", "")}
    form = TransactionForm(request.POST or None, account=owner, kind=kind, initial=initial)
    shown = _Shown(request, owner, form)
    if request.method == "POST" and form.is_valid():
        return shown.previewed() if request.POST.get("action") != "book" else shown.booked()
    return shown.page()


def _account(household: Household, account: uuid.UUID) -> BrokerageAccount:
    owner: BrokerageAccount = get_object_or_404(selectors.brokerage_accounts(household), uuid=account)
    owner.household = household
    return owner


class _Shown:
    """The form on its page: filled, previewed, refused or booked; a correction where `row` is given."""

    def __init__(
        self, request: HttpRequest, account: BrokerageAccount, form: TransactionForm, row: Transaction | None = None
    ) -> None:
        self.request, self.account, self.form, self.row = request, account, form, row

    def page(self, **more: Any) -> HttpResponse:
        values = {
            "nav": "holdings",
            "account": self.account,
            "form": self.form,
            "kind": self.form.kind,
            "kinds": [(kind.value, kind.label) for kind in SPECS],
            "says": self.form.spec.says,
            "row": self.row,
            **more,
        }
        refused = "failure" in more
        return render(self.request, "holdings/transaction_form.html", values, status=REFUSED if refused else 200)

    def previewed(self) -> HttpResponse:
        draft = self.form.draft()
        try:
            effect = records.would(account=self.account, draft=draft, instead=self.row)
        except BookingRefused as refusal:
            return self.page(failure=str(refusal))
        return self.page(preview=page.would_do(effect, draft))

    def booked(self) -> HttpResponse:
        draft, user = self.form.draft(), signed_in(self.request)
        try:
            if self.row is None:
                made = records.record(account=self.account, user=user, draft=draft)
            else:
                reason = self.form.cleaned_data["reason"]
                made = records.correct(row=self.row, user=user, draft=draft, reason=reason)
        except BookingRefused as refusal:
            return self.page(failure=str(refusal))
        messages.success(self.request, f"{made.get_kind_display()} of {made.trade_date:%-d %b %Y} is booked.")
        return redirect("transaction", self.account.household.uuid, made.uuid)


@reads
def transaction(request: HttpRequest, household: Household, transaction: uuid.UUID) -> HttpResponse:
    return show(request, _transaction(household, transaction))


def _transaction(household: Household, transaction: uuid.UUID) -> Transaction:
    row: Transaction = get_object_or_404(selectors.transactions(household), uuid=transaction)
    row.account.household = household
    return row


def show(request: HttpRequest, row: Transaction, **more: Any) -> HttpResponse:
    void = getattr(row, "void", None)
    values = {
        "nav": "holdings",
        "row": row,
        "account": row.account,
        "origin": page.origin(row),
        "events": page.touched(row),
        "replaced": Transaction.objects.filter(void__replaced_by=row).first(),
        "void": void,
        "sides": page.sides(row),
        "candidates": records.could_be_linked(row) if void is None else [],
        "correctable": row.kind in SPECS and void is None,
        "form": ReasonForm(),
        **more,
    }
    return render(request, "holdings/transaction.html", values, status=REFUSED if "failure" in more else 200)


@writes
def transaction_correct(request: HttpRequest, household: Household, transaction: uuid.UUID) -> HttpResponse:
    row = _transaction(household, transaction)
    if row.kind not in SPECS or hasattr(row, "void"):
        raise Http404("No such transaction to correct.")
    form = CorrectionForm(request.POST or None, row=row)
    shown = _Shown(request, row.account, form, row)
    if request.method == "POST" and form.is_valid():
        return shown.previewed() if request.POST.get("action") != "book" else shown.booked()
    return shown.page()


@writes
def transaction_void(request: HttpRequest, household: Household, transaction: uuid.UUID) -> HttpResponse:
    row = _transaction(household, transaction)
    if request.method != "POST":
        return redirect("transaction", household.uuid, row.uuid)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show(request, row, form=form)
    try:
        records.void(row=row, user=signed_in(request), reason=form.cleaned_data["reason"])
    except BookingRefused as refusal:
        return show(request, row, form=form, failure=str(refusal))
    messages.success(request, "Taken out. The row stays in the list with your reason.")
    return redirect("transaction", household.uuid, row.uuid)


@writes
def transaction_link(request: HttpRequest, household: Household, transaction: uuid.UUID) -> HttpResponse:
    """Say that a transfer and one of another own account are the same."""
    row = _transaction(household, transaction)
    if request.method != "POST":
        return redirect("transaction", household.uuid, row.uuid)
    other = next((each for each in records.could_be_linked(row) if str(each.uuid) == request.POST.get("other")), None)
    if other is None:
        return show(request, row, failure="The two transfers no longer match. Look at both again.")
    try:
        made = records.link(row=row, other=other, user=signed_in(request))
    except BookingRefused as refusal:
        return show(request, row, failure=str(refusal))
    messages.success(request, "Linked: the lots went from one account to the other with their basis and dates.")
    return redirect("transaction", household.uuid, made.uuid)
