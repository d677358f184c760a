"""Why shares, cash and basis differ, as far as the history tells; the first reason that fits is given."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from holdings.ledger.types import ZERO, Entry, Kind, Lot
from holdings.reconcile.history import cash_in, number, of, shares_of, spell, timing, word
from holdings.reconcile.tolerance import CENT, same_cash, same_money, same_shares
from holdings.reconcile.types import Books, Note, Stated

NEWER_FILE = "Import a newer positions file, or accept the difference: time alone makes it."
SPLIT_DAYS = timedelta(days=7)
LARGEST_RATIO = 50


def shares(instrument: str, stated: Decimal, ledger: Decimal, books: Books, cash_gap: Decimal = ZERO) -> Note:
    """Why the broker states another number of shares. `cash_gap`: by how much it states more cash."""
    gap, history = stated - ledger, of(books, instrument)
    if stated < 0 or books.flagged.get(instrument):
        side = "The broker states a short position" if stated < 0 else "The ledger has a short or option position"
        return Note(f"{side}, kept apart from lots.", "Correct its trades, or import those that are missing.")
    if gap < 0 and not stated and same_cash(cash_gap, -gap):
        return Note(
            f"The broker counts its {number(ledger)} shares at 1.00 as cash: a sweep fund.",
            "Take the purchases of the fund out, so that the money stays cash.",
        )
    if said := timing(gap, books, shares_of(instrument), same_shares):
        return Note(said, NEWER_FILE)
    return _split(instrument, stated, ledger, books, history) or _history(gap, history, books)


def _split(instrument: str, stated: Decimal, ledger: Decimal, books: Books, history: Sequence[Entry]) -> Note | None:
    booked = [entry for entry in history if entry.kind is Kind.SPLIT]
    for entry in booked:
        if same_shares(stated, ledger - entry.quantity):
            said = (
                f"The broker does not count the {word(entry)}, {number(entry.quantity)} shares: booked twice perhaps."
            )
            return Note(said, "Void the split if it is in the ledger twice.")
    if not ledger or not stated:
        return None
    for split in books.splits.get(instrument, ()):
        known = any(abs(entry.trade_date - split.day) <= SPLIT_DAYS for entry in booked)
        if split.day <= books.day and not known and same_shares(stated, ledger * split.ratio):
            said = f"The {in_words(split.ratio)} split of {spell(split.day)} is not in the ledger."
            return Note(said, "Book the split.")
    if ratio := simple_ratio(stated, ledger):
        return Note(
            f"The broker states {number(stated)} for {number(ledger)} shares, as after a {ratio} split.",
            "Book the split if there was one.",
        )
    return None


def in_words(ratio: Decimal) -> str:
    exact = Fraction(ratio).limit_denominator(LARGEST_RATIO)
    return f"{exact.numerator} for {exact.denominator}"


def simple_ratio(stated: Decimal, ledger: Decimal) -> str:
    """Such as "3 for 2" where the one is exactly that many times the other; else empty."""
    ratio = Fraction(stated) / Fraction(ledger)
    usual = ratio.denominator == 1 or ratio.numerator == 1 or (ratio.numerator < 6 and ratio.denominator < 6)
    whole = ratio > 0 and max(ratio.numerator, ratio.denominator) <= LARGEST_RATIO
    return f"{ratio.numerator} for {ratio.denominator}" if usual and whole else ""


def _history(gap: Decimal, history: Sequence[Entry], books: Books) -> Note:
    if gap < 0:
        return Note("", "Import the sale or the transfer that is missing, or take the shares out with a reason.")
    if not history:
        said = "The ledger has no transaction of it: the shares are older than the history."
        return Note(said, "Import the broker's lot file, or book an opening lot; its date and basis may stay unknown.")
    paid = sum((entry.cash for entry in history if entry.kind is Kind.DIVIDEND), ZERO)
    held = sum((shares_of(history[0].instrument or "")(entry) for entry in history), ZERO)
    if paid > 0 and held and gap / held < Decimal("0.2"):
        said = f"The ledger has {number(paid)} of dividends in cash; the broker may have reinvested them."
        return Note(said, "Import the reinvestments, or add them by hand.")
    said = f"The history of it starts on {spell(history[0].trade_date)}; older shares are not in it."
    return Note(said, "Import the earlier history, or book an opening lot; its date and basis may stay unknown.")


def cash(currency: str, stated: Decimal, ledger: Decimal, books: Books, sweep: Decimal = ZERO) -> Note:
    """Why the broker states other cash. `sweep`: shares at 1.00 that the broker does not list among its positions."""
    gap = stated - ledger
    if sweep and same_cash(gap, sweep):
        return Note("The broker counts a sweep fund as cash.", "Take the purchases of the fund out.")
    if said := timing(gap, books, cash_in(currency), same_cash):
        return Note(said, NEWER_FILE)
    return _one_entry(currency, gap, books) or _start(gap, books)


def _one_entry(currency: str, gap: Decimal, books: Books) -> Note | None:
    """A booked amount that is the gap: once too often here, or once too often at the broker."""
    effect = cash_in(currency)
    past = sorted((e for e in books.entries if e.trade_date <= books.day), key=lambda e: e.trade_date, reverse=True)
    for sign, said in ((-1, "is in the ledger and not with the broker"), (1, "may have happened twice")):
        for entry in past:
            if effect(entry) and same_cash(gap, sign * effect(entry)):
                remedy = "Void it if it is booked twice." if sign < 0 else "Import or add what is missing."
                return Note(f"The {word(entry)}, {number(effect(entry))}, {said}.", remedy)
    return None


def _start(gap: Decimal, books: Books) -> Note:
    first = min((entry.trade_date for entry in books.entries), default=None)
    if gap > 0 and first:
        said = f"The history starts on {spell(first)}; cash that was there before is not in it."
        return Note(said, "Book the difference as a deposit, or import what is missing.")
    return Note("", "Book the difference as a deposit or a withdrawal, or import what is missing.")


def basis(lots: Sequence[Lot], stated: Sequence[Stated], books: Books) -> Note:
    """Why basis differs although the shares agree."""
    unknown = [lot for lot in lots if lot.basis is None]
    if unknown:
        return _unknown(unknown, books)
    gap = _total(line.basis for line in stated) - _total(lot.basis for lot in lots)
    washed = _total(line.disallowed for line in stated) - _total(lot.disallowed for lot in lots)
    if washed and same_money(gap, washed, len(lots)):
        said = f"The broker's basis includes {number(washed)} of wash-sale losses; the ledger's is economic basis."
        return Note(said, "Accept it: the loss is added where tax is computed.")
    return _entries_behind(gap, lots, books)


def _unknown(lots: Sequence[Lot], books: Books) -> Note:
    opened = {lot.opened_by for lot in lots}
    moved = any(e.id in opened and e.kind is Kind.TRANSFER_IN for e in books.entries)
    said = "The shares were transferred in without their basis." if moved else "The ledger does not know their basis."
    return Note(said, "Take the broker's basis, or enter it in the lot.")


def _entries_behind(gap: Decimal, lots: Sequence[Lot], books: Books) -> Note:
    opened, instrument = {lot.opened_by for lot in lots}, lots[0].instrument if lots else ""
    fees = _total(entry.fees for entry in books.entries if entry.id in opened)
    if fees and same_money(gap, -fees, len(lots)):
        return Note(
            f"The broker leaves {number(fees)} of commissions out of basis.", "Accept it: commissions belong to basis."
        )
    for entry in of(books, instrument):
        if entry.kind is Kind.RETURN_OF_CAPITAL and abs(abs(gap) - entry.cash) <= CENT:
            return Note(
                f"The {word(entry)} lowers basis on one side alone.", "Correct its kind, or accept the difference."
            )
    for entry in of(books, instrument):
        if entry.kind in {Kind.SPIN_OFF, Kind.MERGER}:
            said = f"The {word(entry)} moved basis; the broker may have used another allocation (Form 8937)."
            return Note(said, "Correct the allocation in that transaction.")
    return Note("", "Correct the purchase, or the lot with a reason.")


def _total(amounts: object) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), ZERO)  # type: ignore[attr-defined]
