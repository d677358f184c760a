"""A year of one taxpayer, written down shortly."""

from datetime import date
from decimal import Decimal
from typing import Any

from holdings.tax.de import GERMANY
from holdings.tax.facts import TaxFacts
from holdings.tax.outcome import Assessment, GainClass, Income, Slice

SHARES, GENERAL, PRIVATE = GainClass.SHARES, GainClass.GENERAL, GainClass.PRIVATE


def gain(amount: str | int, pot: GainClass = SHARES, *, day: str = "2025-06-02", **more: Any) -> Slice:
    """A sale with this gain, or loss."""
    value = Decimal(amount)
    proceeds, basis = max(value, Decimal(0)), max(-value, Decimal(0))
    return Slice("s", "taxable", "KO", Decimal(1), date.fromisoformat(day), proceeds, basis, pot, **more)


def assessed(
    *slices: Slice,
    year: int = 2025,
    dividends: int = 0,
    interest: int = 0,
    income: Income | None = None,
    brought: dict[GainClass, int] | None = None,
    **facts: Any,
) -> Assessment:
    told = income or Income(dividends=Decimal(dividends), interest=Decimal(interest))
    carried = {pot: Decimal(amount) for pot, amount in (brought or {}).items()}
    of_year = GERMANY.tax_year(date(year, 1, 1))
    return GERMANY.assess(slices, told, TaxFacts("DE", str(year), **facts), of_year, carried)


def parts(found: Assessment) -> dict[str, Decimal]:
    return {line.code: line.amount for line in found.parts}
