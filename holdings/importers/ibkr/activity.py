"""The activity statement: a section a table, `Trades,Header,…` above `Trades,Data,…`, and headers that repeat."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal

from holdings.importers.base import ImportFailed, ParsedFile, RowProblem, Severity
from holdings.importers.cells import DateOrder, day, number
from holdings.importers.ibkr.records import STATEMENT, Columns, Record, Section, Sheet
from holdings.importers.ibkr.sheet import parsed
from holdings.importers.reading import trimmed
from holdings.importers.text import opening, records
from holdings.ledger.types import ZERO

_SECTIONS = {
    "trades": Section.TRADES,
    "deposits & withdrawals": Section.CASH,
    "dividends": Section.CASH,
    "payment in lieu of dividends": Section.CASH,
    "withholding tax": Section.CASH,
    "871(m) withholding": Section.CASH,
    "interest": Section.CASH,
    "broker interest": Section.CASH,
    "bond interest": Section.CASH,
    "bond interest paid": Section.CASH,
    "bond interest received": Section.CASH,
    "broker interest paid": Section.CASH,
    "broker interest received": Section.CASH,
    "fees": Section.CASH,
    "other fees": Section.CASH,
    "broker fees": Section.CASH,
    "advisor fees": Section.CASH,
    "transaction fees": Section.CASH,
    "commission adjustments": Section.CASH,
    "sales tax": Section.CASH,
    "corporate actions": Section.CORPORATE,
    "transfers": Section.TRANSFERS,
    "open positions": Section.POSITIONS,
    "cash report": Section.CASH_REPORT,
    "financial instrument information": Section.SECURITIES,
}
"""Sections that are read. Others repeat them in other words: performance, net asset value, accruals."""


@dataclass
class _Open:
    """The section being read, and what its totals are compared with."""

    columns: Columns | None = None
    added: dict[tuple[str, ...], Decimal] = field(default_factory=dict)


class IbkrActivity:
    """Reader of the file behind Statements, Activity, CSV."""

    name = "ibkr_activity"
    label = "Interactive Brokers activity statement"
    expects = "lines that begin “Statement,Header,Field Name” and “Trades,Header,DataDiscriminator”"

    def detect(self, text: str) -> float:
        if not text.lstrip("\ufeff\r\n ").startswith(("Statement,", '"Statement"', "Account Information,", "Trades,")):
            return 0.0
        start = [cells for _, cells in opening(text)]
        if any(cells[0] == "Transaction History" for cells in start):
            return 0.0
        return 0.9 if any(len(cells) > 2 and cells[0].lower() in _SECTIONS for cells in start) else 0.5

    def parse(self, text: str) -> ParsedFile:
        sheet, given, sections = Sheet(), dict[str, str](), dict[str, _Open]()
        for line, cells in records(text):
            name = cells[0].lower()
            if name in {"statement", "account information"}:
                _note(sheet, given, cells)
            elif name in _SECTIONS and len(cells) > 2:
                section = sections.setdefault(name, _Open())
                sheet.problems += _read(sheet, section, line, cells, given)
            elif cells[1:2] == ["Header"] and "Amount" in cells:
                sheet.problems.append(_unread(line, cells[0]))
            elif len(cells) < 2 or cells[1] not in {"Header", "Data", "Total", "SubTotal", "Notes", "MSG"}:
                sheet.problems.append(_stray(line, cells))
        if not sections and not sheet.base:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        return parsed(self.name, sheet)


def _note(sheet: Sheet, given: dict[str, str], cells: Sequence[str]) -> None:
    """Keep the account, the base currency and the last day of the period."""
    name, value = (cells[2].lower(), cells[3]) if len(cells) > 3 and cells[1] == "Data" else ("", "")
    if name == "base currency":
        sheet.base = value.upper()
    elif name == "account":
        given["accountid"] = value.split(" ")[0]
    elif name == "account alias":
        given["acctalias"] = value
    elif name == "period":
        with suppress(ValueError):
            sheet.as_of = day(value.split(" - ")[-1], DateOrder.MDY)


def _read(sheet: Sheet, section: _Open, line: int, cells: Sequence[str], given: dict[str, str]) -> Iterator[RowProblem]:
    """Take in one line; yields what is wrong with totals."""
    name, kind = cells[0].lower(), cells[1].lower()
    if kind == "header":
        section.columns = Columns(trimmed(cells[2:]), STATEMENT)
    elif section.columns is None:
        yield _stray(line, cells)
    elif kind in {"subtotal", "total"} or (kind == "data" and cells[2].lower().startswith("total")):
        yield from _compare(section, Record(line, section.columns, cells[2:]), cells)
    elif kind == "data":
        record = Record(line, section.columns, cells[2:], given | {"type": cells[0]})
        sheet.records[_SECTIONS[name]].append(record)
        _add(section, record)


def _stray(line: int, cells: Sequence[str]) -> RowProblem:
    message = f"“{','.join(cells)[:60]}” belongs to no section; the line is left out."
    return RowProblem(line, "", message, "Compare the line with the broker's export.", Severity.WARNING)


def _unread(line: int, section: str) -> RowProblem:
    message = f"The section “{section}” is not read; amounts in it may be missing."
    return RowProblem(line, "Amount", message, "Record them by hand if the cash differs.", Severity.WARNING)


def _summed(record: Record) -> tuple[str, tuple[str, ...]]:
    """What totals sum, and over which rows: quantities of a symbol for trades, amounts of a currency for payments."""
    if "amount" in record.columns.of_field:
        return "amount", ()
    return "quantity", (record.text("symbol") or record.text("accountid"), record.text("currency"))


def _add(section: _Open, record: Record) -> None:
    what, key = _summed(record)
    if record.level in {"", "order"}:
        section.added[key] = section.added.get(key, ZERO) + (_plain(record, what) or ZERO)


def _compare(section: _Open, total: Record, cells: Sequence[str]) -> Iterator[RowProblem]:
    """Compare a total with what stands above it. Totals in the base currency sum totals, and are passed over."""
    what, key = _summed(total)
    if cells[1] == "Total" or len(cells[2]) > len("Total") or what not in total.columns.of_field:
        return
    added, stated = section.added.pop(key, None), _plain(total, what)
    if added is not None and stated is not None and added != stated:
        message = f"The total of {' '.join(key) or cells[0]} says {stated:,f}, the rows add up to {added:,f}."
        column = total.columns.of_field[what]
        yield RowProblem(total.line, column, message, "Rows may be missing from the file.", Severity.WARNING)


def _plain(record: Record, field: str) -> Decimal | None:
    try:
        return number(record.text(field))
    except ValueError:
        return None
