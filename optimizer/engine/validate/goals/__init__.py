"""How likely a goal is, by several ways of drawing returns, and what it would take to make it likely."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import exp, sqrt

import numpy as np

from optimizer.engine.risk.returns import Floats
from optimizer.engine.validate.goals import draws
from optimizer.engine.validate.goals.estimate import estimate, log_returns
from optimizer.engine.validate.goals.paths import PERCENTILES, follow, yearly
from optimizer.engine.validate.goals.types import (
    Chance,
    Course,
    Draw,
    Entered,
    Estimate,
    Fan,
    GoalInput,
    GoalOdds,
    Mix,
    Taxes,
    Way,
)
from optimizer.engine.validate.history import history

__all__ = ["Chance", "Course", "Entered", "GoalInput", "GoalOdds", "Mix", "Taxes", "chance", "goal_odds"]

WANTED = 0.8
STEP = 1.0
"""The contribution is found to this amount a month."""
MOST = 1e12

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class _Scheme:
    """One way of drawing. `mean`: of a year's log return; `deviation`: how unsure it is."""

    key: str
    name: str
    said: str
    draw: Draw
    mean: float
    deviation: float
    volatility: float


def goal_odds(goal: GoalInput, progress: Progress = lambda stage, fraction: None) -> GoalOdds:
    """Simulated odds of a goal; nothing of the history after `goal.as_of` is read."""
    known = history().until(goal.as_of)
    monthly = log_returns(goal.mix, known, goal.costs)
    found = estimate(goal.mix, known, goal.costs)
    schemes = tuple(_schemes(goal, found))
    ways = []
    for at, scheme in enumerate(schemes):
        progress(scheme.name, at / (len(schemes) + 1))
        ways.append(_way(goal, scheme, _growth(goal, scheme, monthly)))
    progress("Contribution", len(schemes) / (len(schemes) + 1))
    leading = _growth(goal, schemes[0], monthly)
    result = follow(goal.course, leading, points=yearly(goal.course))
    return GoalOdds(
        ways=tuple(ways),
        fan=Fan(result.points, {str(p): tuple(result.kept[:, j].tolist()) for j, p in enumerate(PERCENTILES)}),
        estimate=found,
        wanted=WANTED,
        needed=needed(goal.course, leading, WANTED),
        paths=goal.paths,
        seed=goal.seed,
    )


def chance(goal: GoalInput) -> Chance:
    """The odds by the leading way alone."""
    known = history().until(goal.as_of)
    leading = next(_schemes(goal, estimate(goal.mix, known, goal.costs)))
    return _way(goal, leading, _growth(goal, leading, log_returns(goal.mix, known, goal.costs))).chance


def needed(course: Course, growth: Floats, wanted: float) -> float | None:
    """The smallest monthly contribution, to STEP, with which at least `wanted` of the paths reach the goal.

    Bisection on the same paths: more paid in never turns a path that reached into one that did not. None where no
    contribution can, since none is paid any more.
    """

    def odds(contribution: float) -> float:
        return _odds(replace(course, contribution=contribution), growth)

    if odds(0.0) >= wanted:
        return 0.0
    if not course.months:
        return None
    low, high = 0.0, max(STEP, course.contribution)
    while odds(high) < wanted:
        low, high = high, 2 * high
        if high > MOST:
            return None
    while high - low > STEP:
        middle = (low + high) / 2
        low, high = (low, middle) if odds(middle) >= wanted else (middle, high)
    return high


def _schemes(goal: GoalInput, found: Estimate) -> Iterator[_Scheme]:
    span = f"{found.first:%b %Y} to {found.last:%b %Y}"
    usual = (found.mean, found.deviation, found.volatility)
    yield _Scheme(
        "bootstrap",
        "Blocks of history",
        f"Two years at a time of what this mix of classes returned after inflation, {span}, its mean moved toward the "
        "long-run assumption.",
        "bootstrap",
        *usual,
    )
    unmoved = sqrt(found.volatility**2 / max(1.0, (found.last - found.first).days / 365.25))
    yield _Scheme(
        "history",
        "Blocks of history, as they were",
        f"The same blocks, {span}, with the mean return that the United States had.",
        "bootstrap",
        found.historical,
        unmoved,
        found.volatility,
    )
    yield _Scheme("lognormal", "Lognormal", "Independent months, the same mean and volatility.", "lognormal", *usual)
    yield _Scheme("student", "Student’s t", "As lognormal, with heavier tails (5 degrees).", "student", *usual)
    if goal.entered:
        volatility = found.volatility if goal.entered.volatility is None else goal.entered.volatility
        mean = float(np.log1p(goal.entered.nominal) - np.log1p(goal.course.inflation)) - goal.costs
        said = "Lognormal with the return and volatility that you entered, less assumed inflation and fund costs."
        yield _Scheme("entered", "Your assumptions", said, "lognormal", mean, 0.0, volatility)


def _growth(goal: GoalInput, scheme: _Scheme, monthly: Floats) -> Floats:
    """Gross monthly growth (months x paths) by the scheme; the same seed for every one."""
    drawn = _drawn(goal, scheme, monthly, np.random.default_rng(goal.seed))
    return np.exp(drawn, out=drawn)


def _drawn(goal: GoalInput, scheme: _Scheme, monthly: Floats, rng: np.random.Generator) -> Floats:
    months, paths = goal.course.length, goal.paths
    if scheme.draw == "bootstrap":
        centred = monthly - float(monthly.mean()) + scheme.mean / 12
        return draws.bootstrap(centred, months, paths, rng)
    draw = draws.student if scheme.draw == "student" else draws.lognormal
    return draw(scheme.mean, scheme.volatility, months, paths, rng)


def _way(goal: GoalInput, scheme: _Scheme, growth: Floats) -> Way:
    result = follow(goal.course, growth)
    probability = float(result.reached.mean())
    low, high = (_odds(goal.course, growth * exp(side * scheme.deviation / 12)) for side in (-1, 1))
    return Way(
        key=scheme.key,
        name=scheme.name,
        said=scheme.said,
        chance=Chance(probability, sqrt(probability * (1 - probability) / goal.paths), low, high),
        ruin=float(result.ruined.mean()),
        median=float(np.median(result.at_date)),
    )


def _odds(course: Course, growth: Floats) -> float:
    return float(follow(course, growth).reached.mean())
