"""A statement against the ledger as of its day: pure, exact, and silent where the two agree."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from holdings.ledger.types import ZERO, Lot, RealisedGain
from holdings.reconcile import explain, pieces
from holdings.reconcile.tolerance import same_cash, same_money, same_shares
from holdings.reconcile.types import Books, Found, Kind, Stated

Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)


def positions(stated: Sequence[Stated], books: Books) -> list[Found]:
    """Shares and basis by instrument and cash by currency; what is not stated counts as none.

    Cash is compared where the statement has a line of cash at all. Basis is compared where the shares agree and the
    broker states it.
    """
    held, lines = _by(books.lots, lambda lot: lot.instrument), _by(stated, lambda line: line.instrument)
    gaps = dict(_cash_gaps(lines.pop(None, []), books))
    instruments = sorted({i for i in (*held, *lines, *books.flagged) if i})
    found = [f for i in instruments for f in _position(i, lines.get(i, []), held.get(i, []), books, gaps)]
    return [*found, *_cash(gaps, found, books)]


def _position(
    instrument: str,
    lines: Sequence[Stated],
    lots: Sequence[Lot],
    books: Books,
    gaps: dict[str, tuple[Decimal, Decimal]],
) -> Iterator[Found]:
    stated = sum((line.quantity for line in lines), ZERO)
    ledger = sum((lot.quantity for lot in lots), ZERO) + books.flagged.get(instrument, ZERO)
    if not same_shares(stated, ledger):
        more_cash = sum((there - here for there, here in gaps.values()), ZERO)
        note = explain.shares(instrument, stated, ledger, books, more_cash)
        yield Found(Kind.SHARES, instrument, "", stated, ledger, note)
    elif lots:
        yield from _basis(instrument, "", lines, lots, books)


def _basis(
    instrument: str, subject: str, lines: Sequence[Stated], lots: Sequence[Lot], books: Books
) -> Iterator[Found]:
    if not lines or any(line.basis is None for line in lines):
        return
    stated = sum((line.basis or ZERO for line in lines), ZERO)
    known = all(lot.basis is not None for lot in lots)
    ledger = sum((lot.basis or ZERO for lot in lots), ZERO) if known else None
    if ledger is None or not same_money(stated, ledger, len(lots)):
        yield Found(Kind.BASIS, instrument, subject, stated, ledger, explain.basis(lots, lines, books))


def _cash_gaps(lines: Sequence[Stated], books: Books) -> Iterator[tuple[str, tuple[Decimal, Decimal]]]:
    """Currency -> cash as stated and in the ledger, where they differ."""
    if not lines:
        return
    stated: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        stated[line.currency] += line.quantity
    for currency in sorted({*stated, *books.cash}):
        there, here = stated[currency], books.cash.get(currency, ZERO)
        if not same_cash(there, here):
            yield currency, (there, here)


def _cash(gaps: dict[str, tuple[Decimal, Decimal]], found: Sequence[Found], books: Books) -> Iterator[Found]:
    unlisted = [f.ledger or ZERO for f in found if f.kind is Kind.SHARES and not f.stated]
    for currency, (stated, ledger) in gaps.items():
        sweep = next((shares for shares in unlisted if same_cash(stated - ledger, shares)), ZERO)
        yield Found(Kind.CASH, None, currency, stated, ledger, explain.cash(currency, stated, ledger, books, sweep))


def lots(stated: Sequence[Stated], books: Books) -> list[Found]:
    """Open lots of the instruments that the statement names, by day of acquisition: shares, then basis."""
    held = _by(books.lots, lambda lot: lot.instrument)
    return [
        found
        for instrument, lines in sorted(_by(stated, lambda line: line.instrument or "").items())
        if instrument
        for found in _lots_of(instrument, lines, held.get(instrument, []), books)
    ]


def _lots_of(instrument: str, lines: Sequence[Stated], own: Sequence[Lot], books: Books) -> Iterator[Found]:
    stated, held = _by(lines, lambda line: line.acquired), _by(own, lambda lot: lot.acquired)
    for day in sorted({*stated, *held}, key=lambda day: day or date.min):
        there = sum((line.quantity for line in stated.get(day, [])), ZERO)
        here = sum((lot.quantity for lot in held.get(day, [])), ZERO)
        if same_shares(there, here):
            yield from _basis(instrument, pieces.lot_of(day), stated.get(day, []), held.get(day, []), books)
        else:
            note = pieces.lot_note(day, there, here, lines, own)
            yield Found(Kind.LOT, instrument, pieces.lot_of(day), there, here, note)


def gains(stated: Sequence[Stated], books: Books) -> list[Found]:
    """Realised gains by instrument and day of sale, of the sales that the statement names."""
    booked = _by(books.gains, lambda gain: (gain.instrument, gain.sold))
    lines = _by(stated, lambda line: (line.instrument or "", line.sold or date.min))
    return [f for key in sorted(lines) for f in _gain(*key, lines[key], booked.get(key, []))]


def _gain(instrument: str, sold: date, lines: Sequence[Stated], own: Sequence[RealisedGain]) -> Iterator[Found]:
    stated, ledger = pieces.stated_gain(lines), pieces.booked_gain(own)
    if stated is None or (ledger is not None and same_money(stated, ledger, max(len(lines), len(own)))):
        return
    yield Found(Kind.GAIN, instrument, pieces.sold_on(sold), stated, ledger, pieces.gain_note(lines, own))


def _by(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    groups: dict[Key, list[Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return dict(groups)
