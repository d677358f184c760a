"""Ballast's proposals walked forward: at each look the engine that makes them plans from what the walk holds then."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal

import numpy as np

from optimizer.engine.constraints import EXCLUSIONS, limits_weight, members
from optimizer.engine.errors import Infeasible, SolverFailed
from optimizer.engine.plan import ask
from optimizer.engine.rebalance.book import Book
from optimizer.engine.rebalance.orders import WINDOW
from optimizer.engine.risk.returns import MINIMUM_SESSIONS, Floats
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import (
    CASH,
    AccountInput,
    AssetInput,
    ConstraintInput,
    ConstraintKind,
    LossSale,
    LotInput,
    PlanTrade,
    PolicyInput,
    Purchase,
    Snapshot,
    TaxInput,
    WashInput,
)
from optimizer.engine.validate.books import Parcel
from optimizer.engine.validate.lots import DUST, Gains
from optimizer.engine.validate.types import Market, Rebalance, Rule, Settings, Walk
from optimizer.engine.validate.walk_forward import Walker

OWN = "own"
CENT, SHARE = 0.01, Decimal("0.000001")
IN_MONEY: frozenset[ConstraintKind] = frozenset(
    {"minimum_cash", "tax_budget", "gain_budget", "no_short_gains", "harvest_least"}
)
OF_HOUSEHOLD: frozenset[ConstraintKind] = frozenset({"turnover", "tracking_error", "volatility", "cvar", "drawdown"})
ON_TRADING: frozenset[ConstraintKind] = frozenset(
    {"turnover", "trades", "tax_budget", "gain_budget", "no_short_gains", "harvest_least"}
)
"""They bound what a plan does, not what is held: where both cannot be kept, what is held comes first."""
KEPT = IN_MONEY | OF_HOUSEHOLD | {"trades"}
"""Limits beside those on weights that had a meaning in the past, in one account."""
NEVER: frozenset[ConstraintKind] = frozenset({"do_not_sell", "do_not_buy"})
"""Kept where they are about an instrument and for good."""
LOOKED_BACK = 2700
"""Sessions that a plan's estimates look back on, and a margin."""


@dataclass(frozen=True, slots=True)
class Plans:
    """What proposals are planned with and does not change on the way: one account, today's policy and limits."""

    currency: str
    assets: tuple[AssetInput, ...]
    policy: PolicyInput
    constraints: tuple[ConstraintInput, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A parcel as the plan's input."""

    lot: LotInput
    parcel: Parcel


def plans_of(book: Book, entered: Mapping[str, float], budget: float, capital: float) -> Plans:
    """A household's policy as that of `capital` in one account: fractions count of what may be traded, and cash to keep
    in proportion. entered: weights by candidate, fractions of what may be traded; budget: that of what is not cash.

    Left out: views and signals, fees, impact, and limits that speak of accounts, lots, days, beta or volumes.
    """
    chosen = [asset for asset in book.assets if asset.id in entered]
    rows = (_row(row, book, float(book.value), capital) for row in book.snapshot.constraints)
    target = {key: _decimal(weight) for key, weight in entered.items()} | {CASH: _decimal(1 - budget)}
    return Plans(
        book.currency,
        tuple(_plain(asset) for asset in chosen),
        replace(book.snapshot.policy, target=target, views=(), signals={}, given={}),
        tuple(row for row in rows if row is not None),
    )


def _plain(asset: AssetInput) -> AssetInput:
    return replace(
        asset,
        price=Decimal(1),
        daily_volume=None,
        volume_source="",
        most_traded=None,
        daily_volatility=None,
        whole_shares=False,
    )


def _row(row: ConstraintInput, book: Book, value: float, capital: float) -> ConstraintInput | None:
    """A limit as one of the capital; None where it had no meaning there."""
    part = _decimal(book.invested)
    if limits_weight(row):
        out = members(row, [asset for asset in book.assets if not asset.tradable])
        weight = {asset.id: float(held) for asset, held in zip(book.assets, book.held, strict=True)}
        taken = _decimal(sum(float(row.terms.get(asset.id, 1)) * weight[asset.id] for asset in out))
        return _scaled(replace(row, low=_less(row.low, taken), high=_less(row.high, taken)), 1 / part)
    never = row.kind in NEVER and row.until is None and row.subject in book.asset_index
    if never or row.kind in EXCLUSIONS or (row.kind == "buy_only" and not row.subject):
        return row
    if row.kind not in KEPT or (row.kind == "minimum_cash" and row.subject):
        return None
    if row.kind == "minimum_cash":
        return _scaled(row, _decimal(capital / value))
    return _scaled(row, 1 / part) if row.kind in OF_HOUSEHOLD else row


def _less(limit: Decimal | None, taken: Decimal) -> Decimal | None:
    return None if limit is None else limit - taken


class Proposed(Walker):
    """The first purchase goes to the target, as on every path. From then on all trades of each plan are done at the
    next close, and no others: purchases are cut where prices moved and the cash does not reach.
    """

    def __init__(
        self, market: Market, rule: Rule, settings: Settings, plans: Plans, progress: Callable[[int], None]
    ) -> None:
        """market: the first columns are those of the plans' assets."""
        super().__init__(market, rule, settings)
        self.plans, self.progress = plans, progress
        self.place = {asset.id: at for at, asset in enumerate(plans.assets)}
        self.looks = self.gave = self.held = 0

    def run(self) -> Walk:
        return replace(super().run(), looks=self.looks, gave=self.gave, held=self.held)

    def hold_in_band(self, at: int, stop: int) -> int:
        """Proposals are asked for in the rhythm alone, there only where the band was left."""
        return at

    def look(self, at: int, stop: int) -> None:
        if self.settings.band is None:
            self.trade(stop)
        else:
            super().look(at, stop)

    def trade(self, session: int) -> None:
        if session == self.settings.first:
            super().trade(session)
            return
        known = session - self.settings.embargo
        self.progress(known)
        self.looks += 1
        bundles = self._bundles(known, session)
        trades = self._planned(self._snapshot(known, session, bundles), self._panel(known))
        if trades is None:
            self.held += 1
        else:
            self._carry_out(trades, {bundle.lot.key: bundle for bundle in bundles}, session)

    def _planned(self, snapshot: Snapshot, panel: Panel) -> tuple[PlanTrade, ...] | None:
        """The plan's trades. Where no plan keeps every hard limit, those on trading only cost; None where there is none
        even so.
        """
        for given in (snapshot, replace(snapshot, constraints=tuple(map(_giving, snapshot.constraints)))):
            try:
                question, _ = ask(given, panel, _silent)
                trades = question.solve().judged.trades
            except (Infeasible, SolverFailed):
                continue
            self.gave += given is not snapshot
            return trades
        return None

    def _panel(self, known: int) -> Panel:
        start = max(0, known + 1 - LOOKED_BACK)
        assets = tuple(asset.id for asset in self.plans.assets)
        closes = self.market.closes[start : known + 1, : len(assets)]
        return Panel(self.market.dates[start : known + 1], assets, closes)

    def _snapshot(self, known: int, session: int, bundles: Sequence[Bundle]) -> Snapshot:
        """What the household would have known at the close before the trade; what a year owes is no cash."""
        there = np.isfinite(self.market.closes[: known + 1]).sum(axis=0) >= MINIMUM_SESSIONS
        assets = tuple(
            replace(asset, price=_decimal(self.closes[known, at]))
            for at, asset in enumerate(self.plans.assets)
            if there[at]
        )
        cash = self.cash - (self.books.due if self.books else 0.0)
        worth = float(self.shares @ self.closes[known]) + cash
        grown = Decimal(f"{worth / self.settings.capital:.6f}")
        kind = "taxable" if self.books else "traditional_ira"
        return Snapshot(
            as_of=self.market.dates[known],
            trade_date=self.market.dates[session],
            base_currency=self.plans.currency,
            accounts=(AccountInput(OWN, OWN, kind, Decimal(f"{cash:.2f}")),),
            assets=assets,
            lots=tuple(bundle.lot for bundle in bundles),
            policy=_policy(self.plans.policy, assets, grown),
            tax=self.books.tax_input() if self.books else TaxInput(Decimal(0), Decimal(0)),
            constraints=tuple(_grown(row, grown) for row in self.plans.constraints if _concerns(row, assets)),
            wash=self._wash(session, bundles),
        )

    def _bundles(self, known: int, session: int) -> list[Bundle]:
        day = self.market.dates[session]
        parcels = self.books.parcels(day) if self.books else self._positions(self.market.dates[known])
        return [self._bundle(each) for each in parcels if each.quantity * self.closes[known, each.asset] >= CENT]

    def _positions(self, day: date) -> Iterator[Parcel]:
        for at in np.flatnonzero(self.shares):
            yield Parcel(int(at), float(self.shares[at]), 1.0, day, np.array([at]), 0.0)

    def _bundle(self, parcel: Parcel) -> Bundle:
        key = f"{parcel.asset}-{parcel.places[0]}-{parcel.bought}"
        quantity = Decimal(repr(parcel.quantity)).quantize(SHARE, ROUND_DOWN)
        basis = Decimal(f"{parcel.basis:.2f}")
        return Bundle(LotInput(key, OWN, self.plans.assets[parcel.asset].id, quantity, basis, parcel.bought), parcel)

    def _wash(self, session: int, bundles: Sequence[Bundle]) -> WashInput:
        """Losses whose replacement may not be bought yet, and purchases that would replace shares sold now."""
        if self.books is None:
            return WashInput()
        day, groups = self.market.dates[session], [asset.identity for asset in self.plans.assets]
        sold = [
            LossSale(groups[at], on, on + WINDOW)
            for at, days in enumerate(self.books.loss_days())
            for on in sorted(days)
            if on + WINDOW >= day
        ]
        bought = [
            Purchase(groups[each.parcel.asset], OWN, each.lot.key, _decimal(each.parcel.free), each.parcel.bought)
            for each in bundles
            if self.books.taxes.wash_sales and each.parcel.bought + WINDOW >= day and each.parcel.free > DUST
        ]
        return WashInput(tuple(sold), tuple(bought))

    def _carry_out(self, trades: Sequence[PlanTrade], bundles: Mapping[str, Bundle], session: int) -> None:
        """All of the trades at this close: what was due is paid, sales before purchases."""
        prices, spread = self.closes[session], self.market.half_spread
        if self.books:
            self.cash -= self.books.pay()
        sold, bought = np.zeros(len(self.shares)), np.zeros(len(self.shares))
        sales = []
        for trade in trades:
            if trade.lot is None:
                bought[self.place[trade.asset]] += float(trade.quantity)
                continue
            lot, parcel = bundles[trade.lot].lot, bundles[trade.lot].parcel
            part = 1.0 if trade.quantity >= lot.quantity else float(trade.quantity / lot.quantity)
            sales.append((parcel, part))
            sold[parcel.asset] += part * parcel.quantity
        cash = self.cash + float((sold * prices) @ (1 - spread))
        wanted = float((bought * prices) @ (1 + spread))
        bought *= min(1.0, max(0.0, cash) / wanted) if wanted else 0.0
        before, gains = self.shares, Gains()
        self.shares = _settled(before - sold + bought, before)
        if self.books:
            self.books.exchange(sales, before, self.shares, prices, spread, self.market.dates[session], gains)
        self.cash = cash - float((bought * prices) @ (1 + spread))
        self._note(session, prices, spread, sold, bought, gains)

    def _note(self, session: int, prices: Floats, spread: Floats, sold: Floats, bought: Floats, gains: Gains) -> None:
        held = self.shares * prices
        worth = float(held.sum()) + self.cash
        self.values[session - self.settings.first] = worth - (self.books.owed if self.books else 0.0)
        if sold.any() or bought.any():
            moved = float(bought @ prices), float(sold @ prices)
            cost = float(((bought + sold) * prices) @ spread)
            self.rebalances.append(Rebalance(session, held / worth, *moved, cost, gains.short, gains.long))


def _policy(policy: PolicyInput, assets: Sequence[AssetInput], grown: Decimal) -> PolicyInput:
    """That of what there is: weights of what has no history yet go to the others in proportion."""
    ids = {asset.id for asset in assets}
    named = {key: weight for key, weight in policy.target.items() if key != CASH}
    there = {key: weight for key, weight in named.items() if key in ids}
    whole, part = sum(named.values(), Decimal(0)), sum(there.values(), Decimal(0))
    target = {key: weight * whole / part if part else weight for key, weight in there.items()}
    return replace(
        policy, target=target | {CASH: policy.target.get(CASH, Decimal(0))}, minimum_trade=policy.minimum_trade * grown
    )


def _grown(row: ConstraintInput, by: Decimal) -> ConstraintInput:
    """A limit in money, as the portfolio has grown."""
    return _scaled(row, by) if row.kind in IN_MONEY else row


def _scaled(row: ConstraintInput, by: Decimal) -> ConstraintInput:
    low, high = (None if limit is None else _decimal(float(limit * by)) for limit in (row.low, row.high))
    return replace(row, low=low, high=high)


def _giving(row: ConstraintInput) -> ConstraintInput:
    """A limit on trading as one that gives way where it must: a dollar beyond it costs another."""
    return replace(row, hard=False, priority=1) if row.kind in ON_TRADING else row


def _concerns(row: ConstraintInput, assets: Sequence[AssetInput]) -> bool:
    """Whether a limit on weights or an exclusion is about something that there is."""
    return not (limits_weight(row) or row.kind in EXCLUSIONS) or bool(members(row, assets))


def _decimal(value: float) -> Decimal:
    """Ten figures of it."""
    return Decimal(f"{value:.10g}")


def _settled(shares: Floats, before: Floats) -> Floats:
    """Nothing where all was sold but for what rounding leaves."""
    left: Floats = np.where(shares > DUST * np.maximum(before, 1.0), shares, 0.0)
    return left


def _silent(stage: str, fraction: float) -> None:
    pass
