"""A stored constraint in words: its section, its name, which is unique in a version, and what it asks."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from accounts.templatetags.formats import day, money
from holdings.models import AssetClass, BrokerageAccount
from optimizer.forms.fields import in_percent
from optimizer.forms.limits import Given
from optimizer.forms.limits.weights import written
from optimizer.forms.subjects import ABOUT
from optimizer.models import PolicyConstraint

Kind, Unit = PolicyConstraint.Kind, PolicyConstraint.Unit
Words = tuple[str, str, str]
WEIGHTS, NEVER, TRADING, TAX = "Limits", "Never bought", "Trading", "Tax"
ACCOUNTS, CASH, RISK = "Accounts", "Cash and liquidity", "Risk"
SECTIONS = (WEIGHTS, NEVER, TRADING, TAX, ACCOUNTS, CASH, RISK)
OF_KIND = {
    Kind.TURNOVER: TRADING,
    Kind.TRADES: TRADING,
    Kind.TAX_BUDGET: TAX,
    Kind.GAIN_BUDGET: TAX,
    Kind.NO_SHORT_GAINS: TAX,
    Kind.HARVEST_LEAST: TAX,
    Kind.TRACKING_ERROR: RISK,
    Kind.VOLATILITY: RISK,
    Kind.CVAR: RISK,
    Kind.DRAWDOWN: RISK,
    Kind.BETA: RISK,
}
NAMES = {
    Kind.TRADES: "Orders",
    Kind.TAX_BUDGET: "Tax added this year",
    Kind.GAIN_BUDGET: "Net gains this year",
    Kind.NO_SHORT_GAINS: "Short-term gains",
    Kind.HARVEST_LEAST: "Losses realised in one sale",
    Kind.CVAR: "Mean loss of the worst 5% of months",
    Kind.DRAWDOWN: "Mean of the worst 5% of drawdowns",
}
LOCKED = {
    Kind.DO_NOT_SELL: "not sold",
    Kind.DO_NOT_BUY: "not bought",
    Kind.NOT_BEFORE: "not traded",
    Kind.BUY_ONLY: "buys only",
    Kind.FRACTIONAL: "traded in fractions of shares",
}


def words(row: PolicyConstraint, given: Given) -> Words:
    section, name, value = _words(row, given)
    rank = "" if row.priority == 1 else f", priority {row.priority}"
    soft = f" (hard{rank})" if row.hard and rank else "" if row.hard else f" (soft, priority {row.priority})"
    return section, name, value + soft


def _words(row: PolicyConstraint, given: Given) -> Words:
    kind = Kind(row.kind)
    if kind in ABOUT:
        label = given.subjects.stored(row.kind, row.subject).label
        if row.kind.startswith("exclude"):
            return NEVER, label, "kept, never bought" if row.high is None else "sold down, never bought"
        return WEIGHTS, label, _between(row, _percent)
    if kind in LOCKED:
        name = given.held.get(row.subject, row.subject) or "All accounts"
        until = f" before {day(row.date)}" if row.date else ""
        return TRADING, f"{name}, {LOCKED[kind]}", f"locked{until}" if until else "always"
    return OTHERS[kind](row, given) if kind in OTHERS else _total(row, given)


def _total(row: PolicyConstraint, given: Given) -> Words:
    kind = Kind(row.kind)
    side = "" if row.high is not None else ", floor"
    return OF_KIND[kind], f"{NAMES.get(kind, kind.label)}{side}", _between(row, _writer(row, given))


def _between(row: PolicyConstraint, write: Callable[[Decimal], str]) -> str:
    low = f"at least {write(row.low)}" if row.low is not None else ""
    high = f"at most {write(row.high)}" if row.high is not None else ""
    return " and ".join(filter(None, [low, high]))


def _writer(row: PolicyConstraint, given: Given) -> Callable[[Decimal], str]:
    if row.unit == Unit.MONEY:
        return lambda value: money(value, given.currency)
    return _percent if row.unit == Unit.FRACTION else lambda value: f"{value.normalize():f}"


def _percent(value: Decimal) -> str:
    return f"{in_percent(value)}%"


def _minimum(row: PolicyConstraint, given: Given) -> Words:
    whose = given.account_names.get(row.subject, row.subject) if row.subject else "all accounts together"
    return CASH, f"Cash, {whose}", f"at least {money(row.low, given.currency)}"


def _withdrawal(row: PolicyConstraint, given: Given) -> Words:
    whose = given.account_names.get(row.subject, row.subject)
    return CASH, f"Withdrawal from {whose} on {day(row.date)}", money(row.low, given.currency)


def _liquidation(row: PolicyConstraint, given: Given) -> Words:
    part = in_percent(row.rate or Decimal(0))
    return CASH, "Days to sell a position", f"at most {row.high:f}, at {part}% of its daily volume"


def _unavailable(row: PolicyConstraint, given: Given) -> Words:
    where = given.account_names.get(row.place, row.place)
    return ACCOUNTS, f"{given.subjects.symbol(row.subject)} in {where}", "cannot be bought there"


def _location(row: PolicyConstraint, given: Given) -> Words:
    label, place = AssetClass(row.subject).label, BrokerageAccount.Kind(row.place).label
    elsewhere = f", at most {_percent(row.high)} elsewhere" if row.high else ""
    return ACCOUNTS, f"{label}, preferred account", f"{place}{elsewhere}"


def _after_tax(row: PolicyConstraint, given: Given) -> Words:
    return ACCOUNTS, "Tax-deferred accounts", f"count after tax of {_percent(row.rate or Decimal(0))}"


def _sum(row: PolicyConstraint, given: Given) -> Words:
    return WEIGHTS, written(row.terms, given), _between(row, _percent)


OTHERS: dict[str, Callable[[PolicyConstraint, Given], Words]] = {
    Kind.MINIMUM_CASH: _minimum,
    Kind.WITHDRAWAL: _withdrawal,
    Kind.LIQUIDATION: _liquidation,
    Kind.NOT_IN_ACCOUNT: _unavailable,
    Kind.LOCATION: _location,
    Kind.AFTER_TAX: _after_tax,
    Kind.CUSTOM: _sum,
}
