"""From a frozen snapshot to a plan: risk, target, rebalance, checks, reasons.

The same snapshot and panel give the same plan bit for bit in one environment with one BLAS thread: set
OPENBLAS_NUM_THREADS=1 before the process starts. The plan's trace keeps the versions that it was made with.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from importlib.metadata import version
from math import isfinite

from optimizer.engine.measures import measure, measure_target
from optimizer.engine.reasons import explain
from optimizer.engine.rebalance.book import Book, make_book
from optimizer.engine.rebalance.find import Found
from optimizer.engine.rebalance.frontier import Question, follow
from optimizer.engine.rebalance.judge import judge
from optimizer.engine.rebalance.netting import marginal
from optimizer.engine.rebalance.orders import gain_of, money
from optimizer.engine.rebalance.score import Score, gains_after, score
from optimizer.engine.rebalance.search import BP
from optimizer.engine.risk.beta import betas
from optimizer.engine.risk.model import risk_model
from optimizer.engine.rules import rules
from optimizer.engine.signals.tilt import tilt_now
from optimizer.engine.snapshot import Panel, snapshot_hash
from optimizer.engine.solvers import Solver
from optimizer.engine.target import Target, entered_weights, make_target
from optimizer.engine.types import CASH, Alternative, Certificate, Plan, Snapshot, Trace

Progress = Callable[[str, float], None]
STAGES = ("Risk", "Target", "Rebalance", "Checks", "Reasons")
PACKAGES = ("numpy", "scipy", "piqp", "clarabel", "highspy")


def plan(snapshot: Snapshot, panel: Panel, progress: Progress, course: str = "") -> Plan:
    """The proposed trades of a household, judged, checked and explained; of a `course`, the plan that follows it.

    `progress(stage, fraction)` is called as each stage of STAGES begins and may raise Cancelled; no single solve runs
    longer than its limit in solvers.py. Raises the errors of errors.py: InvalidSnapshot, NotEnoughHistory, Infeasible,
    SolverFailed.
    """
    started = time.perf_counter()
    question, target = ask(snapshot, panel, progress)
    progress("Rebalance", 0.3)
    found = follow(question, course) if course else question.solve()
    progress("Checks", 0.8)
    made = _measured(found, target, question.solver)
    progress("Reasons", 0.9)
    made = explain(made, found)
    return replace(made, trace=replace(made.trace, seconds=time.perf_counter() - started))


def ask(snapshot: Snapshot, panel: Panel, progress: Progress) -> tuple[Question, Target]:
    """What the rebalance is asked with: the household as arrays, its risk and its target."""
    solver = Solver()
    progress("Risk", 0.0)
    now = make_book(replace(snapshot, locks=replace(snapshot.locks, fixed=())))
    book = make_book(snapshot)
    risky = [book.assets[i] for i in book.risky]
    risk = risk_model(panel, risky, snapshot.as_of, snapshot.policy.estimator, entered_weights(book))
    risk = replace(
        risk,
        betas=betas(panel, risky, snapshot.benchmark, snapshot.as_of),
        tilt=tilt_now(panel, risky, snapshot, risk.covariance),
    )
    progress("Target", 0.2)
    target = make_target(book, risk, solver)
    return Question(now, book, risk, target.weights, solver), target


def _measured(found: Found, target: Target, solver: Solver) -> Plan:
    now, nothing = found.now, judge(found.now, ())
    before = measure(now, found.risk, found.target, nothing)
    after = measure(now, found.risk, found.target, found.judged)
    weights = {asset.id: float(w) for asset, w in zip(now.assets, found.target, strict=True) if w}
    return Plan(
        snapshot_hash=snapshot_hash(found.book.snapshot),
        trades=found.judged.trades,
        target_weights=weights | {CASH: 1 - sum(weights.values())},
        before=before,
        after=after,
        target=measure_target(now, found.risk, found.target),
        objective=objective(now, found.score),
        do_nothing=Alternative("do_nothing", before, objective(now, found.idle_score)),
        rules=rules(now, before, after, found.judged.trades),
        headline="",
        benefit="",
        held=(),
        notes=(),
        rounding_cost=_rounding_cost(found),
        certificate=_certificate(found),
        trace=Trace(tuple(solver.log), {name: version(name) for name in PACKAGES}),
        views=target.views,
        frontier=target.frontier,
        chosen=target.chosen,
        calibration=found.risk.calibration,
        reserved=max(Decimal(0), found.judged.tax) if found.model.reserve is not None else None,
    )


def _rounding_cost(found: Found) -> Decimal:
    own = score(found.model, found.trades)
    return money(Decimal(own.total - own.broken - found.relaxed.value) * found.now.value)


def _certificate(found: Found) -> Certificate | None:
    effort, value = found.effort, found.now.value
    if not isfinite(effort.bound):
        return None
    return Certificate(
        objective=money(Decimal(found.relaxed.value) * value),
        bound=money(Decimal(effort.bound) * value),
        gap=(found.relaxed.value - effort.bound) / BP,
        goal=effort.goal / BP,
        capped=effort.capped,
        pieces=effort.pieces,
        relaxations=effort.relaxations,
        nodes=effort.nodes,
        uncounted=_uncounted(found),
    )


def _uncounted(found: Found) -> Decimal:
    slopes = marginal(*gains_after(found.model, found.relaxed.trades), found.book.rates)
    saved = Decimal(0)
    for item in found.book.sells:
        if item.void and item.term is not None:
            price = found.book.assets[found.book.asset_index[item.lot.asset]].price
            saved -= gain_of(item.lot, item.quantity, price) * Decimal(slopes[0 if item.term == "short" else 1])
    return max(money(saved), Decimal(0))


def objective(book: Book, score: Score) -> Decimal:
    """What a plan costs in money; limits that were broken before it and stay so cost nothing."""
    return money(Decimal(score.total - score.broken) * book.value)
