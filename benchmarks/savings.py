"""What the plan saves in tax and cost against mechanical lot orders, at a tracking error of 0.5 %.

    .venv/bin/python benchmarks/savings.py

$1m in one taxable account, ten lots a holding, real prices (benchmarks/portfolios.py). FIFO, highest basis first and
least tax first take the same trades, the straight way to the target as far as 0.5 % needs, and differ in the lots that
they sell. Every plan is judged by the same exact tax. "Due" is this year's tax and the cost of trading; "with later"
adds what a carried loss is worth and what a gain realised now spares later. Prints means and their standard errors.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from benchmarks.portfolios import Portfolio, portfolio
from optimizer.engine.rebalance.book import Book, make_book
from optimizer.engine.rebalance.find import rebalance
from optimizer.engine.rebalance.judge import judge
from optimizer.engine.rebalance.orders import Pick, term_of
from optimizer.engine.risk.measures import volatility
from optimizer.engine.risk.model import RiskModel
from optimizer.engine.solvers import Solver
from optimizer.engine.types import ConstraintInput, LotInput

TRACKING = Decimal("0.005")
SEEDS = {20: 8, 100: 4}
SETTINGS = {"losses at full worth": Decimal(0), "losses as deferrals": Decimal("0.09")}
STEP = Decimal("0.001")
PART = 0.999999  # of the way, so that rounding keeps the tracking error

Rank = Callable[[LotInput, Decimal, Book], tuple[object, ...]]


@dataclass(frozen=True)
class Bill:
    """Money. `later`: less tax in later years is negative."""

    due: float
    later: float
    error: float


def risk_of(made: Portfolio) -> RiskModel:
    covariance = made.loadings @ made.loadings.T + np.diag(made.own)
    return RiskModel(covariance, np.zeros((1, len(covariance))), made.loadings, made.own)


def target_of(book: Book) -> np.ndarray:
    return np.array([float(book.snapshot.policy.target.get(asset.id, 0)) for asset in book.assets])


def fifo(lot: LotInput, price: Decimal, book: Book) -> tuple[object, ...]:
    return lot.acquired, lot.key


def highest_basis(lot: LotInput, price: Decimal, book: Book) -> tuple[object, ...]:
    return -lot.basis / lot.quantity, lot.key


def least_tax(lot: LotInput, price: Decimal, book: Book) -> tuple[object, ...]:
    tax = book.snapshot.tax
    rate = tax.short_rate if term_of(lot, book.accounts[0], book.snapshot) == "short" else tax.long_rate
    return rate * (1 - lot.basis / (lot.quantity * price)), lot.key


def mechanical(book: Book, risk: RiskModel, rank: Rank) -> list[Pick]:
    """The straight way to the target until 0.5 % is left, selling lots in this order."""
    drift = book.held - target_of(book)
    way = max(0.0, 1 - PART * float(TRACKING) / volatility(drift, risk.covariance))
    picks = []
    for asset, over in zip(book.assets, drift, strict=True):
        shares = (Decimal(abs(way * over)) * book.value / asset.price).quantize(STEP)
        if over < 0 and shares:
            picks.append(Pick(book.accounts[0].id, asset.id, None, shares))
        lots = [lot for lot in book.snapshot.lots if lot.asset == asset.id] if over > 0 else []
        for lot in sorted(lots, key=lambda lot: rank(lot, asset.price, book)):
            part = min(shares, lot.quantity)
            shares -= part
            if part:
                picks.append(Pick(lot.account, asset.id, lot.key, part))
    return picks


def bill(book: Book, risk: RiskModel, picks: list[Pick]) -> Bill:
    judged = judge(book, picks)
    moved = book.held - target_of(book)
    for trade in judged.trades:
        signed = trade.value if trade.side == "buy" else -trade.value
        moved[book.asset_index[trade.asset]] += float(signed / book.value)
    gained = float(sum((t.gain or 0) + t.disallowed for t in judged.trades if t.term))
    after = float(judged.short) / book.v, float(judged.long) / book.v
    carried = (book.worth(*after) - book.worth(*book.before)) - (book.year_tax(*after) - book.year_tax(*book.before))
    later = carried * book.v - book.deferral * gained
    return Bill(float(judged.tax + judged.cost), later, volatility(moved, risk.covariance))


def ours(book: Book, risk: RiskModel) -> Bill:
    found = rebalance(book, book, risk, target_of(book), Solver())
    return bill(book, risk, [Pick(t.account, t.asset, t.lot, t.quantity) for t in found.judged.trades])


def bills(n: int, seed: int, deferral: Decimal) -> list[Bill]:
    made = portfolio(n, seed, accounts=1)
    within = ConstraintInput("error", "tracking_error", high=TRACKING)
    snapshot = replace(
        made.snapshot,
        assets=tuple(replace(asset, whole_shares=False) for asset in made.snapshot.assets),
        tax=replace(made.snapshot.tax, deferral=deferral),
        constraints=(within,),
    )
    book, risk = make_book(snapshot), risk_of(made)
    mechanicals = [bill(book, risk, mechanical(book, risk, rank)) for rank in (fifo, highest_basis, least_tax)]
    return [*mechanicals, ours(book, risk)]


def said(values: list[float]) -> str:
    error = np.std(values, ddof=1) / np.sqrt(len(values))
    return f"{np.mean(values):8,.0f} ± {error:5,.0f}"


def main() -> None:
    names = ("FIFO", "highest basis", "least tax", "Ballast")
    for setting, deferral in SETTINGS.items():
        for n, seeds in SEEDS.items():
            table = [bills(n, seed, deferral) for seed in range(seeds)]
            print(f"{n} holdings, {seeds} households, {setting}")
            for j, name in enumerate(names):
                due = [row[j].due for row in table]
                whole = [row[j].due + row[j].later for row in table]
                saved = [row[0].due - row[j].due for row in table]
                worst = max(row[j].error for row in table)
                print(f"  {name:14} due {said(due)}   with later {said(whole)}   saved {said(saved)}   TE {worst:.3%}")


if __name__ == "__main__":
    main()
