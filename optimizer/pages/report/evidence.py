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
    part: Part
    sentence: str
    row: Evidence


@dataclass(frozen=True, slots=True)
class Known:
    """missing: names of the parts of which nothing is stored until the day."""

    said: Sequence[Said]
    missing: Sequence[str]


def known(household: Household, until: dt.date) -> Known:
    """The newest row of each part that knows no later close than that of `until`."""
    rows = [(part, selectors.evidence(household, part.kind, part.subject, until=until)) for part in PARTS]
    said = [Said(part, part.build(household, row)["sentence"], row) for part, row in rows if row]
    return Known(said, [part.word for part, row in rows if row is None])
