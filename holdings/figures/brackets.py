"""Where a year stands in its schedules of rates: one bar a schedule, its bands, and a mark at the year's base."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from textwrap import wrap
from typing import Any

from holdings.figures.style import TEMPLATE, Figure, entity, minus, money_labels, nice_ticks, whole
from holdings.tax.outcome import Schedule

ROW = 82  # pixels
HALF = 0.15  # of a row
BELOW, GAP = 0.3, 0.06  # of a row
LINE = 16  # pixels of a line of words
LETTERS = 46  # of a line above a bar, so that it fits on a phone
ROOM = 0.1  # of the axis: a narrower band has no words
SHADES = (
    "@accent/0.08",
    "@accent/0.16",
    "@accent/0.26",
    "@accent/0.38",
    "@accent/0.50",
    "@accent/0.62",
    "@accent/0.74",
)
BEYOND = 1.25
"""The axis ends this far beyond the largest base, so that the next threshold is in sight where it is near."""


def brackets(schedules: Sequence[Schedule], symbol: str = "$") -> Figure:
    """Bars from 0; bands beyond the axis are cut. Labels say the rate in a band and the base above it."""
    reach = _reach(schedules)
    placed = list(zip(reversed(range(len(schedules))), schedules, strict=True))
    above = HALF + GAP + LINE * len(_words(schedules[0], symbol)) / ROW
    ticks = nice_ticks(0, reach, 5)
    return {
        "data": [_hover(placed, symbol)],
        "layout": {
            "template": TEMPLATE,
            "height": round(40 + ROW * (len(placed) - 1 + BELOW + above)),
            "margin": {"l": 16, "r": 16, "t": 8, "b": 32},
            "hovermode": "closest",
            "xaxis": {"range": [0, reach], "tickvals": ticks, "ticktext": money_labels(ticks, symbol)},
            "yaxis": {"range": [-BELOW, len(placed) - 1 + above], "visible": False},
            "shapes": [shape for place, each in placed for shape in _shapes(place, each, reach)],
            "annotations": [note for place, each in placed for note in _notes(place, each, reach, symbol)],
        },
        "label": "; ".join(finding(each, symbol) for each in schedules) + ".",
        "keys": [],
        "keys_on_phone": False,
        "table": _table(schedules, symbol),
    }


def finding(schedule: Schedule, symbol: str) -> str:
    """The base, the rate of the next unit, and how far the next threshold is."""
    base = f"{schedule.label}: {whole_money(float(schedule.base), symbol)}, next at {rate(schedule.next_rate)}"
    if schedule.room is None:
        return base
    return f"{base}, {whole_money(float(schedule.room), symbol)} below the next threshold"


def rate(value: Decimal) -> str:
    """A rate without trailing zeros: 22%, 3.8%."""
    return f"{float(value) * 100:.2f}".rstrip("0").rstrip(".") + "%"


def whole_money(value: float, symbol: str) -> str:
    return f"{minus(round(value))}{symbol}{abs(round(value)):,}"


def _reach(schedules: Sequence[Schedule]) -> float:
    bases = [max(float(each.base), 0.0) for each in schedules]
    edges = [float(each.base + each.room) for each in schedules if each.room is not None]
    largest = max(bases, default=0.0)
    near = [edge for edge in edges if edge <= 2 * largest]
    return BEYOND * max([largest, *near, 1000.0])


def _shapes(place: int, each: Schedule, reach: float) -> list[dict[str, Any]]:
    upright = {"y0": place - HALF, "y1": place + HALF}
    found: list[dict[str, Any]] = []
    for (low, high, _), shade in zip(_bands(each, reach), SHADES, strict=False):
        found.append({"type": "rect", "x0": low, "x1": high, "fillcolor": shade, "line": {"width": 0}, **upright})
    at = min(max(float(each.base), 0.0), reach)
    mark = {"y0": place - HALF - 0.05, "y1": place + HALF + 0.05, "x0": at, "x1": at}
    return [*found, {"type": "line", "line": {"color": "@ink", "width": 2}, **mark}]


def _bands(each: Schedule, reach: float) -> list[tuple[float, float, str]]:
    """(from, to, rate) of what is in sight."""
    found, low = [], 0.0
    for band in each.bands:
        high = reach if band.upto is None else min(float(band.upto), reach)
        if high > low:
            found.append((low, high, rate(band.rate)))
        low = max(low, high)
    return found


def _notes(place: int, each: Schedule, reach: float, symbol: str) -> list[dict[str, Any]]:
    """What the bar is and where the year stands, above it; rates inside, where a band has room for them."""
    heading = {
        "x": 0,
        "y": place + HALF + GAP,
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
        "showarrow": False,
        "text": entity("<br>".join(_words(each, symbol))),
        "font": {"color": "@ink", "size": 12},
    }
    return [heading, *(_rate_note(place, band) for band in _bands(each, reach) if band[1] - band[0] > ROOM * reach)]


def _words(each: Schedule, symbol: str) -> list[str]:
    words = whole_money(float(each.base), symbol)
    if each.room is not None:
        words += f", {whole_money(float(each.room), symbol)} below {whole_money(float(each.base + each.room), symbol)}"
    return [*wrap(each.label, LETTERS), words]


def _rate_note(place: int, band: tuple[float, float, str]) -> dict[str, Any]:
    low, _, label = band
    inside = {"x": low, "y": place, "xanchor": "left", "xshift": 6, "showarrow": False}
    return {**inside, "text": label, "font": {"color": "@ink", "size": 11}}


def _hover(placed: Sequence[tuple[int, Schedule]], symbol: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [max(float(each.base), 0.0) for _, each in placed],
        "y": [place for place, _ in placed],
        "marker": {"size": 1, "color": "@ink"},
        "text": [entity(finding(each, symbol)) for _, each in placed],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _table(schedules: Sequence[Schedule], symbol: str) -> dict[str, Any]:
    return {
        "title": "Position in the brackets",
        "head": ["Schedule and rate", f"From, {symbol}", f"To, {symbol}", f"Here, {symbol}"],
        "rows": [row for each in schedules for row in _table_rows(each)],
    }


def _table_rows(each: Schedule) -> list[list[str]]:
    rows, low = [], 0.0
    base = float(each.base)
    for band in each.bands:
        high = None if band.upto is None else float(band.upto)
        is_here = (base >= low or low == 0.0) and (high is None or base < high)
        cells = [whole(low), "and more" if high is None else whole(high), whole(base) if is_here else "–"]
        rows.append([f"{each.label}: {rate(band.rate)}", *cells])
        low = low if high is None else high
    return rows
