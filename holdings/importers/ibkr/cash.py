"""Payments: dividends, taxes, interest, fees, deposits, withdrawals."""

from holdings.importers.base import DraftRow
from holdings.importers.ibkr.common import Context, draft, needed
from holdings.importers.ibkr.records import Record
from holdings.importers.ibkr.trades import SUMMARIES, codes
from holdings.ledger.types import Character, Kind

_KINDS = (
    ("return of capital", Kind.RETURN_OF_CAPITAL),
    ("dividend", Kind.DIVIDEND),
    ("payment in lieu", Kind.DIVIDEND),
    ("withholding", Kind.TAX),
    ("sales tax", Kind.TAX),
    ("transaction tax", Kind.TAX),
    ("interest", Kind.INTEREST),
    ("fee", Kind.FEE),
    ("commission adjustment", Kind.FEE),
    ("borrow", Kind.FEE),
)
"""By the words of their type; the first that fits."""

_CHARACTERS = (
    ("payment in lieu", Character.ORDINARY),
    ("long term capital gain", Character.CAPITAL_GAIN),
    ("short term capital gain", Character.ORDINARY),
)
"""By the words of a dividend. “Ordinary Dividend” is any dividend, qualified or not, so that it tells nothing."""

_MOVES = ("deposit", "withdrawal", "cash receipt", "disbursement", "electronic fund")
_RETURN = ("return of capital", "roc distribution", "liquidating distribution")


def counted_once(records: list[Record]) -> list[Record]:
    """A Flex query may list each payment and their sum by the day, too."""
    return [record for record in records if record.level not in SUMMARIES] or records


def cash_row(record: Record, context: Context) -> DraftRow:
    cash = needed(record, "amount")
    kind = _kind(record, cash > 0)
    day, _ = record.moment("datetime", "settledate", "reportdate")
    if kind is None:
        record.warn(
            "type" if "type" in record.columns.of_field else "description",
            f"“{record.text('type') or record.text('description')}” has no known meaning; the row is not booked.",
            "Record by hand what it did to the account's cash.",
        )
    if kind is not None and "Ca" in codes(record):
        record.warn("notes", "The broker marks this payment as cancelled.", "Leave it out with the one it cancels.")
    return draft(record, context, kind, (day, None), cash=cash, character=_character(record, kind))


def _character(record: Record, kind: Kind | None) -> Character:
    words = f"{record.text('type')} {record.text('description')}".lower()
    told = (character for phrase, character in _CHARACTERS if phrase in words)
    return next(told, Character.UNKNOWN) if kind is Kind.DIVIDEND else Character.UNKNOWN


def _kind(record: Record, received: bool) -> Kind | None:
    """A return of capital hides in the text of a dividend; its tax does not."""
    named = record.text("type").lower()
    if named.startswith(_MOVES):
        return Kind.DEPOSIT if received else Kind.WITHDRAWAL
    kind = next((kind for words, kind in _KINDS if words in named), None)
    text = record.text("description").lower()
    if kind is Kind.DIVIDEND and any(words in text for words in _RETURN):
        return Kind.RETURN_OF_CAPITAL
    return kind
