"""The final trades in exact Decimals: value, gain, tax, cost and cash to the cent, no number of a solver."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from optimizer.engine.rebalance.book import Book
from optimizer.engine.rebalance.netting import mean_slopes
from optimizer.engine.rebalance.orders import (
    Order,
    Pick,
    age,
    cost_of,
    fees_of,
    gain_of,
    impacts_of,
    money,
    order_of,
    replaced,
    term_of,
)
from optimizer.engine.rebalance.rounding import Filled
from optimizer.engine.types import ZERO, PlanTrade, Snapshot
from optimizer.engine.year import year_tax


@dataclass(frozen=True, slots=True)
class Judged:
    """`short`, `long`: net gains of the year after the trades. `tax`: what they add to the year's tax."""

    trades: tuple[PlanTrade, ...]
    short: Decimal
    long: Decimal
    tax: Decimal
    cost: Decimal
    cash: dict[str, Decimal]  # by account, exact to the cent


def picks_of(book: Book, filled: Filled) -> tuple[Pick, ...]:
    """Approved trades, then the plan's own: sells before buys, then by account, asset and lot."""
    own: dict[tuple[str, str, str | None], Decimal] = defaultdict(Decimal)
    for column, shares in filled.shares.items():
        if column < len(book.sells):
            lot = book.sells[column].lot
            own[lot.account, lot.asset, lot.key] += shares
        else:
            own[*book.buys[column - len(book.sells)], None] += shares
    everything = (*book.standing.fixed, *(Pick(*key, shares) for key, shares in own.items()))
    return tuple(sorted(everything, key=lambda p: (p.lot is None, p.account, p.asset, p.lot or "")))


def judge(before: Book, picks: Sequence[Pick]) -> Judged:
    """Judge trades against the book before any of them."""
    snapshot = before.snapshot
    trades = _without_void_losses(before, _with_fees(snapshot, picks, _trades(snapshot, picks)))
    gained = {term: sum((_counted(t) for t in trades if t.term == term), ZERO) for term in ("short", "long")}
    year, flight = snapshot.tax, before.standing.in_flight
    short = year.short_to_date + flight["short"] + gained["short"]
    long = year.long_to_date + flight["long"] + gained["long"]
    start = year.short_to_date + flight["short"], year.long_to_date + flight["long"]
    tax = money(year_tax(year, short, long) - year_tax(year, *start))
    cash = dict(before.standing.cash)
    for trade in trades:
        cash[trade.account] += (trade.value if trade.side == "sell" else -trade.value) - trade.cost
    cost = sum((trade.cost for trade in trades), ZERO)
    return Judged(tuple(_with_tax(before, trades, tax)), short, long, tax, cost, cash)


def _with_fees(snapshot: Snapshot, picks: Sequence[Pick], trades: list[PlanTrade]) -> list[PlanTrade]:
    """Each order's fee on its trades by their value; the last one takes what rounding leaves."""
    orders = defaultdict[Order, list[int]](list)
    for j, pick in enumerate(picks):
        orders[order_of(pick)].append(j)
    for order, fee in fees_of(picks, snapshot).items():
        left, value = fee, sum((trades[j].value for j in orders[order]), ZERO)
        for j in orders[order]:
            last = j == orders[order][-1]
            part = left if last else money(fee * trades[j].value / value)
            trades[j], left = replace(trades[j], fee=part, cost=trades[j].cost + part), left - part
    return trades


def _trades(snapshot: Snapshot, picks: Sequence[Pick]) -> list[PlanTrade]:
    made = [_trade(snapshot, pick) for pick in picks]
    impacts = impacts_of(picks, snapshot)
    return [replace(t, impact=i, cost=t.cost + i) if i else t for t, i in zip(made, impacts, strict=True)]


def _trade(snapshot: Snapshot, pick: Pick) -> PlanTrade:
    asset = next(asset for asset in snapshot.assets if asset.id == pick.asset)
    account = next(account for account in snapshot.accounts if account.id == pick.account)
    lot = next((lot for lot in snapshot.lots if lot.key == pick.lot), None)
    value = money(pick.quantity * asset.price)
    term = None if lot is None else term_of(lot, account, snapshot)
    gain = gain_of(lot, pick.quantity, asset.price) if lot is not None and term is not None else None
    return PlanTrade(
        account=pick.account,
        asset=pick.asset,
        side="buy" if lot is None else "sell",
        lot=pick.lot,
        quantity=pick.quantity,
        price=asset.price,
        value=value,
        cost=cost_of(value, asset),
        term=term,
        gain=gain,
        piece=lot.piece if lot else None,
        number=lot.number if lot else 0,
        exempt=money(gain * lot.free) if lot and gain else ZERO,
    )


def _counted(trade: PlanTrade) -> Decimal:
    return (trade.gain or ZERO) + trade.disallowed - trade.exempt


def _without_void_losses(before: Book, trades: list[PlanTrade]) -> list[PlanTrade]:
    """Losses that recent purchases of other lots replace, share for share, oldest lot first; each share once."""
    replacing = {group: dict(lots) for group, lots in before.standing.bought.items()}
    group_of = {asset.id: asset.identity for asset in before.assets}
    sold: dict[str, Decimal] = defaultdict(Decimal)
    for trade in trades:
        if trade.lot is None:
            bought = f"{trade.asset} bought in {trade.account}"
            replacing.setdefault(group_of[trade.asset], {})[bought] = trade.quantity
        else:
            sold[trade.lot] += trade.quantity
    for lots in replacing.values():
        for key in lots.keys() & sold.keys():
            lots[key] = min(lots[key], before.standing.lots[key] - sold[key])
    lot_of = {lot.key: lot for lot in before.snapshot.lots}
    losses = [j for j, trade in enumerate(trades) if trade.lot is not None and (trade.gain or ZERO) < 0]
    for j in sorted(losses, key=lambda j: age(lot_of[trades[j].lot or ""])):
        trade = trades[j]
        used = replaced(replacing.get(group_of[trade.asset], {}), trade.lot, trade.quantity)
        washed = sum(used.values(), ZERO)
        trades[j] = replace(trade, disallowed=money(-(trade.gain or ZERO) * washed / trade.quantity))
    return trades


def _with_tax(before: Book, trades: Sequence[PlanTrade], tax: Decimal) -> list[PlanTrade]:
    """The tax shared out: each gain at the mean marginal rate on the way from the year so far to the year after."""
    moved = {term: sum((_counted(t) for t in trades if t.term == term), ZERO) for term in ("short", "long")}
    s, m = before.before
    end = s + float(moved["short"]) / before.v, m + float(moved["long"]) / before.v
    rates = dict(zip(moved, map(Decimal, mean_slopes((s, m), end, before.rates.this_year())), strict=True))
    shared = [t if t.term is None else replace(t, tax=money(_counted(t) * rates[t.term])) for t in trades]
    taxed = [j for j, trade in enumerate(shared) if trade.term is not None]
    if taxed:
        most = max(taxed, key=lambda j: abs(shared[j].tax))
        rest = tax - sum((trade.tax for trade in shared), ZERO)
        shared[most] = replace(shared[most], tax=shared[most].tax + rest)
    return shared
