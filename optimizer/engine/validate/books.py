"""What a walk keeps of its purchases, what each year realises, and what is owed on it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from holdings.ledger.types import ZERO
from holdings.tax.outcome import GainClass
from holdings.tax.us import Rates, TaxYear, net_tax
from optimizer.engine.rebalance.orders import WINDOW
from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import Realised, TaxInput, YearInput
from optimizer.engine.validate.lots import Gains, Lots
from optimizer.engine.validate.pools import Pools
from optimizer.engine.validate.types import Taxes

BUNDLES = 4
"""Lots of an asset that a plan sees of each term; nearer bases than that are planned, and sold, as one."""

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Parcel:
    """Shares that a plan may sell as one. places: their lots. free: shares that have replaced none sold at a loss."""

    asset: int
    quantity: float
    basis: float
    bought: date
    places: Places
    free: float


Sales = Sequence[tuple[Parcel, float]]
"""Parcels and what part of each is sold."""


def books_of(n: int, taxes: Taxes) -> "Books":
    return LotBooks(n, taxes) if taxes.law is None else PoolBooks(n, taxes, taxes.law)


class LotBooks:
    """Lots of a country in which they are sold one by one, at flat rates."""

    def __init__(self, n: int, taxes: Taxes) -> None:
        self.lots, self.taxes = Lots(n, taxes), taxes
        self.amended: dict[int, float] = {}
        self.year = Gains()
        self.carried = Decimal(0), Decimal(0)
        self.due = 0.0  # for years that have ended
        self.accrued = 0.0  # for this year so far

    def year_of(self, day: date) -> int:
        return day.year

    @property
    def owed(self) -> float:
        return self.due + self.accrued

    def pay(self) -> float:
        paid, self.due = self.due, 0.0
        return paid

    def trade(self, before: Floats, after: Floats, prices: Floats, spread: Floats, day: date, gains: Gains) -> None:
        less, more = np.maximum(before - after, 0.0), np.maximum(after - before, 0.0)
        self.lots.sell(less, prices * (1 - spread), day, gains)
        self.lots.buy(more, more * prices * (1 + spread), day, gains)
        self.count(gains)

    def exchange(
        self, sales: Sales, before: Floats, after: Floats, prices: Floats, spread: Floats, day: date, gains: Gains
    ) -> None:
        """The same by the lots that were named."""
        taken, more = np.zeros(len(self.lots.quantity)), np.maximum(after - before, 0.0)
        for parcel, part in sales:
            taken[parcel.places] = part * self.lots.quantity[parcel.places]
        self.lots.sell_lots(taken, prices * (1 - spread), day, gains)
        self.lots.buy(more, more * prices * (1 + spread), day, gains)
        self.count(gains)

    def count(self, gains: Gains) -> None:
        """Add what a trade realised to the year."""
        self.year.short += gains.short
        self.year.long += gains.long
        self.accrued = float(self._tax(self.year).tax)

    def close(self, year: int) -> float:
        """End the year: its tax is due, its losses are carried. Returns the tax."""
        ended = self._tax(self.year)
        self.carried = ended.carry_short, ended.carry_long
        self.due += float(ended.tax)
        self.year, self.accrued = Gains(), 0.0
        return float(ended.tax)

    def tax_of_all(self, shares: Floats, price: Floats, day: date) -> float:
        """Tax that selling everything adds to this year's; what is then left to carry counts nothing."""
        gains = Gains(self.year.short, self.year.long)
        self.lots.sell(shares, price, day, gains)
        return float(self._tax(gains).tax) - self.accrued

    def parcels(self, today: date) -> Iterator[Parcel]:
        """An asset's lots as a plan sees them: where the law chooses which go, as one at their mean cost; else recent
        ones alone, for their wash windows, and the others in BUNDLES of either term by basis.
        """
        lots = self.lots
        for asset in np.unique(lots.asset):
            own = np.flatnonzero(lots.asset == asset)
            for places in self._parted(own, today.toordinal()) if self.taxes.order == "min_tax" else [own]:
                bought = int(lots.acquired[places].max())
                free = float((lots.quantity - lots.replaces)[places].sum())
                quantity, basis = float(lots.quantity[places].sum()), float(lots.basis[places].sum())
                yield Parcel(int(asset), quantity, basis, date.fromordinal(bought), places, free)

    def _parted(self, own: Places, today: int) -> Iterator[Places]:
        lots = self.lots
        alone = (today - lots.acquired[own] <= WINDOW.days) | (lots.replaces[own] > 0)
        yield from own[alone].reshape(-1, 1)
        for short in (True, False):
            rest = own[~alone & ((today < lots.long_from[own]) == short)]
            ranked = rest[np.argsort(lots.basis[rest] / lots.quantity[rest], kind="stable")]
            yield from np.array_split(ranked, min(len(ranked), BUNDLES)) if len(ranked) else ()

    def loss_days(self) -> list[Iterable[date]]:
        """By asset, the days of sales at a loss that purchases may still replace, or have replaced."""
        return [{date.fromordinal(loss.day) for loss in losses} for losses in self.lots.losses]

    def tax_input(self) -> TaxInput:
        """The year so far at the walk's rates, which have the state's in them."""
        taxes, year = self.taxes, self.year
        return TaxInput(
            short_rate=taxes.short,
            long_rate=taxes.long,
            ordinary_rate=taxes.ordinary,
            short_to_date=Decimal(f"{year.short:.2f}"),
            long_to_date=Decimal(f"{year.long:.2f}"),
            short_carry=self.carried[0],
            long_carry=self.carried[1],
            loss_limit=taxes.loss_limit,
        )

    def _tax(self, year: Gains) -> TaxYear:
        rates = Rates(self.taxes.short, self.taxes.long, self.taxes.ordinary)
        short, long = Decimal(repr(year.short)), Decimal(repr(year.long))
        return net_tax(
            short, long, rates, carry_short=self.carried[0], carry_long=self.carried[1], limit=self.taxes.loss_limit
        )


class PoolBooks:
    """Pools of a country that averages cost. A purchase soon after a year's end may change the tax of that year."""

    def __init__(self, n: int, taxes: Taxes, law: YearInput) -> None:
        self.taxes, self.pools = taxes, Pools(n, law)
        self.carried: Mapping[GainClass, Decimal] = {}
        self.amended: dict[int, float] = {}
        self.due = self.accrued = 0.0
        self.gain = ZERO  # of this year
        self.closed: tuple[int, Decimal, Mapping[GainClass, Decimal]] | None = None  # year, gain, carried into it

    def year_of(self, day: date) -> int:
        return self.pools.year_of(day)

    @property
    def owed(self) -> float:
        return self.due + self.accrued

    def pay(self) -> float:
        paid, self.due = self.due, 0.0
        return paid

    def trade(self, before: Floats, after: Floats, prices: Floats, spread: Floats, day: date, gains: Gains) -> None:
        start = sum(self.pools.gains().values())
        self.pools.trade(before, after, prices, spread, day)
        sums = self.pools.gains()
        gains.long += float(sum(sums.values()) - start)
        self._amend(sums)
        self.gain = sums.get(self.year_of(day), ZERO)
        self.accrued = float(self.pools.assess(self.gain, self.carried).tax_on_gains)

    def exchange(
        self, sales: Sales, before: Floats, after: Floats, prices: Floats, spread: Floats, day: date, gains: Gains
    ) -> None:
        """The same: no seller chooses here."""
        self.trade(before, after, prices, spread, day, gains)

    def close(self, year: int) -> float:
        """End the year: its tax is due, its losses are carried. Returns the tax."""
        gain = self.pools.gains().get(year, ZERO)
        ended = self.pools.assess(gain, self.carried)
        self.closed, self.carried = (year, gain, self.carried), ended.carried
        self.due += float(ended.tax_on_gains)
        self.gain, self.accrued = ZERO, 0.0
        return float(ended.tax_on_gains)

    def tax_of_all(self, shares: Floats, price: Floats, day: date) -> float:
        """Tax that selling everything adds to this year's; what is then left to carry counts nothing."""
        sold = self.pools.with_all_sold(price, np.zeros(len(price)), day)
        gain = sold.gains().get(self.year_of(day), ZERO)
        return float(sold.assess(gain, self.carried).tax_on_gains) - self.accrued

    def parcels(self, today: date) -> Iterator[Parcel]:
        """Shares at their mean cost; recent ones apart where a loss would be denied for them."""
        for at, asset in enumerate(self.pools.assets):
            recent = asset.bought_since(today - WINDOW) if self.taxes.wash_sales else ZERO
            long_ago = today - 2 * WINDOW
            for part, bought in ((asset.held - recent, long_ago), (recent, asset.last_bought or long_ago)):
                if part > 0:
                    cost = float(asset.cost_now * part / asset.held)
                    yield Parcel(at, float(part), cost, bought, np.array([at]), float(part))

    def loss_days(self) -> list[Iterable[date]]:
        """By asset, the days of sales at a loss that purchases may still undo."""
        return [asset.losses for asset in self.pools.assets]

    def tax_input(self) -> TaxInput:
        """The year so far under today's law."""
        law, rules = self.pools.law, self.pools.rules
        so_far = (Realised(GainClass.GENERAL, law.year.last, "", self.gain),) if self.gain else ()
        shape = rules.shape(law.income, law.facts, law.year, self.carried)
        year = replace(law, carried=self.carried, so_far=so_far, shape=shape)
        carried = self.carried.get(GainClass.GENERAL, ZERO)
        return TaxInput(ZERO, ZERO, long_to_date=self.gain, long_carry=carried, year=year)

    def _amend(self, sums: Mapping[int, Decimal]) -> None:
        """The year before anew, where a purchase changed what it realised."""
        if self.closed is None or sums.get(self.closed[0], ZERO) == self.closed[1]:
            return
        year, gain, into = self.closed
        now = sums.get(year, ZERO)
        old, new = self.pools.assess(gain, into), self.pools.assess(now, into)
        self.due += float(new.tax_on_gains - old.tax_on_gains)
        self.closed, self.carried = (year, now, into), new.carried
        self.amended[year] = float(new.tax_on_gains)


Books = LotBooks | PoolBooks
