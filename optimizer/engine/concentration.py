"""Where a household's risk sits now: by holding, in the tail, and when correlations rise together."""

from dataclasses import dataclass

import numpy as np

from optimizer.engine.rebalance.book import Book, make_book
from optimizer.engine.risk.correlation.diversification import diversification_ratio
from optimizer.engine.risk.measures import cvar, cvar_slope, volatility
from optimizer.engine.risk.model import RiskModel, risk_model
from optimizer.engine.risk.returns import Floats
from optimizer.engine.snapshot import Panel
from optimizer.engine.target import entered_weights
from optimizer.engine.types import ZERO, Snapshot
from optimizer.engine.views import PART

STRESS = 0.5
"""How far correlations are moved toward one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One holding. `risk` and `tail` are its shares of the volatility and of the CVaR; each adds up to one.

    days: to sell all of it at PART of an average day's volume; None where the volume is not known.
    """

    asset: str
    symbol: str
    weight: float
    risk: float
    tail: float
    days: float | None


@dataclass(frozen=True, slots=True)
class Sized:
    """Annual fractions. bets: the squared diversification ratio. stressed: with correlations moved by STRESS."""

    volatility: float
    cvar_95: float
    holdings: float
    bets: float
    stressed_volatility: float
    stressed_bets: float
    parts: tuple[Part, ...]


def concentration(snapshot: Snapshot, panel: Panel) -> Sized:
    """Of what is held at `as_of`. Raises InvalidSnapshot, or NotEnoughHistory naming the assets that lack closes."""
    book = make_book(snapshot)
    risky = [book.assets[i] for i in book.risky]
    risk = risk_model(panel, risky, snapshot.as_of, snapshot.policy.estimator, entered_weights(book))
    weights = book.held[book.risky]
    stressed = toward_one(risk.covariance, STRESS)
    return Sized(
        volatility=volatility(weights, risk.covariance),
        cvar_95=cvar(weights, risk.scenarios),
        holdings=effective(weights),
        bets=bets(weights, risk.covariance),
        stressed_volatility=volatility(weights, stressed),
        stressed_bets=bets(weights, stressed),
        parts=_parts(book, risk, weights),
    )


def risk_shares(weights: Floats, covariance: Floats) -> Floats:
    """The share (n) of each weight in the volatility, by Euler's theorem; zeros where nothing is held."""
    marginal = covariance @ weights
    total = float(weights @ marginal)
    return weights * marginal / total if total > 0 else np.zeros(len(weights))


def effective(weights: Floats) -> float:
    """The number of equal holdings that are as concentrated: 1 / sum of squared shares (Herfindahl)."""
    total = float(weights.sum())
    return total**2 / float(weights @ weights) if total > 0 else 0.0


def bets(weights: Floats, covariance: Floats) -> float:
    """How many independent risks of equal size diversify as much: the squared diversification ratio.

    n for n uncorrelated holdings of equal risk, 1 for holdings that move as one. Choueifaty, Froidure and Reynier,
    "Properties of the most diversified portfolio", 2013.
    """
    return diversification_ratio(weights, covariance) ** 2 if volatility(weights, covariance) > 0 else 0.0


def toward_one(covariance: Floats, part: float) -> Floats:
    """The covariance with every correlation moved by `part` of its distance to one; volatilities as they are."""
    scale = np.sqrt(np.diag(covariance))
    moved: Floats = (1 - part) * covariance + part * np.outer(scale, scale)
    return moved


def _parts(book: Book, risk: RiskModel, weights: Floats) -> tuple[Part, ...]:
    """What is held, the largest share of the risk first."""
    shares = risk_shares(weights, risk.covariance)
    tail = weights * cvar_slope(weights, risk.scenarios)
    tail = tail / tail.sum() if tail.sum() > 0 else np.zeros(len(tail))
    found = [
        Part(asset.id, asset.symbol, float(weights[k]), float(shares[k]), float(tail[k]), _days(book, asset.id))
        for k, asset in enumerate(book.assets[i] for i in book.risky)
        if weights[k] > 0
    ]
    return tuple(sorted(found, key=lambda part: (-part.risk, part.symbol)))


def _days(book: Book, asset: str) -> float | None:
    volume = book.assets[book.asset_index[asset]].daily_volume
    held = sum((quantity for (_, each), quantity in book.standing.held.items() if each == asset), ZERO)
    return float(held / volume) / PART if volume else None
