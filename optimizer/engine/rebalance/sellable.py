"""What may be sold of each lot. A lot whose loss recent purchases would replace in part is parted there."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from optimizer.engine.constraints import excluded, sells_down
from optimizer.engine.locks import locked_lots
from optimizer.engine.rebalance.orders import Standing, age, replaced, term_of
from optimizer.engine.types import ZERO, LotInput, Side, Snapshot, Term


@dataclass(frozen=True, slots=True)
class Sellable:
    """Shares of a lot that a plan may sell. `gain` counts this year, per money sold; `void`: a loss of which none does.

    `left`: the gain that no later sale will realise: all of it, but nothing of a loss that goes on in a replacement.
    """

    lot: LotInput
    quantity: Decimal
    term: Term | None  # None where gains are not taxed
    gain: float
    left: float
    void: bool = False


def sellables(snapshot: Snapshot, stand: Standing, beyond: bool) -> tuple[Sellable, ...]:
    """By lot key. Losses are replaced oldest first, as the rule has it where all of them are sold.

    `beyond`: whether a loss counts beyond the shares that are replaced; otherwise none counts beside any.
    """
    prices = {asset.id: asset.price for asset in snapshot.assets}
    groups = {asset.id: asset.identity for asset in snapshot.assets}
    accounts = {account.id: account for account in snapshot.accounts}
    bought = {group: dict(lots) for group, lots in stand.bought.items()}
    parts = dict[str, tuple[Sellable, ...]]()
    for lot in sorted(_free(snapshot, stand), key=age):
        term, quantity = term_of(lot, accounts[lot.account], snapshot), stand.lots[lot.key]
        gain = 0.0 if term is None else 1 - float((lot.basis or ZERO) / (lot.quantity * prices[lot.asset]))
        replacing = bought.get(groups[lot.asset], {}) if gain < 0 else {}
        used = replaced(replacing if beyond else dict(replacing), lot.key, quantity)
        if used and not beyond:
            used = {next(iter(used)): quantity}
        parts[lot.key] = tuple(_parts(lot, quantity, term, gain, _by_fate(used, stand)))
    return tuple(part for key in sorted(parts) for part in parts[key])


def forbidden(snapshot: Snapshot, side: Side) -> set[tuple[str, str]]:
    """Pairs of account and asset that are not traded on a side: rejected, or approved with just so much."""
    rejected = {(item.account, item.asset) for item in snapshot.locks.forbidden if item.side == side}
    return rejected | {(item.account, item.asset) for item in snapshot.locks.fixed if item.side == side}


def _free(snapshot: Snapshot, stand: Standing) -> Iterator[LotInput]:
    """Lots that may be sold; unknown basis or date never are, and neither is what a policy, person or order holds."""
    assets = {asset.id: asset for asset in snapshot.assets}
    accounts = {account.id: account for account in snapshot.accounts}
    barred = forbidden(snapshot, "sell")
    kept = {key for key, row in excluded(snapshot.constraints, snapshot.assets).items() if not sells_down(row)}
    locked = locked_lots(snapshot)
    for lot in snapshot.lots:
        if lot.locked or accounts[lot.account].closed or not lot.known or not assets[lot.asset].tradable:
            continue
        if (lot.account, lot.asset) in barred or lot.asset in kept or lot.key in locked or stand.lots[lot.key] <= 0:
            continue
        yield lot


def _by_fate(used: dict[str, Decimal], stand: Standing) -> tuple[Decimal, Decimal]:
    """Shares whose loss goes on in a replacement, and those of which it is gone for good: replaced in an IRA."""
    gone = sum((shares for key, shares in used.items() if key in stand.sheltered), ZERO)
    return sum(used.values(), ZERO) - gone, gone


def _parts(
    lot: LotInput, quantity: Decimal, term: Term | None, gain: float, fate: tuple[Decimal, Decimal]
) -> Iterator[Sellable]:
    deferred, gone = fate
    if deferred:
        yield Sellable(lot, deferred, term, 0.0, 0.0, void=True)
    if gone:
        yield Sellable(lot, gone, term, 0.0, gain, void=True)
    if quantity > deferred + gone:
        yield Sellable(lot, quantity - deferred - gone, term, gain, gain)
