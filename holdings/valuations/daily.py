"""An account's value day by day, out of its ledger and of prices: plain values in and out."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.series import AccountSeries, level_on, levels_on
from holdings.ledger.types import ZERO, Entry, Flow, Step

Marks = Mapping[str, Sequence[Step]]


@dataclass(frozen=True, slots=True)
class DayValue:
    """An account at a close; `inflow` and `outflow`, both positive, crossed its border since the one before."""

    day: date
    value: Decimal
    cash: Decimal
    inflow: Decimal
    outflow: Decimal


def daily_values(
    series: AccountSeries, marks: Marks, days: Sequence[date], *, before: date, currency: str
) -> list[DayValue]:
    """Value the account at the close of each of `days`, which ascend without a gap; all amounts in `currency`.

    Parameters
    ----------
    marks : instrument -> steps of its price. The last price known counts until the next one; before the first: zero.
    before : the session before `days[0]`. Flows later than it, on a day without trading too, count on the next session.

    Securities are quantity x price, exact; flows in kind are valued at the price of the session on which they count.
    """
    with localcontext(exact):
        cash = levels_on(series.cash.get(currency, ()), days)
        values = list(cash)
        for instrument, steps in series.quantities.items():
            prices = levels_on(marks.get(instrument, ()), days)
            for index, quantity in enumerate(levels_on(steps, days)):
                values[index] += quantity * prices[index]
        inward, outward = _flows(series, marks, days, before)
        return [DayValue(*row) for row in zip(days, values, cash, inward, outward, strict=True)]


def _flows(
    series: AccountSeries, marks: Marks, days: Sequence[date], before: date
) -> tuple[list[Decimal], list[Decimal]]:
    inward, outward = [ZERO] * len(days), [ZERO] * len(days)
    for day in filter(lambda day: before < day <= days[-1], series.flows):
        session = bisect_left(days, day)
        for flow in series.flows[day]:
            amount = _amount(flow, marks, days[session])
            side = inward if amount > 0 else outward
            side[session] += abs(amount)
    return inward, outward


def _amount(flow: Flow, marks: Marks, session: date) -> Decimal:
    if flow.instrument is None:
        return flow.amount
    return flow.quantity * level_on(marks.get(flow.instrument, ()), session)


def paid_prices(entries: Iterable[Entry]) -> dict[str, list[Step]]:
    """What the account itself paid or got for a share, by instrument and day: a mark where no market price is known."""
    steps: dict[str, list[Step]] = {}
    for entry in sorted(entries, key=lambda entry: entry.trade_date):
        price = entry.price
        if price is None and entry.basis is not None and entry.quantity > 0:
            price = entry.basis / entry.quantity
        if entry.instrument is not None and price is not None:
            steps.setdefault(entry.instrument, []).append(Step(entry.trade_date, price))
    return steps


def joined(paid: Marks, closes: Marks) -> dict[str, list[Step]]:
    """Market closes, and before the first of them what was paid."""
    marks = {instrument: list(steps) for instrument, steps in closes.items()}
    for instrument, steps in paid.items():
        market = marks.get(instrument, [])
        first = market[0].day if market else date.max
        marks[instrument] = [step for step in steps if step.day < first] + market
    return marks
