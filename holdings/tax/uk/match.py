"""A household's disposals under UK rules: identified first, the rest out of each person's section 104 holdings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.history import History
from holdings.tax.outcome import GainClass, Matching, Slice, Unknown
from holdings.tax.pooled.events import Acquired, Disposed, Event, Exchanged, Happened, Manner, Returned
from holdings.tax.pooled.holders import OF_ANOTHER, check_currency, owner_but_self
from holdings.tax.pooled.pools import Holding, Pools, exchanged
from holdings.tax.pooled.shares import Shares, as_decimal
from holdings.tax.pooled.stream import stream
from holdings.tax.uk.distribution import receive
from holdings.tax.uk.identify import THIRTY_DAYS, WINDOW, Day, identifiable, identify

SECTION_104 = "section 104"
NOT_HELD = "not held"
CAPITAL_SUM = "capital distribution"
_NOTES = {
    NOT_HELD: "These shares were not held in any account here: enter where they came from.",
    CAPITAL_SUM: "A capital sum of more than £3,000 is a part disposal: enter the market value of the shares after it. "
    "Until then the cost of these shares is not known.",
}
_NO_COST = "What these shares cost is not known: something in the pool has no basis."
_NO_RATE = "No exchange rate is known for the day, so the amount is not known in pounds."
_NO_VALUE = "This is a disposal at market value: enter the market value of that day."


@dataclass(slots=True)
class _Part:
    """Shares of a day's disposals that are identified alike. acquired: None is the pool."""

    rule: str
    shares: Shares
    acquired: date | None = None


def match(history: History) -> Matching:
    """Slices of every person's disposals, and the pools. Raises UnsupportedHistory."""
    check_currency(history, "GBP", "The United Kingdom")
    with localcontext(exact):
        run = _Run(history)
        for event in run.found.events:
            run.apply(event)
    return Matching(slices=tuple(run.slices), pools=run.pools.open(), left_out=(*run.found.left_out, *run.left_out))


class _Run:
    """One pass over the events, after the acquisitions that disposals are identified with have been set aside."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.found = stream(history)
        self.days = identify(self.found)
        self.pools = Pools()
        self.slices: list[Slice] = []
        self.left_out: list[Unknown] = []
        self._sold: dict[tuple[Holding, date], list[Disposed]] = defaultdict(list)
        self._begun: set[tuple[type[Event], Holding, date]] = set()
        for event in self.found.events:
            if isinstance(event, Disposed) and identifiable(event):
                self._sold[(event.holder, event.share), event.day].append(event)

    def apply(self, event: Event) -> None:
        match event:
            case Acquired():
                self._acquire(event)
            case Disposed():
                self._dispose(event)
            case Exchanged():
                self._exchange(event)
            case Returned():
                self._receive(event, self.pools.at(event), event.cash, event.value)
            case _:
                self.pools.apply(event)

    def _acquire(self, event: Acquired) -> None:
        """What a day's purchases leave enters the pool with the first of them."""
        if event.sheltered:
            return
        if not identifiable(event):
            self.pools.at(event).add(event.quantity, event.cost)
        elif self._begins(event):
            left = self._day(event).bought
            if left.quantity:
                self.pools.at(event).add(left.quantity, left.cost)

    def _dispose(self, event: Disposed) -> None:
        """A day's disposals are one, made with the first of them."""
        if not identifiable(event):
            self._slice_all([event], self._from_pool(event, event.quantity))
        elif self._begins(event):
            day = self._day(event)
            parts = [_Part(each.rule, Shares(each.quantity, each.cost), each.acquired) for each in day.matches]
            sold = self._sold[(event.holder, event.share), event.day]
            self._slice_all(sold, [*parts, *self._from_pool(event, day.sold)])

    def _from_pool(self, event: Disposed, quantity: Fraction) -> list[_Part]:
        pool = self.pools.at(event)
        held = min(quantity, pool.quantity)
        parts = [_Part(SECTION_104, Shares(held, pool.take(held)))] if held else []
        return [*parts, _Part(NOT_HELD, Shares(quantity - held, None))] if quantity > held else parts

    def _slice_all(self, sold: Iterable[Disposed], parts: Sequence[_Part]) -> None:
        """The sales of a day meet its parts one after the other; in which order changes no total."""
        waiting = iter(parts)
        part = next(waiting)
        for event in sold:
            left = Shares(event.quantity, event.proceeds)
            while left.quantity:
                if not part.shares.quantity:
                    part = next(waiting)
                quantity = min(left.quantity, part.shares.quantity)
                proceeds, basis = left.take(quantity), part.shares.take(quantity)
                self._slice(event, part, quantity, proceeds, basis)

    def _slice(
        self, event: Disposed, part: _Part, quantity: Fraction, proceeds: Decimal | None, basis: Decimal | None
    ) -> None:
        if proceeds is None:
            at_value = event.manner in {Manner.GIVEN, Manner.INTO_SHELTER}
            self._leave_out(event, _NO_VALUE if at_value else _NO_RATE)
            return
        final_after = part.acquired if part.rule == THIRTY_DAYS else None
        if part.acquired is None and event.manner is not Manner.WORTHLESS:
            final_after = event.day + WINDOW
        self._add(event, quantity, proceeds, basis, part.rule, part.acquired, final_after)

    def _exchange(self, event: Exchanged) -> None:
        """New shares stand in the place of the old ones (TCGA 1992 s127, s135); cash beside them is a capital sum."""
        shares = exchanged(event.held, self.pools.at(event))
        if event.cash is None or event.cash:
            self._receive(event, shares, event.cash, event.value)
        self.pools.of(event.holder, event.other).add(event.received, shares.cost)

    def _receive(
        self, event: Exchanged | Returned, shares: Shares, cash: Decimal | None, value: Decimal | None
    ) -> None:
        if cash is None:
            shares.cost = None
            self._leave_out(event, _NO_RATE)
            return
        sum_ = receive(shares, cash, value)
        if sum_ is not None:
            self._add(event, Fraction(0), sum_.proceeds, sum_.basis, CAPITAL_SUM)

    def _add(
        self,
        event: Happened,
        quantity: Fraction,
        proceeds: Decimal,
        basis: Decimal | None,
        rule: str,
        acquired: date | None = None,
        final_after: date | None = None,
    ) -> None:
        holder = owner_but_self(self.history, event.account)
        notes = [OF_ANOTHER] if holder else []
        if basis is None:
            notes.append(_NOTES.get(rule, _NO_COST))
        self.slices.append(
            Slice(
                sale=event.entry,
                account=event.account,
                instrument=event.instrument,
                quantity=as_decimal(quantity),
                sold=event.day,
                proceeds=proceeds,
                basis=basis,
                gain_class=GainClass.GENERAL,
                acquired=acquired,
                rule=rule,
                final_after=final_after,
                notes=tuple(notes),
                holder=holder,
            )
        )

    def _leave_out(self, event: Happened, reason: str) -> None:
        self.left_out.append(Unknown(event.entry, event.account, event.instrument, event.day, ZERO, reason))

    def _day(self, event: Happened) -> Day:
        return self.days[event.holder, event.share][event.day]

    def _begins(self, event: Acquired | Disposed) -> bool:
        """Whether it is the first of its day."""
        key = type(event), (event.holder, event.share), event.day
        begins = key not in self._begun
        self._begun.add(key)
        return begins
