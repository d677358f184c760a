"""Flex queries as CSV: one table or several, with or without lines that mark files, accounts and sections."""

from collections.abc import Sequence
from contextlib import suppress

from holdings.importers.base import ImportFailed, ParsedFile, RowProblem, Severity
from holdings.importers.cells import DateOrder, day
from holdings.importers.ibkr.records import FLEX, Columns, Record, Section, Sheet
from holdings.importers.ibkr.sheet import last_day, parsed
from holdings.importers.reading import trimmed
from holdings.importers.text import opening, records

_MARKS = {"BOF", "BOA", "BOS", "EOS", "EOA", "EOF", "MSG"}
_HEADS = {"ClientAccountID", "CurrencyPrimary", "Buy/Sell", "HEADER"}
_CODED = {"HEADER", "DATA", "TRAILER"}
_CODES = {
    "TRNT": Section.TRADES,
    "CTRN": Section.CASH,
    "CORP": Section.CORPORATE,
    "TRNF": Section.TRANSFERS,
    "TRFR": Section.TRANSFERS,
    "POST": Section.POSITIONS,
    "CRTT": Section.CASH_REPORT,
    "SECU": Section.SECURITIES,
    "ACCT": Section.ACCOUNT,
}
"""Codes of sections, where the query writes them; else the columns tell."""

_SHAPES: tuple[tuple[Section, frozenset[str]], ...] = (
    (Section.CASH_REPORT, frozenset({"endingcash", "currency"})),
    (Section.POSITIONS, frozenset({"markprice", "positionvalue"})),
    (Section.TRANSFERS, frozenset({"direction", "cashtransfer"})),
    (Section.CORPORATE, frozenset({"actiondescription", "proceeds", "quantity"})),
    (Section.CORPORATE, frozenset({"type", "value", "proceeds", "quantity"})),
    (Section.TRADES, frozenset({"buysell", "quantity", "tradeprice"})),
    (Section.CASH, frozenset({"amount", "type", "currency"})),
    (Section.ACCOUNT, frozenset({"accountid", "customertype"})),
    (Section.SECURITIES, frozenset({"symbol", "conid", "securityid", "listingexchange", "multiplier"})),
)


class IbkrFlexCsv:
    """Reader of Flex queries in the format CSV."""

    name = "ibkr_flex_csv"
    label = "Interactive Brokers Flex query (CSV)"
    expects = "a header with the columns Buy/Sell, TradeDate, Quantity, TradePrice and CurrencyPrimary"

    def detect(self, text: str) -> float:
        start = [cells for _, cells in opening(text)]
        return 0.95 if any(_header(cells) for cells in start) else 0.0

    def parse(self, text: str) -> ParsedFile:
        sheet, given, code = Sheet(), dict[str, str](), ""
        columns: Columns | None = None
        section: Section | None = None
        for line, cells in records(text):
            if cells[0] in _MARKS:
                columns, code = None, cells[1] if cells[0] == "BOS" and len(cells) > 1 else ""
                given = _note(sheet, given, cells)
            elif header := _header(cells):
                columns, section = header, _section(header, cells, code)
            elif cells[0] == "TRAILER":
                columns = None
            elif columns is None:
                sheet.problems.append(_stray(line, cells))
            elif section:
                sheet.records[section].append(Record(line, columns, _plain(cells), given))
        if not any(sheet.records.values()) and columns is None:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        sheet.as_of = sheet.as_of or last_day(sheet)
        return parsed(self.name, sheet)


def _header(cells: Sequence[str]) -> Columns | None:
    """The columns, when the line names those of a known section. Files may be of sections that are not read, too."""
    if not _HEADS.intersection(cells):
        return None
    columns = Columns(trimmed(_plain(cells)), FLEX)
    known = columns.of_field.keys()
    named = any(shape <= known for _, shape in _SHAPES)
    return columns if named or "ClientAccountID" in cells or cells[0] == "HEADER" else None


def _plain(cells: Sequence[str]) -> Sequence[str]:
    """Without the two cells that say what kind of line it is, and of which section."""
    return cells[2:] if cells[0] in _CODED else cells


def _section(columns: Columns, cells: Sequence[str], code: str) -> Section | None:
    code = cells[1] if cells[0] == "HEADER" and len(cells) > 1 else code
    if code:
        return _CODES.get(code)
    return next((section for section, shape in _SHAPES if shape <= columns.of_field.keys()), None)


def _note(sheet: Sheet, given: dict[str, str], cells: Sequence[str]) -> dict[str, str]:
    """Keep the account and the last day of the file."""
    if cells[0] == "BOF" and len(cells) > 5:
        with suppress(ValueError):
            sheet.as_of = day(cells[5], DateOrder.YMD)
    if cells[0] in {"BOA", "BOF"} and len(cells) > 1:
        return given | {"accountid": cells[1]}
    return given


def _stray(line: int, cells: Sequence[str]) -> RowProblem:
    message = f"“{','.join(cells)[:60]}” stands below no known header; the line is left out."
    return RowProblem(line, "", message, "Compare the line with the broker's export.", Severity.WARNING)
