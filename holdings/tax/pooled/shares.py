"""Shares and what they cost, averaged. Shares are exact fractions, so that splits leave no dust; money is decimal."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from holdings.ledger.exact import QUANTUM, exact, part
from holdings.ledger.types import ZERO

NONE = Fraction(0)


def as_decimal(shares: Fraction) -> Decimal:
    """Shares as a decimal, rounded to the ledger's quantum where they have no end."""
    found = exact.divide(Decimal(shares.numerator), Decimal(shares.denominator))
    return found if Fraction(found) == shares else found.quantize(QUANTUM, context=exact)


def portion(amount: Decimal, share: Fraction) -> Decimal:
    """amount x share, rounded to the quantum; the caller leaves the residue with what remains."""
    return part(amount, Decimal(share.numerator), Decimal(share.denominator))


@dataclass(slots=True)
class Shares:
    """A pool, or what is left of a purchase. cost: of all of them, None where nobody knows it."""

    quantity: Fraction = NONE
    cost: Decimal | None = ZERO

    def add(self, quantity: Fraction, cost: Decimal | None) -> None:
        self.quantity += quantity
        self.cost = None if self.cost is None or cost is None else exact.add(self.cost, cost)

    def take(self, quantity: Fraction) -> Decimal | None:
        """Take shares out, no more than there are, and give back their part of the cost; the last take all of it."""
        if not quantity:
            return ZERO
        if quantity == self.quantity:
            taken, self.cost = self.cost, ZERO
        elif self.cost is None:
            taken = None
        else:
            taken = portion(self.cost, quantity / self.quantity)
            self.cost = exact.subtract(self.cost, taken)
        self.quantity -= quantity
        return taken

    def take_cost(self, share: Fraction) -> Decimal | None:
        """Take a fraction of the cost and leave the shares."""
        if self.cost is None:
            return None
        taken = portion(self.cost, share)
        self.cost = exact.subtract(self.cost, taken)
        return taken

    def lower(self, amount: Decimal) -> Decimal | None:
        """Take an amount off the cost, down to nothing; what exceeds it, or None where the cost is unknown."""
        if self.cost is None:
            return None
        excess = max(exact.subtract(amount, self.cost), ZERO)
        self.cost = exact.add(exact.subtract(self.cost, amount), excess)
        return excess
