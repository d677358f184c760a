"""The steps between a file and its review: columns, accounts, symbols. Each is skipped where nothing is to be said."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import writes
from accounts.models import Household
from accounts.requests import signed_in
from accounts.selectors import persons
from holdings import selectors
from holdings.forms.account_kinds import kind_choices
from holdings.forms.imports import LEAVE, NEW, AccountOfFile, SymbolOfFile, kind_named
from holdings.importers.base import ImportFailed
from holdings.models import Import
from holdings.pages import columns as columns_page
from holdings.pages import symbols as symbols_page
from holdings.services import imports as services
from holdings.services.accounts import open_account
from holdings.services.imports.drafts import number_end
from holdings.views.imports.shared import Status, found, onward, step

OPEN = {Status.MAPPING, Status.PREVIEW}


@writes
def import_columns(request: HttpRequest, household: Household, batch: uuid.UUID) -> HttpResponse:
    """Name the columns of a file of no known format, beside a sample of how it would be read."""
    wanted = found(household, batch)
    if services.standing(wanted) not in OPEN or not (wanted.mapping_id or wanted.status == Status.MAPPING):
        return redirect("import_detail", household.uuid, batch)
    page = columns_page.load(wanted, request.POST or None)
    if request.method == "POST" and "sample" not in request.POST and page.form.is_valid():
        try:
            services.apply_mapping(batch=wanted, user=signed_in(request), spec=page.form.plain())
            return onward(wanted)
        except (ImportFailed, ValueError) as failure:
            page.form.add_error(None, str(failure))
    return step(request, wanted, "columns", {"page": page, "form": page.form})


@writes
def import_accounts(request: HttpRequest, household: Household, batch: uuid.UUID) -> HttpResponse:
    """Say which account here each account of the file is."""
    wanted = found(household, batch)
    said = list(wanted.accounts.values())
    if services.standing(wanted) != Status.PREVIEW or (len(said) < 2 and None not in said):
        return redirect("import_detail", household.uuid, batch)
    forms = account_forms(wanted, request.POST or None)
    if request.method == "POST" and all([form.is_valid() for form in forms.values()]):  # noqa: C419 - all show errors
        services.map_accounts(batch=wanted, user=signed_in(request), accounts=chosen_accounts(request, wanted, forms))
        return onward(wanted)
    return step(request, wanted, "accounts", {"lines": list(forms.items()), "counts": account_rows(wanted)})


def account_forms(batch: Import, data: Any) -> dict[str, AccountOfFile]:
    own, kinds = list(selectors.brokerage_accounts(batch.household)), kind_choices(batch.household)
    return {
        key: AccountOfFile(data, own=own, kinds=kinds, prefix=f"account-{number}", initial=_initial(key, said))
        for number, (key, said) in enumerate(batch.accounts.items())
    }


def _initial(key: str, said: str | None) -> dict[str, str]:
    chosen = NEW if said is None else said or LEAVE
    name = key.partition(" …")[0] or key
    return {"account": chosen, "name": name, "kind": kind_named(name)}


def chosen_accounts(request: HttpRequest, batch: Import, forms: Mapping[str, AccountOfFile]) -> dict[str, str]:
    """Accounts by the file's name of them; new ones are opened."""
    chosen = {}
    for key, form in forms.items():
        values = form.cleaned_data
        chosen[key] = {NEW: "", LEAVE: ""}.get(values["account"], values["account"])
        if values["account"] == NEW:
            opened = open_account(
                household=batch.household,
                user=signed_in(request),
                name=values["name"],
                kind=values["kind"],
                broker="",
                owner=persons(batch.household)[0],
                number_tail=number_end(key)[-8:],
            )
            chosen[key] = str(opened.uuid)
    return chosen


def account_rows(batch: Import) -> dict[str, int]:
    return symbols_page.rows_by(batch, "account")


@writes
def import_symbols(request: HttpRequest, household: Household, batch: uuid.UUID) -> HttpResponse:
    """Say what each symbol stands for that nobody knows."""
    wanted = found(household, batch)
    if services.standing(wanted) != Status.PREVIEW or not wanted.symbols:
        return redirect("import_detail", household.uuid, batch)
    lines = symbols_page.lines(wanted, request.POST or None)
    if request.method == "POST" and all([line.form.is_valid() for line in lines]):  # noqa: C419 - all show their errors
        decided = {line.key: line.form.decision() for line in lines}
        services.decide_symbols(batch=wanted, user=signed_in(request), symbols=decided)
        return onward(wanted)
    return step(request, wanted, "symbols", {"lines": lines, "moves": SymbolOfFile.MATCH})
