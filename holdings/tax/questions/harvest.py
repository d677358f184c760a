"""What a loss is worth when it is taken now, and when it is left for later."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact


@dataclass(frozen=True, slots=True)
class HarvestValue:
    """Taking a loss now against leaving it, in money of today. Positive is in favour of now.

    saved: less tax of this year. cost: of selling and buying the replacement. owed_later: the larger gain of the
    replacement, taxed at the end of the horizon, discounted. value: saved - cost - owed_later.
    """

    saved: Decimal
    cost: Decimal
    owed_later: Decimal

    @property
    def value(self) -> Decimal:
        return exact.subtract(exact.subtract(self.saved, self.cost), self.owed_later)


def harvest_value(
    loss: Decimal,
    saved: Decimal,
    *,
    later_rate: Decimal,
    years: int,
    discount: Decimal,
    cost: Decimal = Decimal(0),
) -> HarvestValue:
    """Compare harvesting a loss (positive) with holding on.

    saved: what the tax engine says the loss takes off this year's tax. The replacement starts at a basis that is lower
    by the loss, so the same loss comes back as gain after `years`, at `later_rate`; that tax is discounted at
    `discount` a year (Constantinides 1983: harvesting is worth deferral and the difference of rates). A horizon without
    a sale (a bequest, a gift to charity) is a `later_rate` of 0. Raises ValueError for a loss or horizon below zero.
    """
    if loss < 0 or years < 0:
        raise ValueError("The loss and the horizon must not be negative.")
    with localcontext(exact):
        owed = loss * later_rate / (1 + discount) ** years
    return HarvestValue(saved, cost, owed.quantize(Decimal("1e-18")))
