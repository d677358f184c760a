"""Every limit as a sentence with its value and its limit: kept, near, or not kept; and the fixed guardrails."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from optimizer.engine.constraints import EXCLUSIONS, WEIGHTS, members
from optimizer.engine.rebalance.book import Book
from optimizer.engine.types import ZERO, ConstraintInput, Measures, PlanTrade, RuleCheck, RuleState
from optimizer.engine.words import capital, dollars, listed, percent, subject

NEAR = 0.05  # within this part of a limit
TINY = 1e-6


def rules(book: Book, before: Measures, after: Measures, trades: tuple[PlanTrade, ...]) -> tuple[RuleCheck, ...]:
    """Policy rows in their order, then guardrails. `book` is the household before any trade."""
    checks = [_check(book, row, before, after) for row in book.snapshot.constraints]
    return (*checks, *_floors(book, before, after), _no_debt(after), *_wash(book, trades))


def value_of(row: ConstraintInput, book: Book, measures: Measures) -> Decimal:
    """What a limit limits, in its own unit."""
    if row.kind in WEIGHTS or row.kind in EXCLUSIONS:
        inside = [asset.id for asset in members(row, book.assets)]
        return Decimal(sum(measures.by_asset.get(asset, 0.0) for asset in inside))
    if row.kind == "minimum_cash":
        return measures.account_cash[row.subject] if row.subject else sum(measures.account_cash.values(), ZERO)
    return {
        "tax_budget": measures.tax,
        "turnover": Decimal(measures.turnover),
        "tracking_error": Decimal(measures.tracking_error),
    }[row.kind]


def state_of(value: Decimal, low: Decimal | None, high: Decimal | None, slack: Decimal) -> RuleState:
    if (high is not None and value > high + slack) or (low is not None and value < low - slack):
        return "fail"
    near_high = high is not None and high > 0 and value > high * Decimal(1 - NEAR)
    near_low = low is not None and low > 0 and value < low * Decimal(1 + NEAR)
    return "near" if near_high or near_low else "pass"


def _check(book: Book, row: ConstraintInput, before: Measures, after: Measures) -> RuleCheck:
    if row.kind in EXCLUSIONS:
        return _exclusion(book, row, before, after)
    money = row.kind in ("minimum_cash", "tax_budget")
    value, was = value_of(row, book, after), value_of(row, book, before)
    slack = Decimal(TINY) * (book.value if money else 1)
    state = state_of(value, row.low, row.high, slack)
    failed = state_of(was, row.low, row.high, slack) == "fail"
    limit = row.high if row.high is not None and (row.low is None or value > row.low) else row.low
    write = dollars if money else percent
    name = {"tax_budget": "Tax added this year", "turnover": "Turnover", "tracking_error": "Tracking error"}.get(
        row.kind, capital(subject(row, book.assets, book.accounts))
    )
    held = f" in cash, at least {write(limit or ZERO)} is to be kept."
    bound = f"; the {'limit' if limit == row.high else 'floor'} is {write(limit or ZERO)}."
    sentence = f"{name} would {'have' if row.kind == 'minimum_cash' else 'be'} {write(value)}"
    sentence += held if row.kind == "minimum_cash" else bound
    if failed and state != "fail":
        sentence += f" Without trades it fails at {write(was)}."
    elif failed:
        kept = "what is locked or unsellable keeps it there" if row.hard else "mending it costs more than it is worth"
        sentence += f" Without trades it is {write(was)}; {kept}."
    return RuleCheck(row.id, row.kind, row.subject, row.hard, state, sentence, value, limit)


def _exclusion(book: Book, row: ConstraintInput, before: Measures, after: Measures) -> RuleCheck:
    name = capital(subject(row, book.assets, book.accounts))
    value, was = value_of(row, book, after), value_of(row, book, before)
    unscreened = [a.symbol for a in book.assets if not a.themes] if row.kind == "exclude_theme" else []
    if row.high is None:
        state: RuleState = "pass" if value <= was + Decimal(TINY) else "fail"
        sentence = f"{name} would be held at {percent(value)} and not bought."
    else:
        state = "pass" if value <= Decimal(TINY) else "fail"
        sentence = f"{name} is excluded and would be {percent(value)}; without trades it is {percent(was)}."
    if unscreened:
        sentence += f" Not screened: {listed(unscreened)}."
    return RuleCheck(row.id, row.kind, row.subject, row.hard, state, sentence, value, row.high)


def _floors(book: Book, before: Measures, after: Measures) -> Iterator[RuleCheck]:
    """The cash that an account keeps for its own minimum and its planned withdrawal."""
    for account in book.accounts:
        least = account.cash_min + account.planned_withdrawal
        if least:
            value = after.account_cash[account.id]
            why = " for its planned withdrawal" if account.planned_withdrawal else ""
            sentence = f"{account.name} would have {dollars(value)} in cash; {dollars(least)} is to be kept{why}."
            state = state_of(value, least, None, Decimal("0.005"))
            yield RuleCheck(f"cash:{account.id}", "minimum_cash", account.id, True, state, sentence, value, least)


def _no_debt(after: Measures) -> RuleCheck:
    lowest = min(after.account_cash.values(), default=ZERO)
    state: RuleState = "pass" if lowest >= 0 else "fail"
    sentence = f"No account would borrow or sell short; the lowest cash would be {dollars(lowest)}."
    return RuleCheck("guardrail:leverage", "leverage", "", True, state, sentence, lowest, ZERO)


def _wash(book: Book, trades: tuple[PlanTrade, ...]) -> Iterator[RuleCheck]:
    """That no loss of this plan is washed, by purchases behind it or in it."""
    losses = sorted({trade.asset for trade in trades if trade.gain is not None and trade.gain < 0})
    if not losses:
        return
    day = book.snapshot.trade_date
    void = sum((trade.disallowed for trade in trades), ZERO)
    symbols = [book.assets[book.asset_index[asset]].symbol for asset in losses]
    verb = "is" if len(symbols) == 1 else "are"
    start, end = (f"{d.day} {d:%b}" for d in (day - timedelta(30), day + timedelta(30)))
    if void:
        sentence = f"{dollars(void)} of loss would be washed by purchases since {start}."
    elif len(symbols) > 6:
        sentence = f"No loss would be washed: the {len(symbols)} sold at a loss are bought in no account to {end}."
    else:
        sentence = f"No loss would be washed: {listed(symbols)} {verb} bought in no account from {start} to {end}."
    yield RuleCheck("guardrail:wash", "wash", "", True, "fail" if void else "pass", sentence, void, ZERO)
