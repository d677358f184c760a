from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import writes
from accounts.models import Household
from accounts.requests import signed_in
from holdings.forms import AccountForm
from holdings.services.accounts import open_account


@writes
def account_new(request: HttpRequest, household: Household) -> HttpResponse:
    form = AccountForm(request.POST or None, household=household)
    if request.method == "POST" and form.is_valid():
        account = open_account(household=household, user=signed_in(request), **form.cleaned_data)
        messages.success(request, f"{account.name} is open. Its history comes with the broker's file.")
        return redirect(f"{reverse('imports', args=[household.uuid])}?account={account.uuid}")
    return render(request, "holdings/account_new.html", {"nav": "holdings", "form": form})
