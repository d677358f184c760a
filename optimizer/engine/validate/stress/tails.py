"""Stress of risk itself: volatility doubled, and all holdings falling together. In money, a month ahead."""

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

import numpy as np

from optimizer.engine.risk.covariance import covariance
from optimizer.engine.risk.measures import cvar, monthly_scenarios, volatility
from optimizer.engine.risk.returns import MINIMUM_SESSIONS, Floats, closes
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import AssetInput
from optimizer.engine.validate.stress.types import Amounts, Book, Tail, TailOutcome

MONTHS = 12
LEVEL = 0.95
CENT = Decimal("0.01")

AS_IS = (
    "As estimated from the prices of each holding up to the date; overlapping months of 21 sessions. Plans multiply "
    "their volatilities by what was realised over what was foretold; here nothing is."
)
DOUBLED = "Every deviation of a month's return from its mean is twice as large; correlations stay as they are."
TOGETHER = (
    "Each holding has its own worst months at the same time as every other one: nothing diversifies. Volatilities and "
    "tail losses then simply add up."
)


@dataclass(frozen=True, slots=True)
class _Risk:
    """Of n assets: annual covariance (n x n), months (T x n)."""

    covariance: Floats
    months: Floats


def tails(book: Book, panel: Panel) -> tuple[tuple[TailOutcome, ...], tuple[str, ...]]:
    """Three measures of risk, and the symbols of assets that have too few closes to count in them."""
    until = panel.until(book.as_of)
    held = [
        asset for asset in book.assets if any(p.asset == asset.id and (p.before or p.after) for p in book.positions)
    ]
    counted = [asset for asset in held if _count(until, asset) >= MINIMUM_SESSIONS]
    unpriced = tuple(asset.symbol for asset in held if asset not in counted)
    if not counted:
        return (), unpriced
    history = closes(until, [asset.id for asset in counted], [asset.symbol for asset in counted])
    risk = _Risk(covariance(history), monthly_scenarios(history))
    before, after = _money(book, counted)
    return (
        _outcome("as-is", "As estimated", AS_IS, _usual(before, risk), _usual(after, risk)),
        _outcome("volatility", "Volatility doubled", DOUBLED, _doubled(before, risk), _doubled(after, risk)),
        _outcome("together", "Correlations go to one", TOGETHER, _together(before, risk), _together(after, risk)),
    ), unpriced


_Figures = tuple[float, float, float]  # volatility, VaR, CVaR


def _usual(money: Floats, risk: _Risk) -> _Figures:
    spread = volatility(money, risk.covariance) / sqrt(MONTHS)
    return spread, _var(risk.months @ money), cvar(money, risk.months, LEVEL)


def _doubled(money: Floats, risk: _Risk) -> _Figures:
    months = 2 * risk.months - risk.months.mean(axis=0)
    spread = 2 * volatility(money, risk.covariance) / sqrt(MONTHS)
    return spread, _var(months @ money), cvar(money, months, LEVEL)


def _together(money: Floats, risk: _Risk) -> _Figures:
    """VaR and CVaR of comonotone losses are the sums of the parts' (McNeil, Frey and Embrechts, 2015, 7.2)."""
    spread = float(np.sqrt(np.diag(risk.covariance)) @ money) / sqrt(MONTHS)
    each = np.eye(len(money))
    var = sum(m * _var(risk.months[:, j]) for j, m in enumerate(money))
    return spread, float(var), float(sum(m * cvar(each[j], risk.months, LEVEL) for j, m in enumerate(money)))


def _var(results: Floats) -> float:
    return -float(np.quantile(results, 1 - LEVEL))


def _outcome(key: str, name: str, said: str, before: _Figures, after: _Figures) -> TailOutcome:
    pairs = [Amounts(_cents(one), _cents(other)) for one, other in zip(before, after, strict=True)]
    return TailOutcome(key, name, (said,), Tail(*pairs))


def _money(book: Book, assets: list[AssetInput]) -> tuple[Floats, Floats]:
    place = {asset.id: j for j, asset in enumerate(assets)}
    sums = np.zeros((2, len(assets)))
    for position in book.positions:
        if position.asset in place:
            sums[:, place[position.asset]] += float(position.before), float(position.after)
    return sums[0], sums[1]


def _count(panel: Panel, asset: AssetInput) -> int:
    if asset.id not in panel.assets:
        return 0
    return int(np.isfinite(panel.closes[:, panel.assets.index(asset.id)]).sum())


def _cents(amount: float) -> Decimal:
    return Decimal(amount).quantize(CENT)
