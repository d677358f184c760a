"""What the broker states: positions, cash, open and closed lots. It is compared; only opening lots are booked."""

import dataclasses
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from holdings.importers.base import DraftRow, StatedLine
from holdings.importers.ibkr.common import (
    Context,
    account_hint,
    currency,
    draft,
    instrument_kind,
    is_forex,
    needed,
    security,
    symbol,
)
from holdings.importers.ibkr.records import Record
from holdings.ledger.types import ZERO, Kind

_DAYS = {"opendatetime", "datetime"}
_BASE_SUMMARY = {"base", "basesummary", "basecurrency", "basecurrencysummary"}


def positions(records: Sequence[Record], context: Context) -> list[StatedLine]:
    return [_position(record, context) for record in records if record.level != "lot" and not is_forex(record)]


def lots(records: Sequence[Record], context: Context, *, opening: bool) -> list[StatedLine]:
    """Open lots, where the file has their days.

    Those that are to open the ledger (`opening`) have the day that their holding period counts from.
    """
    return [
        dataclasses.replace(_position(record, context), acquired=_acquired(record, tacked=opening))
        for record in records
        if record.level == "lot" and _in_the_books(record) and _DAYS.intersection(record.columns.of_field)
    ]


def cash(records: Sequence[Record], context: Context) -> list[StatedLine]:
    """The closing balance of each currency; their sum in the base currency where that is all there is."""
    closing = [record for record in records if _is_closing(record)]
    single = [record for record in closing if not _is_summary(record)]
    return [_balance(record, context) for record in single or closing if single or context.base_of(record)]


def closed_lots(records: Sequence[Record], context: Context, sold: dict[int, date | None]) -> list[StatedLine]:
    """Lots that a sale closed. `sold` gives the day of the sale by line for files that write it in another row."""
    sales = (record for record in records if record.text("buysell").lower() != "buy")
    return [_closed(record, context, sold) for record in sales if instrument_kind(_category(record)) != "option"]


def opening_rows(records: Sequence[Record], context: Context) -> list[DraftRow]:
    """Open lots as transactions, for files without trades."""
    return [_opening(record, context) for record in records if record.level == "lot" and not is_forex(record)]


def _in_the_books(record: Record) -> bool:
    """Options and short positions have no lots in the ledger: they are kept apart, and compared as positions alone."""
    held = record.number(record.first("position", "quantity")) or ZERO
    return held >= 0 and instrument_kind(_category(record)) != "option" and not is_forex(record)


def _category(record: Record) -> str:
    return record.text("assetcategory")


def _position(record: Record, context: Context) -> StatedLine:
    return _stated(
        record,
        context,
        quantity=needed(record, record.first("position", "quantity")),
        price=record.number("markprice"),
        value=record.number(record.first("positionvalue", "value")),
        basis=_basis(record),
    )


def _basis(record: Record) -> Any:
    return record.number(record.first("costbasismoney", "cost"))


def _acquired(record: Record, *, tacked: bool) -> date | None:
    """The day of opening, or that of the shares before whose days a wash sale adds."""
    name = record.first(*(["holdingperioddatetime"] if tacked else []), "opendatetime", "datetime")
    return None if record.unknown(name) else record.moment(name)[0]


def _stated(record: Record, context: Context, **fields: Any) -> StatedLine:
    common: dict[str, Any] = {
        "symbol": symbol(record),
        "currency": fields["currency"] if "currency" in fields else currency(record),
        "description": record.text("description"),
        "account": account_hint(record.text("accountid"), record.text("acctalias")),
        "security": security(record, context),
    }
    values = common | fields
    return StatedLine(rows=(record.line,), raw=record.raw, problems=tuple(record.problems), **values)


def _is_closing(record: Record) -> bool:
    """Statements have a line for each figure; Flex reports have a column for each."""
    figure = record.text("currencysummary").lower()
    return figure == "ending cash" if "currencysummary" in record.columns.of_field else True


def _is_summary(record: Record) -> bool:
    plain = "".join(filter(str.isalpha, record.text("currency").lower()))
    return plain in _BASE_SUMMARY or record.level in _BASE_SUMMARY


def _balance(record: Record, context: Context) -> StatedLine:
    amount = record.number(record.first("endingcash", "total")) or ZERO
    if _is_summary(record):
        return _stated(record, context, symbol="", quantity=amount, currency=context.base_of(record))
    return _stated(record, context, symbol="", quantity=amount)


def _closed(record: Record, context: Context, sold: dict[int, date | None]) -> StatedLine:
    gain, basis = record.number("fifopnlrealized"), record.number("cost")
    basis = None if basis is None else abs(basis)
    proceeds = None if gain is None or basis is None else basis + gain
    return _stated(
        record,
        context,
        quantity=abs(needed(record, "quantity")),
        basis=basis,
        acquired=_acquired(record, tacked=False),
        sold=sold[record.line] if record.line in sold else record.moment("tradedate", "datetime")[0],
        proceeds=proceeds,
    )


def _opening(record: Record, context: Context) -> DraftRow:
    quantity, basis = needed(record, record.first("position", "quantity")), _basis(record)
    acquired = _acquired(record, tacked=True)
    when: tuple[date | None, time | None] = context.as_of, None
    if context.as_of is None:
        record.error("datetime", "The file does not say of which day it is.", "Set the day in the review.")
    if instrument_kind(_category(record)) == "option" or quantity < 0:
        kind = Kind.OPTION if instrument_kind(_category(record)) == "option" else Kind.SHORT
        return draft(record, context, kind, when, quantity=quantity)
    if basis is None or acquired is None:
        record.warn("costbasismoney", "Basis or date is unknown; no plan will sell this lot.", "Correct the lot.")
    return draft(record, context, Kind.OPENING, when, quantity=quantity, basis=basis, acquired=acquired)
