"""The household as arrays: what is held, what may be sold and what may be bought, in fractions of its value V."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.constraints import WeightRow, excluded, limits_weight, members, weight_rows
from optimizer.engine.errors import InvalidSnapshot
from optimizer.engine.locks import barred_purchases
from optimizer.engine.rebalance.netting import Schedule, schedule, tax_at
from optimizer.engine.rebalance.orders import Standing, standing
from optimizer.engine.rebalance.sellable import Sellable, forbidden, sellables
from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import (
    CASH,
    ZERO,
    AccountInput,
    AssetInput,
    ConstraintInput,
    Snapshot,
)
from optimizer.engine.year import gain_stands

Index = NDArray[np.intp]
FIXED = "fixed_weights"


@dataclass(frozen=True, slots=True)
class CashRow:
    """Cash of one account, or of the household (`account` None), at least `low`, a fraction of V."""

    id: str
    account: str | None
    low: float
    constraint: ConstraintInput | None


@dataclass(frozen=True, slots=True)
class Wash:
    """Columns of losses that recent purchases replace, and of those that count once all the former are sold."""

    replaced: Index
    beyond: Index


@dataclass(frozen=True)
class Book:
    """Sell columns are `sells`, buy columns `buys` (account, asset); index arrays say where each column belongs."""

    snapshot: Snapshot
    standing: Standing
    value: Decimal
    sells: tuple[Sellable, ...]
    buys: tuple[tuple[str, str], ...]
    held: Floats  # weight by asset
    cash: Floats  # by account, what trades may use
    rates: Schedule
    deferral: float
    before: tuple[float, float]  # net short and long gains of the year, carry-forwards taken off, open orders done
    done: tuple[float, float]  # the same with the approved trades

    @property
    def currency(self) -> str:
        return self.snapshot.base_currency

    @property
    def assets(self) -> tuple[AssetInput, ...]:
        return self.snapshot.assets

    @property
    def accounts(self) -> tuple[AccountInput, ...]:
        return self.snapshot.accounts

    @cached_property
    def v(self) -> float:
        return float(self.value)

    @cached_property
    def asset_index(self) -> dict[str, int]:
        return {asset.id: i for i, asset in enumerate(self.assets)}

    @cached_property
    def account_index(self) -> dict[str, int]:
        return {account.id: i for i, account in enumerate(self.accounts)}

    @property
    def short(self) -> float:
        return self.done[0]

    @property
    def long(self) -> float:
        return self.done[1]

    @cached_property
    def tax_before(self) -> float:
        """Tax of the year without the plan, approved trades included in neither."""
        return self.year_tax(*self.before)

    @cached_property
    def tax_done(self) -> float:
        """Tax that the approved trades add."""
        return self.year_tax(*self.done) - self.tax_before

    def worth(self, short: float, long: float) -> float:
        """Tax of the year less what a carried loss is worth."""
        return tax_at(short, long, self.rates)

    @cached_property
    def worth_before(self) -> float:
        return self.worth(*self.before)

    def year_tax(self, short: float, long: float) -> float:
        """Tax of the year."""
        return tax_at(short, long, self.this_year)

    @cached_property
    def this_year(self) -> Schedule:
        """What is paid this year, nothing given for a carried loss."""
        return self.rates.this_year()

    @cached_property
    def location(self) -> Floats:
        """How much of a dollar in each account counts for the household."""
        return np.array([float(account.weight) for account in self.accounts])

    @cached_property
    def risky(self) -> Index:
        """Positions of the assets in the risk model: tradable, and held or ever to be bought."""
        locks = self.snapshot.locks
        needed = {lot.asset for lot in self.snapshot.lots} | {asset for _, asset in self.buys}
        needed |= {buy.asset for buy in locks.buying} | {fixed.asset for fixed in locks.fixed}
        needed |= set(self.snapshot.policy.target)
        return np.array([i for i, a in enumerate(self.assets) if a.tradable and a.id in needed], dtype=np.intp)

    @cached_property
    def trade_cost(self) -> Floats:
        """Half-spread and what the broker takes in proportion, by trade (sells, then buys) and money."""
        places = zip(
            np.concatenate((self.sell_account, self.buy_account)),
            np.concatenate((self.sell_asset, self.buy_asset)),
            strict=True,
        )
        return np.array([_proportional(self.accounts[a], self.assets[i]) for a, i in places], dtype=float)

    @cached_property
    def sell_cost(self) -> Floats:
        return self.trade_cost[: len(self.sells)]

    @cached_property
    def orders(self) -> list[tuple[int, ...]]:
        """Trades by account, asset and side: what a broker sees as one order."""
        found: dict[tuple[int, int, str], list[int]] = {}
        for k, place in enumerate(zip(self.sell_account, self.sell_asset, strict=True)):
            found.setdefault((int(place[0]), int(place[1]), "sell"), []).append(k)
        for j, place in enumerate(zip(self.buy_account, self.buy_asset, strict=True)):
            found.setdefault((int(place[0]), int(place[1]), "buy"), []).append(len(self.sells) + j)
        return [tuple(columns) for _, columns in sorted(found.items())]

    @cached_property
    def running(self) -> Floats:
        """What a fund takes in a year by trade and money: saved by a sale, taken on by a purchase."""
        ratios = np.array([float(asset.expense_ratio) for asset in self.assets])
        return np.concatenate(
            (
                -ratios[self.sell_asset] * self.location[self.sell_account],
                ratios[self.buy_asset] * self.location[self.buy_account],
            )
        )

    @cached_property
    def washes(self) -> dict[str, Wash]:
        """The identity groups of which recent purchases would replace some losses and not all."""
        groups = [asset.identity for asset in self.assets]
        replaced, beyond = dict[str, list[int]](), dict[str, list[int]]()
        for k, item in enumerate(self.sells):
            if item.void or (item.term is not None and item.gain < 0):
                (replaced if item.void else beyond).setdefault(groups[self.sell_asset[k]], []).append(k)
        both = sorted(replaced.keys() & beyond.keys())
        return {name: Wash(np.array(replaced[name]), np.array(beyond[name])) for name in both}

    @cached_property
    def sell_asset(self) -> Index:
        return np.array([self.asset_index[item.lot.asset] for item in self.sells], dtype=np.intp)

    @cached_property
    def sell_account(self) -> Index:
        return np.array([self.account_index[item.lot.account] for item in self.sells], dtype=np.intp)

    @cached_property
    def sell_value(self) -> Floats:
        prices = [self.assets[i].price for i in self.sell_asset]
        return np.array([float(s.quantity * p) / self.v for s, p in zip(self.sells, prices, strict=True)], dtype=float)

    @cached_property
    def sell_gain(self) -> Floats:
        return np.array([item.gain for item in self.sells], dtype=float)

    @cached_property
    def is_short(self) -> Floats:
        return np.array([item.term == "short" for item in self.sells], dtype=float)

    @cached_property
    def is_long(self) -> Floats:
        return np.array([item.term == "long" for item in self.sells], dtype=float)

    @cached_property
    def later(self) -> Floats:
        """Later tax that a dollar sold of each lot removes; negative for a loss, which lowers the basis to come.

        Nothing for a gain where buying the shares back would undo it, nor for a loss that goes on in a replacement.
        """
        left = np.array([item.left for item in self.sells], dtype=float)
        taxed: Floats = self.deferral * (self.is_short + self.is_long) * left
        return taxed if gain_stands(self.snapshot.tax) else taxed.clip(max=0)

    @cached_property
    def buy_account(self) -> Index:
        return np.array([self.account_index[account] for account, _ in self.buys], dtype=np.intp)

    @cached_property
    def buy_asset(self) -> Index:
        return np.array([self.asset_index[asset] for _, asset in self.buys], dtype=np.intp)

    @cached_property
    def payable(self) -> Floats:
        """The most that purchases could come to in each account: its cash and all that may be sold there."""
        net = self.sell_value * (1 - self.sell_cost)
        return np.maximum(self.cash + np.bincount(self.sell_account, net, minlength=len(self.accounts)), 0.0)

    @cached_property
    def pending_cash(self) -> float:
        """Proceeds of open sell orders: part of V, not yet to be spent."""
        places = self.asset_index
        owed = (lot.reserved * self.assets[places[lot.asset]].price for lot in self.snapshot.lots)
        return float(sum(owed, ZERO)) / self.v

    @cached_property
    def invested(self) -> float:
        """The part of V that targets speak of: everything but what is never traded."""
        return 1.0 - sum(float(w) for w, asset in zip(self.held, self.assets, strict=True) if not asset.tradable)

    @cached_property
    def cash_target(self) -> float:
        """Cash that is not idle: the target's, or what must be kept if that is more."""
        aimed = float(self.snapshot.policy.target.get(CASH, 0)) * self.invested
        kept = [max([row.low for row in self.cash_rows if row.account == a], default=0) for a in self.account_index]
        return max([aimed, sum(kept), *(row.low for row in self.cash_rows if row.account is None)])

    @cached_property
    def cash_rows(self) -> tuple[CashRow, ...]:
        """Cash to keep, eased to what selling everything that may be sold would raise."""
        return tuple(self._raisable(row) for row in _cash_rows(self.snapshot, self.v))

    @cached_property
    def rows(self) -> tuple[WeightRow, ...]:
        """The weight limits, eased to what locks let a plan reach at all."""
        return tuple(self._reachable(row) for row in weight_rows(self.snapshot.constraints, self.assets))

    @cached_property
    def tradable(self) -> Floats:
        """Money by asset that a plan may still trade, approved trades done; infinite where no guardrail limits it."""
        done = np.zeros(len(self.assets))
        for pick in self.standing.fixed:
            i = self.asset_index[pick.asset]
            done[i] += float(pick.quantity * self.assets[i].price / self.value)
        most = [np.inf if a.most_traded is None else float(a.most_traded * a.price / self.value) for a in self.assets]
        left: Floats = np.maximum(np.array(most) - done, 0.0)
        return left

    @cached_property
    def saleable(self) -> Floats:
        """Money by sale once all sales of an asset are cut alike to what may be traded of it."""
        whole = np.bincount(self.sell_asset, self.sell_value, minlength=len(self.assets))
        part = np.minimum(1.0, self.tradable / np.where(whole > 0, whole, 1.0))
        value: Floats = self.sell_value * part[self.sell_asset]
        return value

    @cached_property
    def stuck(self) -> Floats:
        """Weight by asset of what no plan may sell."""
        value = self.saleable * self.location[self.sell_account]
        left: Floats = self.held - np.bincount(self.sell_asset, value, minlength=len(self.assets))
        return np.maximum(left, 0)

    @cached_property
    def year_gains(self) -> Decimal:
        """Net gains of the year, open and approved sales done, before losses of earlier years."""
        year, stand = self.snapshot.tax, self.standing
        done = (sum(gains.values(), ZERO) for gains in (stand.in_flight, stand.fixed_gain))
        return sum(done, year.short_to_date + year.long_to_date)

    def whole_shares(self, account: str, asset: AssetInput) -> bool:
        """Whether only whole shares of an asset are traded in an account."""
        rows = [row for row in self.snapshot.constraints if row.kind == "fractional"]
        return asset.whole_shares and not any(row.subject in ("", account) for row in rows)

    def _reachable(self, row: WeightRow) -> WeightRow:
        if (row.mask < 0).any():
            return row
        low = row.low if row.mask[self.buy_asset].any() else min(row.low, float(row.mask @ self.held))
        return WeightRow(row.constraint, row.mask, low, max(row.high, float(row.mask @ self.stuck)))

    def _raisable(self, row: CashRow) -> CashRow:
        here = np.array([row.account in (None, account.id) for account in self.accounts])
        raised = (self.saleable * (1 - self.sell_cost))[here[self.sell_account]].sum()
        return replace(row, low=min(row.low, float(self.cash[here].sum() + raised)))


def make_book(snapshot: Snapshot, beyond: bool = True) -> Book:
    """Raises InvalidSnapshot where the inputs contradict themselves.

    `beyond`: whether losses count beyond the shares that recent purchases replace; otherwise none counts beside any.
    """
    _check(snapshot)
    stand = standing(snapshot)
    value = household_value(snapshot)
    rates = schedule(snapshot.tax, float(value))
    year = snapshot.tax
    realised = (year.short_to_date + stand.in_flight["short"], year.long_to_date + stand.in_flight["long"])
    before = (rates.start[0] + float(realised[0] / value), rates.start[1] + float(realised[1] / value))
    fixed = stand.fixed_gain
    return Book(
        snapshot=snapshot,
        standing=stand,
        value=value,
        sells=sellables(snapshot, stand, beyond),
        buys=tuple(_buys(snapshot, stand)),
        held=_held(snapshot, stand, value),
        cash=np.array([float(stand.cash[account.id] / value) for account in snapshot.accounts]),
        rates=rates,
        deferral=min(float(snapshot.tax.deferral), rates.carry),
        before=before,
        done=(before[0] + float(fixed["short"] / value), before[1] + float(fixed["long"] / value)),
    )


def _proportional(account: AccountInput, asset: AssetInput) -> float:
    return float(asset.half_spread + account.fees.rate + account.fees.share / asset.price)


def household_value(snapshot: Snapshot) -> Decimal:
    """V: shares and cash of all accounts, each account by its weight, before any trade."""
    weight = {account.id: account.weight for account in snapshot.accounts}
    price = {asset.id: asset.price for asset in snapshot.assets}
    shares = sum((lot.quantity * price[lot.asset] * weight[lot.account] for lot in snapshot.lots), ZERO)
    return shares + sum((account.cash * account.weight for account in snapshot.accounts), ZERO)


def _check(snapshot: Snapshot) -> None:
    accounts = {account.id for account in snapshot.accounts}
    assets = {asset.id for asset in snapshot.assets}
    strangers = [lot.key for lot in snapshot.lots if lot.account not in accounts or lot.asset not in assets]
    strangers += [key for key in snapshot.policy.target if key != CASH and key not in assets]
    if strangers:
        raise InvalidSnapshot(f"Unknown account or instrument: {', '.join(strangers)}.")
    if any(asset.price <= 0 for asset in snapshot.assets) or household_value(snapshot) <= 0:
        raise InvalidSnapshot("Every price and the household's value must be above zero.")


def _held(snapshot: Snapshot, stand: Standing, value: Decimal) -> Floats:
    weight = {account.id: account.weight for account in snapshot.accounts}
    shares: dict[str, Decimal] = defaultdict(Decimal)
    for (account, asset), quantity in stand.held.items():
        shares[asset] += quantity * weight[account]
    return np.array([float(shares[asset.id] * asset.price / value) for asset in snapshot.assets])


def _buys(snapshot: Snapshot, stand: Standing) -> Iterator[tuple[str, str]]:
    """Pairs of account and wanted asset that may be bought: wanted by the target, or by a floor."""
    barred = forbidden(snapshot, "buy") | barred_purchases(snapshot)
    out = excluded(snapshot.constraints, snapshot.assets)
    floors = [row for row in snapshot.constraints if limits_weight(row) and row.low]
    wanted = {key for key, weight in snapshot.policy.target.items() if weight or snapshot.policy.strategy != FIXED}
    wanted |= {asset.id for row in floors for asset in members(row, snapshot.assets)}
    for asset in snapshot.assets:
        if asset.id not in wanted or asset.id in out or asset.identity in stand.no_buys or not asset.tradable:
            continue
        for account in snapshot.accounts:
            if not account.closed and (account.id, asset.id) not in barred:
                yield account.id, asset.id


def _cash_rows(snapshot: Snapshot, v: float) -> Iterator[CashRow]:
    leaving = {account.id: account.planned_withdrawal for account in snapshot.accounts}
    for account in snapshot.accounts:
        if account.cash_min + leaving[account.id]:
            yield CashRow(f"cash:{account.id}", account.id, float(account.cash_min + leaving[account.id]) / v, None)
    for row in snapshot.constraints:
        if row.kind == "minimum_cash" and row.low is not None:
            out = leaving[row.subject] if row.subject else sum(leaving.values(), ZERO)
            yield CashRow(row.id, row.subject or None, float(row.low + out) / v, row)
