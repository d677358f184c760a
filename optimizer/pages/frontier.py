"""What stands beside a proposal as its page shows it: the frontier as chart and table, and what limits cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Run
from accounts.templatetags.formats import day, money
from holdings.figures import Figure, FrontierPoint, tax_frontier
from optimizer import selectors
from optimizer.models import Alternative, Proposal
from optimizer.pages.comparison import number

NOTHING, BUY_ONLY, WAIT, FULL = "do_nothing", "sell_nothing", "wait", "frontier_e"
LETTERS = "ABCDE"
SHOWN = 3  # prices of limits


@dataclass(frozen=True, slots=True)
class Point:
    """A plan that may be chosen; `refused`: why it may not, empty where it may."""

    name: str
    letter: str
    title: str
    tax: Decimal
    error: Decimal
    cost: Decimal
    trades: int
    refused: str = ""
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """`run`: that computes or computed it; `told`: how far it is, or how it ended, empty once all is there."""

    points: Sequence[Point]
    figure: Figure | None
    nothing: Alternative | None
    waiting: str
    limits: Sequence[str]
    more_limits: Sequence[str]
    run: Run | None
    told: str
    free: bool

    @property
    def is_active(self) -> bool:
        return self.run is not None and self.run.is_active


def beside(proposal: Proposal, trades: int, run: Run | None, budget: Decimal | None, symbol: str) -> Beside:
    """`trades`: how many it has; `run`: the last that computed alternatives; `budget`: the hard one of tax.

    Two queries.
    """
    rows = {row.name: row for row in proposal.alternatives.all()}
    currency = proposal.household.base_currency
    free = any(name.startswith("frontier") for name in rows) and all(
        row.budget is None for name, row in rows.items() if name.startswith("frontier") and name != FULL
    )
    points = [_point(proposal, row, budget, currency) for row in _ordered(rows)]
    mine = _proposed(proposal, trades)
    prices = sorted(proposal.limit_prices.all(), key=lambda price: -price.saving)
    said = [price.sentence for price in prices]
    return Beside(
        points=[mine, *points],
        figure=_figure(points, mine, rows.get(NOTHING), budget, symbol) if points else None,
        nothing=rows.get(NOTHING),
        waiting=rows[WAIT].note if WAIT in rows else "",
        limits=said[:SHOWN],
        more_limits=said[SHOWN:],
        run=run,
        told=_told(run),
        free=free,
    )


def _ordered(rows: dict[str, Alternative]) -> list[Alternative]:
    return [
        rows[name] for name in (*(f"frontier_{letter.lower()}" for letter in LETTERS), BUY_ONLY, WAIT) if name in rows
    ]


def _point(proposal: Proposal, row: Alternative, budget: Decimal | None, currency: str) -> Point:
    return Point(
        row.name,
        row.name[-1].upper() if row.name.startswith("frontier") else "",
        title(row, currency),
        selectors.added_tax(row),
        number(row.measures["tracking_error"]),
        number(row.measures["cost"]),
        len(row.trades),
        _refused(row, budget, currency),
        proposal.run.params.get("chosen") == row.name,
    )


def _refused(row: Alternative, budget: Decimal | None, currency: str) -> str:
    if row.day is not None:
        return f"from {day(row.day)} on"
    return f"over your budget of {money(budget, currency)}" if selectors.over_budget(row, budget) else ""


def title(row: Alternative, currency: str) -> str:
    """What a plan is called."""
    if row.name in (NOTHING, BUY_ONLY):
        return {NOTHING: "Do nothing", BUY_ONLY: "Sell nothing"}[row.name]
    if row.day is not None:
        return f"Wait until {day(row.day)}"
    if row.name == FULL:
        return "Full rebalance"
    if row.budget is None:
        return {"a": "Smallest change", "b": "Small change", "c": "Middle", "d": "Large change"}[row.name[-1]]
    return "No added tax" if not row.budget else f"{money(row.budget, currency)} of tax at most"


def _proposed(proposal: Proposal, trades: int) -> Point:
    after = proposal.measures["after"]
    return Point(
        "",
        "",
        f"Proposal {proposal.number}",
        number(after["tax"]),
        number(after["tracking_error"]),
        number(after["cost"]),
        trades,
        proposed=True,
    )


def _figure(
    points: Sequence[Point], mine: Point, nothing: Alternative | None, budget: Decimal | None, symbol: str
) -> Figure:
    shown = [
        FrontierPoint(point.letter, point.title, float(point.tax), float(point.error))
        for point in points
        if point.letter
    ]
    shown.append(FrontierPoint("", mine.title, float(mine.tax), float(mine.error), "proposed"))
    if nothing is not None:
        shown.append(FrontierPoint("", "Do nothing", 0.0, float(nothing.measures["tracking_error"]), "nothing"))
    return tax_frontier(shown, None if budget is None else float(budget), symbol)


def _told(run: Run | None) -> str:
    if run is None or run.status == Run.Status.DONE:
        return ""
    if run.is_active:
        return "Other plans are being computed; they appear here as they arrive."
    if run.status == Run.Status.CANCELLED:
        return "The computation of other plans was cancelled."
    return f"Not every other plan could be computed. {run.error}"
