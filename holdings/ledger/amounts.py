"""What a trade cost or brought in, in the currency of the trade."""

from decimal import Decimal, localcontext

from holdings.ledger.exact import exact, part
from holdings.ledger.types import ZERO, Entry


def cost(entry: Entry) -> Decimal | None:
    """Price and commissions (Pub. 550): what left the account, or where nothing did, price x quantity + fees.

    None where neither is known, or no rate says what a fee in another currency is.
    """
    with localcontext(exact):
        paid = -entry.cash if entry.cash < 0 else None
        if paid is None and entry.price is not None:
            paid = entry.price * entry.quantity + entry.fees
        fee = fee_elsewhere(entry)
        return None if paid is None or fee is None else paid + fee


def proceeds(entry: Entry) -> Decimal:
    """What reached the account; where nothing did and a price is known, price x quantity - fees."""
    with localcontext(exact):
        fee = fee_elsewhere(entry) or ZERO
        if entry.cash or entry.price is None:
            return entry.cash - fee
        return entry.price * -entry.quantity - entry.fees - fee


def fee_elsewhere(entry: Entry) -> Decimal | None:
    """A fee paid in another currency, in that of the trade; None where no rate is known."""
    if not entry.other_cash:
        return ZERO
    if not entry.rate or entry.other_rate is None:
        return None
    return part(entry.other_cash.copy_negate(), entry.other_rate, entry.rate)
