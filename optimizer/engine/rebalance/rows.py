"""Every limit on trades as one linear row: the same rows bind the program, name conflicts and check the plan."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from optimizer.engine.constraints import soft_cost
from optimizer.engine.locks import bars_purchase, keeps_lot, locks
from optimizer.engine.rebalance.book import Book, Index
from optimizer.engine.risk.returns import Floats, Mask
from optimizer.engine.types import ZERO, ConstraintInput
from optimizer.engine.year import has_terms

LAW = ""
RESERVE = "reserve"
SHORT_OF_RESERVE = 1.0
"""Money that a dollar of added tax costs which is not kept back: more than raising it by a sale does."""
FLOOR = "|floor"
"""Ends the id of the lower side of a row that has two, so that each side gives by itself."""
SOLD = 1 - 1e-9
"""What part of the shares counts as all of them."""
OUT_OF_BAND = 1.0
"""Money that a dollar traded out of its tolerance band costs: more than any lower risk or tax is worth."""


@dataclass(frozen=True, slots=True)
class TradeRow:
    """low <= coefficients @ trades + start <= high, in fractions of V; trades are sells then buys.

    `id`: of the policy row, of the account's cash floor, or LAW. `cost`: of a unit outside, None when hard. Hard
    rows that share an id give way together.
    """

    id: str
    kind: str
    coefficients: Floats
    start: float
    low: float
    high: float
    cost: float | None = None


def trade_rows(book: Book) -> tuple[TradeRow, ...]:
    """All linear limits but the tax budget and those on risk. Laws: no account borrows, volume has its guardrail."""
    policy = (*_turnover(book), *_locks(book), *_gains(book), *_location(book), *_liquidation(book))
    return (*_laws(book), *_cash(book), *_weights(book), *policy)


def reserve_row(book: Book) -> TradeRow | None:
    """Cash of the taxed accounts, in which the policy keeps the tax that the plan adds. Its limit is the model's."""
    taxed = np.array([account.taxed for account in book.accounts], dtype=bool)
    if not book.snapshot.policy.reserve_tax or not taxed.any():
        return None
    effect = cash_effect(book)[taxed].sum(axis=0)
    return TradeRow(RESERVE, RESERVE, effect, float(book.cash[taxed].sum()), -np.inf, np.inf)


def wash_rows(book: Book, counting: frozenset[str] | None) -> Iterator[TradeRow]:
    """Of the losses beside recent purchases, those that are replaced go first: what goes beyond them counts.

    `counting`: the groups that sell beyond, so that all that is replaced is sold; no other sells beyond. None: not
    decided; of what is beyond no larger a part is sold than of what is replaced, the convex hull of the two cases.
    """
    width = len(book.sells) + len(book.buys)
    for name, wash in book.washes.items():
        replaced, beyond = np.zeros(width), np.zeros(width)
        replaced[wash.replaced], beyond[wash.beyond] = 1.0, 1.0
        whole = float(book.sell_value[wash.replaced].sum())
        if counting is None:
            share = float(book.sell_value[wash.beyond].sum()) / whole
            yield TradeRow(LAW, "wash", beyond - share * replaced, 0.0, -np.inf, 0.0)
        elif name in counting:
            yield TradeRow(LAW, "wash", replaced, 0.0, whole * SOLD, np.inf)
        else:
            yield TradeRow(LAW, "wash", beyond, 0.0, -np.inf, 0.0)


def without_room(rows: Iterable[TradeRow], upper: Floats) -> Floats:
    """Upper bounds with the trades at zero of which a hard row allows none."""
    bounds = upper.copy()
    for row in rows:
        if row.cost is None and row.high <= row.start and (row.coefficients >= 0).all():
            bounds[row.coefficients > 0] = 0.0
    return bounds


def band_rows(book: Book, target: Floats) -> tuple[TradeRow, ...]:
    """That no trade takes an instrument or a sector out of the tolerance band around its target, or further out of it.

    Soft, so that a hard limit may still do so. A plan without them could leave drift that asks for the next plan.
    """
    band = book.snapshot.policy.drift_band
    if band is None:
        return ()
    groups = {asset.id: np.array([other is asset for other in book.assets]) for asset in book.assets}
    for sector in sorted({asset.sector for asset in book.assets if asset.sector}):
        groups[sector] = np.array([asset.sector == sector for asset in book.assets])
    effect = weight_effect(book)
    rows = []
    for name, mask in groups.items():
        held, wanted = float(mask @ book.held), float(mask @ target)
        low, high = min(held, wanted - float(band)), max(held, wanted + float(band))
        rows.append(TradeRow(f"band:{name}", "band", mask @ effect, held, low, high, OUT_OF_BAND))
    return tuple(rows)


def weight_effect(book: Book) -> sparse.csr_matrix:
    """Change of each asset's weight (assets x trades) by money sold or bought."""
    signed = np.concatenate((-book.location[book.sell_account], book.location[book.buy_account]))
    place = np.concatenate((book.sell_asset, book.buy_asset)), np.arange(len(signed))
    return sparse.csr_matrix((signed, place), shape=(len(book.assets), len(signed)))


def cash_effect(book: Book) -> Floats:
    """Change of each account's cash (accounts x trades), costs in proportion included."""
    effect = np.zeros((len(book.accounts), len(book.sells) + len(book.buys)))
    columns = np.arange(effect.shape[1])
    sells = len(book.sells)
    signed = np.concatenate((1 - book.trade_cost[:sells], -1 - book.trade_cost[sells:]))
    effect[np.concatenate((book.sell_account, book.buy_account)), columns] = signed
    return effect


def _laws(book: Book) -> Iterator[TradeRow]:
    effect = cash_effect(book)
    for a in range(len(book.accounts)):
        raised = float(effect[a].clip(min=0)[: len(book.sells)] @ book.saleable)
        floor = min(0.0, float(book.cash[a]) + raised)
        yield TradeRow(LAW, "cash", effect[a], float(book.cash[a]), floor, np.inf)
    place = np.concatenate((book.sell_asset, book.buy_asset))
    for i in np.flatnonzero(np.isfinite(book.tradable)):
        yield TradeRow(LAW, "volume", (place == i).astype(float), 0.0, -np.inf, float(book.tradable[i]))


def _cash(book: Book) -> Iterator[TradeRow]:
    effect = cash_effect(book)
    for row in book.cash_rows:
        here = np.array([row.account in (None, account.id) for account in book.accounts])
        start = float(book.cash[here].sum())
        cost = None if row.constraint is None else soft_cost(row.constraint)
        yield TradeRow(row.id, "minimum_cash", effect[here].sum(axis=0), start, row.low, np.inf, cost)


def _weights(book: Book) -> Iterator[TradeRow]:
    effect = weight_effect(book)
    for row in book.rows:
        start, constraint = float(row.mask @ book.held), row.constraint
        made = TradeRow(
            constraint.id, constraint.kind, row.mask @ effect, start, row.low, row.high, soft_cost(constraint)
        )
        yield from by_side(made)


def by_side(row: TradeRow) -> Iterator[TradeRow]:
    """A row with two sides as two rows."""
    if not (np.isfinite(row.low) and np.isfinite(row.high)):
        yield row
        return
    yield replace(row, low=-np.inf)
    yield replace(row, id=row.id + FLOOR, high=np.inf)


def _turnover(book: Book) -> Iterator[TradeRow]:
    half = np.full(len(book.sells) + len(book.buys), 0.5)
    price = {asset.id: asset.price for asset in book.assets}
    done = sum(float(pick.quantity * price[pick.asset]) for pick in book.standing.fixed) / book.v / 2
    for row in book.snapshot.constraints:
        if row.kind == "turnover" and row.high is not None:
            yield TradeRow(row.id, row.kind, half, done, -np.inf, max(float(row.high), done), soft_cost(row))


def _locks(book: Book) -> Iterator[TradeRow]:
    """Soft locks: money that they would keep from being traded. Hard ones leave no column to trade."""
    for row in locks(book.snapshot):
        if not row.hard:
            sells = [float(keeps_lot(row, item.lot)) for item in book.sells]
            buys = [float(bars_purchase(row, *pair)) for pair in book.buys]
            yield TradeRow(row.id, row.kind, np.array(sells + buys), 0.0, -np.inf, 0.0, soft_cost(row))


def _gains(book: Book) -> Iterator[TradeRow]:
    """Net gains of the year under their budget, or no higher than they are; and no gain of a short-term lot."""
    none = np.zeros(len(book.buys))
    short = np.concatenate((book.is_short * book.sell_gain, none))
    both = short + np.concatenate((book.is_long * book.sell_gain, none))
    realised = float(book.year_gains / book.value)
    for row in book.snapshot.constraints:
        if row.kind == "gain_budget" and row.high is not None:
            most = max(float(row.high / book.value), realised)
            yield TradeRow(row.id, row.kind, both, realised, -np.inf, most, soft_cost(row))
        if row.kind == "no_short_gains" and has_terms(book.snapshot.tax):
            most = float((row.high or ZERO) / book.value)
            yield TradeRow(row.id, row.kind, short.clip(min=0), 0.0, -np.inf, most, soft_cost(row))


def _location(book: Book) -> Iterator[TradeRow]:
    """What is held of a class outside its kind of account."""
    for row in book.snapshot.constraints:
        if row.kind == "location":
            yield placed(book, row)


def placed(book: Book, row: ConstraintInput) -> TradeRow:
    """The weight of a class outside its kind of account; hard, no lower than what can be sold there."""
    of_class = np.array([asset.asset_class == row.subject for asset in book.assets])
    outside = np.array([account.kind != row.place for account in book.accounts])
    held = sum(
        float(shares * book.assets[book.asset_index[asset]].price / book.value) * float(book.location[account])
        for (owner, asset), shares in book.standing.held.items()
        if of_class[book.asset_index[asset]] and outside[account := book.account_index[owner]]
    )
    sells = -book.location[book.sell_account] * _both(of_class, book.sell_asset, outside, book.sell_account)
    buys = book.location[book.buy_account] * _both(of_class, book.buy_asset, outside, book.buy_account)
    movable = float(-sells @ book.sell_value)
    high = max(float(row.high or 0), held - movable)
    return TradeRow(row.id, row.kind, np.concatenate((sells, buys)), held, -np.inf, high, soft_cost(row))


def _both(of_class: Mask, asset: Index, outside: Mask, account: Index) -> Floats:
    return (of_class[asset] & outside[account]).astype(float)


def _liquidation(book: Book) -> Iterator[TradeRow]:
    """Each position no larger than what the stated part of its daily volume sells in time; unknown volumes: no row."""
    effect = weight_effect(book)
    for row in book.snapshot.constraints:
        if row.kind != "liquidation" or row.high is None:
            continue
        for i, asset in enumerate(book.assets):
            if asset.daily_volume is not None and asset.tradable:
                most = float(row.high * (row.rate or ZERO) * asset.daily_volume * asset.price / book.value)
                own_id = row.id if row.hard else f"{row.id}:{asset.id}"
                high = max(most, float(book.stuck[i]))
                coefficients = effect[i].toarray()[0]
                yield TradeRow(own_id, row.kind, coefficients, float(book.held[i]), -np.inf, high, soft_cost(row))
