"""The first step: a file, and the account that it goes to."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import writes
from accounts.models import Household
from accounts.requests import signed_in
from holdings import selectors
from holdings.forms import UploadForm
from holdings.importers.base import ImportFailed
from holdings.importers.registry import IMPORTERS
from holdings.pages import imports as pages
from holdings.pages.steps import waits_for
from holdings.services import imports as services

FILES = 50


@writes
def imports(request: HttpRequest, household: Household) -> HttpResponse:
    if request.method == "POST":
        return upload(request, household)
    return upload_page(request, household, UploadForm(household=household, initial=request.GET.dict()))


def upload(request: HttpRequest, household: Household) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, household=household)
    if not form.is_valid():
        return upload_page(request, household, form)
    file = form.cleaned_data["file"]
    try:
        batch = services.upload(
            account=form.cleaned_data["account"],
            user=signed_in(request),
            file_name=file.name,
            content=file.read(),
        )
    except ImportFailed as failure:
        form.add_error("file", str(failure))
        return upload_page(request, household, form)
    return redirect("import_detail", household.uuid, batch.uuid)


def upload_page(request: HttpRequest, household: Household, form: UploadForm) -> HttpResponse:
    past = Paginator(selectors.imports(household), FILES).get_page(request.GET.get("page"))
    names = {str(account.uuid): account.name for account in selectors.brokerage_accounts(household)}
    values = {
        "form": form,
        "has_accounts": bool(names),
        "page": past,
        "past": [
            (batch, pages.format_label(batch.format), pages.account_names(batch, names), waits_for(batch))
            for batch in past.object_list
        ],
        "readers": IMPORTERS,
    }
    return render(request, "holdings/import/upload.html", values)
