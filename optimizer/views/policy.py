from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import writes
from accounts.models import Household
from optimizer.forms import drafts
from optimizer.forms.policy import PolicyBundle
from optimizer.forms.subjects import subjects
from optimizer.models import PolicyVersion
from optimizer.pages import policy as words
from optimizer.pages import position as positions
from optimizer.pages.links import link
from optimizer.pages.policy_effects import effects
from optimizer.services.policies import KeyTaken, PolicyDraft, save_version


@writes
def policy_edit(request: HttpRequest, household: Household) -> HttpResponse:
    position = positions.load(household)
    found = words.versions(household)
    version = found[0] if found else None
    named = words.given(household, subjects(household, classes=position.classes.values()), position)
    bundle = PolicyBundle(named, drafts.initial(version, named), request.POST or None)
    if bundle.is_bound and bundle.is_valid() and _may_follow(bundle, version):
        try:
            return _save(request, household, version, drafts.draft(bundle))
        except KeyTaken as taken:
            _with_new_key(bundle)
            bundle.main.add_error(None, str(taken))
    context = {
        "bundle": bundle,
        "subjects": named.subjects,
        "held": named.held.values(),
        "unscreened": words.unscreened(position, set(household.theme_tags.values_list("instrument_id", flat=True))),
        "history": words.history(found, named),
        "effects": effects(bundle, position, household.base_currency),
        "number": version.number + 1 if version else 1,
        "currency": household.base_currency,
        "strategies": PolicyVersion.Strategy,
    }
    return render(request, "optimizer/policy.html", context)


def _may_follow(bundle: PolicyBundle, version: PolicyVersion | None) -> bool:
    """Whether the form was filled in from the current version; if not, the form says so and may be sent again."""
    main, current = bundle.main, version.number if version else 0
    if version and main.cleaned_data["key"] == version.uuid:
        return True
    if main.cleaned_data["base"] == current or drafts.is_unchanged(version, drafts.draft(bundle)):
        return True
    by = f" by {version.user}" if version and version.user else ""
    _with_new_key(bundle, base=str(current))
    main.add_error(None, f"Version {current} was saved{by} meanwhile. Saving again replaces what it says by this form.")
    return False


def _with_new_key(bundle: PolicyBundle, **values: str) -> None:
    data: Any = bundle.main.data.copy()  # type: ignore[attr-defined]
    data.update({"key": str(uuid.uuid4())} | values)
    bundle.main.data = data


def _save(request: HttpRequest, household: Household, current: PolicyVersion | None, new: PolicyDraft) -> HttpResponse:
    """A form sent twice makes one version, and one that changes nothing makes none."""
    if current and drafts.is_unchanged(current, new):
        messages.info(request, f"Version {current.number} says that already.")
        return redirect(link("goals", household))
    saved = save_version(household=household, user=request.user, draft=new)  # type: ignore[arg-type]
    messages.success(request, f"Version {saved.number} was saved. The next proposal uses it.")
    return redirect(link("goals", household))
