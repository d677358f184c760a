"""Monthly returns of asset classes since 1971, and what is assumed of them in the long run. See README.md here."""

import csv
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from optimizer.engine.risk.returns import Floats

FOLDER = Path(__file__).parent
CLASSES = ("equity", "treasury", "gold", "cash")


@dataclass(frozen=True, slots=True)
class History:
    """`months`: their first days, oldest first. `returns`: T x classes, nominal; `inflation`: T."""

    months: tuple[date, ...]
    returns: Floats
    inflation: Floats

    def until(self, day: date) -> "History":
        """The months that had ended by `day`."""
        count = bisect_left(self.months, day.replace(day=1))
        return History(self.months[:count], self.returns[:count], self.inflation[:count])

    def between(self, start: date, end: date) -> "History":
        """The months after that of `start`, up to that of `end`."""
        first, last = bisect_left(self.months, _after(start)), bisect_left(self.months, _after(end))
        return History(self.months[first:last], self.returns[first:last], self.inflation[first:last])

    @property
    def real(self) -> Floats:
        """Returns after inflation, T x classes."""
        made: Floats = (1 + self.returns) / (1 + self.inflation[:, None]) - 1
        return made


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a class earns a year after inflation in the long run, and how sure that is: one standard deviation."""

    real: float
    deviation: float
    source: str


@cache
def history() -> History:
    with (FOLDER / "classes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    months = tuple(date.fromisoformat(f"{row['month']}-01") for row in rows)
    returns = np.array([[float(row[name]) for name in CLASSES] for row in rows])
    return History(months, returns, np.array([float(row["inflation"]) for row in rows]))


@cache
def assumptions() -> Mapping[str, Assumption]:
    """By class, in the order of CLASSES."""
    with (FOLDER / "assumptions.csv").open(newline="") as file:
        return {
            row["class"]: Assumption(float(row["real"]), float(row["deviation"]), row["source"])
            for row in csv.DictReader(file)
        }


def _after(day: date) -> date:
    """The first day of the month after."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
