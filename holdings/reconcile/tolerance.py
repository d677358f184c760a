"""How far two figures may be apart and still agree: what rounding in a broker's file explains, and no more."""

from decimal import Decimal

CENT = Decimal("0.01")
HALF_CENT = Decimal("0.005")
LEAST_DECIMALS = 3

IN_WORDS = (
    "Shares agree to the last decimal that the broker states, three at least; cash to the cent; "
    "basis and gains to half a cent a lot and half a cent for the sum."
)


def same_shares(stated: Decimal, ledger: Decimal) -> bool:
    """Whether less than one unit of the stated figure's last decimal is between them: rounded or cut off."""
    exponent = stated.normalize().as_tuple().exponent
    decimals = max(LEAST_DECIMALS, -exponent if isinstance(exponent, int) else 0)
    return stated == ledger or abs(stated - ledger) < Decimal(1).scaleb(-decimals)


def same_cash(stated: Decimal, ledger: Decimal) -> bool:
    return abs(stated - ledger) < CENT


def same_money(stated: Decimal, ledger: Decimal, lots: int) -> bool:
    """Sums of lots, each rounded to the cent by the broker, and the sum once more."""
    return abs(stated - ledger) <= HALF_CENT * (lots + 1)
