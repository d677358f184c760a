"""Whether costs are estimated without bias: what fills cost over what was estimated of them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean


@dataclass(frozen=True, slots=True)
class Paid:
    """A fill, in money: its value at the arrival price, the price of its proposal; what it cost and was to cost."""

    proposal: int
    value: Decimal
    cost: Decimal
    estimated: Decimal


@dataclass(frozen=True, slots=True)
class CostBias:
    """What fills cost over their estimates.

    mean: a fraction of the value, each fill counting alike. error: its standard error.
    """

    fills: int
    proposals: int
    cost: Decimal
    estimated: Decimal
    mean: float
    error: float | None


def cost_bias(paid: Sequence[Paid]) -> CostBias | None:
    """None without fills.

    Fills of one proposal share what the market did between its close and them, so the error is robust to clusters
    (Liang and Zeger 1986), one a proposal, times g / (g - 1); None where there is one only.
    """
    if not paid:
        return None
    over = [float((each.cost - each.estimated) / each.value) for each in paid]
    mean = fmean(over)
    clusters: dict[int, float] = defaultdict(float)
    for each, amount in zip(paid, over, strict=True):
        clusters[each.proposal] += amount - mean
    count = len(clusters)
    squares = sum(total**2 for total in clusters.values())
    return CostBias(
        fills=len(paid),
        proposals=count,
        cost=sum((each.cost for each in paid), Decimal(0)),
        estimated=sum((each.estimated for each in paid), Decimal(0)),
        mean=mean,
        error=math.sqrt(squares * count / (count - 1)) / len(paid) if count > 1 else None,
    )
