"""A series that somebody uploads beside prices: one value a day, or one a day and instrument, as CSV. Pure.

Columns are found by name, faults by row number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from holdings.importers import cells, text
from holdings.importers.base import ImportFailed, RowProblem
from holdings.importers.cells import DateOrder
from holdings.market.providers.upload import DAYS, FIX_ROW, date_order, decimal_sign

VALUES = ("value", "score", "factor", "signal", "wert")
SYMBOLS = ("symbol", "ticker", "instrument", "isin")
COLUMNS = (DAYS, VALUES, SYMBOLS)
WHOLE = ""
"""Stands for the instrument in a series that has one value a day."""


@dataclass(frozen=True, slots=True)
class Scores:
    """points: by instrument id, or WHOLE, rising by day. strangers: rows by symbols that nobody here knows."""

    points: Mapping[str, Sequence[tuple[date, Decimal]]]
    problems: tuple[RowProblem, ...]
    strangers: Mapping[str, int]


def read(content: bytes, known: Mapping[str, str], order: DateOrder | None = None) -> Scores:
    """Read a file. known: id by symbol or ISIN in capitals; rows of others are counted and left out.

    Raises ImportFailed for a file without a date or a value, or whose dates can be read in two ways.
    """
    whole = text.decode(content)
    records = list(text.records(whole, text.delimiter(whole)))
    names = [name.strip().lower() for name in records[0][1]] if records else []
    at, of, by = (next((names.index(name) for name in wanted if name in names), None) for wanted in COLUMNS)
    if at is None or of is None or len(records) < 2:
        raise ImportFailed(
            "Expected is a header with Date and Value, and Symbol where each instrument has its own, and rows below it."
        )
    rows = records[1:]
    dates = [_cell(row, at) for _, row in rows]
    return _read(rows, (at, of, by), known, order or date_order(dates), decimal_sign(_cell(row, of) for _, row in rows))


def _read(
    rows: Sequence[tuple[int, Sequence[str]]],
    columns: tuple[int, int, int | None],
    known: Mapping[str, str],
    order: DateOrder,
    sign: str,
) -> Scores:
    at, of, by = columns
    found: dict[str, dict[date, Decimal]] = defaultdict(dict)
    problems: list[RowProblem] = []
    strangers: dict[str, int] = defaultdict(int)
    for line, row in rows:
        symbol = "" if by is None else _cell(row, by).upper()
        if by is not None and symbol not in known:
            strangers[symbol] += 1
            continue
        try:
            day = cells.day(_cell(row, at), order)
        except ValueError as fault:
            problems.append(RowProblem(line, "Date", str(fault), FIX_ROW))
            continue
        try:
            value = cells.number(_cell(row, of), sign)
        except ValueError as fault:
            problems.append(RowProblem(line, "Value", str(fault), FIX_ROW))
            continue
        if value is not None and found[known.get(symbol, WHOLE)].setdefault(day, value) != value:
            message = f"A second value for {day.day} {day:%b %Y}{f' of {symbol}' if symbol else ''}."
            problems.append(RowProblem(line, "Date", message, "Keep one of the two rows."))
    points = {key: sorted(values.items()) for key, values in found.items() if values}
    return Scores(points, tuple(problems), dict(strangers))


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""
