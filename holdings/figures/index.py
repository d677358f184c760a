"""A return index beside its benchmark, and how far each was under its last peak."""

import math
from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from typing import Any

from holdings.figures.style import (
    TEMPLATE,
    Figure,
    month_axis,
    nice_ticks,
    note_right,
    percent_label,
    percent_labels,
    pushed_apart,
    written,
)
from holdings.figures.value import month_ends

GROWTH_HEIGHT, FALL_HEIGHT = 260, 170
MARGIN = {"l": 52, "r": 120, "t": 8, "b": 32}
LINE = 16  # pixels between labels
MOST_TICKS = 5

Levels = Sequence[float]


def growth(days: Sequence[date], levels: Levels, others: Levels | None, name: str) -> Figure:
    """Growth of 100 on a log axis. `levels` start at 1, `others`, where given, are as long as they."""
    return _growth(days, _series(name, [100 * level for level in levels], _times(others, 100)))


def growths(days: Sequence[date], named: Sequence[tuple[str, Levels]]) -> Figure:
    """The same of up to six, the first of them emphasised; levels start at 1."""
    return _growth(days, _many([(name, [100 * level for level in levels]) for name, levels in named]))


def _growth(days: Sequence[date], series: Sequence["Series"]) -> Figure:
    low, high = _ends(series)
    span = [math.log10(low) - 0.01, math.log10(high) + 0.01]
    ticks = _decades(span) if span[1] - span[0] > 1 else nice_ticks(10 ** span[0], 10 ** span[1], MOST_TICKS)
    ticks = [tick for tick in ticks if tick > 0]
    axis = {"type": "log", "range": span, "tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}
    return _figure(days, series, axis, span, GROWTH_HEIGHT, math.log10, "%{y:.1f}", _growth_label) | {
        "label": f"Growth of 100 from {written(days[0])} to {written(days[-1])}: {_ends_in_words(series)}.",
        "table": _table("Growth of 100, ends of months", days, series, "{:.1f}"),
    }


def under_water(days: Sequence[date], levels: Levels, others: Levels | None, name: str) -> Figure:
    """The fall from the last peak, day by day, as fractions not above 0."""
    return _fall(days, _series(name, _falls(levels), None if others is None else _falls(others)))


def falls(days: Sequence[date], named: Sequence[tuple[str, Levels]]) -> Figure:
    """The same of up to six, as fractions not above 0, the first of them emphasised."""
    return _fall(days, _many([(name, list(levels)) for name, levels in named]))


def _decades(span: Sequence[float]) -> list[float]:
    """1, 3, 10, 30, ... within a span of powers of ten."""
    powers = range(math.floor(span[0]), math.ceil(span[1]) + 1)
    values = [factor * 10.0**power for power in powers for factor in (1, 3)]
    return [value for value in values if span[0] <= math.log10(value) <= span[1]]


def _fall(days: Sequence[date], series: Sequence["Series"]) -> Figure:
    low = min(_ends(series)[0], -0.01)
    ticks = nice_ticks(low, 0, 4)
    span = [1.08 * low, -0.04 * low]
    axis = {"range": span, "tickvals": ticks, "ticktext": percent_labels(ticks)}
    deepest = min(series[0][1])
    return _figure(days, series, axis, span, FALL_HEIGHT, float, "%{y:.1%}", lambda each: each[0]) | {
        "label": f"Fall from the last peak: at most {percent_label(deepest, 1)}, "
        f"{percent_label(series[0][1][-1], 1)} on {written(days[-1])}.",
        "table": _table("Fall from the last peak, ends of months, %", days, _hundredfold(series), "{:.1f}"),
    }


Series = tuple[str, list[float], str, float, str]
"""Name, values, token, width, dash."""


def _series(name: str, own: list[float], others: list[float] | None) -> list[Series]:
    beside: list[Series] = [(name, others, "ink-3", 1.3, "dot")] if others is not None else []
    return [("Own", own, "accent", 2.2, "solid"), *beside]


BESIDE = (
    ("ink-3", "dot"),
    ("bonds", "solid"),
    ("discretionary", "solid"),
    ("financials", "dash"),
    ("utilities", "dash"),
)


def _many(named: Sequence[tuple[str, list[float]]]) -> list[Series]:
    (first, own), *others = named
    styles = zip(others, BESIDE, strict=False)
    beside = [(name, values, token, 1.3, dash) for (name, values), (token, dash) in styles]
    return [(first, own, "accent", 2.2, "solid"), *beside]


def _times(values: Levels | None, factor: float) -> list[float] | None:
    return None if values is None else [factor * value for value in values]


def _falls(levels: Levels) -> list[float]:
    return [level / peak - 1 if peak else 0.0 for level, peak in zip(levels, accumulate(levels, max), strict=True)]


def _hundredfold(series: Sequence[Series]) -> list[Series]:
    return [(name, [100 * value for value in values], *rest) for name, values, *rest in series]  # type: ignore[misc]


def _ends(series: Sequence[Series]) -> tuple[float, float]:
    """Lowest and highest; a log axis has no zero."""
    values = [value for _, each, *_ in series for value in each if value]
    return (min(values), max(values)) if values else (0.0, 0.0)


def _figure(
    days: Sequence[date],
    series: Sequence[Series],
    axis: dict[str, Any],
    span: Sequence[float],
    height: int,
    place: Any,
    hover: str,
    label: Any,
) -> Figure:
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "name": name,
                "x": [day.isoformat() for day in days],
                "y": [round(value, 5) for value in values],
                "line": {"color": f"@{token}", "width": width, "dash": dash},
                "hovertemplate": hover,
            }
            for name, values, token, width, dash in reversed(series)
        ],
        "layout": {
            "template": TEMPLATE,
            "height": height,
            "margin": MARGIN,
            "hovermode": "x unified",
            "xaxis": month_axis(days[0], days[-1]),
            "yaxis": axis,
            "annotations": _notes(series, span, height, place, label),
            "meta": {"narrow": {"margin": {"r": 16}}},
        },
        "keys": [
            {"token": token, "mark": dash, "word": label((name, values))} for name, values, token, _, dash in series
        ],
        "keys_on_phone": True,
    }


def _growth_label(each: tuple[str, list[float]]) -> str:
    return f"{each[0]} {each[1][-1]:.0f}"


def _notes(
    series: Sequence[Series], span: Sequence[float], height: int, place: Any, label: Any
) -> list[dict[str, Any]]:
    """Labels right of the last points, pushed apart where they would touch."""
    pixels = height - MARGIN["t"] - MARGIN["b"]
    ordered = sorted(series, key=lambda each: -each[1][-1])
    ends = [place(each[1][-1]) if each[1][-1] or place is float else span[0] for each in ordered]
    wanted = [(span[1] - end) * pixels / (span[1] - span[0]) for end in ends]
    places = pushed_apart(wanted, [LINE] * len(ordered), pixels)
    return [
        note_right(
            end,
            label((name, values)),
            f"@{token}",
            strong=name == series[0][0],
            name="line-end",
            yshift=round(want - at, 1),
        )
        for (name, values, token, *_), end, want, at in zip(ordered, ends, wanted, places, strict=True)
    ]


def _ends_in_words(series: Sequence[Series]) -> str:
    return ", ".join(f"{name.lower()} {values[-1]:.1f}" for name, values, *_ in series)


def _table(title: str, days: Sequence[date], series: Sequence[Series], form: str) -> dict[str, Any]:
    return {
        "title": title,
        "head": ["Date", *(name for name, *_ in series)],
        "rows": [
            [written(days[at]), *(form.format(values[at]).replace("-", "−") for _, values, *_ in series)]
            for at in month_ends(days)
        ],
    }
