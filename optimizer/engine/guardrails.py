"""Outer limits that every plan keeps, whoever asked for it: plain Decimals, open to every layer, no solver.

A guardrail judges what trades do. What stood beyond a limit before them and is not made worse passes, and says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from optimizer.engine.check import SLACK
from optimizer.engine.types import ZERO, RuleCheck, RuleState
from optimizer.engine.words import count, listed, money_words, percent, ratio, written

LEVERAGE = Decimal(1)
"""Nothing is borrowed and nothing is sold short: no setting."""
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rails:
    """The limits; fractions of the household but for `volume` and `age`. None: that guardrail is off."""

    position: Decimal | None = Decimal("0.50")  # of one stock
    turnover: Decimal | None = Decimal("0.75")  # (sold + bought) / 2
    volume: Decimal | None = Decimal("0.10")  # of the shares traded on an average day, of one instrument
    age: int | None = 7  # days from the last close of what is traded to the day of the plan
    tax: Decimal | None = Decimal("0.05")  # added in the year


@dataclass(frozen=True, slots=True)
class Holding:
    """One instrument. Weights: fractions of the household; `shares`: bought plus sold; `price_of`: its last close."""

    symbol: str
    is_stock: bool
    before: Decimal
    after: Decimal
    shares: Decimal = ZERO
    daily_volume: Decimal | None = None
    price_of: date | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What a set of trades would do to the household. Cash by name of account, in the currency of the household."""

    as_of: date
    value: Decimal
    holdings: Sequence[Holding]
    cash_before: Mapping[str, Decimal]
    cash_after: Mapping[str, Decimal]
    traded: Decimal  # value of all sales and purchases
    tax: Decimal
    currency: str = "USD"

    @property
    def of_trades(self) -> list[Holding]:
        return [holding for holding in self.holdings if holding.shares]


def checks(moved: Moved, rails: Rails) -> tuple[RuleCheck, ...]:
    """One sentence a guardrail, with its value and its limit; what is off is left out."""
    found = (judge(moved, rails) for judge in GUARDRAILS)
    return tuple(check for check in found if check is not None)


def refusals(found: Sequence[RuleCheck]) -> list[str]:
    return [check.sentence for check in found if check.state == "fail"]


def _position(moved: Moved, rails: Rails) -> RuleCheck | None:
    high = rails.position
    if high is None:
        return None
    stocks = [holding for holding in moved.holdings if holding.is_stock]
    worse = [each for each in stocks if each.after > max(high, each.before) + SLACK]
    if worse:
        most = max(worse, key=lambda each: each.after)
        said = f"{most.symbol} would be {percent(most.after)} of the household: one stock may be {percent(high)}."
        return _check("position", "fail", said, most.after, high)
    if not stocks:
        return _check("position", "pass", f"No single stock is held; one may be {percent(high)}.", ZERO, high)
    most = max(stocks, key=lambda each: each.after)
    above = most.after > high + SLACK
    rest = " It was above before, and is not raised." if above else ""
    said = f"The largest stock, {most.symbol}, would be {percent(most.after)} of the household; one may be "
    return _check("position", "near" if above else "pass", f"{said}{percent(high)}.{rest}", most.after, high)


def _leverage(moved: Moved, rails: Rails) -> RuleCheck:
    """Invested over value, and the cash of each account: debt that was there may shrink, never grow."""
    invested = sum((holding.after for holding in moved.holdings), ZERO)
    borrowed = [
        name for name, cash in moved.cash_after.items() if cash < min(ZERO, moved.cash_before.get(name, ZERO)) - CENT
    ]
    if borrowed:
        least = min(borrowed, key=lambda name: moved.cash_after[name])
        cash = money_words(moved.cash_after[least], moved.currency)
        return _check("leverage", "fail", f"{least} would borrow: its cash would be {cash}.", invested, LEVERAGE)
    in_debt = any(cash < -CENT for cash in moved.cash_after.values())
    rest = " An account was in debt before, and is not deeper in it." if in_debt else ""
    said = f"Invested would be {ratio(invested)} times the household; nothing is borrowed beyond 1.00.{rest}"
    return _check("leverage", "near" if in_debt else "pass", said, invested, LEVERAGE)


def _turnover(moved: Moved, rails: Rails) -> RuleCheck | None:
    if rails.turnover is None:
        return None
    turnover = moved.traded / moved.value / 2 if moved.value > 0 else ZERO
    state: RuleState = "fail" if turnover > rails.turnover + SLACK else "pass"
    said = f"Turnover would be {percent(turnover)} of the household; one plan may turn over {percent(rails.turnover)}."
    return _check("turnover", state, said, turnover, rails.turnover)


def _liquidity(moved: Moved, rails: Rails) -> RuleCheck | None:
    if rails.volume is None:
        return None
    known = [(each.shares / each.daily_volume, each.symbol) for each in moved.of_trades if each.daily_volume]
    unknown = [each for each in moved.of_trades if not each.daily_volume]
    most, symbol = max(known, default=(ZERO, ""))
    may = f"one may be {percent(rails.volume)} of an average day"
    if most > rails.volume + SLACK:
        said = f"The order in {symbol} would be {percent(most)} of what is traded in it on an average day: {may}."
        return _check("liquidity", "fail", said, most, rails.volume)
    said = f"The largest order, in {symbol}, would be {percent(most)} of a day's trade; {may}." if symbol else ""
    if unknown:
        said = f"{said} How much is traded in a day is not known of {count(len(unknown), 'instrument')}.".strip()
    return _check(
        "liquidity", "partial" if unknown else "pass", said or f"Nothing is traded; {may}.", most, rails.volume
    )


def _age(moved: Moved, rails: Rails) -> RuleCheck | None:
    if rails.age is None:
        return None
    ages = {each.symbol: (moved.as_of - each.price_of).days for each in moved.of_trades if each.price_of}
    old = sorted(symbol for symbol, days in ages.items() if days > rails.age)
    oldest = max(ages.values(), default=0)
    may = f"{count(rails.age, 'day')} before {written(moved.as_of)}"
    if old:
        verb = "is" if len(old) == 1 else "are"
        said = f"The last close of {listed(old[:6])} {verb} up to {count(oldest, 'day')} old; it may be {may}."
        return _check("data_age", "fail", said, Decimal(oldest), Decimal(rails.age))
    said = f"The oldest close of what is traded is {count(oldest, 'day')} old; it may be {may}."
    return _check("data_age", "pass", said, Decimal(oldest), Decimal(rails.age))


def _tax(moved: Moved, rails: Rails) -> RuleCheck | None:
    if rails.tax is None:
        return None
    part = moved.tax / moved.value if moved.value > 0 else ZERO
    state: RuleState = "fail" if part > rails.tax + SLACK else "pass"
    added = f"Tax added this year would be {money_words(moved.tax, moved.currency)}, {percent(part)} of the household"
    return _check("tax", state, f"{added}; one plan may add {percent(rails.tax)}.", part, rails.tax)


GUARDRAILS: tuple[Callable[[Moved, Rails], RuleCheck | None], ...] = (
    _position,
    _leverage,
    _turnover,
    _liquidity,
    _age,
    _tax,
)


def _check(kind: str, state: RuleState, sentence: str, value: Decimal, limit: Decimal) -> RuleCheck:
    return RuleCheck(f"guardrail:{kind}", kind, "", True, state, sentence, value, limit)
