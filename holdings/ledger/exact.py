"""Exact arithmetic of the ledger: wide enough for every stored number, and parts that add up to their whole."""

from decimal import Context, Decimal, localcontext

QUANTUM = Decimal("1e-18")
"""The scale of the stored columns. Only a division is ever rounded, to this."""

exact = Context(prec=80)


def part(total: Decimal, share: Decimal, whole: Decimal) -> Decimal:
    """total x share / whole, rounded to the quantum. The caller leaves the residue with what remains."""
    with localcontext(exact):
        return (total * share / whole).quantize(QUANTUM)
