"""What a sale would cost in tax, before anybody orders it. Nothing is written. Web and workers; see docs/tax.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from enum import StrEnum
from functools import cached_property

from accounts.models import Household
from holdings.ledger import choice
from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO, Entry, Kind, Lot, Pick, Relief
from holdings.market.calendars import NoSession, next_session
from holdings.market.fx import rate_on
from holdings.models import BrokerageAccount, Instrument
from holdings.selectors import Quote, quotes
from holdings.services.ledger.entries import ReliefBook
from holdings.tax.outcome import GainClass, TaxLot
from holdings.tax.questions.harvest import HarvestValue, harvest_value
from holdings.tax.questions.relief import highest_basis, least_tax
from holdings.tax.questions.sell import SaleTax, if_sold
from holdings.tax.questions.wait import Wait, waiting
from holdings.tax.us.wash import WINDOW
from holdings.taxation.facts import no_lot_choice
from holdings.taxation.lots import Part, parted
from holdings.taxation.situation import Situated, situated

SALE = "what-if"
DAY = dt.timedelta(days=1)
FRIDAY = 4


class Method(StrEnum):
    """How the lots of the sale are found."""

    LOTS = "lots"
    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"
    LEAST_TAX = "least_tax"


class WhatIfRefused(Exception):
    """The question cannot be answered as it is put. `field`: the one at fault, or ""; the message says what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Horizon:
    """What a loss taken now is set against: years until the replacement is sold, the discount and the rate then."""

    years: int = 10
    discount: Decimal = Decimal("0.05")
    later_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """shares: of the whole sale, unless the lots are chosen, by `picks`. price: in the lots' currency."""

    method: Method = Method.LOTS
    shares: Decimal | None = None
    picks: tuple[Pick, ...] = ()
    price: Decimal | None = None
    horizon: Horizon = Horizon()


@dataclass(frozen=True, slots=True)
class Harvest:
    """What the loss is worth now against later, and what that rests on."""

    loss: Decimal
    value: HarvestValue
    later_rate: Decimal
    horizon: Horizon


@dataclass(frozen=True, slots=True)
class Answer:
    """All amounts in the household's currency.

    shares, price, proceeds: of the sale as a whole. free_from: the first day on which the identity group may be bought
    again without undoing a loss, None where none is at risk. counts_from: the first day on which a loss would no longer
    be undone by what was bought before, None where nothing is. harvest: None where the sale brings no loss.
    """

    shares: Decimal
    price: Decimal
    proceeds: Decimal
    sale: SaleTax
    waits: tuple[Wait, ...]
    free_from: dt.date | None
    counts_from: dt.date | None
    harvest: Harvest | None


class Position:
    """The open lots of an instrument in an account, and what the rules of the country allow with them.

    Raises WhatIfRefused where nothing is held, and what `situated` raises.
    """

    def __init__(self, household: Household, account: BrokerageAccount, instrument: Instrument) -> None:
        self.household, self.account, self.instrument = household, account, instrument
        self.day = _next_session(household.as_of)
        self.situated: Situated = situated(household, [instrument.pk], self.day, account)
        place = (str(account.uuid), str(instrument.uuid))
        ledger = self.situated.books.history.ledger
        self.lots: Sequence[Lot] = [lot for lot in ledger.lots if (lot.account, lot.instrument) == place]
        if not self.lots:
            raise WhatIfRefused("position", f"{account.name} holds no {instrument.symbol}. Choose what it holds.")

    @property
    def currency(self) -> str:
        return self.lots[0].currency

    @property
    def shares(self) -> Decimal:
        return sum((lot.quantity for lot in self.lots), ZERO)

    @cached_property
    def quote(self) -> Quote | None:
        """The last close, where it is quoted in the currency of the lots."""
        found = quotes(self.household, [self.instrument.pk], self.household.as_of).get(self.instrument.pk)
        return found if found and found.currency == self.currency else None

    @cached_property
    def relief(self) -> Relief:
        return ReliefBook(self.household).on(self.account.pk, self.instrument.pk, self.day)

    @cached_property
    def no_choice(self) -> str:
        """Why lots may not be chosen, as a sentence; empty where they may."""
        if refusal := no_lot_choice(self.household):
            return refusal
        if self.relief is Relief.AVERAGE:
            return "This account counts the average basis of the fund, and sells the oldest shares first."
        return ""

    @cached_property
    def tax_lots(self) -> Sequence[TaxLot]:
        """Pieces of the open lots; none under rules that pool shares."""
        keys = {lot.key for lot in self.lots}
        return [lot for lot in self.situated.situation.matching.lots if lot.lot in keys]

    @cached_property
    def parts(self) -> Sequence[Part]:
        """In the order of the lots."""
        pieces = [(lot, [each for each in self.tax_lots if each.lot == lot.key]) for lot in self.lots]
        return [part for lot, own in pieces for part in parted(lot, own)]

    def answer(self, question: Question) -> Answer:
        """Raises WhatIfRefused, UnsupportedHistory, UnknownYear."""
        sale = self._sale(question)
        with localcontext(exact):
            found = if_sold(self.situated.situation, [sale])
            loss = -sum((each.recognised or ZERO for each in found.slices), ZERO)
            return Answer(
                shares=-sale.quantity,
                price=sale.price or ZERO,
                proceeds=sale.cash * (sale.rate or ZERO),
                sale=found,
                waits=waiting(self.situated.situation, found, self.tax_lots),
                free_from=self._free_from(found),
                counts_from=self._counts_from(found),
                harvest=self._harvest(found, loss, question.horizon) if loss > 0 else None,
            )

    def _sale(self, question: Question) -> Entry:
        price = question.price if question.price is not None else self.quote and self.quote.close
        if not price or price <= 0:
            raise WhatIfRefused("price", "No close is stored. Enter what a share would bring.")
        shares = self._shares(question)
        with localcontext(exact):
            sale = Entry(
                id=SALE,
                account=str(self.account.uuid),
                kind=Kind.SELL,
                trade_date=self.day,
                instrument=str(self.instrument.uuid),
                quantity=-shares,
                cash=shares * price,
                price=price,
                currency=self.currency,
                rate=self._rate(),
                relief=self._relief(question.method),
            )
        return replace(sale, picks=self._picks(question, sale))

    def _relief(self, method: Method) -> Relief:
        """By which pieces of a lot go that nobody names."""
        if self.relief is Relief.AVERAGE:
            return Relief.AVERAGE
        return Relief.LIFO if method is Method.LIFO else Relief.FIFO

    def _rate(self) -> Decimal:
        day = self.household.as_of
        found = rate_on(base=self.household.base_currency, currency=self.currency, day=day)
        if found is None:
            raise WhatIfRefused(
                "", f"No exchange rate of {self.currency} on {day:%-d %b %Y} is stored. Load rates first."
            )
        return found

    def _shares(self, question: Question) -> Decimal:
        if question.method is Method.LOTS and not self.no_choice:
            return self._picked(question.picks)
        if not question.shares or question.shares <= 0:
            raise WhatIfRefused("shares", "Enter how many shares would be sold.")
        if question.shares > self.shares:
            held = f"{self.shares.normalize():f}"
            raise WhatIfRefused("shares", f"{self.account.name} holds {held} shares. Enter at most as many.")
        return question.shares

    def _picked(self, picks: Sequence[Pick]) -> Decimal:
        held = {replace(each.pick, quantity=ZERO): each.pick.quantity for each in self.parts}
        held |= {Pick(lot.key, ZERO): lot.quantity for lot in self.lots}
        for pick in picks:
            most = held.get(replace(pick, quantity=ZERO))
            if most is None:
                raise WhatIfRefused("picks", "A chosen lot is not open in this account. Choose among those shown.")
            if not 0 <= pick.quantity <= most:
                words = f"{most.normalize():f}"
                raise WhatIfRefused(f"pick-{pick.key}", f"The lot has {words} shares. Enter 0 to {words}.")
        total = sum((pick.quantity for pick in picks), ZERO)
        if not total:
            raise WhatIfRefused("picks", "No shares are chosen. Enter some beside a lot, or choose another method.")
        return total

    def _picks(self, question: Question, sale: Entry) -> tuple[Pick, ...]:
        if self.no_choice:
            return ()
        if question.method is Method.LOTS:
            return tuple(pick for pick in question.picks if pick.quantity)
        if question.method is Method.LEAST_TAX:
            return least_tax(self.situated.situation, sale, self.tax_lots)
        if question.method is Method.HIFO:
            return highest_basis(self.tax_lots, -sale.quantity)
        recipe = choice.lifo if question.method is Method.LIFO else choice.fifo
        return recipe(self.lots, -sale.quantity)

    def _group(self) -> str:
        return self.situated.situation.history.group(str(self.instrument.uuid))

    def _free_from(self, found: SaleTax) -> dt.date | None:
        """The day after the last window of a loss of the identity group, those of earlier sales included."""
        group = self.situated.situation.history.group
        windows = [
            each.final_after
            for each in (*found.rest, *found.slices)
            if each.final_after and (each.gain or ZERO) < 0 and group(each.instrument) == self._group()
        ]
        return max(windows) + DAY if windows else None

    def _counts_from(self, found: SaleTax) -> dt.date | None:
        bought = [each.acquired for each in found.replacements]
        return max(bought) + WINDOW + DAY if bought else None

    def _harvest(self, found: SaleTax, loss: Decimal, horizon: Horizon) -> Harvest:
        rate = self.later_rate() if horizon.later_rate is None else horizon.later_rate
        value = harvest_value(loss, -found.expected, later_rate=rate, years=horizon.years, discount=horizon.discount)
        return Harvest(loss, value, rate, horizon)

    def later_rate(self) -> Decimal:
        """What the next unit of gain would cost without the sale, long-term where the country tells terms apart."""
        marginal = self.situated.situation.standing.marginal
        return marginal.get(GainClass.LONG, max(marginal.values(), default=ZERO))


def _next_session(as_of: dt.date) -> dt.date:
    """Where the calendar is not stored that far, the next weekday."""
    try:
        return next_session("XNYS", as_of)
    except NoSession:
        return as_of + DAY * (7 - as_of.weekday() if as_of.weekday() >= FRIDAY else 1)
