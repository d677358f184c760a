"""Real markets to compare optimisers on: prices, and from them the numbers that every optimiser is given.

Numpy alone, so that the oracles' virtual environment reads the same numbers.
"""

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
ETFS, STOCKS = "etf12_close_and_adjusted_daily.csv.gz", "us_largecap74_daily.csv.gz"
TEN = ("SPY", "QQQ", "VEA", "VWO", "TLT", "IEF", "TIP", "LQD", "GLD", "VNQ")
SESSIONS, MONTH, WEEK = 1010, 21, 5


@dataclass(frozen=True)
class Market:
    """n assets, annual figures. days: T x n; months: overlapping; weeks: one after another."""

    name: str
    file: str
    days: np.ndarray
    months: np.ndarray
    weeks: np.ndarray
    covariance: np.ndarray
    mean: np.ndarray
    most: float  # of one asset
    groups: np.ndarray  # 2 x n: at most 40 %, at least 10 %

    @property
    def size(self) -> int:
        return len(self.mean)

    @property
    def views(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Picks (absolute, relative), what they say, how sure."""
        picks = np.zeros((2, self.size))
        picks[0, 1] = 1
        picks[1, [2, 3]] = 1, -1
        return picks, np.array([0.09, 0.02]), np.array([0.6, 0.35])

    @property
    def benchmark(self) -> np.ndarray:
        """Weights that the limits do not allow."""
        return np.arange(self.size, 0, -1) ** 2 / (np.arange(self.size, 0, -1) ** 2).sum()


def markets() -> dict[str, Market]:
    return {"etfs": _etfs(), "20 stocks": _stocks(20, 0.2), "74 stocks": _stocks(74, 0.1)}


def _etfs() -> Market:
    header, *rows = _read(ETFS)
    columns = [at for at, name in enumerate(header) if name in TEN and rows[0][at] == "Adj Close"]
    table = [[row[at] for at in columns] for row in rows[1:]]
    closes = np.array([[float(cell) for cell in row] for row in table if all(row)])
    return _market("etfs", ETFS, closes, 0.35)


def _stocks(count: int, most: float) -> Market:
    closes = np.array([[float(cell) for cell in row[1 : count + 1]] for row in _read(STOCKS)[1:]])
    return _market(f"{count} stocks", STOCKS, closes, most)


def _market(name: str, file: str, closes: np.ndarray, most: float) -> Market:
    closes = closes[-SESSIONS - MONTH :]
    days = closes[1:] / closes[:-1] - 1
    groups = np.zeros((2, closes.shape[1]))
    groups[0, ::3] = groups[1, 1::3] = 1
    return Market(
        name=name,
        file=file,
        days=days,
        months=(closes[MONTH:] / closes[:-MONTH] - 1)[-1000:],
        weeks=(closes[WEEK:] / closes[:-WEEK] - 1)[::-1][::WEEK][::-1],
        covariance=np.cov(days.T) * 252,
        mean=days.mean(axis=0) * 252,
        most=most,
        groups=groups,
    )


def _read(file: str) -> list[list[str]]:
    with gzip.open(DATA / file, "rt") as text:
        return list(csv.reader(text))
