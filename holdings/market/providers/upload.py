"""A series that somebody uploads: one instrument's closes, with opens, highs, lows and volumes, as CSV. Pure.

Columns are found by name, faults by row number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from holdings.importers import cells, text
from holdings.importers.base import ImportFailed, RowProblem
from holdings.importers.cells import DateOrder
from holdings.market.providers.base import Bar, Fetched, Point
from holdings.market.quality import contradiction

DAYS = ("date", "day", "datum", "tag", "trade date", "price date", "valuation date", "as of")
CLOSES = (
    "close",
    "closing price",
    "close/last",
    "price",
    "last",
    "nav",
    "unit price",
    "value",
    "schlusskurs",
    "schluss",
    "kurs",
)
OPENS = ("open", "opening price", "day open", "open price", "eröffnung", "eröffnungskurs", "erster")
HIGHS = ("high", "day high", "high price", "hoch", "tageshoch", "höchst")
LOWS = ("low", "day low", "low price", "tief", "tagestief", "tiefst")
VOLUMES = ("volume", "vol", "vol.", "shares traded", "volumen", "umsatz", "stücke")
ADJUSTED = ("adj close", "adj. close", "adjusted close", "adj close**")
CURRENCIES = ("currency", "ccy", "währung")
T = TypeVar("T")
FIX_ROW = "Correct the row in the file, or leave it out."


@dataclass(frozen=True, slots=True)
class Upload:
    """What a file says: closes a day, with their bars where it has them, and each fault with its row."""

    fetched: Fetched
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each column stands, by its part; None: the file has none. `names`: as the file writes them."""

    names: Sequence[str]
    day: int
    close: int
    currency: int | None
    bar: tuple[int | None, ...]


def read(content: bytes, order: DateOrder | None = None) -> Upload:
    """Read a file. `order` says how dates are written, where the file alone does not tell.

    Raises ImportFailed for a file that has no date or no close, has only adjusted closes, or whose dates are ambiguous.
    """
    whole = text.decode(content)
    (_, header), *rows = _records(whole)
    names = [cell.strip().lower() for cell in header]
    at, of, unit = _column(names, DAYS), _column(names, CLOSES), _column(names, CURRENCIES)
    if at is None or of is None:
        raise ImportFailed(_lacking(names))
    bar = tuple(_column(names, wanted) for wanted in (OPENS, HIGHS, LOWS, VOLUMES))
    dates, amounts = [_cell(row, at) for _, row in rows], [_cell(row, of) for _, row in rows]
    columns = _Columns([cell.strip() for cell in header], at, of, unit, bar)
    return _read(rows, columns, order or date_order(dates), decimal_sign(amounts))


def _records(whole: str) -> list[tuple[int, list[str]]]:
    records = list(text.records(whole, text.delimiter(whole)))
    named = (n for n, (_, row) in enumerate(records) if _column([c.strip().lower() for c in row], DAYS) is not None)
    start = next(named, None)
    if start is None or len(records) == start + 1:
        raise ImportFailed("No prices were found. Expected is a header with a date and a close, and rows below it.")
    return records[start:]


def _column(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _lacking(names: Sequence[str]) -> str:
    if any(name in ADJUSTED for name in names):
        return (
            "The file has adjusted closes only. They change with every dividend and are not trusted: "
            "export unadjusted closes (Close, not Adj Close)."
        )
    return f"No column with a close was found among: {', '.join(names)}. Name it Close or Price."


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def date_order(dates: Sequence[str]) -> DateOrder:
    """The order in which most of the dates can be read. Raises ImportFailed where two read equally many differently."""
    readable = {order: [_try(text, order) for text in dates] for order in DateOrder}
    counts = Counter({order: sum(day is not None for day in days) for order, days in readable.items()})
    best = [order for order in DateOrder if counts[order] == max(counts.values())]
    if len({tuple(map(str, readable[order])) for order in best}) > 1:
        raise ImportFailed("The dates can be read in two ways. Say whether the day or the month comes first.")
    return best[0]


def _try(cell: str, order: DateOrder) -> date | None:
    try:
        return cells.day(cell, order)
    except ValueError:
        return None


def decimal_sign(amounts: Iterable[str]) -> str:
    """The decimal sign under which most amounts are numbers; a point in doubt."""
    readable = Counter(sign for amount in amounts for sign in cells.decimal_signs([amount]))
    return "," if readable[","] > readable["."] else "."


def _read(rows: Sequence[tuple[int, Sequence[str]]], columns: _Columns, order: DateOrder, sign: str) -> Upload:
    found: dict[date, tuple[Decimal, Bar]] = {}
    problems: list[RowProblem] = []
    for line, row in rows:
        faults = len(problems)
        day = _noted(lambda cell: cells.day(cell, order), row, columns.day, line, columns, problems)
        close = _noted(lambda cell: _close(cell, sign), row, columns.close, line, columns, problems)
        parts = [
            None if at is None else _noted(lambda cell: cells.number(cell, sign), row, at, line, columns, problems)
            for at in columns.bar
        ]
        if day is None or close is None or len(problems) > faults:
            continue
        bar = Bar(day, *parts)
        if wrong := contradiction(close, bar):
            at = columns.bar[Bar._fields.index(wrong[0]) - 1]
            problems.append(RowProblem(line, columns.names[at or 0], wrong[1], FIX_ROW))
        elif found.setdefault(day, (close, bar)) != (close, bar):
            said = f"{close}, after {found[day][0]}" if close != found[day][0] else "another open, high, low or volume"
            message = f"A second close for {day.day} {day:%b %Y}: {said}."
            problems.append(RowProblem(line, columns.names[columns.day], message, "Keep one of the two rows."))
    currencies = {_cell(row, columns.currency) for _, row in rows if columns.currency is not None} - {""}
    if len(currencies) > 1:
        raise ImportFailed(f"The file has several currencies: {', '.join(sorted(currencies))}. Split it into one each.")
    days = sorted(found)
    points, bars = tuple(Point(day, found[day][0]) for day in days), tuple(found[day][1] for day in days)
    fetched = Fetched(
        points,
        currency=currencies.pop() if currencies else "",
        bars=tuple(bar for bar in bars if not bar.is_empty),
    )
    return Upload(fetched, tuple(problems))


def _close(cell: str, sign: str) -> Decimal:
    close = cells.number(cell, sign)
    if close is None or close <= 0:
        raise ValueError(f"“{cell}” is not a price above zero.")
    return close


def _noted(
    read: Callable[[str], T],
    row: Sequence[str],
    at: int,
    line: int,
    columns: _Columns,
    problems: list[RowProblem],
) -> T | None:
    """A cell as `read` reads it, or its fault noted."""
    try:
        return read(_cell(row, at))
    except ValueError as fault:
        problems.append(RowProblem(line, columns.names[at], str(fault), FIX_ROW))
        return None
