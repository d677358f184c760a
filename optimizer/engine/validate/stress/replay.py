"""History replayed: what today's holdings would have lost from an index's peak to its trough."""

import csv
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.snapshot import Panel
from optimizer.engine.validate.history import CLASSES, history
from optimizer.engine.validate.stress.traits import Trait

NEAR = timedelta(days=7)
"""How old a close may be and still stand for its day."""
TEN_YEAR = 8.0
"""Duration of the 10-year note that stands for bonds, in years."""
CREDIT_IN_EQUITIES = 0.35
"""What an investment-grade corporate bond loses beside Treasuries for each part that equities lose above cash."""


@dataclass(frozen=True, slots=True)
class Window:
    """From the index's highest close to its lowest, and the day of the first close above the old peak."""

    key: str
    name: str
    peak: date
    trough: date
    recovered: date
    fall: float  # of the S&P 500, a price index, close to close


@cache
def windows() -> tuple[Window, ...]:
    with Path(__file__).with_name("windows.csv").open(newline="") as file:
        return tuple(
            Window(
                row["key"],
                row["name"],
                date.fromisoformat(row["peak"]),
                date.fromisoformat(row["trough"]),
                date.fromisoformat(row["recovered"]),
                float(row["trough_close"]) / float(row["peak_close"]) - 1,
            )
            for row in csv.DictReader(file)
        )


def known(as_of: date) -> tuple[Window, ...]:
    """The windows that had ended by then."""
    return tuple(window for window in windows() if window.trough <= as_of)


def own_change(panel: Panel, asset: str, window: Window) -> float | None:
    """By the asset's own closes, dividends inside; None where they do not reach both days."""
    if asset not in panel.assets:
        return None
    column = panel.closes[:, panel.assets.index(asset)]
    start, end = (_close(panel.dates, column, day) for day in (window.peak, window.trough))
    return None if start is None or end is None else end / start - 1


def proxy_change(trait: Trait, window: Window) -> float:
    """By class: beta times the index; bonds by their duration against the 10-year note; gold and cash by the month."""
    if trait.proxy == "equity":
        return max(-0.99, trait.beta * window.fall)
    classes = _classes(window)
    if trait.proxy == "bond":
        bonds = trait.duration / TEN_YEAR * (classes["treasury"] - classes["cash"])
        credit = CREDIT_IN_EQUITIES * trait.credit * (window.fall - classes["cash"])
        return max(-0.99, classes["cash"] + bonds + credit)
    return classes.get(trait.proxy, 0.0)


def basis(trait: Trait) -> str:
    """What stood in for the holding, in words."""
    if trait.proxy == "equity":
        return f"S&P 500 × beta {trait.beta:.2f}" + ("" if trait.beta_measured else ", assumed")
    if trait.proxy == "bond":
        credit = f" and {CREDIT_IN_EQUITIES * trait.credit:.2f} of equities" if trait.credit else ""
        return f"10-year Treasury at duration {trait.duration:.1f}{credit}"
    return {"gold": "gold, monthly", "cash": "Treasury bills", "none": "left as it is"}[trait.proxy]


def sentences(window: Window, as_of: date) -> tuple[str, ...]:
    index = (
        f"The S&P 500, without dividends, fell {-window.fall:.1%} from its close of {_day(window.peak)} to that of "
        f"{_day(window.trough)}"
    )
    months = round((window.recovered - window.trough).days / 30.44)
    if window.recovered <= as_of:
        return (f"{index}, and first closed above its old peak on {_day(window.recovered)}, {months} months later.",)
    return (f"{index}, and had not regained its peak by {_day(as_of)}.",)


def _classes(window: Window) -> dict[str, float]:
    """Compounded from the month after the peak to that of the trough."""
    span = history().between(window.peak, window.trough)
    return dict(zip(CLASSES, (np.prod(1 + span.returns, axis=0) - 1).tolist(), strict=True))


def _close(dates: tuple[date, ...], column: Floats, day: date) -> float | None:
    at = bisect_right(dates, day)
    recent = [row for row in range(max(0, at - 8), at) if day - dates[row] <= NEAR and np.isfinite(column[row])]
    return float(column[recent[-1]]) if recent else None


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
