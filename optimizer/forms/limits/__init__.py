"""The constraints of the policy form: for each kind of line its formset, and who may repeat."""

from __future__ import annotations

from optimizer.forms.limits.base import ConstraintLine, Given, strength_of
from optimizer.forms.limits.cash import CashLine, LiquidityLine, WithdrawalLine
from optimizer.forms.limits.places import LocationLine, PlaceLine
from optimizer.forms.limits.trading import LockLine, RiskLine, TaxLine, TradingLine
from optimizer.forms.limits.weights import ExclusionLine, LimitLine, SumLine

__all__ = ["LINES", "ConstraintLine", "Given", "strength_of"]

LINES: dict[str, type[ConstraintLine]] = {
    "limits": LimitLine,
    "sums": SumLine,
    "exclusions": ExclusionLine,
    "locks": LockLine,
    "trading": TradingLine,
    "tax": TaxLine,
    "places": PlaceLine,
    "locations": LocationLine,
    "cash": CashLine,
    "withdrawals": WithdrawalLine,
    "liquidity": LiquidityLine,
    "risk": RiskLine,
}
"""By prefix, in the order in which they are stored."""
