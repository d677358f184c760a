"""A household's dispositions under Canadian rules: the average cost of each person's identical property (ITA 47(1))."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.ca.superficial import WINDOW, Addition, Denial, Group, Superficial
from holdings.tax.history import History
from holdings.tax.outcome import GainClass, Matching, Replacement, Slice, Unknown
from holdings.tax.pooled.events import Acquired, Disposed, Event, Exchanged, Happened, Manner, Returned
from holdings.tax.pooled.holders import OF_ANOTHER, check_currency, owner_but_self
from holdings.tax.pooled.pools import Pools, exchanged
from holdings.tax.pooled.shares import NONE, Shares, as_decimal
from holdings.tax.pooled.stream import stream

AVERAGE = "average cost"
NOT_HELD = "not held"
CAPITAL = "return of capital"
IN_LIEU = Decimal(200)
"""Up to so much for a fraction may come off the cost instead of being a gain (CRA's practice, IT-115R2)."""

_NOT_HELD = "These shares were not held in any account here: enter where they came from."
_NO_COST = "What these shares cost is not known: something in the pool has no basis."
_NO_RATE = "No exchange rate is known for the day, so the amount is not known in dollars."
_NO_VALUE = "This is a disposition at fair market value: enter that value."
_NO_FRACTION = f"Cash of more than ${IN_LIEU} for a fraction is a disposition: enter the shares that it was for."
_INTO_PLAN = "A loss on property moved into a registered plan does not count (ITA 40(2)(g)(iv))."


def match(history: History) -> Matching:
    """Slices of every person's dispositions, the pools, and what replaced shares. Raises UnsupportedHistory."""
    check_currency(history, "CAD", "Canada")
    with localcontext(exact):
        run = _Run(history)
        for event in run.found.events:
            run.apply(event)
    return Matching(
        slices=tuple(run.slices),
        pools=run.pools.open(),
        replacements=tuple(run.replacements),
        left_out=(*run.found.left_out, *run.left_out),
    )


class _Run:
    """One pass over the events. waiting: denied losses that join a purchase once it is made."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.found = stream(history)
        self.superficial = Superficial(history, self.found)
        self.pools = Pools()
        self.slices: list[Slice] = []
        self.replacements: list[Replacement] = []
        self.left_out: list[Unknown] = []
        self._made: set[str] = set()
        self._waiting: dict[str, list[Addition]] = defaultdict(list)
        self._open_until: dict[Group, date] = {}

    def apply(self, event: Event) -> None:
        match event:
            case Acquired():
                self._acquire(event)
            case Disposed():
                self._dispose(event)
            case Exchanged():
                self._exchange(event)
            case Returned():
                self._return(event)
            case _:
                self.pools.apply(event)

    def _acquire(self, event: Acquired) -> None:
        if event.sheltered:
            return
        self.pools.at(event).add(event.quantity, event.cost)
        self._made.add(event.entry)
        for addition in self._waiting.pop(event.entry, []):
            self.pools.of(addition.holder, event.share).add(NONE, addition.amount)

    def _dispose(self, event: Disposed) -> None:
        pool = self.pools.at(event)
        held = min(event.quantity, pool.quantity)
        basis = pool.take(held)
        if event.proceeds is None:
            at_value = event.manner in {Manner.GIVEN, Manner.INTO_SHELTER}
            self._leave_out(event, _NO_VALUE if at_value else _NO_RATE)
            return
        proceeds = Shares(event.quantity, event.proceeds)
        if held:
            self._realise(event, held, proceeds.take(held) or ZERO, basis)
        if proceeds.quantity:
            self._add(event, proceeds.quantity, proceeds.cost or ZERO, None, NOT_HELD, notes=[_NOT_HELD])

    def _realise(self, event: Disposed, held: Fraction, proceeds: Decimal, basis: Decimal | None) -> None:
        loss = ZERO if basis is None else max(basis - proceeds, ZERO)
        if event.manner is Manner.WORTHLESS:
            self._add(event, held, proceeds, basis, AVERAGE, sold=date(event.day.year, 12, 31))
        elif event.manner is Manner.INTO_SHELTER:
            notes = [_INTO_PLAN] if loss else []
            self._add(event, held, proceeds, basis, AVERAGE, denied=loss, notes=notes)
        else:
            denial = self.superficial.deny(event, held, loss) if loss else Denial()
            group = self.superficial.group(event.account, event.share)
            if loss:
                self._open_until[group] = event.day + WINDOW
            open_until = self._open_until.get(group, date.min)
            final_after = open_until if open_until >= event.day else None
            self._add(event, held, proceeds, basis, AVERAGE, denied=denial.amount, final_after=final_after)
            self.replacements.extend(denial.replacements)
            self._defer(denial.additions, event.share)

    def _defer(self, additions: Iterable[Addition], share: str) -> None:
        for addition in additions:
            if addition.bought and addition.bought not in self._made:
                self._waiting[addition.bought].append(addition)
            else:
                self.pools.of(addition.holder, share).add(NONE, addition.amount)

    def _exchange(self, event: Exchanged) -> None:
        """A rollover where only shares come (ITA 85.1, 87); with cash, a disposition at fair market value."""
        shares = exchanged(event.held, self.pools.at(event))
        cost = shares.cost
        if event.cash is None or event.cash:
            cost = event.value
            if event.cash is None or event.value is None:
                self._leave_out(event, _NO_RATE)
            else:
                self._add(event, event.held, event.cash + event.value, shares.cost, AVERAGE)
        self.pools.of(event.holder, event.other).add(event.received, cost)

    def _return(self, event: Returned) -> None:
        """Capital paid back lowers the cost; below nothing it is a gain (ITA 53(2), 40(3))."""
        pool = self.pools.at(event)
        if event.cash is None:
            pool.cost = None
            self._leave_out(event, _NO_RATE)
        elif event.in_lieu and event.cash > IN_LIEU:
            self._add(event, NONE, event.cash, None, CAPITAL, notes=[_NO_FRACTION])
        else:
            excess = pool.lower(event.cash)
            if excess:
                self._add(event, NONE, excess, ZERO, CAPITAL)

    def _add(
        self,
        event: Happened,
        quantity: Fraction,
        proceeds: Decimal,
        basis: Decimal | None,
        rule: str,
        *,
        sold: date | None = None,
        denied: Decimal = ZERO,
        final_after: date | None = None,
        notes: Iterable[str] = (),
    ) -> None:
        holder = owner_but_self(self.history, event.account)
        said = [OF_ANOTHER] if holder else []
        said.extend(notes)
        if basis is None and not notes:
            said.append(_NO_COST)
        self.slices.append(
            Slice(
                sale=event.entry,
                account=event.account,
                instrument=event.instrument,
                quantity=as_decimal(quantity),
                sold=sold or event.day,
                proceeds=proceeds,
                basis=basis,
                gain_class=GainClass.GENERAL,
                disallowed=denied,
                rule=rule,
                final_after=final_after,
                notes=tuple(said),
                holder=holder,
            )
        )

    def _leave_out(self, event: Happened, reason: str) -> None:
        self.left_out.append(Unknown(event.entry, event.account, event.instrument, event.day, ZERO, reason))
