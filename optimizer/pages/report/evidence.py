"""What each part of the evidence found, in a sentence, as it was known on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Household
from optimizer import selectors
from optimizer.models import Evidence
from optimizer.pages.evidence import PARTS, Part


@dataclass(frozen=True, slots=True)
class Said:
    """subject: what the part is about, where a household has several."""

    part: Part
    subject: str
    sentence: str
    row: Evidence


@dataclass(frozen=True, slots=True)
class Known:
    """missing: names of the parts of which nothing is stored until the day."""

    said: Sequence[Said]
    missing: Sequence[str]


def known(household: Household, until: dt.date) -> Known:
    """The newest row of each part and subject that knows no later close than that of `until`."""
    rows = selectors.evidence_until(household, until)
    said: list[Said] = []
    missing: list[str] = []
    for part in PARTS:
        subjects = [subject for subject, _ in part.subjects(household)]
        found = [(subject, rows[part.kind, subject]) for subject in subjects if (part.kind, subject) in rows]
        said += [Said(part, subject, part.build(household, row)["sentence"], row) for subject, row in found]
        missing += [] if found else [part.word]
    return Known(said, missing)
