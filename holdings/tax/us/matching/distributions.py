"""What funds and REITs paid on shares that were held six months or less and sold at a loss (IRC 852(b)(4), 857(b)(8)).

A distribution belongs to the shares that were there the day before it: before its ex-date or, where nobody knows that,
before it was paid. Each of these shares got the same; shares that were transferred are found where they were then.
Time that a wash sale tacks on does not count (246(c)(3)(B)). The six months end as the year of a long-term gain does.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from holdings.ledger.exact import part
from holdings.ledger.series import level_on
from holdings.ledger.types import ZERO, Character, Entry, Kind, RealisedGain, Term
from holdings.tax.history import Asset, History
from holdings.tax.us.holding import more_than_six_months_from
from holdings.tax.us.matching.slices import Draft

_FUNDS = {Asset.ETF, Asset.FUND}
_COUNTED = {Character.EXEMPT, Character.CAPITAL_GAIN}
_DAY = timedelta(days=1)


class Distributions:
    """Those of a history that deny a loss or make it long-term, by instrument."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._paid: dict[str | None, list[Entry]] = defaultdict(list)
        for entry in history.entries:
            if entry.kind is Kind.DIVIDEND and entry.character in _COUNTED and entry.rate is not None:
                self._paid[entry.instrument].append(entry)

    def apply(self, draft: Draft) -> None:
        """Exempt interest first: what it denies is gone for good, and is in no basis of a replacement."""
        if draft.gain.instrument not in self._paid or not is_short_held(self._history, draft.gain):
            return
        sums = dict.fromkeys(_COUNTED, ZERO)
        for character, amount in self._received(draft):
            sums[character] += amount
        draft.denied = min(draft.loss, max(sums[Character.EXEMPT], ZERO))
        draft.distributed = max(sums[Character.CAPITAL_GAIN], ZERO)

    def _received(self, draft: Draft) -> Iterator[tuple[Character, Decimal]]:
        """What came on the shares of a slice."""
        gain, ledger = draft.gain, self._history.ledger
        for entry in self._paid[gain.instrument]:
            day = self._history.ex_dates.get(entry.id, entry.trade_date)
            before = self._standing(gain.lot, day - _DAY) if day <= gain.sold else None
            if before is None or before[0] != entry.account:
                continue
            shares = level_on(ledger.holdings.get((entry.account, gain.instrument), ()), day - _DAY)
            if shares:
                yield entry.character, part(entry.cash * (entry.rate or ZERO), draft.quantity, shares * before[1])

    def _standing(self, lot: str | None, day: date) -> tuple[str, Decimal] | None:
        """The account that the shares of a lot were in on a day, and how many times as many splits made them since."""
        grown, until = Decimal(1), date.max
        while lot:
            events = [event for event in self._history.ledger.trail[lot] if event.day <= until]
            for event in reversed(events):
                if event.day <= day:
                    return event.account, grown
                if event.kind is Kind.SPLIT:
                    grown *= event.quantity_after / (event.quantity_after - event.quantity)
            until = events[0].day if events else until
            lot = self._history.ledger.parents.get(lot)
        return None


def is_short_held(history: History, gain: RealisedGain) -> bool:
    """Whether these are shares of a fund or REIT, held for six months or less. Inherited ones never are (1223(9))."""
    instrument = history.instruments.get(gain.instrument)
    if instrument is None or gain.acquired is None or gain.term is not Term.SHORT:
        return False
    return (instrument.asset in _FUNDS or instrument.reit) and gain.sold < more_than_six_months_from(gain.acquired)
