"""One page of paper as data: what a report's PDF says, in words and figures as written, before it is typeset."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from html import unescape
from itertools import accumulate
from textwrap import shorten
from typing import Literal

from accounts.models import Household, TaxProfile
from accounts.templatetags.formats import NOT_APPLICABLE, day, weight
from holdings.figures import AllocationRow
from holdings.figures.style import money_labels, month_axis, nice_ticks, percent_label
from optimizer.pages.report.evidence import Known

LETTER_PAPER = {"US", "CA", "MX"}  # countries that print on US Letter
NAME, SENTENCE, PARAGRAPH, ALL = 44, 190, 520, 2200  # letters of a name, a sentence, a paragraph, all paragraphs
SAID = 10
KEY = "○ before   ● after   | target   ▮ tolerance band"


@dataclass(frozen=True, slots=True)
class Stat:
    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of a table; `detail` stands below them over its whole width."""

    cells: Sequence[str]
    detail: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The first column is text, the others are figures. left: how many rows it leaves out."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    aside: str = ""
    note: str = ""
    left: int = 0
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A series. Points and ticks lie from 0 to 1, from the left and from below; finding: for those who hear it."""

    title: str
    aside: str
    finding: str
    points: Sequence[tuple[float, float]]
    rows: Sequence[Tick]
    columns: Sequence[Tick]
    key: str = ""
    kind: Literal["lines"] = "lines"


@dataclass(frozen=True, slots=True)
class Weight:
    """Of a sector, each from 0 to 1 of the axis."""

    name: str
    label: str
    before: float
    after: float
    target: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Weights:
    """Before, after and target over their bands, a line a sector."""

    title: str
    aside: str
    finding: str
    rows: Sequence[Weight]
    columns: Sequence[Tick]
    key: str = KEY
    kind: Literal["weights"] = "weights"


@dataclass(frozen=True, slots=True)
class Lead:
    sentence: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """A part of the evidence in a sentence, with its day."""

    word: str
    sentence: str
    day: str


Part = Table | Lines | Weights


@dataclass(frozen=True, slots=True)
class Sheet:
    """`long` gives way where the page is full, down to `least` rows; then evidence does."""

    paper: str
    title: str
    until: str
    household: str
    under: str
    foot: str
    assumptions: Sequence[str]
    lead: Lead | None = None
    stats: Sequence[Stat] = ()
    wide: Sequence[Part] = ()
    left: Sequence[Part] = ()
    right: Sequence[Part] = ()
    long: Table | None = None
    least: int = 3
    said: Sequence[Found] = ()
    said_aside: str = ""

    @property
    def text(self) -> str:
        """Canonical JSON: equal sheets give equal text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @property
    def digest(self) -> str:
        return sha256(self.text.encode()).hexdigest()


def paper(household: Household) -> str:
    """US Letter where the household is taxed in North America, else A4. One query."""
    country = TaxProfile.objects.filter(household=household).values_list("country", flat=True).first()
    return "us-letter" if country in LETTER_PAPER else "a4"


def foot(household: Household, title: str, until: dt.date) -> str:
    return (
        f"{named(household.name)}. {title}, figures to {day(until)}, {household.base_currency}. "
        "Decision support, not advice."
    )


def cells(*texts: str) -> list[str]:
    return [cell(text) for text in texts]


def cell(text: str) -> str:
    """A figure as the filters of pages write it, without their mark of what does not apply."""
    return "–" if text == NOT_APPLICABLE else text


def named(text: str) -> str:
    """A name, cut where a table has no room for it."""
    return cut(text, NAME)


def cut(text: str, letters: int) -> str:
    """Whole words of a text, and an ellipsis where some are left out."""
    short = shorten(text, letters, placeholder="…")
    return short if short != "…" else f"{text[: letters - 1]}…"


def said(known: Known) -> list[Found]:
    """The first SAID parts of the evidence, each with the close that it knows."""
    return [
        Found(f"{each.part.word}:", f"{cut(each.sentence, SENTENCE)}.", f"Close of {day(each.row.as_of)}.")
        for each in known.said[:SAID]
    ]


def not_computed(known: Known) -> list[str]:
    return [f"Evidence not computed by that day: {', '.join(known.missing)}."] if known.missing else []


def lines(days: Sequence[dt.date], values: Sequence[float], symbol: str, finding: str) -> Lines:
    """Two days at least, rising."""
    low, high = min(values), max(values)
    pad = 0.06 * (high - low) or 0.01 * abs(high) or 1.0
    low, high = low - pad, high + pad
    span = (days[-1] - days[0]).days
    heights = nice_ticks(low, high, 5)
    axis = month_axis(days[0], days[-1])
    firsts = [dt.date.fromisoformat(text) for text in axis["tickvals"]]
    return Lines(
        "Value over the quarter",
        "At each close",
        finding,
        [((each - days[0]).days / span, _share(value, low, high)) for each, value in zip(days, values, strict=True)],
        [
            Tick(_share(tick, low, high), unescape(label))
            for tick, label in zip(heights, money_labels(heights, symbol), strict=True)
        ],
        [Tick((first - days[0]).days / span, word) for first, word in zip(firsts, axis["ticktext"], strict=True)],
    )


def weights(title: str, aside: str, finding: str, rows: Sequence[AllocationRow]) -> Weights:
    high = max(max(row.before, row.after, row.target, row.high) for row in rows)
    low = min(0.0, *(min(row.before, row.after) for row in rows))
    ticks = nice_ticks(low, high, 5)
    return Weights(
        title,
        aside,
        finding,
        [
            Weight(
                named(row.name),
                f"{weight(row.before)} → {weight(row.after)}",
                *(_share(each, low, high) for each in (row.before, row.after, row.target, row.low, row.high)),
            )
            for row in rows
        ],
        [Tick(_share(tick, low, high), percent_label(tick)) for tick in ticks],
    )


def paragraphs(texts: Iterable[str]) -> list[str]:
    """As many as a page has room for; that there are more is said."""
    every = [cut(text, PARAGRAPH) for text in texts if text]
    ends = accumulate(len(text) for text in every)
    kept = [text for text, end in zip(every, ends, strict=True) if end <= ALL]
    return kept if len(kept) == len(every) else [*kept, "More stands on the page of this report."]


def _share(value: float, low: float, high: float) -> float:
    return round((value - low) / (high - low), 6)
