"""The household's value over time."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from textwrap import wrap
from typing import Any

from holdings.figures.style import (
    TEMPLATE,
    Figure,
    entity,
    money_labels,
    month_axis,
    nice_ticks,
    note_right,
    pushed_apart,
    short_money,
    whole,
    written,
)

HEIGHT = 300
MARGIN = {"l": 52, "r": 140, "t": 8, "b": 32}
LINE, LONGEST = 16, 18  # labels at line ends: pixels a line, letters before it wraps
MOST_POINTS = 400
LEAST_SPAN = 0.01  # of the level: a smaller change is drawn as the flat line it is
FLOW_MARKS = {"paid in": "up", "taken out": "down"}


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    values: Sequence[float]
    token: str
    width: float
    dash: str = "solid"
    shape: str = "linear"
    strong: bool = False


def value_over_time(
    days: Sequence[date],
    values: Sequence[float],
    flows: Sequence[float],
    baseline: Sequence[float] | None = None,
    baseline_name: str = "",
    symbol: str = "$",
) -> Figure:
    """The household against the money put in and, where given, a baseline with the same flows.

    `values`, `flows` and `baseline` are as long as `days` (at least one); a flow is positive when paid in. Money put in
    starts at the first value. Longer series are thinned to about MOST_POINTS: highs, lows and days with flows stay.
    """
    put_in = list(accumulate(flows[1:], initial=values[0]))
    lines = [
        Line("Household", values, "accent", 2.2, strong=True),
        *([Line(baseline_name, baseline, "ink-3", 1.3, dash="dot")] if baseline else []),
        Line("Put in", put_in, "line-2", 1.3, shape="hv"),
    ]
    low = min(min(line.values) for line in lines)
    high = max(max(line.values) for line in lines)
    slack = max(0.0, LEAST_SPAN * max(abs(low), abs(high)) - (high - low)) / 2
    low, high = low - slack, high + slack
    floor = low - 0.12 * (high - low or high or 1)
    kept = thinned(values, {at for at, flow in enumerate(flows) if flow})
    return {
        "data": [*(line_trace(days, line, kept, symbol) for line in reversed(lines)), flow_trace(days, flows, floor)],
        "layout": layout(days, lines, (floor, low, high), flow_names(days, flows, floor), symbol),
        "label": finding(days, values, put_in[-1], symbol),
        "keys": [
            *({"token": line.token, "mark": line.dash, "word": end_text(line, symbol)} for line in lines),
            *({"token": "ink-3", "mark": FLOW_MARKS[word], "word": word} for word in last_flows(days, flows)),
        ],
        "keys_on_phone": True,
        "table": table(days, lines, symbol),
    }


def layout(
    days: Sequence[date],
    lines: Sequence[Line],
    levels: tuple[float, float, float],
    names: Sequence[dict[str, Any]],
    symbol: str,
) -> dict[str, Any]:
    floor, low, high = levels
    pad = 0.04 * (high - floor)
    ticks = nice_ticks(low, high)
    return {
        "template": TEMPLATE,
        "height": HEIGHT,
        "margin": MARGIN,
        "hovermode": "x unified",
        "xaxis": month_axis(days[0], days[-1]),
        "yaxis": {"range": [floor - pad, high + pad], "tickvals": ticks, "ticktext": money_labels(ticks, symbol)},
        "annotations": [*line_ends(lines, floor - pad, high + pad, symbol), *names],
        "meta": {"narrow": {"margin": {"r": 16}}},
    }


def line_trace(days: Sequence[date], line: Line, kept: Sequence[int], symbol: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": line.name,
        "x": [days[at].isoformat() for at in kept],
        "y": [round(line.values[at], 2) for at in kept],
        "line": {"color": f"@{line.token}", "width": line.width, "dash": line.dash, "shape": line.shape},
        "hovertemplate": f"{entity(symbol)}%{{y:,.0f}}",
    }


def flow_trace(days: Sequence[date], flows: Sequence[float], floor: float) -> dict[str, Any]:
    """Triangles on the floor: up where money came in, down where it went out."""
    dated = [(day, flow) for day, flow in zip(days, flows, strict=True) if flow]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Flow",
        "x": [day.isoformat() for day, _ in dated],
        "y": [floor] * len(dated),
        "customdata": [f"{whole(abs(flow))} {flow_word(flow)}" for _, flow in dated],
        "marker": {
            "symbol": ["triangle-up" if flow > 0 else "triangle-down" for _, flow in dated],
            "size": 8,
            "color": "@ink-3",
        },
        "hovertemplate": "%{customdata}",
    }


def flow_word(flow: float) -> str:
    return "paid in" if flow > 0 else "taken out"


def last_flows(days: Sequence[date], flows: Sequence[float]) -> dict[str, date]:
    """The last day of each direction, the earlier direction first."""
    last = {flow_word(flow): day for day, flow in zip(days, flows, strict=True) if flow}
    return dict(sorted(last.items(), key=lambda item: item[1]))


def flow_names(days: Sequence[date], flows: Sequence[float], floor: float) -> list[dict[str, Any]]:
    """The last triangle of each direction is named beside it, the later one a line higher where both would touch."""
    last = last_flows(days, flows)
    near = len(last) == 2 and abs(days.index(max(last.values())) - days.index(min(last.values()))) < len(days) / 6
    return [
        flow_name(word, day, floor, is_late=day > days[len(days) * 3 // 4], lift=LINE if at and near else 0)
        for at, (word, day) in enumerate(last.items())
    ]


def flow_name(word: str, day: date, floor: float, *, is_late: bool, lift: int) -> dict[str, Any]:
    return {
        "name": "line-end",
        "x": day.isoformat(),
        "y": floor,
        "xanchor": "right" if is_late else "left",
        "xshift": -8 if is_late else 8,
        "yanchor": "middle",
        "yshift": lift,
        "text": word,
        "showarrow": False,
        "font": {"size": 11, "color": "@ink-3"},
    }


def line_ends(lines: Sequence[Line], low: float, high: float, symbol: str) -> list[dict[str, Any]]:
    """Labels right of the last points, pushed apart where they would touch."""
    ordered = sorted(lines, key=lambda line: -line.values[-1])
    words = [wrap(end_text(line, symbol), LONGEST) for line in ordered]
    pixels = HEIGHT - MARGIN["t"] - MARGIN["b"]
    wanted = [(high - line.values[-1]) * pixels / (high - low) for line in ordered]
    places = pushed_apart(wanted, [LINE * len(each) for each in words], pixels)
    return [
        end_note(line, text, want - place)
        for line, text, want, place in zip(ordered, words, wanted, places, strict=True)
    ]


def end_text(line: Line, symbol: str) -> str:
    return f"{line.name} {short_money(line.values[-1], symbol)}"


def end_note(line: Line, words: Sequence[str], shift: float) -> dict[str, Any]:
    tone = "@accent" if line.strong else "@ink-3"
    text = "<br>".join(words)
    return note_right(line.values[-1], text, tone, strong=line.strong, name="line-end", yshift=round(shift, 1))


def finding(days: Sequence[date], values: Sequence[float], put_in: float, symbol: str) -> str:
    first, last, lowest, paid = (short_money(one, symbol) for one in (values[0], values[-1], min(values), put_in))
    return (
        f"Household value from {written(days[0])} to {written(days[-1])}: {first} to {last}, lowest {lowest}, "
        f"with {paid} put in."
    )


def table(days: Sequence[date], lines: Sequence[Line], symbol: str) -> dict[str, Any]:
    """The last day of every month."""
    return {
        "title": "Value over time, ends of months",
        "head": ["Date", *(f"{line.name}, {symbol}" for line in lines)],
        "rows": [[written(days[at]), *(whole(line.values[at]) for line in lines)] for at in month_ends(days)],
    }


def month_ends(days: Sequence[date]) -> Iterator[int]:
    for at, (one, other) in enumerate(pairwise(days)):
        if (one.year, one.month) != (other.year, other.month):
            yield at
    yield len(days) - 1


def thinned(values: Sequence[float], keep: set[int], most: int = MOST_POINTS) -> list[int]:
    """Positions of the lowest and highest value of each stretch, both ends, and those to keep."""
    if len(values) <= most:
        return list(range(len(values)))
    size = math.ceil(len(values) / (most // 2))
    stretches = [range(start, min(start + size, len(values))) for start in range(0, len(values), size)]
    extremes = {pick(stretch, key=values.__getitem__) for stretch in stretches for pick in (min, max)}
    return sorted(extremes | keep | {0, len(values) - 1})
