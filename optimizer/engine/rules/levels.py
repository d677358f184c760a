"""Limits on what the household would hold, and on the plan's totals."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from optimizer.engine.constraints import members, single, unlabelled
from optimizer.engine.rules.reading import TINY, Reading, named, partly, state_of
from optimizer.engine.types import ZERO, ConstraintInput, ConstraintKind, Measures, RuleCheck, RuleState
from optimizer.engine.words import capital, percent, ratio, subject

Write = Callable[[Decimal], str]
VALUES: dict[ConstraintKind, tuple[str, Write | None, Callable[[Measures], Decimal | float | None]]] = {
    "tax_budget": ("Tax added this year", None, lambda m: m.tax),
    "gain_budget": ("Net gains of this year", None, lambda m: m.gains),
    "turnover": ("Turnover", percent, lambda m: m.turnover),
    "tracking_error": ("Tracking error", percent, lambda m: m.tracking_error),
    "volatility": ("Volatility", percent, lambda m: m.volatility),
    "cvar": ("The mean loss of the worst 5% of months", percent, lambda m: m.cvar_95),
    "drawdown": ("The mean of the worst 5% of drawdowns", percent, lambda m: m.drawdown),
    "beta": ("Beta", ratio, lambda m: m.beta),
}
"""Name, how the figure is written (None: as money), and the figure."""
MISSING = {"issuer_weight": "Issuer not known", "region_weight": "Region not known"}
UNCLASSIFIED, UNSCREENED = "Not classified", "Not screened"


def weight(reading: Reading, row: ConstraintInput) -> RuleCheck:
    """The weight of what a limit is about; of each stock, that of the largest."""
    rows = _singled(reading, row)
    if not rows:
        return RuleCheck(row.id, row.kind, row.subject, row.hard, "pass", "No single stock is held.", ZERO, row.high)
    largest = max(rows, key=lambda one: weight_of(one, reading, reading.after))
    was = max(weight_of(one, reading, reading.before) for one in rows)
    name = capital(subject(largest, reading.book.assets, reading.book.accounts))
    if row.kind == "each_stock":
        name += ", the largest stock without a limit of its own,"
    value = weight_of(largest, reading, reading.after)
    return _complete(reading, row, _stated(row, name, percent, value, was, TINY))


def _singled(reading: Reading, row: ConstraintInput) -> Sequence[ConstraintInput]:
    if row.kind != "each_stock":
        return [row]
    own = [other for other in reading.book.snapshot.constraints if other.kind == "instrument_weight"]
    return [one for one in single([row, *own], reading.book.assets) if one not in own]


def weight_of(row: ConstraintInput, reading: Reading, measures: Measures) -> Decimal:
    inside = members(row, reading.book.assets)
    return sum((row.terms.get(a.id, Decimal(1)) * Decimal(measures.by_asset.get(a.id, 0.0)) for a in inside), ZERO)


def total(reading: Reading, row: ConstraintInput) -> RuleCheck:
    """A figure of the whole household, or of the whole plan."""
    name, write, value_of = VALUES[row.kind]
    value, was = value_of(reading.after), value_of(reading.before)
    if value is None or was is None:
        sentence = f"{name} was not checked: the benchmark has too few prices."
        return RuleCheck(row.id, row.kind, row.subject, row.hard, "partial", sentence, None, row.high)
    return _stated(row, name, write or reading.money, Decimal(value), Decimal(was), _slack(reading, row))


def cash(reading: Reading, row: ConstraintInput) -> RuleCheck:
    name = capital(subject(row, reading.book.assets, reading.book.accounts))
    value, was = (_cash(row, measures) for measures in (reading.after, reading.before))
    least = reading.money(row.low or ZERO)
    start = f"{name} would have {reading.money(value)} in cash, at least {least} is to be kept."
    return _judged(row, start, reading.money, value, was, _slack(reading, row))


def _cash(row: ConstraintInput, measures: Measures) -> Decimal:
    return measures.account_cash[row.subject] if row.subject else sum(measures.account_cash.values(), ZERO)


def exclusion(reading: Reading, row: ConstraintInput) -> RuleCheck:
    name = capital(subject(row, reading.book.assets, reading.book.accounts))
    value, was = (weight_of(row, reading, measures) for measures in (reading.after, reading.before))
    if row.high is None:
        state: RuleState = "pass" if value <= was + Decimal(TINY) else "fail"
        sentence = f"{name} would be held at {percent(value)} and not bought."
    else:
        state = "pass" if value <= Decimal(TINY) else "fail"
        sentence = f"{name} is excluded and would be {percent(value)}; without trades it is {percent(was)}."
    made = RuleCheck(row.id, row.kind, row.subject, row.hard, state, sentence, value, row.high)
    return _complete(reading, row, made)


def _complete(reading: Reading, row: ConstraintInput, made: RuleCheck) -> RuleCheck:
    """The rule with the instruments of which it does not know."""
    unknown = unlabelled(row, reading.book.assets)
    if not unknown:
        return made
    theme = row.kind in ("theme_weight", "exclude_theme")
    words = UNSCREENED if theme else MISSING.get(row.kind, UNCLASSIFIED)
    return replace(made, sentence=f"{made.sentence} {words}: {named(unknown)}.", state=partly(made.state, unknown))


def _stated(row: ConstraintInput, name: str, write: Write, value: Decimal, was: Decimal, slack: float) -> RuleCheck:
    limit = _bound(row, value)
    word = "limit" if limit == row.high else "floor"
    sentence = f"{name} would be {write(value)}; the {word} is {write(limit or ZERO)}."
    return _judged(row, sentence, write, value, was, slack)


def _judged(row: ConstraintInput, start: str, write: Write, value: Decimal, was: Decimal, slack: float) -> RuleCheck:
    state = state_of(value, row.low, row.high, Decimal(slack))
    failed = state_of(was, row.low, row.high, Decimal(slack)) == "fail"
    sentence = start
    if failed and state != "fail":
        sentence += f" Without trades it fails at {write(was)}."
    elif failed:
        kept = "what is locked or unsellable keeps it there" if row.hard else "mending it costs more than it is worth"
        sentence += f" Without trades it is {write(was)}; {kept}."
    return RuleCheck(row.id, row.kind, row.subject, row.hard, state, sentence, value, _bound(row, value))


def _bound(row: ConstraintInput, value: Decimal) -> Decimal | None:
    """The side of a limit that a value is nearer to breaking."""
    return row.high if row.high is not None and (row.low is None or value > row.low) else row.low


def _slack(reading: Reading, row: ConstraintInput) -> float:
    return TINY * (reading.book.v if row.unit == "money" or row.kind in ("minimum_cash", "tax_budget") else 1)
