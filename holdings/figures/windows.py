"""Windows of 61 days around sales and purchases, as bars on one time axis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from textwrap import wrap
from typing import Any

from holdings.figures.style import TEMPLATE, Figure, month_axis, written

ROW = 96  # pixels
BELOW, ABOVE = 0.3, 1.05  # rows beyond the lowest and the highest bar: four lines of words above it
LETTERS = 46  # of a line above a bar, so that it fits on a phone
HALF = 0.12
REACH = dt.timedelta(days=30)


class Mark(Enum):
    """What opened a window, by its marker."""

    SOLD = "triangle-down"
    BOUGHT = "triangle-up"
    PROPOSED = "triangle-down-open"


MARKS = {
    Mark.SOLD: {"token": "ink", "mark": "down", "word": "Sale at a loss"},
    Mark.BOUGHT: {"token": "ink", "mark": "up", "word": "Purchase"},
    Mark.PROPOSED: {"token": "ink", "mark": "down-open", "word": "Would be sold at a loss"},
}
ZONES = [
    {"token": "band", "mark": "zone", "word": "30 days before"},
    {"token": "line-2", "mark": "zone", "word": "30 days after"},
]


@dataclass(frozen=True, slots=True)
class Window:
    """30 days before and after `day`. words: what follows, until when."""

    name: str
    what: str
    mark: Mark
    day: dt.date
    words: str


def windows(rows: Sequence[Window], today: dt.date) -> Figure:
    """One line a window, the first on top; what it means stands above its bar."""
    placed = list(zip(reversed(range(len(rows))), rows, strict=True))
    first, last = min(row.day for row in rows) - REACH, max(row.day for row in rows) + REACH
    return {
        "data": [_marker(placed)],
        "layout": {
            "template": TEMPLATE,
            "height": round(52 + ROW * (len(placed) - 1 + BELOW + ABOVE)),
            "margin": {"l": 16, "r": 16, "t": 24, "b": 28},
            "hovermode": "closest",
            "xaxis": month_axis(first, last),
            "yaxis": {"range": [-BELOW, len(placed) - 1 + ABOVE], "visible": False},
            "shapes": [_today(today), *(shape for place, row in placed for shape in _bars(place, row))],
            "annotations": [_today_note(today), *(_note(place, row, first) for place, row in placed)],
        },
        "label": "; ".join(f"{row.name}: {row.what}. {row.words}" for row in rows) + ".",
        "keys": [*(MARKS[mark] for mark in Mark if mark in {row.mark for row in rows}), *ZONES],
        "keys_on_phone": False,
        "table": {
            "title": "Wash-sale windows",
            "head": ["Instrument", "What opened it", "Open until", "What follows"],
            "rows": [[row.name, row.what, written(row.day + REACH), row.words] for row in rows],
        },
    }


def _bars(place: int, row: Window) -> list[dict[str, Any]]:
    upright = {"type": "rect", "y0": place - HALF, "y1": place + HALF, "layer": "below"}
    dash = {"dash": "dot", "width": 1, "color": "@ink-3"} if row.mark is Mark.PROPOSED else {"width": 0}
    before = {
        "x0": (row.day - REACH).isoformat(),
        "x1": row.day.isoformat(),
        "fillcolor": "@band",
        "line": {"width": 0},
    }
    after = {"x0": row.day.isoformat(), "x1": (row.day + REACH).isoformat(), "fillcolor": "@line-2", "line": dash}
    return [{**upright, **before}, {**upright, **after}]


def _note(place: int, row: Window, first: dt.date) -> dict[str, Any]:
    return {
        "x": first.isoformat(),
        "y": place + HALF + 0.04,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "align": "left",
        "text": "<br>".join([*wrap(f"{row.name}: {row.what}.", LETTERS), *wrap(f"{row.words}.", LETTERS)]),
        "font": {"color": "@ink", "size": 12},
        "bgcolor": "@surface",
    }


def _marker(placed: Sequence[tuple[int, Window]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row.day.isoformat() for _, row in placed],
        "y": [place for place, _ in placed],
        "marker": {"size": 11, "color": "@ink", "symbol": [row.mark.value for _, row in placed]},
        "text": [f"{row.name}: {row.words}" for _, row in placed],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _today(today: dt.date) -> dict[str, Any]:
    at = today.isoformat()
    return {
        "type": "line",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": "@accent", "width": 2},
    }


def _today_note(today: dt.date) -> dict[str, Any]:
    return {
        "x": today.isoformat(),
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "text": f"today, {today.day} {today:%b}",
        "font": {"color": "@accent", "size": 11},
    }
