"""A series that somebody uploads: one instrument's closes as CSV, columns found by name, faults by row number. Pure."""

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
from holdings.market.providers.base import Fetched, Point

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
ADJUSTED = ("adj close", "adj. close", "adjusted close", "adj close**")
CURRENCIES = ("currency", "ccy", "währung")
T = TypeVar("T")
FIX_ROW = "Correct the row in the file, or leave it out."


@dataclass(frozen=True, slots=True)
class Upload:
    """What a file says: closes a day, each fault with its row, and the columns that were read."""

    fetched: Fetched
    problems: tuple[RowProblem, ...]
    columns: tuple[str, str]


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
    dates, amounts = [_cell(row, at) for _, row in rows], [_cell(row, of) for _, row in rows]
    chosen, sign = order or _order(dates), _sign(amounts)
    return _read(rows, (at, of, unit), chosen, sign, (header[at], header[of]))


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


def _order(dates: Sequence[str]) -> DateOrder:
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


def _sign(amounts: Iterable[str]) -> str:
    """The decimal sign under which most amounts are numbers; a point in doubt."""
    readable = Counter(sign for amount in amounts for sign in cells.decimal_signs([amount]))
    return "," if readable[","] > readable["."] else "."


def _read(
    rows: Sequence[tuple[int, Sequence[str]]],
    columns: tuple[int, int, int | None],
    order: DateOrder,
    sign: str,
    names: tuple[str, str],
) -> Upload:
    at, of, unit = columns
    found: dict[date, Decimal] = {}
    problems: list[RowProblem] = []
    for line, row in rows:
        day = _noted(lambda cell: cells.day(cell, order), _cell(row, at), line, names[0], problems)
        close = _noted(lambda cell: _close(cell, sign), _cell(row, of), line, names[1], problems)
        if day is None or close is None:
            continue
        if found.setdefault(day, close) != close:
            message = f"A second close for {day.day} {day:%b %Y}: {close}, after {found[day]}."
            problems.append(RowProblem(line, names[0], message, "Keep one of the two rows."))
    currencies = {_cell(row, unit) for _, row in rows if unit is not None} - {""}
    if len(currencies) > 1:
        raise ImportFailed(f"The file has several currencies: {', '.join(sorted(currencies))}. Split it into one each.")
    points = tuple(Point(day, found[day]) for day in sorted(found))
    return Upload(Fetched(points, currency=currencies.pop() if currencies else ""), tuple(problems), names)


def _close(cell: str, sign: str) -> Decimal:
    close = cells.number(cell, sign)
    if close is None or close <= 0:
        raise ValueError(f"“{cell}” is not a price above zero.")
    return close


def _noted(read: Callable[[str], T], cell: str, line: int, column: str, problems: list[RowProblem]) -> T | None:
    try:
        return read(cell)
    except ValueError as fault:
        problems.append(RowProblem(line, column, str(fault), FIX_ROW))
        return None
