"""The household's log: who did what, and whether the chain holds."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import selectors
from accounts.access import reads
from accounts.activity import first_broken
from accounts.exports import Cell, csv_response
from accounts.models import Activity, Household

LINES = 100
COLUMNS = ["seq", "at", "actor", "verb", "subject", "fields", "content_hash", "prev_hash", "hash"]


@reads
def activity(request: HttpRequest, household: Household) -> HttpResponse:
    everything = selectors.activities(household)
    page = Paginator(filtered(request, everything), LINES).get_page(request.GET.get("page"))
    verbs = sorted(set(everything.order_by().values_list("verb", flat=True).distinct()))
    values = {
        "page": page,
        "lines": [(line, in_words(line.verb), actor) for line, actor in with_actors(household, page.object_list)],
        "verbs": [(verb, in_words(verb)) for verb in verbs],
        "chosen": request.GET.get("verb", ""),
        "total": everything.count(),
        "broken": first_broken(household.uuid),
    }
    return render(request, "accounts/activity.html", values)


@reads
def activity_csv(request: HttpRequest, household: Household) -> HttpResponse:
    lines = filtered(request, selectors.activities(household))
    rows = (export_row(line) for line in lines.iterator())
    return csv_response(f"activity-{household.as_of}", COLUMNS, rows)


def export_row(line: Activity) -> list[Cell]:
    return [
        line.seq,
        line.at.isoformat(),
        line.actor,
        line.verb,
        line.subject,
        " ".join(line.fields),
        line.content_hash,
        line.prev_hash,
        line.hash,
    ]


def filtered(request: HttpRequest, lines: QuerySet[Activity]) -> QuerySet[Activity]:
    verb = request.GET.get("verb")
    return lines.filter(verb=verb) if verb else lines


def with_actors(household: Household, lines: Iterable[Activity]) -> list[tuple[Activity, str]]:
    """Each line with its actor by name, for those who are still members."""
    emails = dict(household.memberships.values_list("user_id", "user__email"))
    return [(line, actor_name(line.actor, emails)) for line in lines]


def actor_name(actor: str, emails: dict[int, str]) -> str:
    kind, _, number = actor.partition(":")
    if kind == "user" and number.isdecimal():
        return emails.get(int(number), f"Former member {number}")
    return "Ballast" if kind == "system" else f"{kind} {number}".capitalize()


def in_words(verb: str) -> str:
    """tax_profile.changed: Tax profile changed."""
    return verb.replace(".", " ").replace("_", " ").capitalize()
