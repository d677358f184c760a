"""Order, headings, key figures and export rows of the holdings page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.exports import Cell
from holdings.pages.positions import Group, Holding
from holdings.pages.source import Source

SOON = 30  # days
MOST_ROWS = 200  # on one page; a longer list comes in pages of half as many
MOST_LOTS, FEW_ROWS = 500, 40
DEFAULT = "-value"


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    word: str
    by: Callable[[Holding], Any]
    css: str = "num from-720"


COLUMNS = (
    Column("name", "Instrument", lambda row: row.instrument.symbol, "name"),
    Column("sector", "Sector", lambda row: row.sector.label, "from-1100"),
    Column("accounts", "Accounts", lambda row: [account.name for account in row.accounts], "from-1100"),
    Column("shares", "Shares", lambda row: row.quantity),
    Column("price", "Price, $", lambda row: row.quote and row.quote.close),
    Column("value", "Value, $", lambda row: row.value, "num"),
    Column("weight", "Weight, %", lambda row: row.weight, "num from-1100"),
    Column("basis", "Basis, $", lambda row: row.basis, "num from-1100"),
    Column("gain", "Gain or loss, $", lambda row: row.gain, "num"),
    Column("term", "Term", lambda row: row.term, "from-1100"),
    Column("lots", "Lots", lambda row: len(row.lots), "num from-1100"),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head: the order that its link asks for, and the arrow of the present one."""

    word: str
    css: str
    order: str
    arrow: str


def headings(order: str) -> list[Heading]:
    return [Heading(column.word, column.css, *next_order(column, order)) for column in COLUMNS]


def next_order(column: Column, order: str) -> tuple[str, str]:
    if order == f"-{column.key}":
        return column.key, "↓"
    if order == column.key:
        return f"-{column.key}", "↑"
    return (f"-{column.key}" if column.css.startswith("num") else column.key), ""


def page_size(rows: Sequence[Holding]) -> int:
    """Holdings a page: fewer where they have so many lots that the page would be slow to open."""
    if sum(len(row.lots) for row in rows) > MOST_LOTS:
        return FEW_ROWS
    return MOST_ROWS if len(rows) <= MOST_ROWS else MOST_ROWS // 2


def known_order(asked: str) -> str:
    return asked if asked.removeprefix("-") in {column.key for column in COLUMNS} else DEFAULT


def in_order(rows: Iterable[Holding], order: str) -> list[Holding]:
    """Sorted by one column, then by symbol; what is unknown comes last either way."""
    by = next(column.by for column in COLUMNS if column.key == order.removeprefix("-"))
    named = sorted(rows, key=lambda row: row.instrument.symbol)
    known = sorted((row for row in named if by(row) is not None), key=by, reverse=order.startswith("-"))
    return [*known, *(row for row in named if by(row) is None)]


@dataclass(frozen=True, slots=True)
class Summary:
    """The strip of key figures, from exact gains: the same however the rows are grouped."""

    taxable_gain: Decimal
    losses: Decimal
    losing_lots: int
    turning: int
    turning_soon: int
    priced: int
    fresh: int
    price_day: dt.date | None
    labels: Sequence[str]


def summary(holdings: Sequence[Holding]) -> Summary:
    lots = [line for row in holdings for line in row.lots if line.is_taxable]
    gains = [line.exact_gain for line in lots if line.exact_gain is not None]
    losses = [gain for gain in gains if gain < 0]
    waits = [line.days_left for line in lots if line.days_left]
    quotes = {row.instrument.pk: row.quote for row in holdings if row.quote}
    return Summary(
        taxable_gain=sum(gains, Decimal(0)),
        losses=sum(losses, Decimal(0)),
        losing_lots=len(losses),
        turning=len(waits),
        turning_soon=sum(days <= SOON for days in waits),
        priced=len(quotes),
        fresh=len({row.instrument.pk for row in holdings if row.quote and not row.is_old}),
        price_day=max((quote.date for quote in quotes.values()), default=None),
        labels=sorted({quote.label for quote in quotes.values() if quote.label}),
    )


EXPORT = [
    "Account", "Symbol", "Name", "Sector", "Acquired", "Quantity", "Basis", "Price", "Price date", "Price source",
    "Value", "Gain", "Term", "Days to long-term", "Currency", "As of",
]  # fmt: skip


def export_rows(group: Group, source: Source) -> Iterable[Sequence[Cell]]:
    """One row a lot with exact figures, then the cash of each account."""
    for row in group.holdings:
        for line in row.lots:
            yield [
                line.lot.account.name,
                row.instrument.symbol,
                row.name,
                row.sector.label,
                line.lot.acquired,
                line.lot.quantity,
                line.lot.basis,
                row.quote.close if row.quote else None,
                row.quote.date if row.quote else None,
                row.quote.label if row.quote else None,
                line.exact_value,
                line.exact_gain,
                line.term,
                line.days_left if line.long_from else None,
                row.instrument.currency,
                source.as_of,
            ]
    for account, amount in source.cash:
        yield [account.name, "", "Cash", *[None] * 7, amount, *[None] * 3, account.currency, source.as_of]
