"""A household's views on returns: how far each is believed, and what it moves.

A stated confidence never sets a size. It is multiplied by what the view could lose and by what can be traded of it, and
only then decides how far expected returns leave what the market implies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from optimizer.engine.risk.black_litterman import implied, posterior, uncertainty
from optimizer.engine.risk.measures import cvar, downside
from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import AssetInput, StrategyName, ViewEffect, ViewInput

READ_BY: frozenset[StrategyName] = frozenset({"mean_variance", "maximum_sharpe", "black_litterman"})
"""Strategies that read expected returns; no view moves another."""
STAKE, PART = 0.05, 0.1
"""A view is fully liquid where 5 % of the household is a tenth of an average day's volume, or less."""
UNKNOWN = 0.5
"""What an unknown volume counts as."""
SURE, DOUBTED = 0.99, 1e-6


@dataclass(frozen=True, slots=True)
class Market:
    """What views are judged against. covariance: n x n. scenarios: T x n. reference: weights held in equilibrium, n.

    tilt: what signals add to annual returns, n.
    """

    assets: Sequence[AssetInput]
    covariance: Floats
    scenarios: Floats
    reference: Floats
    value: Decimal  # of the household
    tilt: Floats | None = None

    @property
    def prior(self) -> Floats:
        """What the reference implies, and what signals add to it."""
        returns = implied(self.covariance, self.reference)
        return returns if self.tilt is None else returns + self.tilt


@dataclass(frozen=True, slots=True)
class Judged:
    """A view with its pick (n) of assets, and the factors on its confidence."""

    view: ViewInput
    pick: Floats
    downside: float
    tail: float
    liquidity: float

    @property
    def confidence(self) -> float:
        return min(SURE, float(self.view.confidence)) * min(self.downside, self.tail) * self.liquidity


def judged(views: Sequence[ViewInput], market: Market) -> tuple[Judged, ...]:
    """The views that say something of the market's assets, judged."""
    place = {asset.id: i for i, asset in enumerate(market.assets)}
    known = [view for view in views if view.asset in place and (not view.against or view.against in place)]
    return tuple(_judge(view, place, market) for view in known)


def expected_returns(views: Sequence[ViewInput], market: Market) -> Floats:
    """Annual returns above cash (n): what the reference implies, moved by the views."""
    found = [row for row in judged(views, market) if row.confidence > DOUBTED]
    if not found:
        return market.prior
    picks = np.array([row.pick for row in found])
    errors = uncertainty(market.covariance, picks, np.array([row.confidence for row in found]))
    says = np.array([float(row.view.by) for row in found])
    return posterior(market.prior, market.covariance, picks, says, errors)


def effect(view: ViewInput, market: Market, expected: Floats, moved: Mapping[str, float]) -> ViewEffect:
    """What a view did, given the expected returns (n) with all views and the target weights that it moved."""
    found = judged((view,), market)
    if not found:
        return ViewEffect(view.id, used=False)
    row = found[0]
    return ViewEffect(
        view=view.id,
        used=True,
        implied=float(row.pick @ market.prior),
        expected=float(row.pick @ expected),
        downside=row.downside,
        tail=row.tail,
        liquidity=row.liquidity,
        confidence=row.confidence,
        moved=moved,
    )


def _judge(view: ViewInput, place: Mapping[str, int], market: Market) -> Judged:
    pick = np.zeros(len(place))
    pick[place[view.asset]] = 1.0
    if view.against:
        pick[place[view.against]] -= 1.0
    leaning = pick if float(view.by) >= float(pick @ market.prior) else -pick
    whole = market.reference / market.reference.sum()
    sides = [market.assets[place[key]] for key in (view.asset, view.against) if key]
    return Judged(
        view=view,
        pick=pick,
        downside=_share(downside(whole, market.scenarios), downside(leaning, market.scenarios)),
        tail=_share(cvar(whole, market.scenarios), cvar(leaning, market.scenarios)),
        liquidity=min(_liquidity(asset, market.value) for asset in sides),
    )


def _share(usual: float, own: float) -> float:
    """1 where a view loses no more than the reference does, less in proportion where it loses more."""
    return 1.0 if own <= usual else max(0.0, usual) / own


def _liquidity(asset: AssetInput, value: Decimal) -> float:
    if asset.daily_volume is None:
        return UNKNOWN
    tradable = PART * float(asset.daily_volume * asset.price)
    return min(1.0, tradable / (STAKE * float(value)))
