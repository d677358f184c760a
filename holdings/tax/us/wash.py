"""The windows of the wash sale rule (IRC 1091; Reg. 1.1091-1): 30 days before a loss sale to 30 days after it.

`holdings.tax.us.windows` finds those that are open, out of a matching.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LossSale:
    """A loss whose window is still open. `loss` is positive, or None when the basis is unknown and a loss possible."""

    sale: str
    account: str
    instrument: str
    sold: date
    quantity: Decimal
    loss: Decimal | None

    @property
    def free_from(self) -> date:
        """The first day on which a purchase no longer touches this loss."""
        return self.sold + WINDOW + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RecentPurchase:
    """Shares still held that would replace shares sold at a loss. `lot` is their key, `order` the order that bought."""

    lot: str
    account: str
    instrument: str
    acquired: date
    quantity: Decimal
    order: str

    @property
    def free_from(self) -> date:
        """The first day on which a loss sale is no longer touched by this purchase."""
        return self.acquired + WINDOW + timedelta(days=1)


@dataclass(frozen=True)
class WashWindows:
    """The open windows of a household on one day, by identity group."""

    loss_sales: Mapping[str, tuple[LossSale, ...]] = field(default_factory=dict)
    purchases: Mapping[str, tuple[RecentPurchase, ...]] = field(default_factory=dict)

    def replacements(self, group: str, lot: str) -> tuple[RecentPurchase, ...]:
        """Recent purchases that would replace shares of this lot; never those of its own order (Rev. Rul. 56-602)."""
        bought = self.purchases.get(group, ())
        own = {each.order for each in bought if each.lot == lot}
        return tuple(each for each in bought if each.lot != lot and each.order not in own)

    def loss_counts_from(self, group: str, lot: str) -> date | None:
        """The first day on which every loss of this lot counts, None when it counts now."""
        return max((each.free_from for each in self.replacements(group, lot)), default=None)
