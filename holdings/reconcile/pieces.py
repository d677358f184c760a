"""Single lots, open and closed: their names, sums, and why they differ."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from holdings.ledger.types import ZERO, Lot, RealisedGain
from holdings.reconcile.history import number, spell
from holdings.reconcile.tolerance import same_money, same_shares
from holdings.reconcile.types import Note, Stated

SETTLEMENT = timedelta(days=5)


def lot_of(day: date | None) -> str:
    return f"lot of {spell(day)}" if day else "lot of unknown date"


def sold_on(day: date) -> str:
    return f"sold {spell(day)}"


def lot_note(day: date | None, stated: Decimal, ledger: Decimal, lines: Sequence[Stated], own: Sequence[Lot]) -> Note:
    """Why a day's lot has other shares, or stands on one side alone."""
    if day and not ledger and any(lot.acquired is None and same_shares(stated, lot.quantity) for lot in own):
        return Note("The ledger has a lot of as many shares and does not know its date.", "Enter the date in that lot.")
    near = [lot.acquired for lot in own if day and lot.acquired and _settles(lot, day, stated)]
    if not ledger and near:
        said = f"The ledger has the same shares on {spell(near[0])}: trade date here, settlement date there."
        return Note(said, "Accept it: the holding period starts with the trade.")
    totals = sum((line.quantity for line in lines), ZERO), sum((lot.quantity for lot in own), ZERO)
    if same_shares(*totals):
        said = "All lots together have the same shares: sales took other lots than the broker says."
        return Note(said, "Correct the sales, naming the broker's lots.")
    return Note("", "Import the history of this position, or correct the lot with a reason.")


def _settles(lot: Lot, day: date, stated: Decimal) -> bool:
    return lot.acquired is not None and abs(lot.acquired - day) <= SETTLEMENT and same_shares(stated, lot.quantity)


def stated_gain(lines: Sequence[Stated]) -> Decimal | None:
    """Proceeds less basis, None where the broker leaves one of them out."""
    if any(line.proceeds is None or line.basis is None for line in lines):
        return None
    return sum(((line.proceeds or ZERO) - (line.basis or ZERO) for line in lines), ZERO)


def booked_gain(own: Sequence[RealisedGain]) -> Decimal | None:
    if not own or any(gain.gain is None for gain in own):
        return None
    return sum((gain.gain or ZERO for gain in own), ZERO)


def gain_note(lines: Sequence[Stated], own: Sequence[RealisedGain]) -> Note:
    """Why the gains of a day's sale differ."""
    if not own:
        return Note("The ledger has no such sale.", "Import the sale.")
    if any(gain.basis is None for gain in own):
        return Note("The ledger does not know the basis of what was sold.", "Enter the basis in the lot that was sold.")
    stated, booked = (sum((abs(item.quantity) for item in items), ZERO) for items in (lines, own))
    if not same_shares(stated, booked):
        return Note(f"The broker sold {number(stated)} shares, the ledger {number(booked)}.", "Correct the sale.")
    if {line.acquired for line in lines} != {gain.acquired for gain in own}:
        return Note("The broker sold other lots than the ledger.", "Correct the sale, naming the broker's lots.")
    washed = sum((line.disallowed or ZERO for line in lines), ZERO)
    gap = (booked_gain(own) or ZERO) - (stated_gain(lines) or ZERO)
    if washed and same_money(abs(gap), washed, len(own)):
        said = f"The broker defers {number(washed)} of loss: a wash sale."
        return Note(said, "Accept it: the ledger's gain is economic.")
    return Note("", "Compare proceeds and basis of the sale with the broker's confirmation.")
