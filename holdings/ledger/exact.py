"""Exact arithmetic of the ledger: wide enough for every stored number, and parts that add up to their whole."""

from collections.abc import Sequence
from decimal import Context, Decimal, localcontext

QUANTUM = Decimal("1e-18")
"""The scale of the stored columns. Only a division is ever rounded, to this."""

exact = Context(prec=80)


def part(total: Decimal, share: Decimal, whole: Decimal) -> Decimal:
    """total x share / whole, rounded to the quantum. The caller leaves the residue with what remains."""
    return exact.divide(exact.multiply(total, share), whole).quantize(QUANTUM, context=exact)


def spread(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """total shared out in proportion to positive weights, in parts that add up to it and never change its sign."""
    with localcontext(exact):
        whole = sum(weights, Decimal(0))
        shares, weight, given = [], Decimal(0), Decimal(0)
        for each in weights[:-1]:
            weight += each
            upto = part(total, weight, whole)
            shares.append(upto - given)
            given = upto
        return [*shares, total - given] if weights else []
