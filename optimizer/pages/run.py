"""A run in words: its steps, what it is doing, and how it ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import Run
from accounts.templatetags.formats import amount
from holdings.pages import runs as holdings
from holdings.pages.runs import Steps, Told
from optimizer.models import PolicyVersion
from optimizer.pages.evidence import part_of
from optimizer.pages.report import printed
from optimizer.services import relaxation

STEPS: Steps = {
    "Inputs": ("Freeze the inputs", "Lots, prices, goals and tax inputs, read once and hashed."),
    "Risk": ("Risk model", "Covariance of the instruments from their closing prices."),
    "Target": ("Target weights", "The strategy of the goals, inside its limits."),
    "Rebalance": ("Rebalance by lot", "Which lots to reduce and what to increase, all accounts together."),
    "Checks": ("Guardrails and rules", "Every rule checked against whole shares."),
    "Reasons": ("Reasons", "One sentence for each trade."),
}
BESIDE: Steps = {
    "Inputs": ("Read the frozen inputs", "Those that the proposal was computed from."),
    "Risk": STEPS["Risk"],
    "Target": STEPS["Target"],
    "Frontier": ("Other plans", "Sell nothing, and five plans from no added tax to the full rebalance."),
    "Limits": ("What limits cost", "The plan again with each limit that it comes close to moved by a step."),
}
FINDING: Steps = {
    "Inputs": (
        "Read the inputs",
        "Read once and hashed. What equal inputs gave before is not computed again.",
    ),
    "Compute": ("Compute", "What the page of this evidence shows, with its method."),
}
PRINTING: Steps = {
    "Inputs": ("Read the report", "From stored rows, as its page shows it."),
    "Typeset": ("Typeset the page", "One sheet, with its charts drawn as lines."),
}
TONES = {Run.Status.RUNNING: "accent", Run.Status.DONE: "gain", Run.Status.FAILED: "loss"}


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    detail: str
    state: str  # done, now, failed or later


@dataclass(frozen=True, slots=True)
class PastRun:
    run: Run
    took: str
    word: str
    tone: str
    told: Told


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a conflict; `choice` names it where a button can apply it."""

    sentence: str
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """`alone`: each of these would be enough; `useless`: no size of these would be."""

    sentence: str
    alone: list[Way]
    useless: list[Way]


def told(run: Run) -> Told:
    return TOLD[Run.Kind(run.kind)](run)


def _of_proposal(run: Run) -> Told:
    made = getattr(run, "proposal", None)
    return Told(
        kind=run.get_kind_display(),
        steps=STEPS,
        section="proposals",
        home=reverse("proposals", args=[run.household.uuid]),
        home_word="Proposals",
        working="Computing a proposal",
        waiting="its result will be in the list of proposals",
        done=f"Proposal {made.number} was computed" if made else "",
        failed="No proposal could be made",
        kept="Holdings, orders and earlier proposals are as they were and can be used.",
        result=reverse("proposal", args=[run.household.uuid, made.number]) if made else "",
        result_word=f"Proposal {made.number}" if made else "",
        finding=made.headline if made else "",
        again=True,
    )


def _of_alternatives(run: Run) -> Told:
    number = run.params["number"]
    return Told(
        kind=run.get_kind_display(),
        steps=BESIDE,
        section="proposals",
        home=reverse("proposals", args=[run.household.uuid]),
        home_word="Proposals",
        working="Computing other plans",
        waiting="they appear on the page of the proposal",
        done=f"Other plans than proposal {number} were computed",
        failed="Not every other plan could be computed",
        kept="The proposal stands as it was and can be decided.",
        result=reverse("proposal", args=[run.household.uuid, number]),
        result_word=f"Proposal {number}",
    )


def _of_evidence(run: Run) -> Told:
    part = part_of(run.params["kind"], run.params["subject"])
    page = reverse("evidence_part", args=[run.household.uuid, part.slug])
    page += f"?of={run.params['subject']}" if part.many else ""
    return Told(
        kind=part.word,
        steps=FINDING,
        section="evidence",
        home=page,
        home_word="Evidence",
        working=f"Computing evidence: {part.word.lower()}",
        waiting="its result will be on the page Evidence",
        done=f"{part.word} was computed",
        failed="No evidence could be computed",
        kept="Earlier evidence is as it was.",
        result=page,
        result_word=part.word,
    )


def _of_pdf(run: Run) -> Told:
    page = printed.page(run.household, run.subject)
    return Told(
        kind=run.get_kind_display(),
        steps=PRINTING,
        section="evidence",
        home=page,
        home_word="Report",
        working="Making a PDF",
        waiting="the file will be on the page of the report",
        done="The PDF was made",
        failed="No PDF could be made",
        kept="Earlier files are as they were.",
        result=page,
        result_word="Report",
    )


TOLD: Mapping[Run.Kind, Callable[[Run], Told]] = {
    Run.Kind.PROPOSE: _of_proposal,
    Run.Kind.ALTERNATIVES: _of_alternatives,
    Run.Kind.IMPORT: holdings.of_import,
    Run.Kind.REPORT: holdings.of_report,
    Run.Kind.EVIDENCE: _of_evidence,
    Run.Kind.PDF: _of_pdf,
    Run.Kind.WATCH: _of_evidence,
}


def steps(run: Run) -> list[Step]:
    every, at = told(run).steps, _position(run)
    here = {Run.Status.FAILED: "failed", Run.Status.CANCELLED: "later"}.get(Run.Status(run.status), "now")
    states = ["done" if number < at else here if number == at else "later" for number in range(len(every))]
    return [Step(*words, state) for words, state in zip(every.values(), states, strict=True)]


def _position(run: Run) -> int:
    """Index of the step that the run is at, or was at when it ended; -1 before the first."""
    stages = list(told(run).steps)
    if run.status == Run.Status.DONE:
        return len(stages)
    return stages.index(run.stage) if run.stage in stages else -1


def doing(run: Run) -> str:
    """The words above the bar."""
    if run.cancel_requested_at:
        return "Cancelling: it stops before the next step"
    if run.status == Run.Status.WAITING:
        return "The same is being computed; this starts after it"
    if run.status == Run.Status.QUEUED:
        return "Waiting for a worker"
    return f"{round(100 * run.progress)}%"


def step_of_all(run: Run) -> str:
    every, at = list(told(run).steps.values()), _position(run)
    return f"Step {at + 1} of {len(every)}: {every[at][0]}" if 0 <= at < len(every) else ""


def stopped_at(run: Run) -> str:
    """The step at which a failed or cancelled run stopped; empty if it never began."""
    return told(run).steps.get(run.stage, ("", ""))[0]


def past(runs: Iterable[Run]) -> list[PastRun]:
    return [
        PastRun(run, took(run), run.get_status_display(), TONES.get(Run.Status(run.status), ""), told(run))
        for run in runs
    ]


def took(run: Run) -> str:
    if run.started_at is None or run.finished_at is None:
        return ""
    return seconds(run.finished_at - run.started_at)


def seconds(span: dt.timedelta) -> str:
    """4.2 s, or 3 min 12 s."""
    whole = span.total_seconds()
    return f"{amount(whole, 1)} s" if whole < 60 else f"{int(whole // 60)} min {int(whole % 60)} s"


def conflicts(run: Run) -> list[Conflict]:
    """Limits that cannot hold together, each with the ways in which it could."""
    offered = relaxation.choices(run)
    return [_conflict(row, at, offered) for at, row in enumerate(run.detail.get("conflicts", []))]


def _conflict(row: Mapping[str, Any], at: int, offered: Mapping[str, Any]) -> Conflict:
    gives = [*row.get("gives", []), *row.get("laws", [])]
    names = [f"{at}-{number}" for number in range(len(gives))]
    ways = [
        (give, Way(_as_sentence(give["sentence"]), name if name in offered else ""))
        for give, name in zip(gives, names, strict=True)
    ]
    return Conflict(
        _first_sentence(row["sentence"]),
        [way for give, way in ways if _helps(give)],
        [way for give, way in ways if not _helps(give)],
    )


def _helps(give: Mapping[str, Any]) -> bool:
    return give.get("needed", "") is not None or give.get("side") in {"drop", "wait"}


def mix(run: Run) -> list[str]:
    """What would give at once where the most important limits give least; empty where a button cannot apply it."""
    return [_as_sentence(give["sentence"]) for give in relaxation.choices(run).get(relaxation.MIX, [])]


def relaxed(run: Run, used: PolicyVersion | None) -> PolicyVersion | None:
    """The newest version that came of this run's proposals, where one did."""
    if run.status != Run.Status.FAILED or used is None:
        return None
    return max(relaxation.made_of(run), key=lambda version: version.number, default=None)


def _first_sentence(text: str) -> str:
    """What cannot hold; the ways out, which follow it, are listed below it."""
    return text.partition(". ")[0].removesuffix(".") + "."


def _as_sentence(text: str) -> str:
    return text[:1].upper() + text[1:].removesuffix(".") + "."
