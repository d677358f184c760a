"""An imported trade that matches a recorded fill confirms it, and is never booked beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from holdings.importers.base import DraftRow
from holdings.ledger.types import Kind

TOLERANCE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class RecordedFill:
    """A fill that no import has confirmed yet. `side` is Kind.BUY or Kind.SELL; `quantity` is positive."""

    id: str
    account: str
    symbol: str
    side: Kind
    quantity: Decimal
    price: Decimal
    day: date


@dataclass(frozen=True, slots=True)
class FillMatch:
    """The fill that a row confirms. `price_difference` is the broker's price less the recorded one, a share."""

    fill: RecordedFill
    price_difference: Decimal
    days: int


def match_fill(draft: DraftRow, account: str, fills: Iterable[RecordedFill]) -> FillMatch | None:
    """The fill of the same account, instrument, side and quantity within three days, the nearest day first.

    A fill confirms one row: the caller leaves a matched fill out when it matches the next row.
    """
    if draft.kind not in {Kind.BUY, Kind.SELL} or draft.trade_date is None:
        return None
    traded = draft.trade_date
    same = [fill for fill in fills if _same_trade(draft, account, fill) and abs(fill.day - traded) <= TOLERANCE]
    if not same:
        return None
    fill = min(same, key=lambda fill: (abs(fill.day - traded), fill.day, fill.id))
    return FillMatch(fill, _price(draft) - fill.price, (traded - fill.day).days)


def _same_trade(draft: DraftRow, account: str, fill: RecordedFill) -> bool:
    mine = (account, draft.symbol, draft.kind, draft.quantity.copy_abs())
    return mine == (fill.account, fill.symbol, fill.side, fill.quantity)


def _price(draft: DraftRow) -> Decimal:
    return abs(draft.cash / draft.quantity) if draft.price is None else draft.price
