"""What scenarios would cost: one row a scenario, before hollow and after filled, in money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from holdings.figures.allocation import LETTER, margin
from holdings.figures.style import TEMPLATE, Figure, entity, money_labels, nice_ticks, note_right, short_money, whole

ROW = 32  # pixels
HALF = 0.3
KEYS = [
    {"token": "ink-2", "mark": "hollow", "word": "As held"},
    {"token": "accent", "mark": "filled", "word": "After the proposal"},
]


@dataclass(frozen=True, slots=True)
class StressRow:
    """Changes of the household's value in money; `after` is None without a proposal."""

    name: str
    before: float
    after: float | None = None


def stress(rows: Sequence[StressRow], symbol: str = "$") -> Figure:
    """The first row on top. Bars reach from zero to what is held now, or would be after."""
    placed = list(zip(reversed(range(len(rows))), rows, strict=True))
    compares = any(row.after is not None for row in rows)
    return {
        "data": _data(placed, symbol, compares=compares),
        "layout": _layout(placed, symbol),
        "label": _finding(rows, symbol),
        "keys": KEYS if compares else [],
        "keys_on_phone": False,
        "table": _table(rows, symbol, compares=compares),
    }


Placed = Sequence[tuple[int, StressRow]]


def _data(placed: Placed, symbol: str, *, compares: bool) -> list[dict[str, Any]]:
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [_shown(row) for _, row in placed],
        "y": [place for place, _ in placed],
        "width": 2 * HALF,
        "marker": {"color": "@accent"},
        "customdata": [_hover(row, symbol) for _, row in placed],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    if not compares:
        return [bars]
    hollow = {
        "type": "scatter",
        "mode": "markers",
        "x": [row.before for _, row in placed],
        "y": [place for place, _ in placed],
        "marker": {"size": 11, "color": "@surface", "line": {"color": "@ink-2", "width": 2}},
        "hoverinfo": "skip",
    }
    return [bars, hollow]


def _layout(placed: Placed, symbol: str) -> dict[str, Any]:
    every = [0.0, *(value for _, row in placed for value in (row.before, row.after) if value is not None)]
    low, high = min(every), max(every)
    room = (high - low) or 1.0
    ticks = nice_ticks(low, high, 5) if high > low else [0.0]
    names = [row.name for _, row in placed]
    wrapped = [wrap(name, 18) for name in names]
    lines = [line for each in wrapped for line in each]
    return {
        "template": TEMPLATE,
        "height": 60 + ROW * len(placed),
        "margin": margin(names) | {"r": 84, "t": 10},
        "hovermode": "closest",
        "bargap": 0,
        "xaxis": {
            "range": [low - 0.03 * room, high + 0.03 * room],
            "showgrid": True,
            "gridcolor": "@grid",
            "zeroline": True,
            "zerolinecolor": "@ink-3",
            "tickvals": ticks,
            "ticktext": money_labels(ticks, symbol),
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
        "annotations": [note_right(place, short_money(_shown(row), symbol), "@ink-2") for place, row in placed],
        "meta": {
            "narrow": {
                "margin": {"l": 12 + round(LETTER * max(map(len, lines))), "r": 68},
                "xaxis": {"tickvals": ticks[::2], "ticktext": money_labels(ticks, symbol)[::2]},
                "yaxis": {"ticktext": ["<br>".join(each) for each in wrapped]},
            }
        },
    }


def _shown(row: StressRow) -> float:
    return row.before if row.after is None else row.after


def _hover(row: StressRow, symbol: str) -> str:
    words = f"{row.name}: {short_money(row.before, symbol)}"
    return entity(words if row.after is None else f"{words} → {short_money(row.after, symbol)}")


def _finding(rows: Sequence[StressRow], symbol: str) -> str:
    worst = min(rows, key=_shown)
    said = f"Change of value by scenario, largest loss: {worst.name}, {short_money(worst.before, symbol)}"
    return f"{said}." if worst.after is None else f"{said} as held, {short_money(worst.after, symbol)} after."


def _table(rows: Sequence[StressRow], symbol: str, *, compares: bool) -> dict[str, Any]:
    head = ["Scenario", f"As held, {symbol}", *([f"After, {symbol}"] if compares else [])]
    cells = [
        [row.name, whole(row.before), *([whole(row.after)] if compares and row.after is not None else [])]
        for row in rows
    ]
    return {"title": "Change of value by scenario", "head": head, "rows": cells}
