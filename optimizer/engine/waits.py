"""What is held although the target would move it: lots about to turn long-term, wash windows, unknown basis."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from holdings.tax.us import days_to_long_term
from optimizer.engine.locks import locks, said, subject_of
from optimizer.engine.rebalance.find import Found
from optimizer.engine.rebalance.orders import WINDOW, gain_of
from optimizer.engine.rebalance.sellable import Sellable
from optimizer.engine.types import ZERO, AccountInput
from optimizer.engine.words import count, money_words
from optimizer.engine.year import has_terms, year_tax

SOON = 45  # days
YEAR = 365


def held(found: Found) -> Iterator[str]:
    """In the order: closed accounts, locks, other currencies, waits, wash windows, unknown lots."""
    yield from (closed(account) for account in found.now.accounts if account.closed)
    yield from _locked(found)
    yield from _foreign(found)
    yield from (_waiting(wait, found) for wait in waits(found))
    yield from _blocked(found)
    yield from _void(found)
    yield from _unknown(found)


def closed(account: AccountInput) -> str:
    return f"Held: nothing is traded in {account.name}. {account.closed}"


def _locked(found: Found) -> Iterator[str]:
    for row in locks(found.now.snapshot):
        if row.hard:
            yield f"Held: {subject_of(row, found.now.snapshot)} {said(row, found.now.snapshot)}, by the policy."


def _foreign(found: Found) -> Iterator[str]:
    base = found.now.snapshot.base_currency
    for asset in found.now.assets:
        if asset.currency != base:
            yield f"Held: {asset.symbol} is quoted in {asset.currency}; it counts in {base} and is not traded."


@dataclass(frozen=True, slots=True)
class Wait:
    """A short-term lot at a gain; `saved`: less tax once it turns; `pull`: money of drift risk a year that it adds."""

    item: Sellable
    days: int
    shares: Decimal
    saved: Decimal
    pull: float


def waits(found: Found) -> Iterator[Wait]:
    """Lots soon long-term for which waiting saves more tax than their share of the drift costs until then.

    Compared are today's prices with both terms.
    """
    snapshot = found.now.snapshot
    for item in found.book.sells:
        if item.term != "short" or item.gain <= 0 or not has_terms(snapshot.tax):
            continue
        days = days_to_long_term(item.lot.acquired or snapshot.trade_date, snapshot.trade_date)
        if 0 < days <= SOON:
            wait = _wait(item, days, found)
            if wait.pull > 0 and wait.saved > Decimal(max(1.0, wait.pull * days / YEAR)):
                yield wait


def _wait(item: Sellable, days: int, found: Found) -> Wait:
    snapshot, lot = found.now.snapshot, item.lot
    sold = _sold(lot.key, found)
    shares, price = sold or item.quantity, found.now.assets[found.now.asset_index[lot.asset]].price
    gain = gain_of(lot, shares, price)
    short, long = found.judged.short - (gain if sold else ZERO), found.judged.long
    saved = year_tax(snapshot.tax, short + gain, long) - year_tax(snapshot.tax, short, long + gain)
    return Wait(item, days, shares, saved, _pull(lot.asset, found) * float(shares * price))


def _waiting(wait: Wait, found: Found) -> str:
    """The plan of the later date may differ from what is said here."""
    lot, symbol = wait.item.lot, found.now.assets[found.now.asset_index[wait.item.lot.asset]].symbol
    what = f"{symbol}, lot {_day(lot.acquired)}: in {count(wait.days, 'day')} {wait.shares.normalize():f} shares"
    verb = "Sold" if _sold(lot.key, found) else "Held"
    less = money_words(wait.saved, found.now.currency)
    return f"{verb}: {what} turn long-term; selling them then would take {less} less tax."


def _sold(lot: str, found: Found) -> Decimal:
    return sum((trade.quantity for trade in found.judged.trades if trade.lot == lot), ZERO)


def _pull(asset: str, found: Found) -> float:
    """Money of drift risk a year that a dollar less of the asset would save, before trades."""
    place = list(found.now.risky).index(found.now.asset_index[asset])
    drift = (found.now.held - found.target)[found.now.risky]
    slope = float(found.now.snapshot.policy.risk_aversion) * (found.risk.covariance @ drift)[place]
    return float(slope)


def _blocked(found: Found) -> Iterator[str]:
    """Assets under their target that a past loss sale keeps from being bought."""
    snapshot = found.now.snapshot
    for sale in snapshot.wash.loss_sales:
        if sale.blocked_until < snapshot.trade_date:
            continue
        for i, asset in enumerate(found.now.assets):
            if asset.identity == sale.group and found.target[i] > found.now.held[i] + 1e-4:
                sold, until = _day(sale.sold), _day(sale.blocked_until)
                yield f"Held: {asset.symbol} was sold at a loss on {sold}; bought in no account to {until}."


def _void(found: Found) -> Iterator[str]:
    """Assets held back for losses that recent purchases would wash, with the day on which they are clear."""
    sold = {trade.lot for trade in found.judged.trades}
    kept = [item.lot.asset for item in found.now.sells if item.void and item.lot.key not in sold]
    for group in sorted({found.now.assets[found.now.asset_index[asset]].identity for asset in kept}):
        bought = [p.bought for p in found.now.snapshot.wash.purchases if p.group == group]
        symbols = sorted({a.symbol for a in found.now.assets if a.identity == group})
        if bought:
            clear = _day(max(bought) + WINDOW)
            yield f"Held: a loss in {symbols[0]} would be washed by the purchase of {_day(max(bought))} to {clear}."


def _unknown(found: Found) -> Iterator[str]:
    symbols = {asset.id: asset.symbol for asset in found.now.assets}
    for lot in found.now.snapshot.lots:
        if not lot.known:
            missing = "basis" if lot.basis is None else "purchase date"
            yield f"Held: {lot.quantity.normalize():f} shares of {symbols[lot.asset]} have no known {missing}."


def _day(day: date | None) -> str:
    return "of unknown date" if day is None else f"{day.day} {day:%b %Y}"
