"""The windows of the wash sale rule (IRC 1091; Reg. 1.1091-1): 30 days before a loss sale to 30 days after it.

This looks back from one day over what has happened, and says what not to buy and which losses would be void. It does
not change any basis, does not match replacement shares to the losses that they replace, and so counts shares that an
earlier loss has already used up. It knows no future purchases: automatic reinvestments and vesting are the caller's to
warn of. Each of these errs on the side of blocking. `holdings.tax.us.windows` asks a whole matching instead.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from holdings.ledger.types import ZERO, Lot, RealisedGain

WINDOW = timedelta(days=30)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LossSale:
    """A loss whose window is still open. `loss` is positive, or None when the basis is unknown and a loss possible."""

    sale: str
    account: str
    sold: date
    quantity: Decimal
    loss: Decimal | None

    @property
    def free_from(self) -> date:
        """The first day on which a purchase no longer touches this loss."""
        return self.sold + WINDOW + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RecentPurchase:
    """Shares still held that would replace shares sold at a loss. `lot` is their key."""

    lot: str
    account: str
    acquired: date
    quantity: Decimal

    @property
    def free_from(self) -> date:
        """The first day on which a loss sale is no longer touched by this purchase."""
        return self.acquired + WINDOW + timedelta(days=1)


@dataclass(frozen=True)
class WashWindows:
    """The open windows of a household on one day, by identity group."""

    loss_sales: Mapping[str, tuple[LossSale, ...]] = field(default_factory=dict)
    purchases: Mapping[str, tuple[RecentPurchase, ...]] = field(default_factory=dict)

    def blocked_until(self, group: str) -> date | None:
        """The first day on which the group may be bought without voiding a past loss; None when it may be now."""
        return max((sale.free_from for sale in self.loss_sales.get(group, ())), default=None)

    def replacements(self, group: str, lot: str) -> tuple[RecentPurchase, ...]:
        """Recent purchases that would replace shares of this lot; never the lot itself (Rev. Rul. 56-602)."""
        return tuple(p for p in self.purchases.get(group, ()) if p.lot != lot)

    def void_shares(self, group: str, lot: str) -> Decimal:
        """How many shares of this lot could be sold at a loss only for that loss to be void."""
        return sum((p.quantity for p in self.replacements(group, lot)), ZERO)

    def loss_counts_from(self, group: str, lot: str) -> date | None:
        """The first day on which every loss of this lot counts, None when it counts now."""
        return max((p.free_from for p in self.replacements(group, lot)), default=None)


def wash_windows(
    lots: Iterable[Lot],
    realised: Iterable[RealisedGain],
    *,
    taxable: Collection[str],
    groups: Mapping[str, str],
    on: date,
) -> WashWindows:
    """The windows open on the trade date `on`, over all accounts of a household.

    lots: open lots of every account, retirement accounts included. realised: every sale; losses count in the `taxable`
    accounts alone. groups: instrument -> identity group; an instrument that is missing is a group of its own.
    A lot of unknown acquisition date is not taken for a recent purchase.
    """
    return WashWindows(
        loss_sales=_grouped(
            (groups.get(gain.instrument, gain.instrument), _loss(gain)) for gain in realised if _open(gain, taxable, on)
        ),
        purchases=_grouped(
            (groups.get(lot.instrument, lot.instrument), purchase) for lot in lots if (purchase := _recent(lot, on))
        ),
    )


def _open(gain: RealisedGain, taxable: Collection[str], on: date) -> bool:
    possible_loss = gain.gain is None or gain.gain < 0
    return possible_loss and gain.account in taxable and gain.sold <= on <= gain.sold + WINDOW


def _loss(gain: RealisedGain) -> LossSale:
    return LossSale(
        gain.sale, gain.account, gain.sold, gain.quantity, None if gain.gain is None else gain.gain.copy_negate()
    )


def _recent(lot: Lot, on: date) -> RecentPurchase | None:
    if lot.acquired is None or not lot.acquired <= on <= lot.acquired + WINDOW:
        return None
    return RecentPurchase(lot.key, lot.account, lot.acquired, lot.quantity)


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for group, item in pairs:
        groups[group].append(item)
    return {group: tuple(items) for group, items in groups.items()}
