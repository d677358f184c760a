"""How long goals and stress tests take: 10,000 paths over 40 years by month, and a household of 500 holdings.

One thread. Beside each way of drawing stands its chance, so that a faster way that says something else is noticed.
"""

import os
import sys
from pathlib import Path
from time import perf_counter

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from optimizer.engine.snapshot import Panel
from optimizer.engine.types import AssetInput
from optimizer.engine.validate import goals as engine
from optimizer.engine.validate.goals import Course, Entered, GoalInput, Mix, Taxes, goal_odds
from optimizer.engine.validate.goals.estimate import estimate, log_returns
from optimizer.engine.validate.goals.paths import follow
from optimizer.engine.validate.history import history
from optimizer.engine.validate.stress import stress
from optimizer.engine.validate.stress.types import Book, Position

TODAY = date(2022, 12, 28)
TAXES = Taxes(deferred=0.4, taxable=0.5, gain=0.3, income_rate=0.29, gain_rate=0.2, yield_rate=0.02)


def goal(taxes: Taxes) -> GoalInput:
    course = Course(start=200_000, months=480, amount=2_000_000, contribution=1000, inflation=0.025, taxes=taxes)
    return GoalInput(TODAY, Mix({"equity": 0.7, "treasury": 0.25, "cash": 0.05}), course, entered=Entered(0.06))


def timed(made: GoalInput) -> None:
    known = history().until(made.as_of)
    monthly = log_returns(made.mix, known)
    for scheme in engine._schemes(made, estimate(made.mix, known)):
        start = perf_counter()
        growth = engine._growth(made, scheme, monthly)
        drawn = perf_counter() - start
        chance = follow(made.course, growth).reached.mean()
        print(
            f"  {scheme.key:10s} drawn {drawn:5.2f} s, followed {perf_counter() - start - drawn:5.2f} s, {chance:.1%}"
        )
    start = perf_counter()
    needed = goal_odds(made).needed
    print(f"  all ways, their ranges and the contribution ({needed:,.0f}): {perf_counter() - start:.2f} s")


def holdings(count: int, sessions: int) -> tuple[Book, Panel]:
    rng = np.random.default_rng(0)
    market = rng.normal(0.0003, 0.009, (sessions, 1))
    closes = np.cumprod(1 + market + rng.normal(0, 0.012, (sessions, count)), axis=0)
    names = tuple(f"a{j}" for j in range(count))
    days = tuple(TODAY - timedelta(sessions - 1 - at) for at in range(sessions))
    assets = tuple(AssetInput(name, name.upper(), name, Decimal(100), "USD", "equity") for name in names)
    rows = tuple(Position("main", name, Decimal(2000), Decimal(1900)) for name in names)
    return Book(TODAY, "USD", assets, rows, proposed=True, benchmark=names[0]), Panel(days, names, closes)


def main() -> None:
    for word, taxes in (("without taxes", Taxes()), ("with taxes", TAXES)):
        print(f"\n10,000 paths x 40 years, {word}")
        timed(goal(taxes))
    for count in (20, 100, 500):
        book, panel = holdings(count, 5000)
        start = perf_counter()
        found = stress(book, panel)
        print(f"stress of {count} holdings, {len(found.outcomes)} scenarios: {perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
