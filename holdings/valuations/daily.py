"""An account's value day by day, out of its ledger, of prices and of exchange rates: plain values in and out."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact, part
from holdings.ledger.series import AccountSeries, level_on, levels_on
from holdings.ledger.types import ZERO, Entry, Flow, Kind, Step

Steps = Sequence[Step]


@dataclass(frozen=True)
class Market:
    """What things were worth.

    marks: instrument -> steps of its price in its own currency. The last price known counts until the next one.
    currencies: instrument -> the currency of its marks.
    rates: currency -> steps of the base currency for one unit. Before the first step nothing is known: zero.
    """

    marks: Mapping[str, Steps] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, Steps] = field(default_factory=dict)

    def rate(self, currency: str, day: date) -> Decimal:
        return level_on(self.rates.get(currency, ()), day)

    def price(self, instrument: str, day: date) -> Decimal:
        """In the base currency."""
        return level_on(self.marks.get(instrument, ()), day) * self.rate(self.currencies[instrument], day)


@dataclass(frozen=True, slots=True)
class DayValue:
    """An account at a close, in the base currency.

    `inflow` and `outflow`, both positive, crossed its border since the close before. `currency_gain` is what moves of
    exchange rates gave since then: over currencies, yesterday's value x the change of the rate.
    """

    day: date
    value: Decimal
    cash: Decimal
    inflow: Decimal
    outflow: Decimal
    currency_gain: Decimal = ZERO


def daily_values(series: AccountSeries, market: Market, days: Sequence[date], *, before: date) -> list[DayValue]:
    """Value the account at the close of each of `days`, which ascend without a gap.

    before : the session before `days[0]`. Flows later than it, on a day without trading too, count on the next session.

    Securities are quantity x price x the day's rate, exact; flows are converted, and flows in kind valued, at the rate
    and the price of the session on which they count.
    """
    with localcontext(exact):
        span = [before, *days]
        rates = {currency: levels_on(steps, span) for currency, steps in market.rates.items()}
        cash = {currency: levels_on(steps, span) for currency, steps in series.cash.items()}
        held = _with_securities(cash, series, market, span)
        inward, outward = _flows(series, market, days, before)
        columns = (_in_base(held, rates, span), _in_base(cash, rates, span), inward, outward, _moved(held, rates, span))
        return [DayValue(*row) for row in zip(days, *columns, strict=True)]


Levels = Mapping[str, Sequence[Decimal]]


def _with_securities(cash: Levels, series: AccountSeries, market: Market, span: Sequence[date]) -> Levels:
    """Value by currency, each in its own."""
    held = {currency: list(levels) for currency, levels in cash.items()}
    for instrument, steps in series.quantities.items():
        values = held.setdefault(market.currencies[instrument], [ZERO] * len(span))
        prices = levels_on(market.marks.get(instrument, ()), span)
        for index, quantity in enumerate(levels_on(steps, span)):
            if quantity:
                values[index] += quantity * prices[index]
    return held


def _in_base(levels: Levels, rates: Levels, span: Sequence[date]) -> list[Decimal]:
    values = [ZERO] * (len(span) - 1)
    for currency, each in levels.items():
        for index, (level, rate) in enumerate(zip(each[1:], rates[currency][1:], strict=True)):
            values[index] += level * rate
    return values


def _moved(held: Levels, rates: Levels, span: Sequence[date]) -> list[Decimal]:
    gains = [ZERO] * (len(span) - 1)
    for currency, levels in held.items():
        of = rates[currency]
        for index in range(len(gains)):
            if of[index + 1] != of[index]:
                gains[index] += levels[index] * (of[index + 1] - of[index])
    return gains


def _flows(
    series: AccountSeries, market: Market, days: Sequence[date], before: date
) -> tuple[list[Decimal], list[Decimal]]:
    inward, outward = [ZERO] * len(days), [ZERO] * len(days)
    for day in filter(lambda day: before < day <= days[-1], series.flows):
        session = bisect_left(days, day)
        for flow in series.flows[day]:
            amount = flow_value(flow, market, days[session])
            side = inward if amount > 0 else outward
            side[session] += abs(amount)
    return inward, outward


def flow_value(flow: Flow, market: Market, session: date) -> Decimal:
    """In the base currency, signed inward."""
    if flow.instrument is None:
        return flow.amount * market.rate(flow.currency, session)
    return flow.quantity * market.price(flow.instrument, session)


def paid_prices(entries: Iterable[Entry], market: Market) -> dict[str, list[Step]]:
    """What was paid or got for a share, by instrument and day: a mark where no market price is known.

    In the instrument's currency; left out where it was paid in another one and the day's rates are unknown.
    """
    steps: dict[str, list[Step]] = {}
    for entry in sorted(entries, key=lambda entry: entry.trade_date):
        price = entry.price
        if price is None and entry.basis is not None and entry.quantity > 0:
            price = part(entry.basis, Decimal(1), entry.quantity)
        if entry.instrument is not None and price is not None and (factor := _factor(entry, market)):
            steps.setdefault(entry.instrument, []).append(Step(entry.trade_date, price * factor))
    return steps


def _factor(entry: Entry, market: Market) -> Decimal | None:
    """Units of the instrument's currency for one of the entry's, on its day."""
    into = market.currencies[entry.instrument or ""]
    if entry.currency == into:
        return Decimal(1)
    own, other = market.rate(entry.currency, entry.trade_date), market.rate(into, entry.trade_date)
    return part(own, Decimal(1), other) if own and other else None


def stated_rates(entries: Iterable[Entry], base: str) -> dict[str, list[Step]]:
    """Rates that trades name, by currency and day: they stand in before the first published one."""
    steps: dict[str, list[Step]] = {}
    for entry in sorted(entries, key=lambda entry: entry.trade_date):
        if entry.currency != base and entry.rate and entry.kind is not Kind.OPENING:
            steps.setdefault(entry.currency, []).append(Step(entry.trade_date, entry.rate))
    return steps


def joined(stand_in: Mapping[str, Steps], known: Mapping[str, Steps]) -> dict[str, list[Step]]:
    """What is known, and before the first of it what stands in for it."""
    steps_of = {key: list(steps) for key, steps in known.items()}
    for key, steps in stand_in.items():
        market = steps_of.get(key, [])
        first = market[0].day if market else date.max
        steps_of[key] = [step for step in steps if step.day < first] + market
    return steps_of
