"""Simulated values over years: bands of percentiles about the middle path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holdings.figures.style import TEMPLATE, Figure, entity, money_labels, nice_ticks, note_right, short_money, whole

HEIGHT = 320
BANDS = (("5", "95", "@accent/0.10"), ("25", "75", "@accent/0.14"))
KEYS = [
    {"token": "accent", "mark": "solid", "word": "Middle path"},
    {"token": "accent-line", "mark": "zone", "word": "Half of the paths, and nine of ten"},
    {"token": "ink", "mark": "dash", "word": "Wanted"},
]


def fan(
    years: Sequence[float], bands: Mapping[str, Sequence[float]], wanted: float | None, at: float, symbol: str = "$"
) -> Figure:
    """`bands`: values by percentile (5, 25, 50, 75, 95), as long as `years`; `wanted` in `at` years, None: nothing."""
    ends = [(f"{p}%", bands[p][-1]) for p in ("95", "75", "50", "25", "5")]
    high = max([*bands["95"], *([wanted] if wanted else [])])
    ticks = nice_ticks(0, high)
    return {
        "data": [*_bands(years, bands), _middle(years, bands["50"], symbol), *_wanted(wanted, at, symbol)],
        "layout": {
            "template": TEMPLATE,
            "height": HEIGHT,
            "margin": {"l": 56, "r": 96, "t": 12, "b": 44},
            "hovermode": "x unified",
            "xaxis": {
                "range": [0, years[-1]],
                "title": {"text": "Years from now", "font": {"size": 11, "color": "@ink-3"}, "standoff": 8},
                "tickvals": nice_ticks(0, years[-1]),
                "hoverformat": ".3~g",
            },
            "yaxis": {
                "range": [0, 1.04 * high],
                "tickvals": ticks,
                "ticktext": money_labels(ticks, symbol),
            },
            "annotations": _ends(ends, high, symbol),
            "meta": {"narrow": {"margin": {"r": 16}}},
        },
        "label": _finding(years, bands, symbol),
        "keys": KEYS if wanted else KEYS[:2],
        "keys_on_phone": False,
        "table": {
            "title": "Simulated value by percentile",
            "head": ["Years", *(f"{p}%, {symbol}" for p in ("5", "25", "50", "75", "95"))],
            "rows": [
                [f"{year:g}", *(whole(bands[p][row]) for p in ("5", "25", "50", "75", "95"))]
                for row, year in enumerate(years)
            ],
        },
    }


def _bands(years: Sequence[float], bands: Mapping[str, Sequence[float]]) -> list[dict[str, Any]]:
    made = []
    for low, high, fill in BANDS:
        edge = {"type": "scatter", "mode": "lines", "x": list(years), "line": {"width": 0}, "hoverinfo": "skip"}
        made.append(edge | {"y": [round(value, 2) for value in bands[low]]})
        made.append(edge | {"y": [round(value, 2) for value in bands[high]], "fill": "tonexty", "fillcolor": fill})
    return made


def _middle(years: Sequence[float], values: Sequence[float], symbol: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Middle path",
        "x": list(years),
        "y": [round(value, 2) for value in values],
        "line": {"color": "@accent", "width": 2.2},
        "hovertemplate": f"{entity(symbol)}%{{y:,.0f}}",
    }


def _wanted(wanted: float | None, at: float, symbol: str) -> list[dict[str, Any]]:
    if not wanted:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "Wanted",
            "x": [0, at],
            "y": [wanted, wanted],
            "line": {"color": "@ink", "width": 1.3, "dash": "dash"},
            "hovertemplate": f"{entity(symbol)}%{{y:,.0f}}",
        }
    ]


def _ends(ends: Sequence[tuple[str, float]], high: float, symbol: str) -> list[dict[str, Any]]:
    """The ends of the bands, a label where it touches no other."""
    gap = 0.06 * high
    kept: list[dict[str, Any]] = []
    last = float("inf")
    for word, value in ends:
        if last - value >= gap:
            strong = word.startswith("50")
            tone = "@accent" if strong else "@ink-3"
            kept.append(note_right(value, f"{word} {short_money(value, symbol)}", tone, strong=strong, name="line-end"))
            last = value
    return kept


def _finding(years: Sequence[float], bands: Mapping[str, Sequence[float]], symbol: str) -> str:
    low, middle, high = (short_money(bands[p][-1], symbol) for p in ("5", "50", "95"))
    return f"Simulated value in {years[-1]:g} years: middle {middle}, nine of ten paths between {low} and {high}."
