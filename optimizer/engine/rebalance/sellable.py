"""What may be sold of each lot. A lot whose loss recent purchases would replace in part is parted there."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from optimizer.engine.constraints import excluded, sells_down
from optimizer.engine.locks import locked_lots
from optimizer.engine.rebalance.orders import Standing, age, replaced, term_of
from optimizer.engine.types import ZERO, LotInput, Side, Snapshot, Term
from optimizer.engine.year import oldest_go


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

    Where the oldest lots are sold first by law, none is sold that one of unknown basis stands before.

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
        gain *= float(1 - lot.free)
        replacing = bought.get(groups[lot.asset], {}) if gain < 0 else {}
        used = replaced(replacing if beyond else dict(replacing), lot.key, quantity)
        if used and not beyond:
            used = {next(iter(used)): quantity}
        parts[lot.key] = tuple(_parts(lot, quantity, term, gain, _by_fate(used, stand)))
    if oldest_go(snapshot.tax):
        parts = _oldest_first(parts)
    return tuple(part for key in sorted(parts) for part in parts[key])


def _oldest_first(parts: dict[str, tuple[Sellable, ...]]) -> dict[str, tuple[Sellable, ...]]:
    """Gains as a sale of the oldest first meets them: what is sold of a position, and the least that it may gain.

    That is the lower convex hull of the gain over the shares sold: a lot that gains less than the one before it has
    their common mean, exact where both go. So a plan never gains from a lot that it could not reach.
    """
    blocks = defaultdict[tuple[str, str], list[list[Sellable]]](list)
    for found in parts.values():
        for part in found:
            position = blocks[part.lot.account, part.lot.asset]
            position.append([part])
            while len(position) > 1 and _mean(position[-1]) < _mean(position[-2]):
                last = position.pop()
                position[-1] += last
    levelled = defaultdict[str, tuple[Sellable, ...]](tuple)
    for position in blocks.values():
        for block in position:
            gain = _mean(block)
            for part in block:
                levelled[part.lot.key] += (replace(part, gain=gain, left=gain),)
    return dict(levelled)


def _mean(block: Sequence[Sellable]) -> float:
    """Of the gain of a block's shares, which have one price."""
    shares = sum((part.quantity for part in block), ZERO)
    return sum(part.gain * float(part.quantity / shares) for part in block)


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
    behind = _behind_unknown(snapshot) if oldest_go(snapshot.tax) else set()
    for lot in snapshot.lots:
        if lot.locked or accounts[lot.account].closed or not lot.known or not assets[lot.asset].tradable:
            continue
        if (lot.account, lot.asset) in barred or lot.asset in kept or lot.key in locked or stand.lots[lot.key] <= 0:
            continue
        if lot.key not in behind:
            yield lot


def _behind_unknown(snapshot: Snapshot) -> set[str]:
    """Lots of positions in which an older one is of unknown basis."""
    unknown, behind = set[tuple[str, str]](), set[str]()
    for lot in sorted(snapshot.lots, key=age):
        if (lot.account, lot.asset) in unknown:
            behind.add(lot.key)
        elif not lot.known:
            unknown.add((lot.account, lot.asset))
    return behind


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
