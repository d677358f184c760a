"""What the account's history says about a gap between a statement and the ledger."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from holdings.ledger.types import ZERO, Entry, Kind
from holdings.reconcile.types import Books

AROUND = timedelta(days=5)
"""How far trades are looked for on both sides of a statement's day: brokers state trade or settlement date."""

WORDS = {
    Kind.BUY: "purchase",
    Kind.SELL: "sale",
    Kind.OPENING: "opening lot",
    Kind.REINVEST: "reinvestment",
    Kind.FEE: "fee",
    Kind.TAX: "tax",
    Kind.TRANSFER_IN: "transfer in",
    Kind.TRANSFER_OUT: "transfer out",
    Kind.SPIN_OFF: "spin-off",
    Kind.SYMBOL_CHANGE: "symbol change",
    Kind.RETURN_OF_CAPITAL: "return of capital",
    Kind.CASH_IN_LIEU: "cash in lieu",
    Kind.WORTHLESS: "write-off",
    Kind.EXCHANGE: "currency exchange",
    Kind.SHORT: "short sale",
    Kind.OPTION: "option trade",
    Kind.ADJUST: "adjustment",
}

Effect = Callable[[Entry], Decimal]


def word(entry: Entry) -> str:
    """Such as "purchase of 3 Jan 2022"."""
    return f"{WORDS.get(entry.kind, entry.kind.value)} of {spell(entry.trade_date)}"


def spell(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def number(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def shares_of(instrument: str) -> Effect:
    """What an entry does to the shares of an instrument; short shares and options stand apart."""

    def effect(entry: Entry) -> Decimal:
        if entry.kind in {Kind.SHORT, Kind.OPTION}:
            return ZERO
        own = entry.quantity if entry.instrument == instrument else ZERO
        return own + (entry.other_quantity if entry.other == instrument else ZERO)

    return effect


def cash_in(currency: str) -> Effect:
    """What an entry does to the cash of a currency."""

    def effect(entry: Entry) -> Decimal:
        own = entry.cash if entry.currency == currency else ZERO
        return own + (entry.other_cash if entry.other_currency == currency else ZERO)

    return effect


def of(books: Books, instrument: str) -> list[Entry]:
    """Entries that speak of an instrument, oldest first, to the statement's day."""
    found = [e for e in books.entries if instrument in (e.instrument, e.other) and e.trade_date <= books.day]
    return sorted(found, key=lambda entry: entry.trade_date)


def timing(gap: Decimal, books: Books, effect: Effect, same: Callable[[Decimal, Decimal], bool]) -> str:
    """Whether trades just after the day, which the broker counts, or just before it, which it does not, are the gap."""
    later, earlier = _days(books, effect, after=True), _days(books, effect, after=False)
    for day, total in _sums(later):
        if total and same(gap, total):
            return f"The broker counts what was traded to {spell(day)}, after the statement's day."
    for day, total in _sums(earlier):
        if total and same(gap, -total):
            since = "on the statement's day" if day == books.day else f"since {spell(day)}"
            return f"The broker does not count what was traded {since} yet."
    return ""


def _days(books: Books, effect: Effect, *, after: bool) -> list[tuple[date, Decimal]]:
    """Effects by day, walking away from the statement's day."""
    days: dict[date, Decimal] = {}
    for entry in books.entries:
        away = entry.trade_date - books.day
        if (timedelta(0) < away <= AROUND) if after else (-AROUND <= away <= timedelta(0)):
            days[entry.trade_date] = days.get(entry.trade_date, ZERO) + effect(entry)
    return sorted(days.items(), reverse=not after)


def _sums(days: Iterable[tuple[date, Decimal]]) -> Iterator[tuple[date, Decimal]]:
    total = ZERO
    for day, change in days:
        total += change
        yield day, total
