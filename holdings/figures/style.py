"""What all figures share: the template, ticks with written labels, words for amounts and dates."""

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

Figure = dict[str, Any]

CLEAR = "rgba(0,0,0,0)"
MINUS = "−"
AXIS: dict[str, Any] = {
    "fixedrange": True,
    "zeroline": False,
    "showline": True,
    "linecolor": "@line-2",
    "ticks": "outside",
    "ticklen": 4,
    "tickcolor": "@line-2",
    "tickfont": {"size": 11, "color": "@ink-3"},
    "tickangle": 0,
}
TEMPLATE: dict[str, Any] = {
    "layout": {
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"size": 12, "color": "@ink-2"},
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {"bgcolor": "@surface", "bordercolor": "@line-2", "font": {"size": 12, "color": "@ink"}},
        "xaxis": {**AXIS, "showgrid": False},
        "yaxis": {**AXIS, "showgrid": True, "gridcolor": "@grid", "gridwidth": 1},
    }
}


def note_right(place: float, text: str, tone: str, *, strong: bool = False, **more: Any) -> dict[str, Any]:
    """Words right of the plot at the height of a value. Bold by font: a tag would become inline style."""
    return {
        "x": 1,
        "xref": "paper",
        "xanchor": "left",
        "xshift": 10,
        "y": place,
        "yanchor": "middle",
        "text": entity(text),
        "showarrow": False,
        "align": "left",
        "font": {"color": tone, "weight": 600 if strong else 400},
        **more,
    }


def nice_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values within [low, high], at most `most` of them, spaced by 1, 2, 2.5 or 5 times a power of ten."""
    if low == high:
        return [low]
    room = high - low
    power = 10.0 ** math.floor(math.log10(room / most))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10, 20) if room / (factor * power) <= most - 1)
    return [round(at * step, 10) for at in range(math.ceil(low / step), math.floor(high / step) + 1)]


def money_labels(ticks: Sequence[float], symbol: str = "$") -> list[str]:
    """$0, $2.5k, $1.2m: one unit for all, as many decimals as the finest tick needs."""
    largest = max((abs(tick) for tick in ticks), default=0.0)
    unit, letter = next((each for each in ((1e6, "m"), (1e3, "k")) if largest >= each[0]), (1.0, ""))
    decimals = next((count for count in range(3) if all_exact(ticks, unit, count)), 3)
    sizes = [f"{abs(tick) / unit:.{decimals}f}{letter}" if tick else "0" for tick in ticks]
    return [entity(minus(tick) + symbol + size) for tick, size in zip(ticks, sizes, strict=True)]


def all_exact(ticks: Iterable[float], unit: float, decimals: int) -> bool:
    return all(round(tick / unit, decimals) == round(tick / unit, 6) for tick in ticks)


def short_money(value: float, symbol: str = "$") -> str:
    """Three or four digits with their unit: $1.24m, $25.3k, $640."""
    size = abs(value)
    if size >= 999_500:
        return f"{minus(value)}{symbol}{size / 1e6:,.2f}m"
    if size >= 10_000:
        return f"{minus(value)}{symbol}{size / 1e3:.1f}k"
    return f"{minus(round(value))}{symbol}{size:,.0f}"


def percent_label(value: float, decimals: int = 0) -> str:
    return f"{minus(value)}{100 * abs(value):.{decimals}f}%"


def percent_labels(ticks: Sequence[float]) -> list[str]:
    """0%, −2.5%, −5.0%: as many decimals as the finest tick needs."""
    decimals = next((count for count in range(3) if all_exact(ticks, 0.01, count)), 3)
    return [percent_label(tick, decimals if tick else 0) for tick in ticks]


def whole(value: float) -> str:
    return f"{minus(round(value))}{abs(round(value)):,}"


def minus(value: float) -> str:
    return MINUS if value < 0 else ""


def written(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def entity(text: str) -> str:
    return text.replace("$", "&#36;")


def month_axis(first: date, last: date) -> dict[str, Any]:
    """At most six firsts of months; the year stands beside the first of them and beside each January."""
    months = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60) if len(months) / step <= 6), 120)
    firsts = [date(at // 12, at % 12 + 1, 1) for at in months if at % step == 0]
    ticks = [max(day, first) for day in firsts if first - timedelta(days=7) <= day <= last]
    return {
        "type": "date",
        "range": [first.isoformat(), last.isoformat()],
        "tickvals": [day.isoformat() for day in ticks],
        "ticktext": [month_label(day, with_year=day == ticks[0], years_only=step >= 12) for day in ticks],
        "hoverformat": "%-d %b %Y",
    }


def month_label(day: date, *, with_year: bool, years_only: bool) -> str:
    if years_only:
        return f"{day:%Y}"
    return f"{day:%b %Y}" if with_year or day.month == 1 else f"{day:%b}"


def pushed_apart(wanted: Sequence[float], heights: Sequence[float], room: float) -> list[float]:
    """Centres of labels in ascending order, none over another or beyond `room`, each near its wish."""
    places: list[float] = []
    edge = -math.inf
    for want, height in zip(wanted, heights, strict=True):
        places.append(max(want, edge + height / 2))
        edge = places[-1] + height / 2
    edge = room
    for at in reversed(range(len(places))):
        places[at] = min(places[at], edge - heights[at] / 2)
        edge = places[at] - heights[at] / 2
    return places
