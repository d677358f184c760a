"""Cash and securities that came from another account, or went there."""

from decimal import Decimal

from holdings.importers.base import DraftRow
from holdings.importers.ibkr.common import Context, draft, symbol
from holdings.importers.ibkr.records import Record
from holdings.ledger.types import ZERO, Kind


def transfer_rows(record: Record, context: Context) -> list[DraftRow]:
    """Shares and cash of one line are two rows, as either may be there."""
    when = record.moment("datetime", "date", "reportdate")[0], None
    shares = ZERO if _is_cash(record) else _signed(record, "quantity")
    cash = _signed(record, "cashtransfer")
    if not shares and not cash:
        record.error("quantity", "Neither shares nor cash are named.", "Add them in the file, or leave the row out.")
    rows = []
    if cash:
        rows.append(draft(record, context, _kind(cash), when, cash=cash, symbol=""))
    if not cash or shares:
        if shares > 0:
            record.warn(
                "quantity",
                f"Basis and purchase dates of {symbol(record)} do not come with the transfer; no plan will sell it.",
                "Import the lots, or correct them with the figures of the other broker.",
            )
        rows.append(draft(record, context, _kind(shares), when, quantity=shares))
    return rows


def _is_cash(record: Record) -> bool:
    return record.text("assetcategory").lower() == "cash"


def _kind(moved: Decimal) -> Kind:
    return Kind.TRANSFER_OUT if moved < 0 else Kind.TRANSFER_IN


def _signed(record: Record, name: str) -> Decimal:
    """As the direction says; where none is said, as written."""
    value = record.number(name) or ZERO
    way = record.text("direction").lower()
    return -abs(value) if way == "out" else abs(value) if way == "in" else value
