"""Households of real prices for the benchmarks: n holdings of ten lots, in one account or three.

Prices are of the sample's 20 stocks, of the 74 stocks of ../shared/data, and, beyond those, of made-up stocks: the
common market of the real ones times a beta, and the residual of one of them rolled in time. Each lot was bought on a
random one of the last 1,260 sessions but five, for a random spend; the whole is worth $1m, cash 2 %, and the target is
equal weights of 99 %.
"""

import csv
import gzip
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.risk.factors import factors
from optimizer.engine.types import (
    CASH,
    AccountInput,
    AssetInput,
    LotInput,
    PolicyInput,
    Purchase,
    Snapshot,
    TaxInput,
    WashInput,
)

Floats = NDArray[np.float64]
ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "holdings" / "sample" / "prices.csv.gz"
SHARED = ROOT.parent / "shared" / "data" / "us_largecap74_daily.csv.gz"
SESSIONS, BOUGHT, CALM, WINDOW, LOTS, YEAR = 1500, 1260, 5, 504, 10, 252
WORTH, CASH_PART, TARGET = 1_000_000.0, 0.02, Decimal("0.99")
KINDS = ("taxable", "traditional_ira", "roth_ira")
PARTS = (0.6, 0.25, 0.15)  # of the lots, by account
YEARS = {  # the year so far, in money
    "nothing": {},
    "short gains": {"short_to_date": Decimal(20000)},
    "long gains": {"long_to_date": Decimal(20000)},
    "carried": {"long_carry": Decimal(30000)},
    "both": {"short_to_date": Decimal(-10000), "long_to_date": Decimal(15000)},
}


@dataclass(frozen=True)
class Market:
    days: tuple[date, ...]
    names: tuple[str, ...]
    closes: Floats  # sessions x assets


@dataclass(frozen=True)
class Portfolio:
    """A snapshot and the covariance of its assets, annual, in their order and in factor form F F' + diag(d)."""

    snapshot: Snapshot
    loadings: Floats
    own: Floats


@cache
def market(n: int) -> Market:
    """The last SESSIONS of n stocks."""
    sample, shared = table(SAMPLE), table(SHARED)
    days = sorted(sample[1].keys() & shared[1].keys())[-SESSIONS:]
    stocks = [j for j, name in enumerate(sample[0][:20])]
    real = np.array([[sample[1][d][j] for j in stocks] + shared[1][d] for d in days])
    names = [sample[0][j] for j in stocks] + shared[0]
    made = _made_up(real, n - len(names)) if n > len(names) else real[:, :0]
    names += [f"M{j}" for j in range(made.shape[1])]
    closes = np.hstack((real, made))
    return Market(tuple(date.fromisoformat(d) for d in days), tuple(names[:n]), closes[:, :n])


def portfolio(n: int, seed: int, year: str = "nothing", accounts: int = 3, lots: int = LOTS) -> Portfolio:
    """Household `seed` of n holdings. One account is taxable; in other numbers than three, lots spread evenly."""
    prices, rng = market(n), np.random.default_rng([n, seed])
    spend = rng.uniform(0.2, 1.0, (n, lots))
    at = rng.integers(SESSIONS - BOUGHT, SESSIONS - CALM, (n, lots))
    where = _places(rng, (n, lots), accounts)
    paid = prices.closes[at, np.arange(n)[:, None]]
    value = spend / paid * prices.closes[-1][:, None]
    shares = value * WORTH * (1 - CASH_PART) / value.sum() / prices.closes[-1][:, None]
    return Portfolio(_snapshot(prices, shares, at, where, year, accounts), *factors(_covariance(prices)))


def _places(rng: np.random.Generator, shape: tuple[int, int], accounts: int) -> Floats:
    if accounts == 1:
        return np.zeros(shape, dtype=int)
    return rng.choice(accounts, shape, p=PARTS if accounts == len(PARTS) else None)


def _account(k: int) -> AccountInput:
    kind = KINDS[k % len(KINDS)]
    name = kind if k < len(KINDS) else f"{kind} {k // len(KINDS) + 1}"
    return AccountInput(name, name, kind, Decimal(0))


def _cash(accounts: int) -> list[Decimal]:
    cash = Decimal(str(WORTH * CASH_PART))
    return [cash / 2, cash / 4, cash / 4] if accounts == len(KINDS) else [cash / accounts] * accounts


def _snapshot(prices: Market, shares: Floats, at: Floats, where: Floats, year: str, accounts: int) -> Snapshot:
    last = prices.days[-1]
    assets = [
        AssetInput(name, name, name, Decimal(f"{price:.4f}"), "USD", "stock", sector=f"S{j % 10}")
        for j, (name, price) in enumerate(zip(prices.names, prices.closes[-1], strict=True))
    ]
    places = [replace(_account(k), cash=cash) for k, cash in enumerate(_cash(accounts))]
    lots = []
    for i, asset in enumerate(assets):
        for k in range(shares.shape[1]):
            quantity = Decimal(max(0.001, round(float(shares[i, k]), 3))).quantize(Decimal("0.001"))
            basis = (quantity * Decimal(f"{prices.closes[at[i, k], i]:.4f}")).quantize(Decimal("0.01"))
            lots.append(
                LotInput(f"{asset.id}-{k}", places[where[i, k]].id, asset.id, quantity, basis, prices.days[at[i, k]])
            )
    target = {asset.id: TARGET / len(assets) for asset in assets} | {CASH: 1 - TARGET}
    return Snapshot(
        as_of=last,
        trade_date=last,
        base_currency="USD",
        accounts=tuple(places),
        assets=tuple(assets),
        lots=tuple(lots),
        policy=PolicyInput("fixed_weights", target),
        tax=TaxInput(Decimal("0.35"), Decimal("0.15"), **YEARS[year]),
        wash=WashInput(purchases=_recent(lots, last)),
    )


def _recent(lots: list[LotInput], last: date) -> tuple[Purchase, ...]:
    new = [lot for lot in lots if lot.acquired is not None and (last - lot.acquired).days <= 30]
    return tuple(Purchase(lot.asset, lot.account, lot.key, lot.quantity, lot.acquired) for lot in new)


def _covariance(prices: Market) -> Floats:
    returns = np.diff(np.log(prices.closes[-WINDOW - 1 :]), axis=0)
    return np.cov(returns, rowvar=False) * YEAR


def _made_up(real: Floats, count: int) -> Floats:
    """Prices of `count` stocks that never were: beta times the common market, and a residual rolled in time."""
    returns = np.diff(np.log(real), axis=0)
    common = returns.mean(axis=1)
    beta = returns.T @ common / (common @ common)
    residual = returns - np.outer(common, beta)
    rng = np.random.default_rng(count)
    made = np.empty((len(returns), count))
    for j in range(count):
        source = j % real.shape[1]
        made[:, j] = common * beta[source] + np.roll(residual[:, source], int(rng.integers(63, len(returns) - 63)))
    steps = np.vstack((np.zeros(count), np.cumsum(made, axis=0)))
    return np.exp(steps - steps[-1]) * rng.uniform(20, 300, count)


def table(path: Path) -> tuple[list[str], dict[str, list[float]]]:
    """Names, and closes by day; an empty cell is not a number."""
    with gzip.open(path, "rt") as file:
        rows = list(csv.reader(file))
    return rows[0][1:], {row[0][:10]: [float(cell or "nan") for cell in row[1:]] for row in rows[1:]}
