"""What moved between holdings, cash and the outside, exactly: plain values in and out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum

from holdings.ledger.exact import exact
from holdings.ledger.series import AccountSeries, level_on, levels_on
from holdings.ledger.types import ZERO, Entry, Kind, Step
from holdings.valuations.daily import Market, flow_value

CASH = "cash"
FLAGGED = "flagged"
"""Keys beside instruments: cash of every currency, and short and option positions, which are kept but not valued."""

_OUTSIDE = {Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.TRANSFER_IN, Kind.TRANSFER_OUT}
_INCOME = {Kind.DIVIDEND, Kind.INTEREST}
_COSTS = {Kind.FEE, Kind.TAX}


class Part(StrEnum):
    """put_in: value moved in from cash, another holding or outside. income and costs: earned and paid by it."""

    PUT_IN = "put_in"
    INCOME = "income"
    COSTS = "costs"


@dataclass(frozen=True, slots=True)
class Move:
    """Signed, in the base currency, on the session `at`. `is_external` crossed the account's border."""

    at: int
    key: str
    part: Part
    amount: Decimal
    is_external: bool = False
    is_fee: bool = False


def moves(
    entries: Sequence[Entry], series: AccountSeries, market: Market, days: Sequence[date], *, before: date
) -> list[Move]:
    """Every move later than `before` until the last of `days`; those of days without trading on the next session.

    Together with the values before and after they say what each holding earned: gain = end - begin - put in + income +
    costs (of cash: end - begin - put in), and the gains of all add up to the account's end - begin - external flows.
    """
    with localcontext(exact):
        found: list[Move] = []
        for entry in entries:
            if before < entry.trade_date <= days[-1]:
                at = bisect_left(days, entry.trade_date)
                found += _of_cash(entry, market, at, days[at])
                found += _of_exchange(entry, series, market, at, days[at])
        for day, flows in series.flows.items():
            if before < day <= days[-1]:
                at = bisect_left(days, day)
                for flow in flows:
                    if flow.instrument is not None:
                        value = flow_value(flow, market, days[at])
                        found.append(Move(at, flow.instrument, Part.PUT_IN, value, is_external=True))
        return found


def _of_cash(entry: Entry, market: Market, at: int, session: date) -> Iterator[Move]:
    """What an entry did to cash, and to the holding that it belongs to."""
    amount, fees = (each * market.rate(entry.currency, session) for each in (entry.cash, entry.fees))
    if entry.kind in _OUTSIDE:
        yield Move(at, CASH, Part.PUT_IN, amount, is_external=True)
        return
    if entry.kind is Kind.EXCHANGE:
        got = entry.other_cash * market.rate(entry.other_currency, session) if entry.other_currency else ZERO
        yield Move(at, CASH, Part.COSTS, amount + got)
        return
    is_fee = entry.kind is Kind.FEE
    key = FLAGGED if entry.kind in {Kind.SHORT, Kind.OPTION} else entry.instrument
    if key is None:
        yield Move(at, CASH, Part.COSTS if entry.kind in _COSTS else Part.INCOME, amount, is_fee=is_fee)
        return
    yield Move(at, CASH, Part.PUT_IN, amount)
    yield from _of_holding(entry, key, amount, fees, at, market.rate(entry.currency, session))


def _of_holding(entry: Entry, key: str, amount: Decimal, fees: Decimal, at: int, rate: Decimal) -> Iterator[Move]:
    if entry.kind in _COSTS:
        yield Move(at, key, Part.COSTS, amount, is_fee=entry.kind is Kind.FEE)
        return
    gross = amount + fees if amount else ZERO
    charged = fees if amount else ZERO
    if charged:
        yield Move(at, key, Part.COSTS, -charged)
    if entry.kind in _INCOME:
        yield Move(at, key, Part.INCOME, gross)
    elif entry.kind is Kind.REINVEST and not amount and entry.price is not None:
        bought = entry.price * entry.quantity * rate
        yield Move(at, key, Part.INCOME, bought)
        yield Move(at, key, Part.PUT_IN, bought)
    elif gross:
        yield Move(at, key, Part.PUT_IN, -gross)


def _of_exchange(entry: Entry, series: AccountSeries, market: Market, at: int, session: date) -> Iterator[Move]:
    """Shares that became shares of another instrument: they moved at their market value."""
    if entry.instrument is None or entry.other is None:
        return
    quantity = entry.other_quantity or _dropped(series.quantities.get(entry.instrument, ()), entry.trade_date)
    value = quantity * market.price(entry.other, session)
    yield Move(at, entry.other, Part.PUT_IN, value)
    yield Move(at, entry.instrument, Part.PUT_IN, -value)


def _dropped(steps: Sequence[Step], day: date) -> Decimal:
    return level_on([step for step in steps if step.day < day], day) - level_on(steps, day)


def rate_gains(
    series: AccountSeries, market: Market, days: Sequence[date], *, before: date, base: str
) -> dict[str, list[Decimal]]:
    """What moves of exchange rates gave each holding, session by session; holdings in the base currency have none."""
    span = [before, *days]
    with localcontext(exact):
        gains: dict[str, list[Decimal]] = {}
        for instrument, steps in series.quantities.items():
            currency = market.currencies[instrument]
            if currency != base:
                prices = levels_on(market.marks.get(instrument, ()), span)
                held = [q * p for q, p in zip(levels_on(steps, span), prices, strict=True)]
                gains[instrument] = _moved(held, levels_on(market.rates.get(currency, ()), span))
        for currency, steps in series.cash.items():
            if currency != base:
                new = _moved(levels_on(steps, span), levels_on(market.rates.get(currency, ()), span))
                gains[CASH] = [a + b for a, b in zip(gains.get(CASH, [ZERO] * len(days)), new, strict=True)]
        return gains


def _moved(held: Sequence[Decimal], rates: Sequence[Decimal]) -> list[Decimal]:
    return [held[at] * (rates[at + 1] - rates[at]) for at in range(len(held) - 1)]


def worth(series: AccountSeries, market: Market, day: date) -> dict[str, Decimal]:
    """Value of each holding at a close, in the base currency."""
    with localcontext(exact):
        values = {
            instrument: quantity * market.price(instrument, day)
            for instrument, steps in series.quantities.items()
            if (quantity := level_on(steps, day))
        }
        cash = [level_on(steps, day) * market.rate(currency, day) for currency, steps in series.cash.items()]
        return {**values, CASH: sum(cash, ZERO)}
