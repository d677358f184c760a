"""From the records of a file to its rows and stated lines, alike for statements and Flex queries."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from holdings.importers.base import AccountHint, Content, DraftRow, ParsedFile, RowProblem, Security, Severity
from holdings.importers.cells import DateOrder, day
from holdings.importers.ibkr import cash, stated, trades
from holdings.importers.ibkr.common import Context, identifiers, instrument_kind
from holdings.importers.ibkr.corporate import corporate_rows
from holdings.importers.ibkr.records import Record, Section, Sheet
from holdings.importers.ibkr.transfers import transfer_rows
from holdings.ledger.types import Kind


def parsed(importer: str, sheet: Sheet) -> ParsedFile:
    """All that the sheet says."""
    accounts = {record.text("accountid"): record.text("currency") for record in sheet.records[Section.ACCOUNT]}
    known = _securities(sheet.records[Section.SECURITIES])
    context = Context(sheet.base or _base(sheet), sheet.as_of, known, accounts)
    rows = _rows(sheet, context)
    held = sheet.records[Section.POSITIONS]
    balances = stated.cash(sheet.records[Section.CASH_REPORT], context)
    opening = all(row.kind in {Kind.OPENING, Kind.SHORT, Kind.OPTION} and not row.cash for row in rows)
    positions, lots = stated.positions(held, context), stated.lots(held, context, opening=opening)
    sales = sheet.records[Section.TRADES]
    gains = stated.closed_lots([r for r in sales if r.level in trades.CLOSED_LOTS], context, _sale_days(sales))
    return ParsedFile(
        importer=importer,
        content=_content(rows, opening, bool(positions or lots or balances)),
        rows=tuple(rows),
        problems=(*sheet.problems, *_wash_sales(sales), *_only_summaries(sales)),
        accounts=_accounts([*rows, *positions, *lots, *balances]),
        as_of=sheet.as_of,
        positions=(*positions, *balances),
        lots=tuple(lots),
        gains=tuple(gains),
    )


def _rows(sheet: Sheet, context: Context) -> list[DraftRow]:
    records = sheet.records
    counted = trades.counted_once(records[Section.TRADES])
    taken_back = trades.cancelled(counted)
    rows = [row for record in counted for row in trades.trade_rows(record, context, taken_back)]
    rows += [cash.cash_row(record, context) for record in cash.counted_once(records[Section.CASH])]
    rows += corporate_rows(records[Section.CORPORATE], context)
    rows += [row for record in records[Section.TRANSFERS] for row in transfer_rows(record, context)]
    if not rows:
        rows = stated.opening_rows(records[Section.POSITIONS], context)
    return sorted(rows, key=lambda row: row.rows)


def _content(rows: list[DraftRow], opening: bool, holdings: bool) -> Content:
    if not holdings:
        return Content.TRANSACTIONS
    if not rows:
        return Content.POSITIONS
    return Content.LOTS if opening else Content.MIXED


def _accounts(rows: Iterable[object]) -> tuple[AccountHint, ...]:
    found = (getattr(row, "account", None) for row in rows)
    return tuple(dict.fromkeys(account for account in found if account))


def _base(sheet: Sheet) -> str:
    """The one currency whose rate to the base is 1, for records of accounts whose base the file does not name."""
    units = {
        record.text("currency").upper()
        for records in sheet.records.values()
        for record in records
        if record.text("fxratetobase") in {"1", "1.0", "1.00"}
    }
    return units.pop() if len(units) == 1 else ""


def last_day(sheet: Sheet) -> date | None:
    """The day of the report that positions and balances say they are of."""
    held = [*sheet.records[Section.POSITIONS], *sheet.records[Section.CASH_REPORT]]
    days = [record.text(record.first("reportdate", "todate")) for record in held]
    found = []
    for text in set(days) - {""}:
        with suppress(ValueError):
            found.append(day(text, DateOrder.YMD))
    return max(found, default=None)


def _securities(records: list[Record]) -> dict[str, Security]:
    """Instruments by each of their symbols: `META, FB` has two."""
    known: dict[str, Security] = {}
    for record in records:
        named = identifiers(record.text("securityid"))
        known_as = Security(
            name=record.text("description"),
            kind=instrument_kind(record.text("assetcategory"), record.text(record.first("subcategory", "type"))),
            isin=record.text("isin") or named.get("isin", ""),
            cusip=record.text("cusip") or named.get("cusip", ""),
            exchange=record.text("listingexchange"),
        )
        known |= {symbol.strip().upper(): known_as for symbol in record.text("symbol").split(",")}
    return known


def _sale_days(records: list[Record]) -> dict[int, date | None]:
    """Statements write closed lots below their sale, with the day of opening in the place of that of the sale."""
    days, day = {}, None
    for record in records:
        if record.level not in trades.CLOSED_LOTS:
            day = trades.traded_at(record)[0] if record.level in {"order", "trade"} else day
        elif "opendatetime" not in record.columns.of_field:
            days[record.line] = day
    return days


def _wash_sales(records: list[Record]) -> list[RowProblem]:
    return [
        RowProblem(
            record.line,
            "",
            f"The broker reports a wash sale of {record.text('symbol')}; the ledger works out its own.",
            "Compare the basis of the lots with the broker's.",
            Severity.WARNING,
        )
        for record in records
        if record.level in trades.WASH_SALES
    ]


def _only_summaries(records: list[Record]) -> list[RowProblem]:
    if not records or any(record.level not in trades.SUMMARIES for record in records):
        return []
    message = "The trades are summed up by symbol; none of them can be booked."
    remedy = "Choose Executions or Orders in the Trades section of the Flex query."
    return [RowProblem(records[0].line, "", message, remedy, Severity.WARNING)]
