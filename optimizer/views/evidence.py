"""The evidence beside the advice: stored results, and asking for them anew."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import reads, writes
from accounts.models import Household
from accounts.requests import posted_key
from holdings import selectors as holdings
from optimizer import selectors
from optimizer.pages.evidence import LOCAL, PARTS, Part, part
from optimizer.services import evidence as services
from optimizer.views.posted import actor


@reads
def evidence(request: HttpRequest, household: Household, slug: str = PARTS[0].slug) -> HttpResponse:
    shown = _part(slug)
    subjects = shown.subjects(household)
    subject = _subject(subjects, request.GET.get("of"))
    row = selectors.evidence(household, shown.kind, subject) if subjects else None
    context = {
        "parts": PARTS,
        "part": shown,
        "subjects": subjects,
        "subject": subject,
        "row": row,
        "run": selectors.evidence_run(household, shown.kind, subject),
        "template": f"optimizer/evidence/{shown.slug}.html",
        "key": uuid.uuid4(),
        "foreign": holdings.foreign_currencies(household) if row and shown.slug in LOCAL else (),
        **(shown.build(household, row) if row else {}),
    }
    return render(request, "optimizer/evidence.html", context)


@require_POST
@writes
def find(request: HttpRequest, household: Household, slug: str) -> HttpResponse:
    shown = _part(slug)
    subject = _subject(shown.subjects(household), request.POST.get("of"))
    run = services.request(
        household=household, user=actor(request), kind=shown.kind, subject=subject, key=posted_key(request)
    )
    return redirect("run", household.uuid, run.uuid)


def _subject(subjects: Sequence[tuple[str, str]], asked: str | None) -> str:
    """The one that is asked for, or the first."""
    known = [subject for subject, _ in subjects]
    if asked is None:
        return known[0] if known else ""
    if asked not in known:
        raise Http404("No such evidence.")
    return asked


def _part(slug: str) -> Part:
    found = part(slug)
    if found is None:
        raise Http404("No such evidence.")
    return found
