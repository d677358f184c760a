"""Trades of securities, and conversions of currencies, from any of the broker's files."""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal

from holdings.importers.base import DraftRow
from holdings.importers.ibkr.common import (
    CURRENCY,
    Context,
    draft,
    instrument_kind,
    is_forex,
    kept,
    needed,
    settles_daily,
    symbol,
)
from holdings.importers.ibkr.records import Record
from holdings.ledger.types import ZERO, Kind

CLOSED_LOTS = {"closedlot", "lot"}
WASH_SALES = {"washsale"}
SUMMARIES = {"symbolsummary", "assetsummary", "summary", "subtotal", "total"}

_CENT = Decimal("0.01")
_PAIR = re.compile(r"(?P<bought>[A-Z]{3})\.(?P<paid>[A-Z]{3})")
_CODES = re.compile(r"[;,\s]+")

Moment = tuple[date | None, time | None]


def counted_once(records: Iterable[Record]) -> list[Record]:
    """Executions or orders, never both.

    A Flex query lists every trade at each level that was chosen: its executions count. A statement lists every order
    and details some of them in rows called Trade: its orders count.
    """
    trades = [r for r in records if r.level not in CLOSED_LOTS | WASH_SALES | SUMMARIES]
    levels = {record.level for record in trades}
    less = "order" if "execution" in levels else "trade" if "order" in levels else None
    return [record for record in trades if record.level != less]


def cancelled(records: Iterable[Record]) -> dict[int, int]:
    """Lines of trades that a later line takes back, and that line."""
    open_trades: dict[tuple[str, ...], list[int]] = {}
    found: dict[int, int] = {}
    for record in records:
        same = record.text("accountid"), symbol(record), record.text("tradeprice"), record.text("quantity").lstrip("-")
        lines = open_trades.setdefault(same, [])
        if not _cancels(record):
            lines.append(record.line)
        elif lines:
            found[lines.pop()] = record.line
    return found


def _cancels(record: Record) -> bool:
    said = f"{record.text('buysell')} {record.text('transactiontype')}".lower()
    return "Ca" in codes(record) or "ca." in said or "cancel" in said


def trade_rows(record: Record, context: Context, taken_back: Mapping[int, int]) -> list[DraftRow]:
    """The trade, and rows of their own for accrued interest and for what was paid in another currency."""
    when = traded_at(record)
    if _cancels(record) or record.line in taken_back:
        return [_not_booked(record, context, when, taken_back.get(record.line))]
    if is_forex(record):
        return [_exchange(record, context, when), *_fee_apart(record, context, when)]
    interest = _accrued_interest(record, context, when)
    trade = _security(record, context, when)
    fee = [] if _fee_currency(record) == trade.currency else _fee_apart(record, context, when)
    return [trade, *interest, *fee]


def traded_at(record: Record) -> Moment:
    """The broker's trade date, with the time of the execution where that is on the same day."""
    day, at = record.moment("datetime", "tradedate")
    traded = day if record.unknown("tradedate") else record.moment("tradedate")[0]
    return traded, at if traded == day else None


def codes(record: Record) -> set[str]:
    """Codes such as O (opens), C (closes), P (partial), R (reinvested), Ca (cancelled)."""
    return {code for name in ("notes", "opencloseindicator", "code") for code in _CODES.split(record.text(name))}


def _security(record: Record, context: Context, when: Moment) -> DraftRow:
    quantity = _signed_quantity(record)
    proceeds, costs = _proceeds(record, quantity), _costs(record)
    kind = _kind(record, quantity)
    _check(record, quantity, proceeds)
    price = record.number("tradeprice")
    if price is not None and price < 0:
        record.error("tradeprice", "A price is not negative.", "Correct the price in the file.")
    if not symbol(record):
        record.error("symbol", "The symbol is missing.", "Add the column Symbol or ISIN to the Flex query.")
    if quantity and instrument_kind(record.text("assetcategory")) == "bond":
        price = kept(abs(proceeds / quantity))  # quoted in per cent of the face value, which is the quantity
    moved = {"quantity": quantity, "price": price, "fees": max(-costs, ZERO), "cash": proceeds + costs}
    order = record.text(record.first("iborderid", "orderid"))
    return draft(record, context, kind, when, order=order, **moved)


def _not_booked(record: Record, context: Context, when: Moment, by: int | None) -> DraftRow:
    said = f"Line {by} cancels this trade" if by else "The line cancels a trade"
    record.warn("notes", f"{said}; it is not booked.", "Where the cancelled trade was booked before, void it by hand.")
    return draft(record, context, None, when, quantity=record.number("quantity") or ZERO)


def _exchange(record: Record, context: Context, when: Moment) -> DraftRow:
    """`EUR.USD`: the quantity is in the first currency, proceeds and price in the second."""
    quantity = _signed_quantity(record)
    cash = _proceeds(record, quantity)
    _check(record, quantity, cash)
    pair = _PAIR.fullmatch(symbol(record))
    if not pair:
        message = f"The file does not say in which currency the {abs(quantity):,f} are."
        record.error("symbol", message, "Add the column Symbol to the Flex query, or name the currency here.")
    other = pair["bought"] if pair else ""
    price = record.number("tradeprice")
    moved = {"cash": cash, "price": price, "other_currency": other, "other_cash": quantity, "symbol": ""}
    return draft(record, context, Kind.EXCHANGE, when, **moved)


def _signed_quantity(record: Record) -> Decimal:
    """Signed as the side says; where no side is said, as written."""
    quantity, side = needed(record, "quantity"), record.text("buysell").lower()
    if not side.startswith(("buy", "sell")):
        return quantity
    return -abs(quantity) if side.startswith("sell") else abs(quantity)


def _kind(record: Record, quantity: Decimal) -> Kind:
    marks = codes(record)
    if instrument_kind(record.text("assetcategory")) == "option":
        return Kind.OPTION
    _warn_of_options(record, marks)
    opens, closes = "O" in marks, "C" in marks
    if opens and closes:
        record.warn(
            "notes",
            "The trade closes a position and opens the opposite one.",
            "Book it as two by hand: what was held or owed, and the rest.",
        )
    elif (opens and quantity < 0) or (closes and quantity > 0):
        return Kind.SHORT
    if quantity < 0:
        return Kind.SELL
    return Kind.REINVEST if "R" in marks else Kind.BUY


def _warn_of_options(record: Record, marks: set[str]) -> None:
    if marks & {"A", "Ex", "AEx", "MEx"}:
        record.warn(
            "notes",
            "The shares come from an option that was exercised or assigned; its premium is not in their cost.",
            "Correct the basis of the lot with the broker's figure.",
        )


def _proceeds(record: Record, quantity: Decimal) -> Decimal:
    """Signed as cash, before costs. Futures and CFDs settle by the day: their trade moves no cash."""
    if settles_daily(record.text("assetcategory")):
        return ZERO
    stated = record.number("proceeds")
    if stated is not None:
        return stated
    money = record.number("trademoney")
    worth = kept(abs(quantity * _price_of_one(record))) if money is None else abs(money)
    return -worth if quantity > 0 else worth


def _price_of_one(record: Record) -> Decimal:
    return (record.number("tradeprice") or ZERO) * (record.number("multiplier") or Decimal(1))


def _costs(record: Record) -> Decimal:
    """Commission and taxes in the currency of the trade; negative when paid."""
    taxes = record.number("taxes") or ZERO
    own = _fee_currency(record) == record.text("currency").upper()
    return taxes + ((record.number("ibcommission") or ZERO) if own else ZERO)


def _check(record: Record, quantity: Decimal, proceeds: Decimal) -> None:
    if proceeds and quantity and (proceeds > 0) == (quantity > 0):
        record.error("proceeds", "Cash and quantity move the same way.", "Correct the sign of one of them.")
        return
    expected = -quantity * _price_of_one(record)
    quoted_whole = instrument_kind(record.text("assetcategory")) not in {"bond", "option"}
    if quoted_whole and expected and not record.problems and abs(expected - proceeds) > _CENT + abs(expected) / 10_000:
        record.warn(
            "proceeds",
            f"Quantity and price make {expected:,.2f}, the proceeds are {proceeds:,.2f}.",
            "The proceeds are booked. Compare them with the broker's confirmation.",
        )


def _accrued_interest(record: Record, context: Context, when: Moment) -> list[DraftRow]:
    """Net cash differs from proceeds and costs by the accrued interest of a bond, which is no part of its cost."""
    net, accrued = record.number("netcash"), record.number("accruedint")
    if net is None or settles_daily(record.text("assetcategory")):
        return []
    rest = net - _proceeds(record, record.number("quantity") or ZERO) - _costs(record)
    if accrued and abs(rest) == abs(accrued):
        return [draft(_apart(record), context, Kind.INTEREST, when, cash=rest, external_id="")]
    if abs(rest) > _CENT and not record.problems:
        record.warn(
            "netcash",
            f"The net cash differs by {rest:,.2f} from proceeds, commission and taxes.",
            "Proceeds, commission and taxes are booked. Compare them with the broker's confirmation.",
        )
    return []


def _fee_apart(record: Record, context: Context, when: Moment) -> list[DraftRow]:
    """A row of its own for the commission of a conversion, and for one in another currency."""
    fee = _apart(record)
    cash = fee.number(_fee_field(fee))
    if not cash:
        return []
    row = draft(fee, context, Kind.FEE, when, cash=cash, symbol="", external_id="")
    paid_in = _fee_currency(record)
    if not CURRENCY.fullmatch(paid_in):
        fee.error("ibcommissioncurrency", f"“{paid_in}” is no currency.", "Correct the currency, such as USD.")
        row = dataclasses.replace(row, problems=tuple(fee.problems))
    if paid_in == row.currency:
        return [row]
    rate = Decimal(1) if paid_in == context.base_of(record) else None
    return [dataclasses.replace(row, currency=paid_in, rate=rate, rate_currency=paid_in if rate else "")]


def _apart(record: Record) -> Record:
    """The same line once more, whose problems are its own."""
    cells = [record.raw.get(name, "") for name in record.columns.header]
    return Record(record.line, record.columns, cells, record.given)


def _fee_field(record: Record) -> str:
    """Statements call the commission of a conversion `Comm in USD`, after the base currency."""
    return next((name for name in record.columns.of_field if name.startswith("commin")), "ibcommission")


def _fee_currency(record: Record) -> str:
    named = _fee_field(record).removeprefix("commin").upper() if _fee_field(record) != "ibcommission" else ""
    return named or (record.text("ibcommissioncurrency") or record.text("currency")).upper()
