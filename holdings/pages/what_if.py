"""The answer to "what if I sold this", in rows and sentences."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household
from accounts.requests import to_uuid
from accounts.templatetags.formats import count_of, day, money_cents, money_change, percent, quantity
from holdings import selectors
from holdings.models import BrokerageAccount, Instrument, Lot
from holdings.tax.outcome import Effect, GainClass, Replacement, Slice
from holdings.tax.questions.wait import Wait
from holdings.taxation.what_if import Answer, Position

TERMS = {GainClass.SHORT: "Short-term", GainClass.LONG: "Long-term", GainClass.COLLECTIBLE: "Long-term, collectible"}
EFFECTS = {
    Effect.DEFERRED: "it is added to the basis of those shares",
    Effect.PERMANENT: "it is lost for good, since they are in a retirement account",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A position that may be asked about; `value` names it in the address."""

    value: str
    words: str


def positions(household: Household) -> list[Held]:
    """What is held, by account and symbol. One query."""
    names = ("account__name", "instrument__symbol", "account__uuid", "instrument__uuid")
    rows = Lot.objects.filter(account__household=household).order_by(*names).values_list(*names).distinct()
    return [Held(f"{account}:{instrument}", f"{symbol} in {name}") for name, symbol, account, instrument in rows]


def place(household: Household, position: str, lot: str) -> tuple[BrokerageAccount, Instrument] | None:
    """The account and instrument that an address names, by position or by lot; None where there are none.

    Raises BadRequest for what names neither.
    """
    rows = selectors.lots(household)
    row = rows.filter(key=lot).first() if lot else rows.filter(**_named(position)).first()
    return (row.account, row.instrument) if row else None


def _named(position: str) -> dict[str, uuid.UUID]:
    account, _, instrument = position.partition(":")
    return {"account__uuid": to_uuid(account), "instrument__uuid": to_uuid(instrument)}


@dataclass(frozen=True, slots=True)
class Line:
    """Shares of one lot, or of a pool, out of the sale."""

    slice: Slice
    term: str
    replaced: list[str]
    wait: Wait | None

    @property
    def shares(self) -> Decimal:
        return self.slice.quantity


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer as the page and the API show it."""

    answer: Answer
    lines: list[Line]
    sentences: list[str]
    waits: list[str]
    harvest: list[str]


def shown(position: Position, answer: Answer) -> Shown:
    words = _Words(position, answer)
    return Shown(
        answer=answer,
        lines=[words.line(each) for each in answer.sale.slices],
        sentences=list(words.sentences()),
        waits=[words.wait(each) for each in answer.waits if each.saved],
        harvest=list(words.harvest()),
    )


class _Words:
    def __init__(self, position: Position, answer: Answer) -> None:
        self.position, self.answer = position, answer
        self.currency = position.household.base_currency
        self.history = position.situated.situation.history
        self.accounts = {str(row.uuid): row.name for row in selectors.brokerage_accounts(position.household)}

    def line(self, each: Slice) -> Line:
        return Line(
            slice=each,
            term=TERMS.get(each.gain_class, each.rule),
            replaced=[
                self._replaced(bought)
                for bought in self.answer.sale.replacements
                if each.disallowed and bought.sold_lot == each.lot
            ],
            wait=next((wait for wait in self.answer.waits if (wait.lot, wait.piece) == (each.lot, each.piece)), None),
        )

    def _replaced(self, each: Replacement) -> str:
        symbol = self.history.instruments[each.instrument].symbol
        return (
            f"{quantity(each.quantity)} shares of {symbol} bought {day(each.acquired)} in "
            f"{self.accounts[each.account]} undo {money_cents(each.amount, self.currency)} of the loss; "
            f"{EFFECTS[each.effect]}."
        )

    def sentences(self) -> Iterator[str]:
        """Why the tax is a range, what undoes a loss, and what not to buy."""
        sale = self.answer.sale
        if not self.history.accounts[str(self.position.account.uuid)].taxed:
            yield "Gains in this account are not taxed as they arise: the sale itself adds no tax this year."
        yield from sale.reasons
        yield from dict.fromkeys(each.reason for each in sale.left_out)
        if self.answer.counts_from and sale.disallowed:
            yield f"Sold on {day(self.answer.counts_from)} or later, no purchase made so far would undo the loss."
        if self.answer.free_from:
            yield (
                f"A purchase before {day(self.answer.free_from)}, in any account of the household and by reinvestment "
                f"too, would undo the loss. That is about {', '.join(self._group())}."
            )
        yield from self.position.situated.situation.facts.coverage_gaps

    def _group(self) -> Sequence[str]:
        instrument = str(self.position.instrument.uuid)
        group = self.history.group(instrument)
        return sorted(row.symbol for row in self.history.instruments.values() if row.group == group)

    def wait(self, each: Wait) -> str:
        days = count_of((each.until - self.position.day).days, "day")
        saved = money_cents(abs(each.saved), self.currency)
        verb = "save" if each.saved >= 0 else "cost"
        turns = f"The lot of {day(self._acquired(each))} turns long-term on {day(each.until)}, in {days}"
        return f"{turns}: waiting would {verb} {saved} at this price."

    def _acquired(self, each: Wait) -> dt.date | None:
        return next((s.acquired for s in self.answer.sale.slices if (s.lot, s.piece) == (each.lot, each.piece)), None)

    def harvest(self) -> Iterator[str]:
        found = self.answer.harvest
        if found is None:
            return
        loss, saved, owed = (
            money_cents(each, self.currency) for each in (found.loss, found.value.saved, found.value.owed_later)
        )
        years, rate = count_of(found.horizon.years, "year"), percent(found.later_rate)
        yield f"The loss of {loss} takes {saved} off this year's tax."
        yield (
            f"What is bought in its place starts at a basis that is lower by as much. Sold in {years} and taxed at "
            f"{rate}, that would cost {owed} in money of today, at {percent(found.horizon.discount)} a year."
        )
        yield f"Taken now, the loss would be worth {money_change(found.value.value, self.currency)} against leaving it."
