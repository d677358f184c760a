"""The efficient frontier with the target on or below it."""

from collections.abc import Sequence

from holdings.figures.style import TEMPLATE, Figure, nice_ticks, percent_label, percent_labels

HEIGHT = 260
MARGIN = {"l": 56, "r": 16, "t": 16, "b": 44}
SHOWN_ROWS = 10
Point = tuple[float, float]  # volatility, expected return above cash


def frontier(points: Sequence[Point], target: Point) -> Figure:
    """At least one point, from the least risk to the most return; annual fractions."""
    every = [*points, target]
    across, up = ([point[axis] for point in every] for axis in (0, 1))
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": [round(point[0], 6) for point in points],
        "y": [round(point[1], 6) for point in points],
        "line": {"color": "@accent", "width": 2.2},
        "hovertemplate": "Volatility %{x:.1%}, return %{y:.1%}<extra></extra>",
    }
    mark = {
        "type": "scatter",
        "mode": "markers",
        "x": [round(target[0], 6)],
        "y": [round(target[1], 6)],
        "marker": {"color": "@ink", "size": 9, "symbol": "circle"},
        "hovertemplate": "Target: volatility %{x:.1%}, return %{y:.1%}<extra></extra>",
    }
    return {
        "data": [line, mark],
        "layout": {
            "template": TEMPLATE,
            "height": HEIGHT,
            "margin": MARGIN,
            "hovermode": "closest",
            "xaxis": _axis(across, "Volatility a year"),
            "yaxis": _axis(up, "Return above cash"),
        },
        "label": finding(points, target),
        "keys": [
            {"token": "accent", "mark": "solid", "word": "Least risk for each return"},
            {"token": "ink", "mark": "filled", "word": "Target"},
        ],
        "table": {
            "title": "The efficient frontier",
            "head": ["Volatility a year", "Expected return above cash"],
            "rows": [
                [percent_label(x, 2), percent_label(y, 2)] for x, y in points[:: max(1, len(points) // SHOWN_ROWS)]
            ],
        },
    }


def finding(points: Sequence[Point], target: Point) -> str:
    (calm, low), (wild, high) = points[0], points[-1]
    return (
        f"From {percent_label(calm, 1)} volatility for {percent_label(low, 1)} of expected return above cash "
        f"to {percent_label(wild, 1)} for {percent_label(high, 1)}; "
        f"the target has {percent_label(target[0], 1)} for {percent_label(target[1], 1)}."
    )


def _axis(values: Sequence[float], title: str) -> dict[str, object]:
    low, high = min(values), max(values)
    pad = 0.08 * (high - low) or 0.01
    ticks = nice_ticks(low, high, 5)
    return {
        "range": [low - pad, high + pad],
        "tickvals": ticks,
        "ticktext": percent_labels(ticks),
        "title": {"text": title, "font": {"size": 12, "color": "@ink-3"}},
    }
