from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import selectors
from accounts import services as people
from accounts.access import reads, writes
from accounts.models import Goal, Household
from holdings import selectors as holdings
from holdings.services.goals import save_goal
from optimizer.forms.goal import GoalForm
from optimizer.pages import goals as page
from optimizer.pages.links import link
from optimizer.services import evidence


@reads
def goals(request: HttpRequest, household: Household) -> HttpResponse:
    context = {"page": page.goals(household), "currency": household.base_currency}
    return render(request, "optimizer/goals.html", context)


@writes
def goal_new(request: HttpRequest, household: Household) -> HttpResponse:
    """The form's key is the new goal's uuid: the same form sent twice makes one goal."""
    form = _form(request, household, {"key": uuid.uuid4()})
    if form.is_valid():
        key = form.cleaned_data["key"]
        goal = selectors.goal(household, key, archived=True) or Goal(household=household, uuid=key)
        return _save(request, household, goal, form)
    return _page(request, form, None)


@writes
def goal_edit(request: HttpRequest, household: Household, goal: uuid.UUID) -> HttpResponse:
    found = _goal(household, goal)
    linked = [str(link.account.uuid) for link in found.goal_accounts.select_related("account")]
    initial = {name: getattr(found, name) for name in GoalForm.base_fields if hasattr(found, name)}
    form = _form(request, household, initial | {"key": found.uuid, "accounts": linked})
    return _save(request, household, found, form) if form.is_valid() else _page(request, form, found)


@require_POST
@writes
def goal_archive(request: HttpRequest, household: Household, goal: uuid.UUID) -> HttpResponse:
    found = _goal(household, goal)
    people.archive_goal(goal=found, user=request.user)  # type: ignore[arg-type]
    messages.success(request, f"Goal “{found.name}” was archived.")
    return redirect(link("goals", household))


def _goal(household: Household, key: uuid.UUID) -> Goal:
    found = selectors.goal(household, key)
    if found is None:
        raise Http404("No such goal.")
    return found


def _form(request: HttpRequest, household: Household, initial: dict[str, object]) -> GoalForm:
    accounts = list(holdings.brokerage_accounts(household))
    return GoalForm(request.POST or None, initial=initial, accounts=accounts, as_of=household.as_of)


def _save(request: HttpRequest, household: Household, goal: Goal, form: GoalForm) -> HttpResponse:
    saved = save_goal(
        household=household,
        user=request.user,  # type: ignore[arg-type]
        goal=goal,
        fields=form.values,
        accounts=form.linked,
    )
    evidence.ask_about_goal(saved, request.user)  # type: ignore[arg-type]
    messages.success(request, f"Goal “{goal.name}” was saved.")
    return redirect(link("goals", household))


def _page(request: HttpRequest, form: GoalForm, goal: Goal | None) -> HttpResponse:
    return render(request, "optimizer/goals/goal.html", {"form": form, "goal": goal})
