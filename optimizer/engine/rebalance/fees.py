"""What orders cost beyond what is in proportion to their value: fees a ticket, the least and the most of a fee."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from optimizer.engine.rebalance.book import Book
from optimizer.engine.risk.returns import Floats
from optimizer.engine.types import FeeSchedule

NO_TRADE = 1e-12


def flat_fees(book: Book, trades: Floats) -> float:
    """By money of each trade, all in fractions of V. Negative where a fee's maximum is below its part in proportion."""
    return sum(_flat(book, columns, float(trades[list(columns)].sum())) for columns in charged(book))


def charged(book: Book) -> list[tuple[int, ...]]:
    """The orders, as columns, in accounts whose broker takes a fee."""
    return [] if all(account.fees.free for account in book.accounts) else _charged(book)


def _charged(book: Book) -> list[tuple[int, ...]]:
    return [columns for columns in book.orders if not schedule_of(book, columns).free]


def schedule_of(book: Book, columns: Sequence[int]) -> FeeSchedule:
    first, sells = columns[0], len(book.sells)
    place = book.sell_account[first] if first < sells else book.buy_account[first - sells]
    return book.accounts[int(place)].fees


def reserve(book: Book, columns: Sequence[int]) -> float:
    """The most that an order's fee exceeds its part in proportion, a fraction of V: cash that must not be spent."""
    fees = schedule_of(book, columns)
    return float(max(fees.ticket, fees.least)) / book.v


def _flat(book: Book, columns: Sequence[int], traded: float) -> float:
    if traded <= NO_TRADE:
        return 0.0
    fees, where = schedule_of(book, columns), np.concatenate((book.sell_asset, book.buy_asset))
    value, price = Decimal(traded) * book.value, book.assets[int(where[columns[0]])].price
    proportional = (fees.rate + fees.share / price) * value
    return float((fees.of(value, value / price) - proportional) / book.value)
