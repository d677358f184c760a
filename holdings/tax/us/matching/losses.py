"""Losses and the purchases that replace the shares sold, within one identity group of one taxpayer (IRC 1091)."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from holdings.ledger.exact import part
from holdings.tax.us.matching.pieces import Acquisition
from holdings.tax.us.matching.slices import Draft
from holdings.tax.us.wash import WINDOW


@dataclass(slots=True, eq=False)
class Loss:
    """Shares sold at a loss that nothing has replaced yet.

    shares: as counted on the day of the sale; quantity: in the units of today, after splits; amount: their loss,
    positive. held: days that the sold shares were held, tacked ones included. acquisition: that of the sold shares.
    """

    draft: Draft
    instrument: str
    sold: date
    shares: Decimal
    quantity: Decimal
    amount: Decimal
    held: int
    acquisition: Acquisition | None
    number: int

    def take(self, quantity: Decimal) -> tuple[Decimal, Decimal]:
        """The loss and the sale-day shares of so many shares; the last ones take the residue."""
        amount, shares = self.amount, self.shares
        if quantity != self.quantity:
            amount = part(amount, quantity, self.quantity)
            shares = quantity if shares == self.quantity else part(shares, quantity, self.quantity)
        self.amount -= amount
        self.shares -= shares
        self.quantity -= quantity
        return amount, shares


Attach = Callable[[Loss, Acquisition], bool]
"""Replace as many shares of a loss by those of a purchase as there are; whether the purchase has any left."""


@dataclass(slots=True)
class Window:
    """Purchases and losses of the last thirty days that may still find each other, each in the order it happened.

    What is used up is dropped when it is met, so that no purchase is looked at again and again. today: the day up to
    which what is older was dropped.
    """

    purchases: OrderedDict[int, Acquisition] = field(default_factory=OrderedDict)
    losses: OrderedDict[int, Loss] = field(default_factory=OrderedDict)
    today: date = date.min

    def lost(self, loss: Loss, attach: Attach) -> None:
        """A sale at a loss: what was bought before it replaces it, the earliest first (Reg. 1.1091-1(c), (d))."""
        self._close(loss.sold)
        used_up = []
        for purchase in self.purchases.values():
            if not loss.quantity:
                break
            if not attach(loss, purchase):
                used_up.append(purchase.number)
        for number in used_up:
            del self.purchases[number]
        if loss.quantity:
            self.losses[loss.number] = loss

    def bought(self, purchase: Acquisition, attach: Attach) -> None:
        """A purchase: it replaces what was lost before it, the earliest sale first (Reg. 1.1091-1(b))."""
        self._close(purchase.day)
        self.purchases[purchase.number] = purchase
        if not self.losses:
            return
        made_up = []
        for loss in self.losses.values():
            left = attach(loss, purchase)
            if not loss.quantity:
                made_up.append(loss.number)
            if not left:
                del self.purchases[purchase.number]
                break
        for number in made_up:
            del self.losses[number]

    def recount(self, instrument: str, after: Decimal, before: Decimal, name: str) -> None:
        """Count the shares of open losses as they are counted after a split, or under a new name."""
        for loss in self.losses.values():
            if loss.instrument == instrument:
                loss.instrument = name
                loss.quantity = part(loss.quantity, after, before)

    def _close(self, day: date) -> None:
        """Forget what is more than thirty days past."""
        if day <= self.today:
            return
        self.today, first = day, day - WINDOW
        while self.purchases and next(iter(self.purchases.values())).day < first:
            self.purchases.popitem(last=False)
        while self.losses and next(iter(self.losses.values())).sold < first:
            self.losses.popitem(last=False)


def is_same_order(loss: Loss, purchase: Acquisition) -> bool:
    """Shares never replace others of their own acquisition, filled in pieces or not (Rev. Rul. 56-602)."""
    return loss.acquisition is not None and loss.acquisition.order == purchase.order


def came_first(loss: Loss, purchase: Acquisition) -> bool:
    """Whether the purchase was made before the one whose shares were sold."""
    sold = loss.acquisition
    return sold is not None and (purchase.day, purchase.number) < (sold.day, sold.number)
