"""A run in words: its steps, what it is doing, and how it ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Run
from accounts.templatetags.formats import amount

STEPS = {
    "Inputs": ("Freeze the inputs", "Lots, prices, goals and tax inputs, read once and hashed."),
    "Risk": ("Risk model", "Covariance of the instruments from their closing prices."),
    "Target": ("Target weights", "The strategy of the goals, inside its limits."),
    "Rebalance": ("Rebalance by lot", "Which lots to reduce and what to increase, all accounts together."),
    "Checks": ("Guardrails and rules", "Every rule checked against whole shares."),
    "Reasons": ("Reasons", "One sentence for each trade."),
}
STAGES = list(STEPS)
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


@dataclass(frozen=True, slots=True)
class Conflict:
    sentence: str
    ways_out: list[str]


def steps(run: Run) -> list[Step]:
    at = _position(run)
    here = {Run.Status.FAILED: "failed", Run.Status.CANCELLED: "later"}.get(Run.Status(run.status), "now")
    states = ["done" if number < at else here if number == at else "later" for number in range(len(STAGES))]
    return [Step(*STEPS[stage], state) for stage, state in zip(STAGES, states, strict=True)]


def _position(run: Run) -> int:
    """Index of the step that the run is at, or was at when it ended; -1 before the first."""
    if run.status == Run.Status.DONE:
        return len(STAGES)
    return STAGES.index(run.stage) if run.stage in STEPS else -1


def doing(run: Run) -> str:
    """The words above the bar."""
    if run.cancel_requested_at:
        return "Cancelling: it stops before the next step"
    if run.status == Run.Status.QUEUED:
        return "Waiting for a worker"
    return f"{round(100 * run.progress)}%"


def step_of_all(run: Run) -> str:
    at = _position(run)
    return f"Step {at + 1} of {len(STAGES)}: {STEPS[STAGES[at]][0]}" if 0 <= at < len(STAGES) else ""


def stopped_at(run: Run) -> str:
    """The step at which a failed or cancelled run stopped; empty if it never began."""
    return STEPS[run.stage][0] if run.stage in STEPS else ""


def past(runs: Iterable[Run]) -> list[PastRun]:
    return [PastRun(run, took(run), _word(run), TONES.get(Run.Status(run.status), "")) for run in runs]


def took(run: Run) -> str:
    if run.started_at is None or run.finished_at is None:
        return ""
    return seconds(run.finished_at - run.started_at)


def seconds(span: dt.timedelta) -> str:
    """4.2 s, or 3 min 12 s."""
    whole = span.total_seconds()
    return f"{amount(whole, 1)} s" if whole < 60 else f"{int(whole // 60)} min {int(whole % 60)} s"


def _word(run: Run) -> str:
    return f"Running, {round(100 * run.progress)}%" if run.status == Run.Status.RUNNING else run.get_status_display()


def conflicts(run: Run) -> list[Conflict]:
    """Limits that cannot hold together, each with the ways in which it could."""
    return [
        Conflict(_first_sentence(row["sentence"]), [_as_sentence(give["sentence"]) for give in row["gives"]])
        for row in run.detail.get("conflicts", [])
    ]


def _first_sentence(text: str) -> str:
    """What cannot hold; the ways out, which follow it, are listed below it."""
    return text.partition(". ")[0].removesuffix(".") + "."


def _as_sentence(text: str) -> str:
    return text[:1].upper() + text[1:].removesuffix(".") + "."
