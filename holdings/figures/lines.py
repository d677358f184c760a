"""A few measures over time: forecasts beside what came, probabilities, correlations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from holdings.figures.style import TEMPLATE, Figure, month_axis, nice_ticks, percent_label, percent_labels, written

HEIGHT, SHOWN_ROWS = 260, 24
MARGIN = {"l": 52, "r": 16, "t": 8, "b": 32}


@dataclass(frozen=True, slots=True)
class Line:
    """`values` as long as the days; None where there is none. token: a colour; steps: it holds until the next day."""

    word: str
    token: str
    values: Sequence[float | None]
    steps: bool = False
    faint: bool = False


def lines(days: Sequence[date], drawn: Sequence[Line], finding: str, *, percent: bool = True) -> Figure:
    """At least one day with one value. From zero, or the lowest value where that is below; `finding` says what is seen.

    Values are fractions and written as per cent, or plain figures with two decimals.
    """
    known = [value for line in drawn for value in line.values if value is not None]
    low, high = min(0.0, *known), max(known)
    ticks = nice_ticks(low, high, 5)
    written_values = percent_labels(ticks) if percent else [f"{tick:.2f}" for tick in ticks]
    pad = 0.06 * (high - low or 1)
    return {
        "data": [_trace(days, line, percent=percent) for line in drawn],
        "layout": {
            "template": TEMPLATE,
            "height": HEIGHT,
            "margin": MARGIN,
            "hovermode": "x unified",
            "xaxis": month_axis(days[0], days[-1]),
            "yaxis": {"range": [low - pad * (low < 0), high + pad], "tickvals": ticks, "ticktext": written_values},
        },
        "label": finding,
        "keys": [{"token": line.token, "mark": "solid", "word": line.word} for line in drawn],
        "table": _table(days, drawn, finding, percent=percent),
    }


def _trace(days: Sequence[date], line: Line, *, percent: bool) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": line.word,
        "x": [day.isoformat() for day in days],
        "y": [None if value is None else round(value, 4) for value in line.values],
        "line": {
            "color": f"@{line.token}",
            "width": 1.2 if line.faint else 2.2,
            "shape": "hv" if line.steps else "linear",
        },
        "hovertemplate": f"{line.word} %{{y:{'.1%' if percent else '.2f'}}}<extra></extra>",
    }


def _table(days: Sequence[date], drawn: Sequence[Line], finding: str, *, percent: bool) -> dict[str, object]:
    """Every so many days, the last one included."""
    rows = range(len(days) - 1, -1, -max(1, -(-len(days) // SHOWN_ROWS)))
    return {
        "title": finding,
        "head": ["Date", *(line.word for line in drawn)],
        "rows": [[written(days[at]), *(_figure(line.values[at], percent) for line in drawn)] for at in reversed(rows)],
    }


def _figure(value: float | None, percent: bool) -> str:
    if value is None:
        return "–"
    return percent_label(value, 1) if percent else f"{value:.2f}"
