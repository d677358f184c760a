"""Ballast's proposals walked forward: at each look the engine that makes them plans from what the walk holds then."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal

import numpy as np
from numpy.typing import NDArray

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
from optimizer.engine.validate.lots import DUST, Gains, Lots
from optimizer.engine.validate.types import Market, Rebalance, Rule, Settings, Walk
from optimizer.engine.validate.walk_forward import Books, Walker

OWN = "own"
CENT, SHARE = 0.01, Decimal("0.000001")
BUNDLES = 4
"""Lots of an asset that a plan sees of each term; nearer bases than that are planned, and sold, as one."""
IN_MONEY: frozenset[ConstraintKind] = frozenset(
    {"minimum_cash", "tax_budget", "gain_budget", "no_short_gains", "harvest_least"}
)
LOOKED_BACK = 2700
"""Sessions that a plan's estimates look back on, and a margin."""

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Plans:
    """What proposals are planned with and does not change on the way: one account, today's policy and limits."""

    currency: str
    assets: tuple[AssetInput, ...]
    policy: PolicyInput
    constraints: tuple[ConstraintInput, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Lots that are planned as one: where they stand among the walk's."""

    lot: LotInput
    asset: int
    places: Places


OF_HOUSEHOLD: frozenset[ConstraintKind] = frozenset({"turnover", "tracking_error", "volatility", "cvar", "drawdown"})
ON_TRADING: frozenset[ConstraintKind] = frozenset(
    {"turnover", "trades", "tax_budget", "gain_budget", "no_short_gains", "harvest_least"}
)
"""They bound what a plan does, not what is held: where both cannot be kept, what is held comes first."""
KEPT = IN_MONEY | OF_HOUSEHOLD | {"trades"}
"""Limits beside those on weights that had a meaning in the past, in one account."""


def plans_of(book: Book, entered: Mapping[str, float], budget: float, capital: float) -> Plans:
    """A household's policy as that of `capital` in one account: fractions count of what may be traded, and cash to keep
    in proportion. entered: weights by candidate, fractions of what may be traded; budget: that of what is not cash.

    Left out: views and signals, fees, impact, and limits that speak of accounts, days, beta or volumes.
    """
    chosen = [asset for asset in book.assets if asset.id in entered]
    rows = (_row(row, book, float(book.value), capital) for row in book.snapshot.constraints)
    target = {key: _decimal(weight) for key, weight in entered.items()} | {CASH: _decimal(1 - budget)}
    return Plans(
        book.currency,
        tuple(_plain(asset) for asset in chosen),
        replace(book.snapshot.policy, target=target, views=(), signals={}),
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
    if row.kind in EXCLUSIONS or (row.kind == "buy_only" and not row.subject):
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
            tax=_tax(self.books) if self.books else TaxInput(Decimal(0), Decimal(0)),
            constraints=tuple(_grown(row, grown) for row in self.plans.constraints if _concerns(row, assets)),
            wash=self._wash(session, bundles),
        )

    def _bundles(self, known: int, session: int) -> list[Bundle]:
        prices = self.closes[known]
        if self.books is None:
            held = np.flatnonzero(self.shares * prices >= CENT)
            day = self.market.dates[known].toordinal()
            return [self._bundle(int(at), self.shares[at], 1.0, day, np.array([at])) for at in held]
        lots, today = self.books.lots, self.market.dates[session].toordinal()
        found = []
        for asset in np.unique(lots.asset):
            own = np.flatnonzero(lots.asset == asset)
            for places in _parted(lots, own, today, choice=self.books.taxes.order == "min_tax"):
                quantity, basis = lots.quantity[places].sum(), lots.basis[places].sum()
                if quantity * prices[asset] >= CENT:
                    bought = int(lots.acquired[places].max())
                    found.append(self._bundle(int(asset), quantity, basis, bought, places))
        return found

    def _bundle(self, asset: int, shares: float, basis: float, bought: int, places: Places) -> Bundle:
        day = date.fromordinal(bought)
        key = f"{asset}-{places[0]}"
        quantity = Decimal(repr(float(shares))).quantize(SHARE, ROUND_DOWN)
        return Bundle(
            LotInput(key, OWN, self.plans.assets[asset].id, quantity, Decimal(f"{basis:.2f}"), day), asset, places
        )

    def _wash(self, session: int, bundles: Sequence[Bundle]) -> WashInput:
        """Losses whose replacement may not be bought yet, and purchases that would replace shares sold now."""
        if self.books is None or not self.books.taxes.wash_sales:
            return WashInput()
        lots, day = self.books.lots, self.market.dates[session]
        sold = [
            LossSale(self.plans.assets[at].identity, on, on + WINDOW)
            for at, losses in enumerate(lots.losses)
            for on in sorted({date.fromordinal(loss.day) for loss in losses})
            if on + WINDOW >= day
        ]
        bought = [
            Purchase(
                self.plans.assets[bundle.asset].identity, OWN, bundle.lot.key, _decimal(open_), bundle.lot.acquired
            )
            for bundle in bundles
            if bundle.lot.acquired and bundle.lot.acquired + WINDOW >= day
            if (open_ := float((lots.quantity - lots.replaces)[bundle.places].sum())) > DUST
        ]
        return WashInput(tuple(sold), tuple(bought))

    def _carry_out(self, trades: Sequence[PlanTrade], bundles: Mapping[str, Bundle], session: int) -> None:
        """All of the trades at this close: what was due is paid, sales before purchases."""
        prices, spread = self.closes[session], self.market.half_spread
        if self.books:
            self.cash -= self.books.pay()
        sold, bought = np.zeros(len(self.shares)), np.zeros(len(self.shares))
        taken = np.zeros(len(self.books.lots.quantity) if self.books else 0)
        for trade in trades:
            if trade.lot is None:
                bought[self.place[trade.asset]] += float(trade.quantity)
                continue
            bundle = bundles[trade.lot]
            part = 1.0 if trade.quantity >= bundle.lot.quantity else float(trade.quantity / bundle.lot.quantity)
            if self.books:
                taken[bundle.places] = part * self.books.lots.quantity[bundle.places]
                sold[bundle.asset] += float(taken[bundle.places].sum())
            else:
                sold[bundle.asset] += part * self.shares[bundle.asset]
        cash = self.cash + float((sold * prices) @ (1 - spread))
        wanted = float((bought * prices) @ (1 + spread))
        bought *= min(1.0, max(0.0, cash) / wanted) if wanted else 0.0
        gains = Gains()
        if self.books:
            self.books.exchange(taken, bought, prices, spread, self.market.dates[session], gains)
        self.cash = cash - float((bought * prices) @ (1 + spread))
        self.shares = _settled(self.shares - sold + bought, self.shares)
        self._note(session, prices, spread, sold, bought, gains)

    def _note(self, session: int, prices: Floats, spread: Floats, sold: Floats, bought: Floats, gains: Gains) -> None:
        held = self.shares * prices
        worth = float(held.sum()) + self.cash
        self.values[session - self.settings.first] = worth - (self.books.owed if self.books else 0.0)
        if sold.any() or bought.any():
            moved = float(bought @ prices), float(sold @ prices)
            cost = float(((bought + sold) * prices) @ spread)
            self.rebalances.append(Rebalance(session, held / worth, *moved, cost, gains.short, gains.long))


def _parted(lots: Lots, own: Places, today: int, choice: bool) -> Iterator[Places]:
    """An asset's lots as a plan sees them. Where the law chooses which go, they are one, at their mean cost; where a
    person does, recent ones stand alone for their wash windows, and the others are BUNDLES of either term by basis.
    """
    if not choice:
        yield own
        return
    alone = (today - lots.acquired[own] <= WINDOW.days) | (lots.replaces[own] > 0)
    yield from own[alone].reshape(-1, 1)
    for short in (True, False):
        rest = own[~alone & ((today < lots.long_from[own]) == short)]
        ranked = rest[np.argsort(lots.basis[rest] / lots.quantity[rest], kind="stable")]
        yield from np.array_split(ranked, min(len(ranked), BUNDLES) or 1) if len(ranked) else ()


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


def _tax(books: Books) -> TaxInput:
    """The year so far at the walk's rates, which have the state's in them."""
    taxes, year = books.taxes, books.year
    return TaxInput(
        short_rate=taxes.short,
        long_rate=taxes.long,
        ordinary_rate=taxes.ordinary,
        short_to_date=Decimal(f"{year.short:.2f}"),
        long_to_date=Decimal(f"{year.long:.2f}"),
        short_carry=books.carried[0],
        long_carry=books.carried[1],
        loss_limit=taxes.loss_limit,
    )


def _decimal(value: float) -> Decimal:
    """Ten figures of it."""
    return Decimal(f"{value:.10g}")


def _settled(shares: Floats, before: Floats) -> Floats:
    """Nothing where all was sold but for what rounding leaves."""
    left: Floats = np.where(shares > DUST * np.maximum(before, 1.0), shares, 0.0)
    return left


def _silent(stage: str, fraction: float) -> None:
    pass
