"""The hard limits of a model in words: what each asks for, and how to say that it gives."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from optimizer.engine.constraints import EXCLUSIONS
from optimizer.engine.rebalance.model import Model
from optimizer.engine.rebalance.rows import FLOOR, LAW, TradeRow
from optimizer.engine.types import ConstraintInput, Give
from optimizer.engine.words import money_words, outward, percent, ratio, subject, unslugged

UNITS = {"tax_budget": 0.05, "gain_budget": 0.2, "no_short_gains": 0.2, "turnover": 5.0, "beta": 1.0}
"""What one unit of stretch means by kind, so that kinds compare; weights and the rest count as they are."""
NOISE = 7  # decimals of a stretch, in fractions of V, that are a solver's own
MONEY = {"minimum_cash", "tax_budget", "gain_budget", "no_short_gains"}
THOUSANDTH, HUNDREDTH = Decimal("0.001"), Decimal("0.01")

Words = Callable[[str, str], tuple[str, str]]
WORDS: dict[str, Words] = {  # name and request, of whom it is about and the limit as shown
    "minimum_cash": lambda whom, shown: (f"{shown} of cash in {whom}", f"lower the cash kept in {whom} to"),
    "tax_budget": lambda whom, shown: (f"a tax budget of {shown}", "raise the tax budget to"),
    "gain_budget": lambda whom, shown: (f"net gains of at most {shown}", "raise the budget of net gains to"),
    "no_short_gains": lambda whom, shown: (f"short-term gains of at most {shown}", "allow short-term gains of"),
    "turnover": lambda whom, shown: (f"a turnover of at most {shown}", "raise the turnover limit to"),
    "tracking_error": lambda whom, shown: (
        f"a tracking error of at most {shown}",
        "raise the tracking error limit to",
    ),
    "volatility": lambda whom, shown: (f"a volatility of at most {shown}", "raise the volatility limit to"),
    "cvar": lambda whom, shown: (
        f"a mean loss of at most {shown} in the worst months",
        "raise the limit on the loss of the worst months to",
    ),
    "drawdown": lambda whom, shown: (f"a drawdown of at most {shown}", "raise the drawdown limit to"),
    "each_stock": lambda whom, shown: (f"each stock at most {shown}", "cap each stock at"),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A policy row in words: `value` in its own unit, `scale` money or 1, `up` when easing means a larger number.

    `side`: what a relaxation changes of the stored row: low, high, freeze (an exclusion), or nothing.
    """

    id: str
    constraint: str
    kind: str
    name: str
    ask: str
    value: Decimal
    scale: Decimal
    up: bool
    side: str
    priority: int
    currency: str

    @property
    def unit(self) -> float:
        return UNITS.get(self.kind, 1.0)

    def write(self, value: Decimal) -> str:
        if self.kind == "beta":
            return ratio(value)
        return percent(value) if self.scale == 1 else money_words(value, self.currency)

    def eased(self, slack: float) -> Decimal:
        moved = self.value + (1 if self.up else -1) * round(Decimal(slack), NOISE) * self.scale
        step = HUNDREDTH if self.kind == "beta" else THOUSANDTH if self.scale == 1 else Decimal(1)
        return outward(moved, up=self.up, unit=step)

    def give(self, slack: float | None) -> Give:
        """What easing this limit by so much says; None where no size of it helps."""
        if slack is None:
            words = f"no size of {self.name} alone helps"
            return Give(self.constraint, self.kind, self.value, None, words)
        needed = self.eased(slack)
        words = f"{self.ask} {self.write(needed)} instead of {self.write(self.value)}"
        if self.side == "freeze":
            words = f"{self.ask} instead of selling it down"
        return Give(self.constraint, self.kind, self.value, needed, words, self.side)


def limits_of(model: Model) -> dict[str, Limit]:
    """Hard policy rows and the cash floors of accounts, by the id of their row."""
    rows = {row.id: row for row in model.rows if row.id != LAW and row.cost is None}
    found = {row.id: _limit(model, row) for row in rows.values()}
    if model.tax_limit is not None and model.tax_limit[2] is None:
        allowed = _read(model.tax_limit[1] - model.book.tax_before) * model.book.value
        found[model.tax_limit[0]] = _worded(model, model.tax_limit[0], "tax_budget", allowed, up=True)
    if model.error_limit is not None:
        row_id, radius = model.error_limit
        found[row_id] = _worded(model, row_id, "tracking_error", _read(radius), up=True)
    for limit in model.risk_limits:
        if limit.cost is None:
            found[limit.id] = _worded(model, limit.id, limit.kind, _read(limit.high), up=True)
    return found


def _limit(model: Model, row: TradeRow) -> Limit:
    up = not np.isfinite(row.low)
    scale = model.book.value if row.kind in MONEY else Decimal(1)
    return _worded(model, row.id, row.kind, _read(row.high if up else row.low) * scale, up=up)


def _read(number: float) -> Decimal:
    """A limit as it was entered, without the noise of its float."""
    return round(Decimal(number), 12)


def _worded(model: Model, row: str, kind: str, limit: Decimal, *, up: bool) -> Limit:
    book, own = model.book, row.removesuffix(FLOOR)
    stated = next((other for other in book.snapshot.constraints if other.id == own), None)
    account = next((a.name for a in book.accounts if row == f"cash:{a.id}"), "")
    whom = account if stated is None else subject(stated, book.assets, book.accounts)
    scale = book.value if kind in MONEY else Decimal(1)
    shown = ratio(limit) if kind == "beta" else percent(limit) if scale == 1 else money_words(limit, book.currency)
    stated_kind = kind if stated is None else stated.kind
    name, ask = _words(stated, stated_kind, whom, shown, up=up)
    side = "" if stated is None or kind == "liquidation" else "high" if up else "low"
    if stated_kind in EXCLUSIONS:
        side = "freeze"
    priority = 1 if stated is None else stated.priority
    return Limit(row, own, stated_kind, name, ask, limit, scale, up, side, priority, book.currency)


def _words(stated: ConstraintInput | None, kind: str, whom: str, shown: str, *, up: bool) -> tuple[str, str]:
    most = "most" if up else "least"
    if kind in WORDS:
        return WORDS[kind](whom, shown)
    if kind in EXCLUSIONS:
        return f"{whom} excluded", f"keep {whom}"
    if kind == "beta":
        return f"a beta of at {most} {shown}", f"{'raise' if up else 'lower'} the beta limit to"
    if kind == "location" and stated is not None:
        where = f"{unslugged(stated.subject)} outside {unslugged(stated.place)} accounts"
        return f"at most {shown} of {where}", f"allow {where} up to"
    if kind == "liquidation":
        return "positions that can be sold in time", "let the slowest one be larger: up to"
    if kind == "custom":
        return f"the sum {whom} at {most} {shown}", f"{'raise' if up else 'lower'} the limit of {whom} to"
    return f"{whom} at {most} {shown}", f"{'cap' if up else 'floor'} {whom} at"
