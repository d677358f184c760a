"""Corporate actions. What happened stands in a sentence; one event may be two rows, what left and what came.

AAPL(US0378331005) Split 4 for 1 (AAPL, APPLE INC, US0378331005)
GE(US3696041033) Spinoff  5371 for 1000000 (WAB, WABTEC CORP, 929740108)
XYZ(US0000000001) Merged(Acquisition) WITH US0000000002 2492 for 10000 (ABC, ABC INC, US0000000002)
FB(US30303M1027) CUSIP/ISIN Change to (US30303M1027) (META, META PLATFORMS INC, US30303M1027)
"""

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from holdings.importers.base import DraftRow, Security
from holdings.importers.ibkr.common import Context, draft, identifiers, instrument_kind, kept, security
from holdings.importers.ibkr.records import Record
from holdings.importers.ibkr.trades import SUMMARIES, codes
from holdings.ledger.types import ZERO, Kind

_SENTENCE = re.compile(
    r"(?P<symbol>[^()]+?)\s*\((?P<id>[A-Z0-9]+)\)\s*(?P<action>.+?)\s*"
    r"(?:\((?P<row>[^(),]+),\s*(?P<name>.*),\s*(?P<row_id>[A-Z0-9]*)\))?",
    re.IGNORECASE,
)
_CLOSED = time(16)
_OLD = re.compile(r"\.OLD$")


@dataclass
class _Leg:
    """One row of an event: what the sentence names, what moved."""

    record: Record
    parent: str
    parent_id: str
    action: str
    symbol: str
    quantity: Decimal
    proceeds: Decimal


@dataclass
class _Event:
    """The rows of one event: those by which shares left, and those by which they came."""

    legs: list[_Leg]

    @property
    def action(self) -> str:
        return self.legs[0].action

    @property
    def parent(self) -> str:
        return self.legs[0].parent

    @property
    def left(self) -> list[_Leg]:
        return [leg for leg in self.legs if leg.quantity < 0]

    @property
    def came(self) -> list[_Leg]:
        return [leg for leg in self.legs if leg.quantity > 0]

    @property
    def of_two_currencies(self) -> bool:
        return len({leg.record.text("currency") for leg in self.legs}) > 1

    @property
    def proceeds(self) -> Decimal:
        return sum((leg.proceeds for leg in self.legs), ZERO)


def corporate_rows(records: Sequence[Record], context: Context) -> list[DraftRow]:
    """A row for each event that the sentence makes plain; every other one is kept with a warning."""
    counted = [record for record in records if record.level not in SUMMARIES]
    events: dict[tuple[str, ...], list[_Leg]] = {}
    rows = []
    for record in counted:
        leg = _leg(record)
        if leg is None:
            rows.append(_kept(record, context, "has no known meaning"))
        else:
            events.setdefault(_key(leg), []).append(leg)
    for legs in events.values():
        rows += _event_rows(_Event(legs), context)
    return sorted(rows, key=lambda row: row.rows)


def _leg(record: Record) -> _Leg | None:
    if instrument_kind(record.text("assetcategory")) == "option" or "Ca" in codes(record):
        return None
    found = [_SENTENCE.fullmatch(record.text(name).strip()) for name in ("description", "actiondescription")]
    match = max(filter(None, found), key=lambda match: bool(match["row"]), default=None)
    if not match:
        return None
    quantity = record.number("quantity") or ZERO
    return _Leg(
        record,
        _OLD.sub("", match["symbol"].upper()),
        match["id"].upper(),
        " ".join(match["action"].lower().split()),
        (match["row"] or record.text("symbol") or match["symbol"]).strip().upper(),
        quantity,
        record.number("proceeds") or ZERO,
    )


def _text(record: Record) -> str:
    return record.text(record.first("actiondescription", "description")).strip()


def _key(leg: _Leg) -> tuple[str, ...]:
    at = leg.record.first("datetime", "reportdate")
    return leg.record.text("accountid"), leg.record.text(at), leg.parent, leg.action


def _event_rows(event: _Event, context: Context) -> list[DraftRow]:
    rule = next((rule for words, rule in _RULES if event.action.startswith(words)), None)
    row = rule(event, context) if rule else None
    if row:
        return [row]
    return [
        _kept(leg.record, context, "is not booked, as the row does not say all that it takes") for leg in event.legs
    ]


def _split(event: _Event, context: Context) -> DraftRow | None:
    """The quantity is the change of shares; with a new CUSIP, all old shares leave and the new ones come."""
    if {_OLD.sub("", leg.symbol) for leg in event.legs} != {event.parent} or event.proceeds:
        return None
    change = sum((leg.quantity for leg in event.legs), ZERO)
    return _row(event, context, Kind.SPLIT, quantity=change) if change else None


def _spin_off(event: _Event, context: Context) -> DraftRow | None:
    if event.left or len(event.came) != 1:
        return None
    child = event.came[0]
    child.record.warn(
        "description",
        f"Which part of the basis of {event.parent} goes to {child.symbol} is not in the file.",
        "Enter the fraction of the company's Form 8937.",
    )
    return _row(event, context, Kind.SPIN_OFF, other=child.symbol, other_quantity=child.quantity)


def _merger(event: _Event, context: Context) -> DraftRow | None:
    """Shares for shares, for cash, or for both. For cash alone it is a sale."""
    if len(event.left) != 1 or len(event.came) > 1 or event.of_two_currencies:
        return None
    gone, cash = event.left[0], event.proceeds
    if not event.came:
        price = kept(abs(cash / gone.quantity))
        kind = Kind.SELL
        return _row(event, context, kind, gone.symbol, quantity=gone.quantity, cash=cash, price=price) if cash else None
    new = event.came[0]
    return _row(
        event,
        context,
        Kind.MERGER,
        gone.symbol,
        quantity=gone.quantity,
        cash=cash,
        other=new.symbol,
        other_quantity=new.quantity,
        fair_value=new.record.number("value") or None,
    )


def _change(event: _Event, context: Context) -> DraftRow | None:
    """A new CUSIP under another ticker. Under the same one there is nothing to book."""
    if len(event.came) != 1 or len(event.left) > 1 or event.of_two_currencies:
        return None
    new = event.came[0]
    old = _OLD.sub("", event.left[0].symbol) if event.left else event.parent
    if old == new.symbol:
        return None
    return _row(event, context, Kind.SYMBOL_CHANGE, old, other=new.symbol, other_quantity=new.quantity)


def _stock_dividend(event: _Event, context: Context) -> DraftRow | None:
    """Shares of the same company in proportion spread the basis, as a split does (section 305(a))."""
    one = len(event.came) == 1 and not event.left
    if not one or event.came[0].symbol != event.parent:
        return None
    return _row(event, context, Kind.SPLIT, quantity=event.came[0].quantity)


def _in_lieu(event: _Event, context: Context) -> DraftRow | None:
    if len(event.legs) != 1 or event.came or not event.proceeds:
        return None
    gone = event.legs[0]
    return _row(event, context, Kind.CASH_IN_LIEU, gone.symbol, quantity=gone.quantity, cash=event.proceeds)


def _worthless(event: _Event, context: Context) -> DraftRow | None:
    if len(event.left) != 1 or event.came or event.proceeds:
        return None
    return _row(event, context, Kind.WORTHLESS, event.left[0].symbol, quantity=event.left[0].quantity)


def _redeemed(event: _Event, context: Context) -> DraftRow | None:
    return None if event.came else _merger(event, context)


_RULES: tuple[tuple[tuple[str, ...], Callable[[_Event, Context], DraftRow | None]], ...] = (
    (("split", "reverse split", "forward split"), _split),
    (("spinoff", "spin-off"), _spin_off),
    (("merged",), _merger),
    (("cusip/isin change", "name change", "symbol change"), _change),
    (("stock dividend",), _stock_dividend),
    (("cash in lieu", "fractional"), _in_lieu),
    (("delisted", "worthless", "bankruptcy"), _worthless),
    (("bond maturity", "matured", "full call", "redemption", "called"), _redeemed),
)


def _row(
    event: _Event,
    context: Context,
    kind: Kind,
    symbol: str = "",
    **fields: Decimal | str | None,
) -> DraftRow:
    """One row for all the lines of the event, on the first day that it counts."""
    first, named = event.legs[0].record, symbol or event.parent
    made = draft(first, context, kind, _when(first), symbol=named, security=_security(event, named, context), **fields)
    problems = [problem for leg in event.legs[1:] for problem in leg.record.problems]
    return dataclasses.replace(
        made,
        rows=tuple(sorted(leg.record.line for leg in event.legs)),
        problems=(*made.problems, *problems),
    )


def _security(event: _Event, named: str, context: Context) -> Security:
    """That of the instrument which the event happens to; rows of what came of it name another."""
    own = next((leg.record for leg in event.legs if leg.symbol == named), None)
    if own:
        return security(own, context)
    parent = identifiers(event.legs[0].parent_id) if named == event.parent else {}
    return context.securities.get(named) or Security(kind="stock", **parent)


def _when(record: Record) -> tuple[date | None, time | None]:
    """Events are written after the close of the day before (20:25); the day of the report is the first of the new."""
    day, at = record.moment("reportdate", "datetime")
    return (day + timedelta(days=1) if day and at and at >= _CLOSED else day), None


def _kept(record: Record, context: Context, why: str) -> DraftRow:
    record.warn(
        "actiondescription" if "actiondescription" in record.columns.of_field else "description",
        f"“{_text(record)}” {why}.",
        "Record the event by hand from the broker's notice.",
    )
    return draft(record, context, None, _when(record), quantity=record.number("quantity") or ZERO)
