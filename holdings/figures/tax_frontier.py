"""Tax added against tracking error: the points between which a person chooses."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from holdings.figures.style import TEMPLATE, Figure, entity, money_labels, nice_ticks, percent_labels, short_money

KEYS = [
    {"token": "accent", "mark": "filled", "word": "This proposal"},
    {"token": "ink-2", "mark": "hollow", "word": "Other plans"},
]
HEIGHT = 260
PHONE = 200, 190
"""Pixels of the plot on the narrowest screen, where labels must not touch."""
LETTER, TALL = 7, 16


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """`tax` in money, `error` an annual fraction; `role`: point, proposed or nothing."""

    label: str
    name: str
    tax: float
    error: float
    role: str = "point"


def tax_frontier(points: Sequence[FrontierPoint], budget: float | None, symbol: str) -> Figure:
    """Points by added tax, those of the frontier joined by a line; the zone left of the tax budget is tinted."""
    taxes, errors = _range([p.tax for p in points], budget), _range([0.0, *(p.error for p in points)], None)
    line = sorted((p for p in points if p.role == "point"), key=lambda p: p.tax)
    traces = [_line(line)] if line else []
    words = _words(points, taxes, errors)
    return {
        "data": [
            *traces,
            *(_marker(role, [p for p in points if p.role == role], words, symbol) for role in _roles(points)),
        ],
        "layout": _layout(points, taxes, errors, budget, symbol),
        "label": _finding(points, symbol),
        "keys": KEYS,
        "keys_on_phone": False,
        "table": {
            "title": "Tax added against tracking error",
            "head": ["Plan", f"Tax added, {symbol}", "Tracking error, %"],
            "rows": [[f"{p.label} {p.name}".strip(), f"{p.tax:,.0f}", f"{100 * p.error:.2f}"] for p in points],
        },
    }


def _roles(points: Sequence[FrontierPoint]) -> list[str]:
    return [role for role in ("nothing", "point", "proposed") if any(p.role == role for p in points)]


def _line(points: Sequence[FrontierPoint]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [p.tax for p in points],
        "y": [p.error for p in points],
        "line": {"color": "@line-2", "width": 1.3},
        "hoverinfo": "skip",
    }


def _words(
    points: Sequence[FrontierPoint], taxes: tuple[float, float], errors: tuple[float, float]
) -> dict[FrontierPoint, str]:
    """What is written at each point. Points whose labels would touch share one, at the first of them; beside the
    proposal's own label none is written."""
    across, up = PHONE[0] / (taxes[1] - taxes[0]), PHONE[1] / (errors[1] - errors[0])
    groups = [[point] for point in sorted(points, key=lambda p: (p.role != "proposed", p.tax))]
    while touching := next(((a, b) for a, b in combinations(groups, 2) if _touch(a, b, across, up)), None):
        first, second = touching
        first.extend(second)
        groups.remove(second)
    return {group[0]: _word(group) for group in groups}


def _word(group: Sequence[FrontierPoint]) -> str:
    if group[0].role == "proposed":
        return group[0].name
    return ", ".join(p.label or p.name for p in group)


def _touch(a: Sequence[FrontierPoint], b: Sequence[FrontierPoint], across: float, up: float) -> bool:
    """Whether two labels would touch: each is centred above its point, or begins right of it for the proposal."""
    if abs(a[0].error - b[0].error) * up >= TALL:
        return False
    (low, high), (other_low, other_high) = _reach(a, across), _reach(b, across)
    return low < other_high and other_low < high


def _reach(group: Sequence[FrontierPoint], across: float) -> tuple[float, float]:
    """From where to where a label reaches, in pixels."""
    at, width = group[0].tax * across, LETTER * (len(_word(group)) + 1)
    return (at, at + width) if group[0].role == "proposed" else (at - width / 2, at + width / 2)


def _marker(role: str, points: Sequence[FrontierPoint], words: dict[FrontierPoint, str], symbol: str) -> dict[str, Any]:
    strong = role == "proposed"
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [p.tax for p in points],
        "y": [p.error for p in points],
        "text": [words.get(p, "") for p in points],
        "textposition": ["top right" if strong else "top center"] * len(points),
        "textfont": {"color": "@accent" if strong else "@ink-2", "weight": 600 if strong else 400},
        "cliponaxis": False,
        "customdata": [f"{p.name}, {entity(short_money(p.tax, symbol))} of tax" for p in points],
        "marker": {
            "size": 13 if strong else 11,
            "symbol": "x-thin" if role == "nothing" else "circle",
            "color": "@accent" if strong else "@surface",
            "line": {"color": "@accent" if strong else "@ink-2", "width": 2},
        },
        "hovertemplate": "%{customdata}<br>tracking error %{y:.2%}<extra></extra>",
    }


def _range(values: Sequence[float], budget: float | None) -> tuple[float, float]:
    low, high = min(values), max([*values, *([] if budget is None else [budget])])
    room = (high - low) or 1.0
    return low - 0.08 * room, high + 0.12 * room


def _layout(
    points: Sequence[FrontierPoint],
    taxes: tuple[float, float],
    errors: tuple[float, float],
    budget: float | None,
    symbol: str,
) -> dict[str, Any]:
    across, up = nice_ticks(*taxes), nice_ticks(max(0.0, errors[0]), errors[1])
    return {
        "template": TEMPLATE,
        "height": HEIGHT,
        "margin": {"l": 52, "r": 24, "t": 12, "b": 46},
        "hovermode": "closest",
        "xaxis": {
            "range": list(taxes),
            "tickvals": across,
            "ticktext": money_labels(across, symbol),
            "title": {"text": "Tax added this year", "font": {"size": 11, "color": "@ink-3"}, "standoff": 8},
        },
        "yaxis": {"range": list(errors), "tickvals": up, "ticktext": percent_labels(up)},
        "shapes": [] if budget is None else _zone(taxes[0], budget),
        "annotations": [] if budget is None else [_budget_note(budget, symbol)],
        "meta": {"narrow": {"xaxis": {"tickvals": across[::2], "ticktext": money_labels(across, symbol)[::2]}}},
    }


def _zone(low: float, budget: float) -> list[dict[str, Any]]:
    paper = {"yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    edge = {"color": "@ink-3", "width": 1, "dash": "dot"}
    return [
        {"type": "rect", "x0": low, "x1": budget, "fillcolor": "@accent/0.06", "line": {"width": 0}, **paper},
        {"type": "line", "x0": budget, "x1": budget, "line": edge, **paper},
    ]


def _budget_note(budget: float, symbol: str) -> dict[str, Any]:
    return {
        "x": budget,
        "xanchor": "right",
        "xshift": -6,
        "yref": "paper",
        "y": 0,
        "yanchor": "bottom",
        "text": entity(f"your budget, {short_money(budget, symbol)}"),
        "showarrow": False,
        "font": {"color": "@accent", "size": 11},
    }


def _finding(points: Sequence[FrontierPoint], symbol: str) -> str:
    said = [f"{p.name}: {short_money(p.tax, symbol)} of tax, {100 * p.error:.2f}% tracking error" for p in points]
    return f"Tax added against tracking error. {'; '.join(said)}."
