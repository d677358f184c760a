"""An instrument's closes over time."""

from collections.abc import Sequence
from datetime import date

from holdings.figures.style import (
    TEMPLATE,
    Figure,
    entity,
    money_labels,
    month_axis,
    nice_ticks,
    percent_label,
    written,
)
from holdings.figures.value import month_ends, thinned

HEIGHT = 240
MARGIN = {"l": 52, "r": 16, "t": 8, "b": 32}


def price_over_time(days: Sequence[date], closes: Sequence[float], symbol: str, sign: str = "$") -> Figure:
    """Closes of at least one day, thinned to about 600 points; highs and lows stay."""
    kept = thinned(closes, set())
    low, high = min(closes), max(closes)
    pad = 0.06 * (high - low or high or 1)
    ticks = nice_ticks(low, high)
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "name": symbol,
                "x": [days[at].isoformat() for at in kept],
                "y": [round(closes[at], 4) for at in kept],
                "line": {"color": "@accent", "width": 2.2},
                "hovertemplate": f"{entity(sign)}%{{y:,.2f}}<extra></extra>",
            }
        ],
        "layout": {
            "template": TEMPLATE,
            "height": HEIGHT,
            "margin": MARGIN,
            "hovermode": "x unified",
            "xaxis": month_axis(days[0], days[-1]),
            "yaxis": {"range": [low - pad, high + pad], "tickvals": ticks, "ticktext": money_labels(ticks, sign)},
        },
        "label": finding(days, closes, symbol, sign),
        "keys": [],
        "table": {
            "title": f"Closes of {symbol}, ends of months",
            "head": ["Date", f"Close, {sign}"],
            "rows": [[written(days[at]), f"{closes[at]:,.2f}"] for at in month_ends(days)],
        },
    }


def finding(days: Sequence[date], closes: Sequence[float], symbol: str, sign: str) -> str:
    first, last = closes[0], closes[-1]
    moved = f", {percent_label(last / first - 1)}" if first else ""
    return (
        f"Closes of {symbol} from {written(days[0])} to {written(days[-1])}: "
        f"{sign}{first:,.2f} to {sign}{last:,.2f}{moved}, lowest {sign}{min(closes):,.2f}."
    )
