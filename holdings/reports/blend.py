"""The household's benchmark blend, day by day: an index beside cash, brought back to its weights at every close."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from holdings.measures.attribution import Side
from holdings.models import AssetClass, Benchmark
from holdings.valuations.benchmark import YEAR
from holdings.valuations.daily import Market


@dataclass(frozen=True)
class Blend:
    """`index` and `cash` are simple returns, one a day of the report; `group` is the index's asset class."""

    name: str
    weight: float
    group: str
    index: Sequence[float]
    cash: Sequence[float]

    def sides(self, at: int) -> dict[str, Side]:
        rest = 1 - self.weight
        held = {self.group: Side(self.weight, self.weight * self.index[at])}
        if rest:
            held[AssetClass.CASH] = Side(rest, rest * self.cash[at])
        return held

    @property
    def returns(self) -> list[float]:
        return [self.weight * one + (1 - self.weight) * other for one, other in zip(self.index, self.cash, strict=True)]


def blend(benchmark: Benchmark, market: Market, days: Sequence[dt.date], before: dt.date, group: str) -> Blend | None:
    """None where the index has no price at the close before the first day."""
    key = str(benchmark.instrument.uuid)
    span = [before, *days]
    prices = [float(market.price(key, day)) for day in span]
    if not prices[0]:
        return None
    rate = float(benchmark.cash_rate)
    return Blend(
        benchmark.name,
        float(benchmark.weight),
        group,
        [after / start - 1 for start, after in pairwise(prices)],
        [rate * (after - start).days / YEAR for start, after in pairwise(span)],
    )
