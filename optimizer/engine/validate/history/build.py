"""Makes classes.csv out of monthly series in the public domain. Run by hand; README.md names the series.

    python optimizer/engine/validate/history/build.py FOLDER

The same series give the same file, byte for byte.
"""

import csv
import sys
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

TARGET = Path(__file__).with_name("classes.csv")
FIRST = "1971-09"  # the dollar could be exchanged for gold at a fixed price until August 1971
HEAD = ("month", "equity", "treasury", "gold", "cash", "inflation")
TERM, COUPONS = 10, 2  # years, payments a year


def bond_return(before: float, after: float) -> float:
    """A month's return of a note of TERM years bought at par at yield `before` and sold at yield `after`."""
    due = [payment / COUPONS - 1 / 12 for payment in range(1, TERM * COUPONS + 1)]
    discount = [float((1 + after / COUPONS) ** (-COUPONS * years)) for years in due]
    return before / COUPONS * sum(discount) + discount[-1] - 1


def _column(path: Path, name: str) -> dict[str, float]:
    with path.open(newline="") as file:
        reader = csv.reader(file)
        at = next(reader).index(name)
        return {row[0][:7]: float(row[at]) for row in reader if row[at]}


def _changes(levels: Mapping[str, float]) -> dict[str, float]:
    return {now: levels[now] / levels[last] - 1 for last, now in pairwise(sorted(levels))}


def _filled(levels: Mapping[str, float]) -> dict[str, float]:
    """With months that were never published (October 2025) on the even growth between their neighbours."""
    made = dict(levels)
    for last, now in pairwise(sorted(levels)):
        missing = _count(now) - _count(last)
        for step in range(1, missing):
            year, month = divmod(_count(last) + step, 12)
            made[f"{year}-{month + 1:02d}"] = levels[last] * (levels[now] / levels[last]) ** (step / missing)
    return made


def _count(month: str) -> int:
    return 12 * int(month[:4]) + int(month[5:]) - 1


def _bonds(yields: Mapping[str, float]) -> dict[str, float]:
    return {now: bond_return(yields[last] / 100, yields[now] / 100) for last, now in pairwise(sorted(yields))}


def rows(folder: Path) -> Iterable[tuple[str, ...]]:
    classes = folder / "multi_asset_monthly.csv"
    series = (
        _column(classes, "US_EQUITY_TR"),
        _bonds(_column(folder / "us10y_monthly.csv", "Rate")),
        _column(classes, "GOLD"),
        _column(classes, "CASH_3M"),
        _changes(_filled(_column(folder / "cpi_us_monthly.csv", "Index"))),
    )
    for month in sorted(set.intersection(*(set(each) for each in series))):
        if month >= FIRST:
            yield month, *(f"{each[month]:.6f}" for each in series)


def main() -> None:
    with TARGET.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(rows(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
