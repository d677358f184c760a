"""Every limit as a sentence with its value and its limit: kept, near, partly checked or not kept; and guardrails."""

from collections.abc import Callable

from optimizer.engine.constraints import EXCLUSIONS, limits_weight
from optimizer.engine.rebalance.book import Book
from optimizer.engine.rules import accounts, guardrails, levels, trading
from optimizer.engine.rules.reading import Reading
from optimizer.engine.types import ConstraintInput, ConstraintKind, Measures, PlanTrade, RuleCheck

Check = Callable[[Reading, ConstraintInput], RuleCheck]
CHECKS: dict[ConstraintKind, Check] = {
    "minimum_cash": levels.cash,
    "tax_budget": levels.total,
    "gain_budget": levels.total,
    "turnover": levels.total,
    "tracking_error": levels.total,
    "volatility": levels.total,
    "cvar": levels.total,
    "drawdown": levels.total,
    "beta": levels.total,
    "trades": trading.number,
    "fractional": trading.fractions,
    "no_short_gains": trading.short_gains,
    "harvest_least": trading.small_losses,
    "do_not_sell": trading.lock,
    "do_not_buy": trading.lock,
    "not_before": trading.lock,
    "buy_only": trading.lock,
    "not_in_account": trading.lock,
    "location": accounts.location,
    "liquidation": accounts.liquidation,
}


def rules(book: Book, before: Measures, after: Measures, trades: tuple[PlanTrade, ...]) -> tuple[RuleCheck, ...]:
    """Policy rows in their order, then guardrails. `book` is the household before any trade."""
    reading = Reading(book, before, after, trades)
    checks = [check_of(row)(reading, row) for row in book.snapshot.constraints]
    cash = (*guardrails.floors(reading), guardrails.no_debt(reading), *guardrails.reserve(reading))
    return (*checks, *cash, *guardrails.wash(reading))


def check_of(row: ConstraintInput) -> Check:
    if row.kind in EXCLUSIONS:
        return levels.exclusion
    return levels.weight if limits_weight(row) else CHECKS[row.kind]
