"""Currencies as exchanges quote them: some quote in hundredths of the currency that an account holds."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

HUNDREDTH = Decimal("0.01")
HUNDREDTHS = {"GBX": "GBP", "GBp": "GBP", "ZAc": "ZAR", "ZAC": "ZAR", "ILA": "ILS", "USX": "USD"}
"""Quoted code -> its currency. The codes are case-sensitive: GBp is pence, GBP is pounds."""


class Unit(NamedTuple):
    """A currency, and how many units of it one quoted unit is."""

    currency: str
    factor: Decimal


def unit_of(code: str) -> Unit:
    """The currency that a quoted code stands for: GBX is a hundredth of GBP, USD is USD."""
    major = HUNDREDTHS.get(code)
    return Unit(major, HUNDREDTH) if major else Unit(code.upper(), Decimal(1))
