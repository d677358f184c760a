"""Lots and cash as rows that add up: one an instrument, or one an account and instrument."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from holdings.models import BrokerageAccount, Instrument, Lot, Sector
from holdings.pages.lots import LotLine
from holdings.pages.rounding import known_adding_up
from holdings.pages.source import Source
from holdings.selectors import Quote, sector_of

ZERO = Decimal(0)
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Holding:
    """Figures as shown: whole units of money, weight in per cent with one decimal. None is unknown."""

    instrument: Instrument
    sector: Sector
    accounts: Sequence[BrokerageAccount]
    quote: Quote | None
    is_old: bool
    lots: Sequence[LotLine]
    quantity: Decimal
    value: Decimal | None
    weight: Decimal | None
    basis: Decimal | None

    @property
    def gain(self) -> Decimal | None:
        return None if self.value is None or self.basis is None else self.value - self.basis

    @property
    def gain_part(self) -> Decimal | None:
        """The gain as a fraction of the basis."""
        return self.gain / self.basis if self.gain is not None and self.basis else None

    @property
    def name(self) -> str:
        return self.instrument.name or self.instrument.symbol

    @property
    def incomplete(self) -> int:
        """How many lots have an unknown basis or date."""
        return sum(line.lot.is_incomplete for line in self.lots)

    @property
    def term(self) -> str:
        """Long, Short, or the part of the taxable shares that is short-term; empty without taxable lots."""
        taxable = [line for line in self.lots if line.is_taxable]
        if not taxable or any(line.is_long is None for line in taxable):
            return "unknown" if taxable else ""
        short = sum((line.lot.quantity for line in taxable if not line.is_long), ZERO)
        part = short / sum((line.lot.quantity for line in taxable), ZERO)
        if part in {ZERO, Decimal(1)}:
            return "Short" if part else "Long"
        return f"{max(1, min(99, round(HUNDRED * part)))}% short"

    def speaks_of(self, words: str) -> bool:
        """Whether name, symbol or sector contains the words."""
        return words.casefold() in f"{self.instrument.symbol} {self.name} {self.sector.label}".casefold()


@dataclass(frozen=True, slots=True)
class CashRow:
    account: BrokerageAccount
    value: Decimal
    weight: Decimal | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of the rows as shown; rows of unknown figures are left out of them and counted.

    holdings: how many instruments, however many rows each has; unpriced: how many of them have no price.
    """

    holdings: int
    lots: int
    value: Decimal
    weight: Decimal
    basis: Decimal
    gain: Decimal
    unpriced: int
    incomplete: int


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one account, or all rows under no account."""

    account: BrokerageAccount | None
    holdings: Sequence[Holding]
    cash: Sequence[CashRow]

    @property
    def totals(self) -> Totals:
        return totals(self.holdings, self.cash)


def by_instrument(source: Source) -> Group:
    held = grouped(source.lots, lambda lot: lot.instrument_id)
    return Group(None, *rows(source, held))


def by_account(source: Source) -> list[Group]:
    held = grouped(source.lots, lambda lot: (lot.account_id, lot.instrument_id))
    holdings, cash = rows(source, held)
    groups = [
        Group(
            account,
            [holding for holding in holdings if holding.accounts[0] == account],
            [row for row in cash if row.account == account],
        )
        for account in source.accounts
    ]
    return [group for group in groups if group.holdings or group.cash]


def grouped(lots: Iterable[Lot], key: Callable[[Lot], Hashable]) -> list[list[Lot]]:
    held: dict[Hashable, list[Lot]] = defaultdict(list)
    for lot in lots:
        held[key(lot)].append(lot)
    return list(held.values())


def rows(source: Source, held: Sequence[Sequence[Lot]]) -> tuple[list[Holding], list[CashRow]]:
    exact = [*(worth(lots, source) for lots in held), *(amount for _, amount in source.cash)]
    values = known_adding_up(exact)
    weights = known_adding_up(*in_hundredths(exact), places=1)
    bases = known_adding_up([paid(lots, source) for lots in held])
    holdings = [holding(source, *figures) for figures in zip(held, values, weights, bases, strict=False)]
    cash = [
        CashRow(account, value or ZERO, weight)
        for (account, _), value, weight in zip(source.cash, values[len(held) :], weights[len(held) :], strict=True)
    ]
    return holdings, cash


def in_hundredths(parts: Sequence[Decimal | None]) -> tuple[list[Decimal | None], Decimal | None]:
    """Each part in per cent of the whole, and what they make together; unknown where there is no whole."""
    whole = sum((part for part in parts if part is not None), ZERO)
    if whole <= 0:
        return [None for _ in parts], None
    return [None if part is None else HUNDRED * part / whole for part in parts], HUNDRED


def worth(lots: Sequence[Lot], source: Source) -> Decimal | None:
    quote = source.quotes.get(lots[0].instrument_id)
    return None if quote is None else quote.close * sum((lot.quantity for lot in lots), ZERO)


def paid(lots: Sequence[Lot], source: Source) -> Decimal | None:
    """The basis of lots together, as it counts at their close; None where one is unknown."""
    quote = source.quotes.get(lots[0].instrument_id)
    bases = [counted(lot, quote) for lot in lots]
    return None if None in bases else sum((basis or ZERO for basis in bases), ZERO)


def counted(lot: Lot, quote: Quote | None) -> Decimal | None:
    return lot.basis if quote is None else lot.basis_at(quote.close * lot.quantity)


def holding(
    source: Source, lots: Sequence[Lot], value: Decimal | None, weight: Decimal | None, basis: Decimal | None
) -> Holding:
    first = lots[0]
    quote = source.quotes.get(first.instrument_id)
    return Holding(
        instrument=first.instrument,
        sector=sector_of(source.classifications.get(first.instrument_id)),
        accounts=[account for account in source.accounts if account.pk in {lot.account_id for lot in lots}],
        quote=quote,
        is_old=quote is not None and source.session is not None and quote.date < source.session,
        lots=lot_lines(source, lots, value, basis),
        quantity=sum((lot.quantity for lot in lots), ZERO),
        value=value,
        weight=weight,
        basis=basis,
    )


def lot_lines(source: Source, lots: Sequence[Lot], value: Decimal | None, basis: Decimal | None) -> list[LotLine]:
    quote = source.quotes.get(lots[0].instrument_id)
    close = quote.close if quote else None
    values = known_adding_up([None if close is None else close * lot.quantity for lot in lots], value)
    bases = known_adding_up([counted(lot, quote) for lot in lots], basis)
    return [
        LotLine(lot, close, worth, cost, source.as_of, source.sale_day, source.standings.get(lot.key))
        for lot, worth, cost in zip(lots, values, bases, strict=True)
    ]


def totals(holdings: Sequence[Holding], cash: Sequence[CashRow]) -> Totals:
    figures: Sequence[Holding | CashRow] = (*holdings, *cash)
    return Totals(
        holdings=len({row.instrument.pk for row in holdings}),
        lots=sum(len(row.lots) for row in holdings),
        value=sum((row.value or ZERO for row in figures), ZERO),
        weight=sum((row.weight or ZERO for row in figures), ZERO),
        basis=sum((row.basis or ZERO for row in holdings if row.gain is not None), ZERO),
        gain=sum((row.gain or ZERO for row in holdings), ZERO),
        unpriced=len({row.instrument.pk for row in holdings if row.value is None}),
        incomplete=sum(row.incomplete for row in holdings),
    )
