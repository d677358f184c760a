"""The two bases of a gift that was worth less than it had cost the donor (IRC 1015(a), Treas. Reg. 1.1015-1)."""

from decimal import Decimal


def gift_basis(basis: Decimal, loss_basis: Decimal | None, proceeds: Decimal) -> Decimal:
    """The basis that counts at these proceeds, in their currency.

    The donor's for a gain, the value on the day of the gift (`loss_basis`) for a loss; between them the proceeds
    themselves, so that there is neither. Without a loss basis the basis is the only one.
    """
    return basis if loss_basis is None else min(basis, max(loss_basis, proceeds))
