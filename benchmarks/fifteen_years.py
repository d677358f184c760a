"""Fifteen years of quarterly rebalancing with lots and taxes, on bootstrapped real returns with equal means.

    .venv/bin/python benchmarks/fifteen_years.py [seeds]

Ten funds or the sample's 20 stocks: blocks of 63 sessions of real log returns drawn together, each asset's mean set to
7 % a year. FIFO and least tax first take the straight way to the equal weights until 0.5 % of tracking error is left;
Ballast plans under that limit. A year's gains are netted with losses carried in and $3,000 of loss against other
income; at the end everything is sold. What is paid or saved in a year is carried to the end at the household's own
return. The effect is (log of wealth after tax over FIFO's) less the same without taxes, which is what other allocations
brought; a year. No result of a raw historical run is a tax effect: drift into winners would show as one.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import csv
import gzip

import numpy as np

from benchmarks.portfolios import SHARED, market
from benchmarks.savings import TRACKING, fifo, least_tax, mechanical, target_of
from holdings.tax.us import net_tax
from holdings.tax.us.netting import Rates
from optimizer.engine.rebalance.book import Book, make_book
from optimizer.engine.rebalance.find import rebalance
from optimizer.engine.rebalance.judge import judge
from optimizer.engine.rebalance.orders import Pick
from optimizer.engine.risk.factors import factors
from optimizer.engine.risk.model import RiskModel
from optimizer.engine.solvers import Solver
from optimizer.engine.types import (
    CASH,
    AccountInput,
    AssetInput,
    ConstraintInput,
    LotInput,
    PolicyInput,
    Snapshot,
    TaxInput,
)

YEARS, QUARTER, YEAR, WINDOW = 15, 63, 252, 504
MEAN = 0.07
FUNDS = ("SPY", "QQQ", "LQD", "TLT", "IEF", "TIP", "GLD", "VNQ", "VWO", "VEA")
SHORT, LONG, LIMIT = Decimal("0.35"), Decimal("0.15"), Decimal(3000)
START = date(2010, 1, 4)
SHARE = Decimal("0.0001")

Method = Callable[[Book, RiskModel], list[Pick]]


@dataclass
class Fund:
    """A household on its way. `paid`: tax by year; `worth`: its value when that tax was due, taxes never deducted."""

    cash: Decimal
    lots: list[LotInput]
    short: Decimal = Decimal(0)
    long: Decimal = Decimal(0)
    short_carry: Decimal = Decimal(0)
    long_carry: Decimal = Decimal(0)
    paid: list[float] = field(default_factory=list)
    worth: list[float] = field(default_factory=list)


def funds() -> np.ndarray:
    """Adjusted closes of FUNDS over the sessions that all have."""
    with gzip.open(SHARED.parent / "etf12_close_and_adjusted_daily.csv.gz", "rt") as file:
        rows = list(csv.reader(file))
    columns = [
        j for j, (name, kind) in enumerate(zip(rows[0], rows[1], strict=True)) if kind == "Adj Close" and name in FUNDS
    ]
    closes = [[float(row[j]) for j in columns] for row in rows[2:] if all(row[j] for j in columns)]
    return np.array(closes)


def paths(closes: np.ndarray, seed: int) -> np.ndarray:
    """Prices from WINDOW sessions before the start to the end, sessions x assets, 100 at the start."""
    returns = np.diff(np.log(closes), axis=0)
    returns += MEAN / YEAR - returns.mean(axis=0)
    rng = np.random.default_rng(seed)
    blocks = (WINDOW + YEARS * YEAR) // QUARTER
    starts = rng.integers(0, len(returns) - QUARTER + 1, blocks)
    drawn = np.vstack([returns[start : start + QUARTER] for start in starts])
    steps = np.vstack((np.zeros(closes.shape[1]), np.cumsum(drawn, axis=0)))
    return 100 * np.exp(steps - steps[WINDOW])


def day(quarter: int) -> date:
    """A Wednesday or so of each quarter; 92 days apart at most, so that no window reaches over two."""
    return date(START.year + quarter // 4, (1, 4, 7, 10)[quarter % 4], 6)


def book_of(fund: Fund, prices: np.ndarray, quarter: int) -> Book:
    weight = Decimal("0.99") / len(prices)
    names = [f"A{j}" for j in range(len(prices))]
    return make_book(
        Snapshot(
            as_of=day(quarter),
            trade_date=day(quarter),
            base_currency="USD",
            accounts=(AccountInput("own", "own", "taxable", fund.cash),),
            assets=tuple(
                AssetInput(name, name, name, Decimal(f"{price:.6f}"), "USD", "stock", whole_shares=False)
                for name, price in zip(names, prices, strict=True)
            ),
            lots=tuple(fund.lots),
            policy=PolicyInput("fixed_weights", dict.fromkeys(names, weight) | {CASH: Decimal("0.01")}),
            tax=TaxInput(
                SHORT,
                LONG,
                short_to_date=fund.short,
                long_to_date=fund.long,
                short_carry=fund.short_carry,
                long_carry=fund.long_carry,
            ),
            constraints=(ConstraintInput("error", "tracking_error", high=TRACKING),),
        )
    )


def planned(book: Book, risk: RiskModel) -> list[Pick]:
    found = rebalance(book, book, risk, target_of(book), Solver())
    return [Pick(t.account, t.asset, t.lot, t.quantity) for t in found.judged.trades]


METHODS: dict[str, Method] = {
    "FIFO": lambda book, risk: mechanical(book, risk, fifo),
    "least tax": lambda book, risk: mechanical(book, risk, least_tax),
    "Ballast": planned,
}


def trade(fund: Fund, book: Book, picks: list[Pick], quarter: int) -> None:
    judged = judge(book, picks)
    left = {lot.key: lot for lot in fund.lots}
    for number, done in enumerate(judged.trades):
        if done.lot is None:
            key = f"{quarter:02}-{number:03}"
            left[key] = LotInput(key, "own", done.asset, done.quantity, done.value, day(quarter))
            continue
        lot = left[done.lot]
        rest = lot.quantity - done.quantity
        if rest <= SHARE:
            del left[done.lot]
        else:
            left[done.lot] = replace(lot, quantity=rest, basis=lot.basis * rest / lot.quantity)
    fund.lots = [left[key] for key in sorted(left)]
    fund.cash, fund.short, fund.long = judged.cash["own"], judged.short, judged.long


def close_year(fund: Fund, worth: Decimal) -> None:
    """Net the year, note its tax, and carry what is left."""
    fund.worth.append(float(worth))
    rates = Rates(SHORT, LONG, SHORT, Decimal(0))
    year = net_tax(fund.short, fund.long, rates, carry_short=fund.short_carry, carry_long=fund.long_carry, limit=LIMIT)
    fund.paid.append(float(year.tax))
    fund.short_carry, fund.long_carry = year.carry_short, year.carry_long
    fund.short = fund.long = Decimal(0)


def lived(closes: np.ndarray, method: Method, seed: int) -> tuple[float, float]:
    """Wealth at the end after tax, and what the same trades leave without taxes."""
    path = paths(closes, seed)
    at = [WINDOW + quarter * QUARTER for quarter in range(4 * YEARS + 1)]
    start = Decimal(1_000_000)
    weight = start * Decimal("0.99") / closes.shape[1]
    lots = [
        LotInput(f"00-{j:03}", "own", f"A{j}", (weight / 100).quantize(SHARE), weight, day(0))
        for j in range(closes.shape[1])
    ]
    fund = Fund(start / 100, lots)
    for quarter in range(1, 4 * YEARS):
        book = book_of(fund, path[at[quarter]], quarter)
        trade(fund, book, method(book, risk_of(path[at[quarter] - WINDOW : at[quarter] + 1])), quarter)
        if quarter % 4 == 3:
            close_year(fund, book.value)
    return _ended(fund, path[at[-1]])


def _ended(fund: Fund, prices: np.ndarray) -> tuple[float, float]:
    """Everything sold a quarter after the last trade: taxes of that year, and the earlier ones carried to the end."""
    book = book_of(fund, prices, 4 * YEARS)
    trade(fund, book, [Pick("own", lot.asset, lot.key, lot.quantity) for lot in fund.lots], 4 * YEARS)
    close_year(fund, book.value)
    untaxed = float(book.value)
    taxes = sum(paid * untaxed / worth for paid, worth in zip(fund.paid, fund.worth, strict=True))
    return untaxed - taxes + float((fund.short_carry + fund.long_carry) * LONG), untaxed


def risk_of(window: np.ndarray) -> RiskModel:
    covariance = np.cov(np.diff(np.log(window), axis=0), rowvar=False) * YEAR
    loadings, own = factors(covariance)
    covariance = loadings @ loadings.T + np.diag(own)
    return RiskModel(covariance, np.zeros((1, len(covariance))), loadings, own)


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    for name, closes in (("10 funds", funds()), ("20 stocks", market(20).closes)):
        ends = {method: [lived(closes, run, seed) for seed in range(seeds)] for method, run in METHODS.items()}
        print(f"{name}, {seeds} histories of {YEARS} years")
        for method, results in ends.items():
            effects = [
                (np.log(after / base_after) - np.log(before / base_before)) / YEARS * 1e4
                for (after, before), (base_after, base_before) in zip(results, ends["FIFO"], strict=True)
            ]
            error = np.std(effects, ddof=1) / np.sqrt(seeds)
            print(f"  {method:10} {np.mean(effects):+6.1f} ± {error:.1f} bp a year against FIFO")


if __name__ == "__main__":
    main()
