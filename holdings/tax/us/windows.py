"""What wash sales forbid in the days to come, answered from a matching.

It knows which shares have replaced others already: a loss whose shares were all replaced forbids no purchase, and
shares that replaced some void no further loss.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import TypeVar

from holdings.ledger.exact import exact, part
from holdings.tax.history import History
from holdings.tax.outcome import Matching, Slice, TaxLot
from holdings.tax.us.matching.identity import Identity
from holdings.tax.us.wash import WINDOW, LossSale, RecentPurchase, WashWindows

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DoNotBuy:
    """An identity group that may be bought from `free_from` on without voiding any of these losses."""

    group: str
    free_from: date
    losses: tuple[LossSale, ...]

    @property
    def until(self) -> date:
        """The last day on which a purchase would void a loss."""
        return self.free_from - timedelta(1)


@dataclass(frozen=True, slots=True)
class DoNotSellAtALoss:
    """An identity group whose losses count again from `free_from` on, those of the purchases themselves apart."""

    group: str
    free_from: date
    purchases: tuple[RecentPurchase, ...]

    @property
    def until(self) -> date:
        """The last day on which one of these purchases would void a loss."""
        return self.free_from - timedelta(1)


def do_not_buy(windows: WashWindows) -> tuple[DoNotBuy, ...]:
    """Groups whose purchase, in any account of the couple, would void a loss of the last thirty days."""
    found = (
        DoNotBuy(group, max(sale.free_from for sale in sales), sales) for group, sales in windows.loss_sales.items()
    )
    return tuple(sorted(found, key=lambda each: (each.free_from, each.group)))


def do_not_sell_at_a_loss(windows: WashWindows) -> tuple[DoNotSellAtALoss, ...]:
    """Groups of which shares bought in the last thirty days would replace others sold at a loss."""
    found = (
        DoNotSellAtALoss(group, max(each.free_from for each in bought), bought)
        for group, bought in windows.purchases.items()
    )
    return tuple(sorted(found, key=lambda each: (each.free_from, each.group)))


def open_windows(matching: Matching, history: History) -> WashWindows:
    """The windows that are open on the day of a history, by identity group; sales and purchases after it included.

    A sale of unknown basis may have lost, and blocks like a loss. Planned reinvestments and vesting are the caller's to
    warn of.
    """
    with localcontext(exact):
        sales = [(each.instrument, _loss(each)) for each in matching.slices if each.final_after]
        purchases = [
            (lot.instrument, _purchase(lot, lot.replaces_until, history)) for lot in matching.lots if lot.replaces_until
        ]
        return WashWindows(
            loss_sales=_by_group([*sales, *_possible_losses(history)], history),
            purchases=_by_group(purchases, history),
        )


def _loss(each: Slice) -> LossSale:
    """What no purchase has replaced yet of a slice that lost."""
    loss = -(each.gain or Decimal(0))
    left = loss - each.disallowed
    return LossSale(each.sale, each.account, each.instrument, each.sold, part(each.quantity, left, loss), left)


def _purchase(lot: TaxLot, until: date, history: History) -> RecentPurchase:
    opened_by = lot.lot.partition(".")[0]
    order = history.orders.get(opened_by, opened_by)
    return RecentPurchase(lot.lot, lot.account, lot.instrument, until - WINDOW, lot.quantity, order)


def _possible_losses(history: History) -> Iterable[tuple[str, LossSale]]:
    for gain in history.ledger.realised:
        is_open = history.as_of <= gain.sold + WINDOW
        if gain.gain is None and is_open and history.accounts[gain.account].taxed:
            where = gain.account, gain.instrument
            yield gain.instrument, LossSale(gain.sale, *where, gain.sold, gain.quantity, None)


def _by_group(pairs: Iterable[tuple[str, T]], history: History) -> Mapping[str, tuple[T, ...]]:
    groups: dict[str, list[T]] = defaultdict(list)
    identity = Identity(history)
    for instrument, item in pairs:
        for group in identity.names(instrument):
            groups[group].append(item)
    return {group: tuple(items) for group, items in groups.items()}
