"""What a walk-forward is asked with, and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import YearInput

Every = Literal["month", "quarter", "year", "never"]
LotOrder = Literal["fifo", "min_tax", "pool"]
Rule = Callable[[int], Floats]
"""Weights (n) of the assets from the closes up to and including a session; what they leave of one is cash."""


@dataclass(frozen=True, slots=True)
class Market:
    """n assets over T sessions, oldest first. `closes`: T x n, NaN only before an asset's first close, total returns.

    half_spread: n, fractions of the traded value. cash_rate: what cash earns, a fraction a year.
    """

    dates: tuple[date, ...]
    closes: Floats
    half_spread: Floats
    cash_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Taxes:
    """Flat rates on net gains, state included; `ordinary`: what a deductible loss saves. `loss_limit`: money a year.

    law: of a country that averages what shares cost: its present tax year, without gains, in place of the rates.
    wash_sales: whether purchases before a sale at a loss replace what is sold.
    """

    short: Decimal
    long: Decimal
    ordinary: Decimal
    loss_limit: Decimal = Decimal(3000)
    order: LotOrder = "min_tax"
    wash_sales: bool = True
    law: YearInput | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """When a policy is looked at and traded.

    first, last: sessions, by index. every: the target is made anew on the last session of each. embargo: sessions
    between the last close that a decision knows and the close at which it is traded. band: it is traded only where a
    weight is further than this from its target, and then on whatever session that happens; None: each time.
    """

    first: int
    last: int
    capital: float = 1_000_000.0
    every: Every = "month"
    band: float | None = None
    embargo: int = 1
    taxes: Taxes | None = None


@dataclass(frozen=True, slots=True)
class Rebalance:
    """One trade of the whole portfolio. target: n. bought, sold, cost: money. short, long: gains realised, money."""

    session: int
    target: Floats
    bought: float
    sold: float
    cost: float
    short: float = 0.0
    long: float = 0.0


@dataclass(frozen=True, slots=True)
class Walk:
    """values: net worth at each close from the first session to the last, after costs, and after the taxes on what is
    realised, whether paid or only due. tax: money by calendar year, negative where losses saved some. liquidated: what
    is left of the last value where everything is sold, spread and tax on it paid. looks: times that a
    proposal was asked for; gave: of them, those on which limits on trading had to give way to limits on what is held;
    held: those on which there was no plan even so, and nothing was traded.
    """

    values: Floats
    rebalances: tuple[Rebalance, ...]
    tax: dict[int, float] = field(default_factory=dict)
    liquidated: float = 0.0
    looks: int = 0
    gave: int = 0
    held: int = 0

    @property
    def cost(self) -> float:
        return sum(each.cost for each in self.rebalances)

    @property
    def tax_paid(self) -> float:
        return sum(self.tax.values())
