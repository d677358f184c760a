from __future__ import annotations

from django.contrib import messages
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import writes
from accounts.models import Household
from accounts.requests import signed_in
from accounts.selectors import persons
from accounts.services import YEAR_FIELDS
from holdings import selectors as holdings
from holdings.taxation.facts import COUNTRIES, coverage_gaps
from optimizer.forms.tax import Stored, TaxBundle
from optimizer.pages.links import link
from optimizer.services.taxes import save_taxes


@writes
def tax_profile(request: HttpRequest, household: Household) -> HttpResponse:
    bundle = TaxBundle(_stored(household), request.POST or None)
    if bundle.is_valid() and _is_saved(request, household, bundle):
        messages.success(request, "The taxes were saved. The next proposal counts with them.")
        return redirect(link("goals", household))
    context = {
        "bundle": bundle,
        "form": bundle.main,
        "currency": household.base_currency,
        "gaps": coverage_gaps(household),
        "has_rules": bundle.main["country"].value() in COUNTRIES,
    }
    return render(request, "optimizer/goals/tax_profile.html", context)


def _stored(household: Household) -> Stored:
    return Stored(
        profile=household.tax_profile,
        years=list(household.tax_years.values("year", *YEAR_FIELDS)),
        persons=list(persons(household)),
        accounts=list(holdings.brokerage_accounts(household).select_related("household")),
        elsewhere=list(household.accounts_elsewhere.select_related("owner")),
        as_of=household.as_of,
    )


def _is_saved(request: HttpRequest, household: Household, bundle: TaxBundle) -> bool:
    try:
        save_taxes(household=household, user=signed_in(request), answers=bundle.answers())
    except ProtectedError:
        words = "The spouse was given an account meanwhile. Type the name again, or choose another owner for it."
        bundle.main.add_error("spouse", words)
        return False
    return True
