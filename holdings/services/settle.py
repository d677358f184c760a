"""One-click ways to settle a difference: each books what is missing, with its reason, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from accounts import activity
from accounts.fields import round_to_field
from accounts.locks import holding
from accounts.models import User
from holdings.ledger import types as ledger
from holdings.ledger.choice import NotEnoughShares, fifo
from holdings.ledger.types import ZERO, Pick
from holdings.models import Difference, Lot, StatementLine, Transaction
from holdings.reconcile.pieces import lot_of
from holdings.reconcile.types import Books
from holdings.services import broker_lots
from holdings.services.books import Bookkeeper
from holdings.services.ledger import BookingRefused, NewTransaction, book, correct

Kind = Difference.Kind


class Fix(StrEnum):
    """What may be booked to settle a difference."""

    SPLIT = "split"
    OPENING = "opening"
    REMOVE = "remove"
    BASIS = "basis"
    DATE = "date"
    CASH = "cash"
    LOTS = "lots"


@dataclass(frozen=True, slots=True)
class Answers:
    """What the user adds to a fix: the day of a split, or what is known of shares without history."""

    day: dt.date | None = None
    basis: Decimal | None = None
    acquired: dt.date | None = None


def offers(difference: Difference) -> list[Fix]:
    """The fixes that would settle a difference exactly, the likeliest first. Reads stored rows alone."""
    return list(_offers(difference))


def _offers(row: Difference) -> Iterator[Fix]:
    gap = gap_of(row)
    if row.kind == Kind.CASH:
        yield Fix.CASH
    elif row.kind == Kind.SHARES and row.stated and row.stated > 0 and row.ledger is not None and row.ledger >= 0:
        if row.ledger and "split" in row.explanation:
            yield Fix.SPLIT
        yield Fix.OPENING if gap > 0 else Fix.REMOVE
    elif row.kind == Kind.SHARES and not row.stated and gap < 0:
        yield Fix.REMOVE
    elif row.kind == Kind.LOT and "know its date" in row.explanation:
        yield Fix.DATE
    elif row.kind == Kind.LOT:
        yield Fix.OPENING if gap > 0 else Fix.REMOVE
    elif row.kind == Kind.BASIS and _one_lot(row):
        yield Fix.BASIS
    elif row.kind == Kind.GAIN and "other lots" in row.explanation:
        yield Fix.LOTS


def _one_lot(row: Difference) -> bool:
    """Whether the lot that the basis belongs to is plain: the only one, or the only one without a basis."""
    lots = Lot.objects.filter(account=row.statement.account, instrument=row.instrument)
    return lots.count() == 1 or lots.filter(basis=None).count() == 1


def gap_of(row: Difference) -> Decimal:
    """What the broker states more than the ledger; unknown counts as none."""
    return (row.stated or ZERO) - (row.ledger or ZERO)


def settle(*, difference: Difference, user: User, fix: Fix, reason: str, answers: Answers = Answers()) -> None:
    """Book what settles a difference.

    Raises
    ------
    BookingRefused
        The difference is closed, the ledger cannot take it, or it would not settle the difference; nothing is changed.
    """
    account = difference.statement.account
    with holding(account.household):
        row = Difference.objects.select_related("statement__account", "instrument").get(pk=difference.pk)
        if row.state != Difference.State.OPEN or fix not in offers(row):
            raise BookingRefused("The difference has changed since. Look at it again.")
        booked = _book(row, user, fix, reason, answers)
        row.refresh_from_db()
        if row.state == Difference.State.OPEN:
            raise BookingRefused("That would not settle the difference. Look at the transactions instead.")
        Difference.objects.filter(pk=row.pk).update(reason=reason, user=user)
        activity.record(household=account.household, user=user, verb="difference.settled", subject=booked)


def _book(row: Difference, user: User, fix: Fix, reason: str, answers: Answers) -> Transaction:
    if fix is Fix.LOTS:
        sale, draft = broker_lots.correction(row)
        return correct(row=sale, draft=draft, reason=reason, user=user)
    (booked,) = book(account=row.statement.account, drafts=[_draft(row, fix, reason, answers)])
    return booked


def _draft(row: Difference, fix: Fix, reason: str, answers: Answers) -> NewTransaction:
    if fix is Fix.CASH:
        return _cash(row, reason)
    if fix is Fix.OPENING:
        return _opening(row, reason, answers)
    if fix is Fix.SPLIT:
        return _split(row, reason, answers)
    return _adjustment(row, fix, reason)


def _books(row: Difference) -> Books:
    return Bookkeeper(row.statement.account).explained(row.statement.as_of)


def _cash(row: Difference, reason: str) -> NewTransaction:
    gap = gap_of(row)
    kind = Transaction.Kind.DEPOSIT if gap > 0 else Transaction.Kind.WITHDRAWAL
    return _new(row, kind, reason, cash=gap)


def _opening(row: Difference, reason: str, answers: Answers) -> NewTransaction:
    line = _stated_lot(row) if row.kind == Kind.LOT else None
    return _new(
        row,
        Transaction.Kind.OPENING,
        reason,
        quantity=gap_of(row),
        basis=line.basis if line else answers.basis,
        acquired=line.acquired if line else answers.acquired,
    )


def _stated_lot(row: Difference) -> StatementLine | None:
    lines = row.statement.lines.filter(instrument=row.instrument)
    return next((line for line in lines if lot_of(line.acquired) == row.subject), None)


def _split(row: Difference, reason: str, answers: Answers) -> NewTransaction:
    """Additional shares on the day of the split, in proportion to what was held then."""
    day, ratio = answers.day or row.statement.as_of, (row.stated or ZERO) / (row.ledger or Decimal(1))
    held = ZERO
    for entry in _books(row).entries:
        if row.instrument and entry.instrument == str(row.instrument.uuid) and entry.trade_date < day:
            held += entry.quantity
    return _new(row, Transaction.Kind.SPLIT, reason, day=day, quantity=round_to_field(held * (ratio - 1)))


def _adjustment(row: Difference, fix: Fix, reason: str) -> NewTransaction:
    lots = [lot for lot in _books(row).lots if row.instrument and lot.instrument == str(row.instrument.uuid)]
    if fix is Fix.BASIS:
        return _basis(row, lots, reason)
    if fix is Fix.DATE:
        return _date(row, lots, reason)
    picks = _taken(row, [lot for lot in lots if row.kind != Kind.LOT or lot_of(lot.acquired) == row.subject])
    return _new(row, Transaction.Kind.ADJUST, reason, quantity=gap_of(row), picks=picks)


def _taken(row: Difference, lots: Sequence[ledger.Lot]) -> tuple[Pick, ...]:
    """The shares to take out, oldest lots first, as changes of those lots."""
    try:
        return tuple(Pick(pick.lot, -pick.quantity) for pick in fifo(lots, -gap_of(row)))
    except NotEnoughShares as error:
        raise BookingRefused(f"The ledger held {error.missing} shares fewer on the statement's day.") from error


def _basis(row: Difference, lots: Sequence[ledger.Lot], reason: str) -> NewTransaction:
    own = [lot for lot in lots if not row.subject or lot_of(lot.acquired) == row.subject]
    wanted = [lot for lot in own if lot.basis is None] if len(own) > 1 else own
    if len(wanted) != 1:
        raise BookingRefused("More than one lot could be meant. Correct them one by one.")
    others = sum((lot.basis or ZERO for lot in own if lot is not wanted[0]), ZERO)
    picks = (Pick(wanted[0].key, ZERO),)
    return _new(row, Transaction.Kind.ADJUST, reason, basis=(row.stated or ZERO) - others, picks=picks)


def _date(row: Difference, lots: Sequence[ledger.Lot], reason: str) -> NewTransaction:
    line = _stated_lot(row)
    wanted = [lot for lot in lots if lot.acquired is None and lot.quantity == row.stated]
    if line is None or len(wanted) != 1:
        raise BookingRefused("More than one lot could be meant. Enter the date in the lot itself.")
    picks = (Pick(wanted[0].key, ZERO),)
    return _new(row, Transaction.Kind.ADJUST, reason, acquired=line.acquired, basis=line.basis, picks=picks)


def _new(
    row: Difference,
    kind: str,
    reason: str,
    *,
    day: dt.date | None = None,
    quantity: Decimal = ZERO,
    cash: Decimal = ZERO,
    basis: Decimal | None = None,
    acquired: dt.date | None = None,
    picks: Sequence[Pick] = (),
) -> NewTransaction:
    return NewTransaction(
        kind=kind,
        trade_date=day or row.statement.as_of,
        source=Transaction.Source.MANUAL,
        instrument=row.instrument,
        quantity=quantity,
        cash=cash,
        basis=basis,
        acquired=acquired,
        picks=picks,
        note=reason,
    )
