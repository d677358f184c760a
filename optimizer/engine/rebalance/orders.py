"""What stands before a plan begins: holdings and cash once open orders and approved trades are done."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from holdings.tax.us import is_long_term
from optimizer.engine.types import ZERO, AccountInput, AssetInput, LotInput, Snapshot, Term, lot_of
from optimizer.engine.year import has_terms

CENT = Decimal("0.01")
WINDOW = timedelta(days=30)

Place = tuple[str, str]  # account id, asset id
Order = tuple[str, str, bool]  # account id, asset id, whether it is a purchase


@dataclass(frozen=True, slots=True)
class Pick:
    """A quantity of one lot to sell, or of one asset to buy (`lot` is None)."""

    account: str
    asset: str
    lot: str | None
    quantity: Decimal


@dataclass
class Standing:
    """`lots`: quantity of each lot that is neither promised nor sold by an approved trade."""

    lots: dict[str, Decimal]
    held: dict[Place, Decimal]
    cash: dict[str, Decimal]  # by account, open buys paid; proceeds of open sells still to come
    fixed: tuple[Pick, ...]
    in_flight: dict[Term, Decimal] = field(default_factory=lambda: {"short": ZERO, "long": ZERO})  # gains of open sells
    fixed_gain: dict[Term, Decimal] = field(default_factory=lambda: {"short": ZERO, "long": ZERO})
    no_buys: set[str] = field(default_factory=set)  # identity groups
    bought: dict[str, dict[str, Decimal]] = field(default_factory=lambda: defaultdict(dict))  # group -> lot -> shares
    sheltered: set[str] = field(default_factory=set)  # of those lots, the ones in accounts whose gains are not taxed


def standing(snapshot: Snapshot) -> Standing:
    """Quantities, cash and wash windows that a plan starts from. A share that replaces one sold does so once."""
    assets = {asset.id: asset for asset in snapshot.assets}
    made = Standing(
        lots={lot.key: lot.quantity - lot.reserved for lot in snapshot.lots},
        held=defaultdict(Decimal),
        cash={account.id: account.cash - account.reserved_cash for account in snapshot.accounts},
        fixed=tuple(Pick(t.account, t.asset, t.lot, t.quantity) for t in snapshot.locks.fixed),
    )
    for lot in snapshot.lots:
        made.held[lot.account, lot.asset] += lot.quantity - lot.reserved
    _open_windows(made, snapshot, assets)
    _count_in_flight(made, snapshot, assets)
    _do_fixed(made, snapshot, assets)
    return made


def term_of(lot: LotInput, account: AccountInput, snapshot: Snapshot) -> Term | None:
    """Term of a sale on the trade date; None where gains are not taxed or the date is unknown.

    Where a country has one pot for all gains, they stand with the long-term ones; where its pots are by what is sold,
    the lot says in which of the two it is.
    """
    if not account.taxed:
        return None
    if lot.pot is not None:
        return lot.pot
    if lot.inherited or not has_terms(snapshot.tax):
        return "long"
    if lot.acquired is None:
        return None
    return "long" if is_long_term(lot.acquired, snapshot.trade_date) else "short"


def gain_of(lot: LotInput, quantity: Decimal, price: Decimal) -> Decimal:
    """Gain on part of a lot of known basis, to the cent; the spread is a cost and lowers no gain."""
    return money(quantity * price) - money((lot.basis or ZERO) * quantity / lot.quantity)


def money(amount: Decimal) -> Decimal:
    return amount.quantize(CENT)


def cost_of(value: Decimal, asset: AssetInput) -> Decimal:
    return money(value * asset.half_spread)


def impacts_of(picks: Sequence[Pick], snapshot: Snapshot) -> list[Decimal]:
    """Each pick's share, to the cent, of what all picks of its asset and side move the price against themselves."""
    assets = {asset.id: asset for asset in snapshot.assets}
    values = [money(pick.quantity * assets[pick.asset].price) for pick in picks]
    whole: dict[tuple[str, bool], Decimal] = defaultdict(Decimal)
    for pick, value in zip(picks, values, strict=True):
        whole[pick.asset, pick.lot is None] += value
    return [
        money(value * assets[pick.asset].impact(whole[pick.asset, pick.lot is None]))
        for pick, value in zip(picks, values, strict=True)
    ]


def order_of(pick: Pick) -> Order:
    return pick.account, pick.asset, pick.lot is None


def fees_of(picks: Iterable[Pick], snapshot: Snapshot) -> dict[Order, Decimal]:
    """The broker's fee of each order, to the cent: its lots are one order."""
    prices = {asset.id: asset.price for asset in snapshot.assets}
    schedules = {account.id: account.fees for account in snapshot.accounts if not account.fees.free}
    shares: dict[Order, Decimal] = defaultdict(Decimal)
    for pick in picks:
        if pick.account in schedules:
            shares[order_of(pick)] += pick.quantity
    return {order: money(schedules[order[0]].of(money(q * prices[order[1]]), q)) for order, q in shares.items()}


def age(lot: LotInput) -> tuple[str, str]:
    """By which losses of one day are washed: in the order in which the shares sold were bought (Reg. 1.1091-1(b))."""
    return str(lot.bought or lot.acquired), lot.key


def replaced(bought: dict[str, Decimal], lot: str | None, quantity: Decimal) -> dict[str, Decimal]:
    """Of shares sold at a loss, those that purchases of other lots replace, by purchase; takes them off `bought`."""
    used = dict[str, Decimal]()
    for key in bought:
        if key != lot_of(lot or "") and (shares := min(bought[key], quantity)) > 0:
            used[key] = shares
            bought[key] -= shares
            quantity -= shares
    return used


def _open_windows(made: Standing, snapshot: Snapshot, assets: Mapping[str, AssetInput]) -> None:
    taxed = {account.id: account.taxed for account in snapshot.accounts}
    for sale in snapshot.wash.loss_sales:
        if sale.blocked_until >= snapshot.trade_date:
            made.no_buys.add(sale.group)
    for purchase in sorted(snapshot.wash.purchases, key=lambda each: (each.bought, each.lot)):
        if snapshot.trade_date - purchase.bought <= WINDOW:
            made.bought[purchase.group][purchase.lot] = min(purchase.quantity, made.lots.get(purchase.lot, ZERO))
            made.sheltered |= set() if taxed.get(purchase.account, True) else {purchase.lot}
    for number, buy in enumerate(snapshot.locks.buying):
        made.held[buy.account, buy.asset] += buy.quantity
        made.bought[assets[buy.asset].identity][f"open buy {number}"] = buy.quantity
        made.sheltered |= set() if taxed[buy.account] else {f"open buy {number}"}


def _count_in_flight(made: Standing, snapshot: Snapshot, assets: Mapping[str, AssetInput]) -> None:
    accounts = {account.id: account for account in snapshot.accounts}
    for lot in sorted(snapshot.lots, key=age):
        term = term_of(lot, accounts[lot.account], snapshot)
        if not lot.reserved or lot.basis is None or term is None:
            continue
        made.in_flight[term] += _counted(made, lot, lot.reserved, assets[lot.asset])


def _do_fixed(made: Standing, snapshot: Snapshot, assets: Mapping[str, AssetInput]) -> None:
    lots = {lot.key: lot for lot in snapshot.lots}
    accounts = {account.id: account for account in snapshot.accounts}
    sold = list[tuple[LotInput, Decimal]]()
    for number, pick in enumerate(made.fixed):
        asset = assets[pick.asset]
        value = money(pick.quantity * asset.price)
        if pick.lot is None:
            made.held[pick.account, pick.asset] += pick.quantity
            made.cash[pick.account] -= value + cost_of(value, asset)
            made.bought[asset.identity][f"approved buy {number}"] = pick.quantity
            made.sheltered |= set() if accounts[pick.account].taxed else {f"approved buy {number}"}
            continue
        made.lots[pick.lot] -= pick.quantity
        made.held[pick.account, pick.asset] -= pick.quantity
        made.cash[pick.account] += value - cost_of(value, asset)
        sold.append((lots[pick.lot], pick.quantity))
    for order, fee in fees_of(made.fixed, snapshot).items():
        made.cash[order[0]] -= fee
    for pick, impact in zip(made.fixed, impacts_of(made.fixed, snapshot), strict=True):
        made.cash[pick.account] -= impact
    for bought in made.bought.values():
        for key in bought.keys() & made.lots.keys():
            bought[key] = min(bought[key], made.lots[key])
    for lot, quantity in sorted(sold, key=lambda each: age(each[0])):
        term = term_of(lot, accounts[lot.account], snapshot)
        if term is not None and lot.basis is not None:
            made.fixed_gain[term] += _counted(made, lot, quantity, assets[lot.asset])


def _counted(made: Standing, lot: LotInput, quantity: Decimal, asset: AssetInput) -> Decimal:
    """What counts of a gain this year; a loss bars its group from being bought."""
    gain = gain_of(lot, quantity, asset.price)
    gain -= money(gain * lot.free)
    if gain >= 0:
        return gain
    made.no_buys.add(asset.identity)
    washed = sum(replaced(made.bought[asset.identity], lot.key, quantity).values(), ZERO)
    return gain - money(gain * washed / quantity)
