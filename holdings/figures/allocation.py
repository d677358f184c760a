"""Weights before, after and target, as dumbbells over their tolerance bands."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from holdings.figures.style import TEMPLATE, Figure, nice_ticks, note_right, percent_label

ROW = 38  # pixels
LETTER = 6.4  # pixels of an average letter at 12 px
KEYS = [
    {"token": "ink-2", "mark": "hollow", "word": "Before"},
    {"token": "ink-2", "mark": "filled", "word": "After"},
    {"token": "ink", "mark": "tick", "word": "Target"},
    {"token": "band", "mark": "zone", "word": "Tolerance band"},
]


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """A class or sector; weights and limits are fractions of the household."""

    name: str
    token: str
    before: float
    after: float
    target: float
    low: float
    high: float


def allocation(rows: Sequence[AllocationRow]) -> Figure:
    """One line a row, the first on top: band grey, before hollow, after filled, target a tick."""
    placed = list(zip(reversed(range(len(rows))), rows, strict=True))
    return {
        "data": [weight_trace("Before", placed, hollow=True), weight_trace("After", placed, hollow=False)],
        "layout": layout(placed),
        "label": finding(rows),
        "keys": KEYS,
        "keys_on_phone": False,
        "table": table(rows),
    }


def layout(placed: Sequence[tuple[int, AllocationRow]]) -> dict[str, Any]:
    high = max(max(row.before, row.after, row.target, row.high) for _, row in placed)
    names = [row.name for _, row in placed]
    ticks = nice_ticks(0, high)
    head = note_right(len(placed) - 0.35, "before → after, %", "@ink-3")
    return {
        "template": TEMPLATE,
        "height": 60 + ROW * len(placed),
        "margin": margin(names),
        "hovermode": "closest",
        "xaxis": {
            "range": [-0.02 * high, 1.04 * high],
            "showgrid": True,
            "gridcolor": "@grid",
            "tickvals": ticks,
            "ticktext": [percent_label(tick) for tick in ticks],
        },
        "yaxis": {
            "range": [-0.6, len(placed) - 0.4],
            "tickvals": [place for place, _ in placed],
            "ticktext": names,
            "tickfont": {"size": 12, "color": "@ink"},
            "showgrid": False,
            "showline": False,
            "ticks": "",
        },
        "shapes": [shape for place, row in placed for shape in row_shapes(place, row)],
        "annotations": [head, *(note for place, row in placed for note in row_notes(place, row))],
        "meta": {"narrow": narrow(names, ticks)},
    }


def margin(names: Sequence[str]) -> dict[str, int]:
    return {"l": 16 + round(LETTER * max(len(name) for name in names)), "r": 104, "t": 26, "b": 28}


def narrow(names: Sequence[str], ticks: Sequence[float]) -> dict[str, Any]:
    """On a phone names take two lines and every second tick goes."""
    wrapped = [wrap(name, 13) for name in names]
    kept = ticks[::2]
    return {
        "margin": margin([line for lines in wrapped for line in lines]) | {"r": 92},
        "xaxis": {"tickvals": kept, "ticktext": [percent_label(tick) for tick in kept]},
        "yaxis": {"ticktext": ["<br>".join(lines) for lines in wrapped]},
    }


def weight_trace(name: str, placed: Sequence[tuple[int, AllocationRow]], *, hollow: bool) -> dict[str, Any]:
    own = [f"@{row.token}" for _, row in placed]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [row.before if hollow else row.after for _, row in placed],
        "y": [place for place, _ in placed],
        "customdata": [row.name for _, row in placed],
        "marker": {"size": 11, "color": "@surface" if hollow else own, "line": {"color": own, "width": 2}},
        "hovertemplate": f"%{{customdata}}<br>{name.lower()} %{{x:.1%}}<extra></extra>",
    }


def row_shapes(place: int, row: AllocationRow) -> list[dict[str, Any]]:
    """The band, on it the way from before to after, then the target."""
    upright = {"y0": place - 0.28, "y1": place + 0.28, "layer": "between"}
    level = {"y0": place, "y1": place, "layer": "between"}
    return [
        {"type": "rect", "x0": row.low, "x1": row.high, "fillcolor": "@band", "line": {"width": 0}, **upright},
        {"type": "line", "x0": row.before, "x1": row.after, "line": {"color": f"@{row.token}", "width": 2}, **level},
        {"type": "line", "x0": row.target, "x1": row.target, "line": {"color": "@ink", "width": 2}, **upright},
    ]


def row_notes(place: int, row: AllocationRow) -> list[dict[str, Any]]:
    return [
        note_right(place, f"{100 * row.before:.1f} →", "@ink-2", xshift=54, xanchor="right"),
        note_right(place, f"{100 * row.after:.1f}", "@ink-2", strong=True, xshift=58),
    ]


def finding(rows: Sequence[AllocationRow]) -> str:
    before = sum(not row.low <= row.before <= row.high for row in rows)
    after = sum(not row.low <= row.after <= row.high for row in rows)
    return f"Allocation before, after and target: of {len(rows)}, {before} outside the band before and {after} after."


def table(rows: Sequence[AllocationRow]) -> dict[str, Any]:
    weights = [(row.before, row.after, row.target, row.low, row.high) for row in rows]
    return {
        "title": "Allocation before, after and target",
        "head": ["Class or sector", "Before, %", "After, %", "Target, %", "Band from, %", "Band to, %"],
        "rows": [[row.name, *(f"{100 * each:.1f}" for each in of)] for row, of in zip(rows, weights, strict=True)],
    }
