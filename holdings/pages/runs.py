"""How a run is told: its steps, what it makes, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Run

Steps = Mapping[str, tuple[str, str]]
"""Stage as stored with the run -> its name and what is done in it, in their order."""


@dataclass(frozen=True, slots=True)
class Told:
    """The words of one run. `result` is empty until there is something to open.

    kind: what it does, in a list of runs. section: the navigation's; home: the list that the run belongs to.
    kept: what stands when the run made nothing.
    """

    kind: str
    steps: Steps
    section: str
    home: str
    home_word: str
    working: str
    waiting: str
    done: str
    failed: str
    kept: str
    result: str = ""
    result_word: str = ""
    finding: str = ""
    again: bool = False


READING: Steps = {
    "Read": ("Read the file", "Its format recognised by content, and every row read."),
    "Check": ("Check the rows", "Duplicates, recorded fills and symbols, and the ledger on a copy."),
    "Keep": ("Keep the rows for review", "In one change; nothing is booked yet."),
}
BOOKING: Steps = {
    "Check": ("Check the rows again", "What was booked since is not booked twice."),
    "Prepare": ("Prepare the transactions", "Each row as it would be booked; nothing is booked yet."),
    "Replay": ("Replay the ledger", "Lots, gains and cash with the rows in it."),
    "Compare": ("Compare with what is stored", "Only what comes out different is written."),
    "Write": ("Book the rows", "In one change: all of it or nothing. It cannot be cancelled any more."),
}

TRYING: Steps = {"Check": ("Replay the ledger on a copy", "With and without the rows; only the finding is stored.")}
JUDGING: Steps = {"Check": READING["Check"]}

ACTS: Mapping[str, tuple[Steps, str, str]] = {
    "read": (READING, "Reading", "read"),
    "book": (BOOKING, "Booking", "booked"),
    "try": (TRYING, "Trying out", "tried out"),
    "judge": (JUDGING, "Checking", "checked"),
}
"""Steps of what a run may do with a file, and the words for it."""


def of_import(run: Run) -> Told:
    """A file being read, tried out or booked; its name is among the parameters of the run."""
    name = run.params.get("file", "the file")
    steps, doing, done = ACTS[run.params["act"]]
    page = "import_dry_run" if run.params["act"] == "try" else "import_detail"
    return Told(
        kind=f"Import: {doing.lower()}",
        steps=steps,
        section="imports",
        home=reverse("imports", args=[run.household.uuid]),
        home_word="Imports",
        working=f"{doing} {name}",
        waiting="its result will be in the list of imports",
        done=f"{name} was {done}",
        failed=f"{name} was not {done}",
        kept="Nothing was booked: holdings and transactions are as they were.",
        result=reverse(page, args=[run.household.uuid, run.subject]),
        result_word=name,
    )


MEASURING: Steps = {
    "Read": ("Read ledger, prices and rates", "From the close before the first day to the last one."),
    "Measure": ("Measure", "Returns, contributions by holding, attribution, falls and risk."),
    "Keep": ("Keep the report", "One report for equal inputs."),
}


def of_report(run: Run) -> Told:
    """A performance report for a scope and dates, which are among the parameters of the run."""
    page = reverse("performance", args=[run.household.uuid])
    chosen = {**{name: run.params[name] for name in ("scope", "first", "last")}, "period": "custom"}
    return Told(
        kind=run.get_kind_display(),
        steps=MEASURING,
        section="performance",
        home=page,
        home_word="Performance",
        working="Measuring performance",
        waiting="its result will be on the performance page",
        done="Performance was measured",
        failed="Performance could not be measured",
        kept="Stored reports are as they were.",
        result=f"{page}?{urlencode(chosen)}",
        result_word="Report",
    )
