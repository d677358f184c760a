"""Reports as files: what a subject names, its sheet, and the file that is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import Household, Run
from optimizer import selectors
from optimizer.models import PrintedReport, Proposal
from optimizer.pages import proposal_content
from optimizer.pages.frontier import NOTHING
from optimizer.pages.report import proposal as proposal_page
from optimizer.pages.report import proposal_sheet, quarter_sheet, quarters
from optimizer.pages.report import quarter as quarter_page
from optimizer.pages.report.quarters import Quarter
from optimizer.pages.report.sheet import Sheet

QUARTER, PROPOSAL = "quarter", "proposal"


@dataclass(frozen=True, slots=True)
class Printed:
    """file: the one of what the page says now, else the newest; run: the last that was to make one."""

    subject: str
    file: PrintedReport | None
    is_current: bool
    run: Run | None


def of_quarter(quarter: Quarter) -> str:
    return f"{QUARTER}:{quarter}"


def of_proposal(number: int) -> str:
    return f"{PROPOSAL}:{number}"


def page(household: Household, subject: str) -> str:
    """The address of the report that a file is made of."""
    kind, _, name = subject.partition(":")
    if kind == PROPOSAL:
        return reverse("report_proposal", args=[household.uuid, int(name)])
    return reverse("report_quarter", args=[household.uuid, name])


def response(file: PrintedReport) -> HttpResponse:
    """The file, to keep."""
    sent = HttpResponse(bytes(file.content), content_type="application/pdf")
    name = f"ballast-{file.subject.replace(':', '-')}-{file.until.isoformat()}.pdf"
    sent["Content-Disposition"] = f'attachment; filename="{name}"'
    return sent


def files(household: Household, subject: str) -> QuerySet[PrintedReport]:
    """Newest first, without their content."""
    return PrintedReport.objects.filter(household=household, subject=subject).defer("content")


def printed(household: Household, subject: str, sheet: Sheet) -> Printed:
    """Two queries, beside the sheet's."""
    found = list(files(household, subject))
    current = next((each for each in found if each.sheet_hash == sheet.digest), None)
    run = selectors.runs(household).filter(kind=Run.Kind.PDF, subject=subject).first()
    return Printed(subject, current or next(iter(found), None), current is not None, run)


def sheet(household: Household, subject: str) -> Sheet:
    """What the report says now. Raises ValueError or Proposal.DoesNotExist for a subject that is none."""
    kind, _, name = subject.partition(":")
    if kind == PROPOSAL:
        proposal = selectors.proposals(household).select_related("run").defer("run__snapshot").get(number=int(name))
        proposal.household = household
        return proposal_sheet.sheet(proposal, _of(proposal))
    return quarter_sheet.sheet(household, quarter_page.report(household, quarters.named(name)))


def _of(proposal: Proposal) -> Mapping[str, Any]:
    trades = list(selectors.trades(proposal))
    nothing = proposal.alternatives.filter(name=NOTHING).first()
    return {
        **proposal_content.content(proposal, trades, nothing),
        **proposal_page.content(proposal, trades),
    }
