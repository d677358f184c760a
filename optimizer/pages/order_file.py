"""The open orders as a CSV file for the broker's desk: sales before purchases, numbered, each with its lot."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal

from optimizer import selectors
from optimizer.models import Order, Side

HEAD = [
    "Number",
    "Account",
    "Account number ends in",
    "Action",
    "Symbol",
    "Shares",
    "Proposal price",
    "Currency",
    "Lot acquired",
    "Lot shares held",
    "State",
    "Ballast order",
]
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def order_file(orders: Iterable[Order], lot_shares: Mapping[str, Decimal]) -> str:
    """The file's text. `lot_shares` are the shares held by lot key: brokers name a lot by its date and size."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for number, order in enumerate(selectors.sells_first(orders), start=1):
        writer.writerow([plain_text(cell) for cell in _row(number, order, lot_shares.get(order.lot_key))])
    return text.getvalue()


def _row(number: int, order: Order, held: Decimal | None) -> list[str]:
    acquired = order.trade.lot_acquired
    return [
        str(number),
        order.account.name,
        order.account.number_tail,
        "Sell" if order.side == Side.SELL else "Buy",
        order.instrument.symbol,
        _digits(order.quantity - order.filled),
        _digits(order.limit_price),
        order.instrument.currency,
        acquired.isoformat() if acquired else "",
        "" if held is None else _digits(held),
        order.get_status_display(),
        str(order.number),
    ]


def _digits(value: Decimal) -> str:
    return f"{value.normalize():f}"


def plain_text(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(RISKY) else cell
