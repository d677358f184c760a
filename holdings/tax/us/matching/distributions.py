"""What was paid on shares that were sold at a loss, where it denies the loss or makes it long-term.

Of funds and REITs held six months or less exempt interest and gains (IRC 852(b)(4), 857(b)(8)); of any stock held a
year or less extraordinary dividends that were qualified (1(h)(11)(D)(i)).

A distribution belongs to the shares that were there the day before it: before its ex-date or, where nobody knows that,
before it was paid. Each of these shares got the same; shares that were transferred are found where they were then.
Time that a wash sale tacks on does not count (246(c)(3)(B)). The six months end as the year of a long-term gain does.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter

from holdings.ledger.exact import part
from holdings.ledger.series import level_on
from holdings.ledger.types import ZERO, Character, Entry, Kind, RealisedGain, Term
from holdings.tax.history import Asset, History
from holdings.tax.income import may_be_qualified, paid
from holdings.tax.us.dividends import qualified_from
from holdings.tax.us.holding import more_than_six_months_from
from holdings.tax.us.matching.extraordinary import Paid, extraordinary
from holdings.tax.us.matching.slices import Draft

_FUNDS = {Asset.ETF, Asset.FUND}
_COUNTED = {Character.EXEMPT, Character.CAPITAL_GAIN}
_PAYING = {Kind.DIVIDEND, Kind.REINVEST}
_DAY = timedelta(days=1)


class Distributions:
    """Those of a history that deny a loss or make it long-term, by instrument and day."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._of_funds: dict[str | None, list[Entry]] = defaultdict(list)
        self._qualified: dict[str | None, list[tuple[date, Entry]]] = defaultdict(list)
        for entry in history.entries:
            if entry.kind not in _PAYING:
                continue
            if entry.kind is Kind.DIVIDEND and entry.character in _COUNTED and entry.rate is not None:
                self._of_funds[entry.instrument].append(entry)
            elif entry.rate is not None and may_be_qualified(entry, history):
                self._qualified[entry.instrument].append((self._day(entry), entry))
        for found in self._qualified.values():
            found.sort(key=itemgetter(0))

    def apply(self, draft: Draft) -> None:
        """Exempt interest first: what it denies is gone for good, and is in no basis of a replacement."""
        if draft.gain.term is Term.SHORT and (found := self._qualified.get(draft.gain.instrument)):
            draft.extraordinary = extraordinary(self._dividends(draft, found), draft.basis)
        if draft.gain.instrument not in self._of_funds or not is_short_held(self._history, draft.gain):
            return
        sums = dict.fromkeys(_COUNTED, ZERO)
        for entry in self._of_funds[draft.gain.instrument]:
            sums[entry.character] += self._on_slice(entry, draft)
        draft.denied = min(draft.loss, max(sums[Character.EXEMPT], ZERO))
        draft.distributed = max(sums[Character.CAPITAL_GAIN], ZERO)

    def _dividends(self, draft: Draft, found: Sequence[tuple[date, Entry]]) -> list[Paid]:
        """Those of an instrument on the shares of a slice, which were held long enough around a known ex-date."""
        gain = draft.gain
        first = bisect_right(found, gain.acquired or date.min, key=itemgetter(0))
        last = bisect_right(found, gain.sold, key=itemgetter(0))
        return [
            Paid(day, amount)
            for day, entry in found[first:last]
            if self._is_qualified(entry, draft) and (amount := self._on_slice(entry, draft)) > 0
        ]

    def _is_qualified(self, entry: Entry, draft: Draft) -> bool:
        ex_date, gain = self._history.ex_dates.get(entry.id), draft.gain
        return ex_date is None or gain.acquired is None or gain.sold >= qualified_from(gain.acquired, ex_date)

    def _day(self, entry: Entry) -> date:
        return self._history.ex_dates.get(entry.id, entry.trade_date)

    def _on_slice(self, entry: Entry, draft: Draft) -> Decimal:
        """What of a payment came on the shares of a slice."""
        gain, ledger, day = draft.gain, self._history.ledger, self._day(entry)
        before = self._standing(gain.lot, day - _DAY) if day <= gain.sold else None
        if before is None or before[0] != entry.account:
            return ZERO
        shares = level_on(ledger.holdings.get((entry.account, gain.instrument), ()), day - _DAY)
        return part(paid(entry) * (entry.rate or ZERO), draft.quantity, shares * before[1]) if shares else ZERO

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
