"""What each transaction does to a class of shares, once the replay has said how many shares it moved."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from holdings.ledger import amounts
from holdings.ledger.gains import in_base
from holdings.ledger.types import REFUSED, ZERO, Entry, Kind, LotEvent, Origin, ProblemCode
from holdings.tax.history import History, Relation, TaxAccount
from holdings.tax.outcome import Unknown
from holdings.tax.pooled.corrections import Correction, corrections
from holdings.tax.pooled.events import (
    Acquired,
    Carved,
    Corrected,
    Disposed,
    Exchanged,
    Manner,
    Returned,
    Scaled,
    Shifted,
    Told,
)

_COUPLE = {Relation.SELF, Relation.SPOUSE}


class Reader:
    """Reads entries in order. left_out: entries that no rule of pooled shares covers, and why."""

    def __init__(self, history: History, names: Mapping[str, str], ordered: Sequence[Entry]) -> None:
        self.left_out: list[Unknown] = []
        self._history, self._names = history, names
        self._by_id = {entry.id: entry for entry in ordered}
        self._received = {e.sender for e in ordered if e.kind is Kind.TRANSFER_IN and e.sender}
        self._problems = {p.entry: p for p in history.ledger.problems if p.code in REFUSED}
        self._unsent = {p.entry for p in history.ledger.problems if p.code is ProblemCode.NO_SENDER}
        self._changes: dict[tuple[str, str], list[LotEvent]] = defaultdict(list)
        for trail in history.ledger.trail.values():
            for change in trail:
                self._changes[change.entry, change.instrument].append(change)
        self._corrections = corrections(ordered, history.ledger)
        self._readers: dict[Kind, Callable[[Entry], Iterator[Told]]] = {
            Kind.BUY: self._bought,
            Kind.REINVEST: self._bought,
            Kind.OPENING: self._brought_in,
            Kind.TRANSFER_IN: self._received_shares,
            Kind.TRANSFER_OUT: self._sent,
            Kind.SELL: self._sold,
            Kind.ADJUST: self._adjusted,
            Kind.SPLIT: self._scaled,
            Kind.SYMBOL_CHANGE: self._renamed,
            Kind.SPIN_OFF: self._spun_off,
            Kind.MERGER: self._merged,
            Kind.RETURN_OF_CAPITAL: self._returned,
            Kind.CASH_IN_LIEU: self._paid_in_lieu,
            Kind.WORTHLESS: self._written_off,
            Kind.SHORT: self._apart,
            Kind.OPTION: self._apart,
        }

    def read(self, entry: Entry) -> Iterator[Told]:
        reader = self._readers.get(entry.kind)
        if reader is None or (entry.cash and not entry.quantity and entry.kind in _MOVES):
            return
        problem = self._problems.get(entry.id)
        if problem is None:
            yield from reader(entry)
        elif self._account(entry).taxed:
            self._leave_out(entry, problem.message)

    def _bought(self, entry: Entry) -> Iterator[Told]:
        yield self._acquired(entry, in_base(amounts.cost(entry), entry.rate), entry.trade_date)

    def _brought_in(self, entry: Entry) -> Iterator[Told]:
        yield self._acquired(entry, in_base(_brought_cost(entry), entry.rate), _acquired_on(entry))

    def _acquired(self, entry: Entry, cost: Decimal | None, day: date | None) -> Acquired:
        correction = self._corrections.get(entry.id, Correction())
        if correction.basis is not None:
            cost = in_base(correction.basis, entry.rate)
        day = correction.acquired or day
        return Acquired(
            **self._who(entry, day=min(day or entry.trade_date, entry.trade_date)),
            quantity=Fraction(entry.quantity),
            cost=cost,
            known=entry.trade_date,
            dated=day is not None,
            sheltered=not self._account(entry).taxed,
        )

    def _sold(self, entry: Entry) -> Iterator[Told]:
        if self._account(entry).taxed:
            yield self._disposed(entry, in_base(amounts.proceeds(entry), entry.rate))

    def _disposed(self, entry: Entry, proceeds: Decimal | None, manner: Manner = Manner.SALE) -> Disposed:
        return Disposed(**self._who(entry), quantity=Fraction(-entry.quantity), proceeds=proceeds, manner=manner)

    def _written_off(self, entry: Entry) -> Iterator[Told]:
        if self._account(entry).taxed:
            yield self._disposed(entry, in_base(entry.cash, entry.rate), Manner.WORTHLESS)

    def _sent(self, entry: Entry) -> Iterator[Told]:
        """Shares that left the household; those that another account receives are read there."""
        if entry.id in self._received or not self._account(entry).taxed:
            return
        reason = "The shares left for an account that is not imported; a gift or a sale there has to be entered as one."
        self._leave_out(entry, reason)
        yield Shifted(**self._who(entry), quantity=Fraction(-self._moved(entry, entry.instrument)))

    def _received_shares(self, entry: Entry) -> Iterator[Told]:
        sender = self._by_id.get(entry.sender or "")
        if sender is None or sender.kind is not Kind.TRANSFER_OUT or entry.id in self._unsent:
            yield from self._brought_in(entry)
            return
        giver, taker = self._account(sender), self._account(entry)
        quantity = Fraction(self._moved(entry, entry.instrument))
        value = in_base(entry.fair_value if sender.fair_value is None else sender.fair_value, entry.rate)
        who = self._who(sender, day=entry.trade_date)
        if giver.taxed and taker.taxed and giver.owner == taker.owner:
            return
        if giver.taxed and taker.taxed and {giver.relation, taker.relation} <= _COUPLE:
            yield Shifted(**who, quantity=quantity, receiver=taker.owner)
            return
        if giver.taxed:
            manner = Manner.GIVEN if taker.taxed else Manner.INTO_SHELTER
            yield Disposed(**who, quantity=quantity, proceeds=value, manner=manner)
        if taker.taxed:
            yield Acquired(**self._who(entry), quantity=quantity, cost=value, known=entry.trade_date)

    def _adjusted(self, entry: Entry) -> Iterator[Told]:
        """The number of shares; a corrected basis or date was read with the purchase it corrects."""
        if not self._account(entry).taxed:
            return
        if self._corrections.get(entry.id, Correction()).refused:
            reason = "This correction came after the lot had changed; correct the transaction that opened it instead."
            self._leave_out(entry, reason)
        for change in self._changes[entry.id, entry.instrument or ""]:
            if change.quantity:
                closes = not change.quantity_after
                yield Corrected(**self._who(entry), change=Fraction(change.quantity), closes=closes)

    def _scaled(self, entry: Entry) -> Iterator[Told]:
        before = self._before(entry)
        if before:
            sheltered = not self._account(entry).taxed
            after = before + Fraction(entry.quantity)
            yield Scaled(**self._who(entry), before=before, after=after, sheltered=sheltered)

    def _renamed(self, entry: Entry) -> Iterator[Told]:
        before = Fraction(-self._moved(entry, entry.instrument))
        if before and entry.other_quantity:
            sheltered = not self._account(entry).taxed
            after = Fraction(entry.other_quantity)
            yield Scaled(**self._who(entry), before=before, after=after, sheltered=sheltered)

    def _spun_off(self, entry: Entry) -> Iterator[Told]:
        if self._account(entry).taxed and entry.basis_fraction is not None:
            yield Carved(
                **self._who(entry),
                other=self._share(entry.other),
                held=self._before(entry),
                received=Fraction(entry.other_quantity),
                fraction=Fraction(entry.basis_fraction),
            )

    def _merged(self, entry: Entry) -> Iterator[Told]:
        if not self._account(entry).taxed:
            return
        if not entry.other_quantity:
            yield from self._sold(entry)
            return
        yield Exchanged(
            **self._who(entry),
            other=self._share(entry.other),
            held=Fraction(-self._moved(entry, entry.instrument)),
            received=Fraction(entry.other_quantity),
            cash=in_base(max(entry.cash, ZERO), entry.rate),
            value=in_base(entry.fair_value, entry.rate),
        )

    def _returned(self, entry: Entry) -> Iterator[Told]:
        if self._account(entry).taxed:
            value = in_base(entry.fair_value, entry.rate)
            yield Returned(**self._who(entry), cash=in_base(entry.cash, entry.rate), value=value)

    def _paid_in_lieu(self, entry: Entry) -> Iterator[Told]:
        if not self._account(entry).taxed:
            return
        if entry.quantity:
            yield from self._sold(entry)
        else:
            yield Returned(**self._who(entry), cash=in_base(entry.cash, entry.rate), in_lieu=True)

    def _apart(self, entry: Entry) -> Iterator[Told]:
        if self._account(entry).taxed:
            self._leave_out(entry, "Short sales and options are not covered.")
        yield from ()

    def _account(self, entry: Entry) -> TaxAccount:
        return self._history.accounts[entry.account]

    def _share(self, instrument: str | None) -> str:
        return self._names.get(instrument or "", instrument or "")

    def _who(self, entry: Entry, day: date | None = None) -> dict[str, Any]:
        return {
            "entry": entry.id,
            "account": entry.account,
            "holder": self._account(entry).owner,
            "share": self._share(entry.instrument),
            "instrument": entry.instrument or "",
            "day": day or entry.trade_date,
        }

    def _moved(self, entry: Entry, instrument: str | None) -> Decimal:
        """The net change that an entry brought to the shares of an instrument."""
        return sum((change.quantity for change in self._changes[entry.id, instrument or ""]), ZERO)

    def _before(self, entry: Entry) -> Fraction:
        """Shares before an event that touches every lot."""
        changes = self._changes[entry.id, entry.instrument or ""]
        return sum((Fraction(change.quantity_after - change.quantity) for change in changes), Fraction(0))

    def _leave_out(self, entry: Entry, reason: str) -> None:
        proceeds = in_base(entry.cash, entry.rate) or ZERO
        unknown = Unknown(entry.id, entry.account, entry.instrument, entry.trade_date, proceeds, reason)
        self.left_out.append(unknown)


_MOVES = {Kind.TRANSFER_IN, Kind.TRANSFER_OUT}


def _brought_cost(entry: Entry) -> Decimal | None:
    """Market value of gifts and inheritances where it is given, else the basis entered."""
    given = entry.origin is not Origin.PURCHASE and entry.fair_value is not None
    return entry.fair_value if given else entry.basis


def _acquired_on(entry: Entry) -> date | None:
    """A gift is acquired when it is given, whenever the donor bought it."""
    return entry.trade_date if entry.origin is Origin.GIFT else entry.acquired
