"""Cash on shares that stay, or beside new ones (TCGA 1992 s122, s128, s129; HMRC CG57835, CG57847).

A sum that is small, 5 % of the value or at most 3,000 pounds, comes off the allowable cost; what exceeds that cost is a
gain (s122(4)). A larger one is a part disposal, by market values: without them it is not known.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact, part
from holdings.tax.pooled.shares import Shares

SMALL = Decimal(3000)
SMALL_SHARE = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class PartDisposal:
    """A capital sum and the cost that is set against it; None is unknown."""

    proceeds: Decimal
    basis: Decimal | None


def receive(shares: Shares, cash: Decimal, value: Decimal | None) -> PartDisposal | None:
    """Take a capital sum on shares worth `value` after it and lower their cost. None where nothing is disposed of."""
    with localcontext(exact):
        if cash <= SMALL or (value is not None and cash <= SMALL_SHARE * (cash + value)):
            cost = shares.cost
            return PartDisposal(cash, cost) if shares.lower(cash) else None
        if value is None or shares.cost is None:
            shares.cost = None
            return PartDisposal(cash, None)
        basis = part(shares.cost, cash, cash + value)
        shares.cost -= basis
        return PartDisposal(cash, basis)
