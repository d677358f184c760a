"""What funds paid out a unit, as accounts of the household received it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.series import level_on
from holdings.ledger.types import ZERO, Entry, Kind
from holdings.tax.history import History
from holdings.tax.income import paid

_PAID = {Kind.DIVIDEND, Kind.REINVEST, Kind.RETURN_OF_CAPITAL}
DAY = timedelta(days=1)


def paid_out(history: History) -> Mapping[tuple[str, int], Decimal]:
    """(instrument, calendar year) -> what a unit was paid, as counted at the end of the year, at the rate of each day.

    Of the years whose prices are known. Where accounts received different sums, as one that bought late does, the
    largest counts.
    """
    splits = [entry for entry in history.entries if entry.kind is Kind.SPLIT]
    by_account: dict[tuple[str, str, int], Decimal] = defaultdict(lambda: ZERO)
    with localcontext(exact):
        for entry in history.entries:
            instrument, year = entry.instrument or "", entry.trade_date.year
            if entry.kind in _PAID and entry.rate is not None and (instrument, year) in history.fund_years:
                by_account[entry.account, instrument, year] += _a_unit(entry, entry.rate, history, splits)
    found: dict[tuple[str, int], Decimal] = defaultdict(lambda: ZERO)
    for (_, instrument, year), amount in by_account.items():
        found[instrument, year] = max(found[instrument, year], amount)
    return found


def _a_unit(entry: Entry, rate: Decimal, history: History, splits: Iterable[Entry]) -> Decimal:
    """Nothing of a payment on shares that nobody held, and of a reinvestment beside a distribution that is booked."""
    if entry.kind is Kind.REINVEST and entry.cash:
        return ZERO
    steps = history.ledger.holdings.get((entry.account, entry.instrument or ""), ())
    day = history.ex_dates.get(entry.id, entry.trade_date) - DAY
    units = level_on(steps, day)
    return paid(entry) * rate / (units * _grown(entry, day, history, splits)) if units > 0 else ZERO


def _grown(payment: Entry, after: date, history: History, splits: Iterable[Entry]) -> Decimal:
    """Units at the end of the year for one unit of `after`."""
    grown, place = Decimal(1), (payment.account, payment.instrument)
    for entry in splits:
        is_later = after < entry.trade_date <= date(payment.trade_date.year, 12, 31)
        if (entry.account, entry.instrument) == place and is_later:
            before = level_on(history.ledger.holdings[entry.account, payment.instrument or ""], entry.trade_date - DAY)
            grown *= (before + entry.quantity) / before if before > 0 else Decimal(1)
    return grown
