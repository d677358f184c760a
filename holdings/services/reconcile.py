"""Statements of the broker against the ledger, as of their own day; what differs is stored until it is settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.fields import round_to_field
from accounts.locks import holding
from accounts.models import User
from holdings.models import (
    BrokerageAccount,
    Difference,
    Instrument,
    Statement,
    StatementLine,
)
from holdings.reconcile import compare as compared
from holdings.reconcile.history import AROUND
from holdings.reconcile.types import Found, Stated
from holdings.services.books import Bookkeeper
from holdings.signals import ledger_changed

State = Difference.State
CLOSED_BY_LEDGER = "The ledger agrees."


def compare(*, account: BrokerageAccount, since: dt.date | None = None) -> list[Difference]:
    """Compare the newest statements of an account with its ledger, and return what is open.

    New differences are opened; open ones that are gone are settled; accepted ones stay so while both figures are the
    same. Runs inside the caller's transaction, after every booking and after an import's statements are stored.

    since: the first day on which the ledger changed; statements of days well before it say what they said.
    """
    with transaction.atomic():
        statements = _current(account)
        if not _untouched(statements, since):
            _write(account, list(_found(account, statements)))
        revision = BrokerageAccount.objects.values_list("revision", flat=True).get(pk=account.pk)
        pks = [each.statement.pk for each in statements]
        Statement.objects.filter(pk__in=pks).update(compared_revision=revision)
    return list(Difference.objects.filter(statement__account=account, state=State.OPEN))


def _untouched(statements: Sequence[_Current], since: dt.date | None) -> bool:
    """Whether all statements are of days well before the first change, so that each says what it said."""
    return bool(statements) and since is not None and all(s.statement.as_of + AROUND < since for s in statements)


def accept(*, difference: Difference, user: User, reason: str) -> Difference:
    """Live with a difference, for a reason; proposals are held up by it no longer. A second call does nothing."""
    household = difference.statement.account.household
    with holding(household):
        moved = Difference.objects.filter(pk=difference.pk, state=State.OPEN).update(
            state=State.ACCEPTED, reason=reason, user=user, closed_at=timezone.now()
        )
        if moved:
            activity.record(household=household, user=user, verb="difference.accepted", subject=difference)
    difference.refresh_from_db()
    return difference


def reopen(*, difference: Difference, user: User) -> Difference:
    """Take an acceptance back. A second call does nothing."""
    household = difference.statement.account.household
    with holding(household):
        moved = Difference.objects.filter(pk=difference.pk, state=State.ACCEPTED).update(
            state=State.OPEN, reason="", user=None, closed_at=None
        )
        if moved:
            activity.record(household=household, user=user, verb="difference.reopened", subject=difference)
            compare(account=difference.statement.account)
    difference.refresh_from_db()
    return difference


def connect() -> None:
    ledger_changed.connect(_after_booking, dispatch_uid="holdings.reconcile")


def _after_booking(sender: Any, account: BrokerageAccount, since: dt.date | None = None, **kwargs: Any) -> None:
    compare(account=account, since=since)


@dataclass(frozen=True, slots=True)
class _Current:
    """A statement, and those of its lines that no newer one replaces."""

    statement: Statement
    lines: Sequence[StatementLine]


def _current(account: BrokerageAccount) -> list[_Current]:
    """Of positions the newest statement; of lots the newest of each instrument; of gains the newest of each sale."""
    found, seen = [], set()
    standing = account.statements.exclude(batch__status="undone").order_by("-as_of", "-id")
    for statement in standing:
        if statement.kind == Statement.Kind.POSITIONS and statement.kind in seen:
            continue
        lines = [line for line in statement.lines.select_related("instrument") if _key(statement, line) not in seen]
        seen |= {_key(statement, line) for line in lines} | {statement.kind}
        found.append(_Current(statement, lines))
    return found


def _key(statement: Statement, line: StatementLine) -> tuple[Any, ...]:
    sold = line.sold if statement.kind == Statement.Kind.GAINS else None
    return statement.kind, line.instrument_id, line.currency, sold


COMPARED = {
    Statement.Kind.POSITIONS: compared.positions,
    Statement.Kind.LOTS: compared.lots,
    Statement.Kind.GAINS: compared.gains,
}


def _found(account: BrokerageAccount, statements: Iterable[_Current]) -> Iterator[tuple[Statement, Found]]:
    """What differs; the history, which explains it, is read only where something does."""
    keeper = Bookkeeper(account)
    for current in statements:
        compare_lines = COMPARED[Statement.Kind(current.statement.kind)]
        lines, day = [_stated(line) for line in current.lines], current.statement.as_of
        if compare_lines(lines, keeper.on(day)):
            for found in compare_lines(lines, keeper.explained(day)):
                yield current.statement, found


def _stated(line: StatementLine) -> Stated:
    return Stated(
        instrument=str(line.instrument.uuid) if line.instrument else None,
        quantity=line.quantity,
        currency=line.currency,
        basis=line.basis,
        value=line.value,
        acquired=line.acquired,
        sold=line.sold,
        proceeds=line.proceeds,
        disallowed=line.disallowed,
    )


def _write(account: BrokerageAccount, found: Sequence[tuple[Statement, Found]]) -> None:
    standing = Difference.objects.filter(statement__account=account).exclude(state=State.SETTLED)
    known = {(row.kind, row.instrument_id, row.subject): row for row in standing.order_by("id")}
    named = Instrument.objects.filter(uuid__in={each.instrument for _, each in found if each.instrument})
    instruments = {str(row.uuid): row for row in named}
    for statement, each in found:
        fresh = _difference(statement, each, instruments)
        old = known.pop((fresh.kind, fresh.instrument_id, fresh.subject), None)
        _keep(old, fresh)
    for gone in known.values():
        _settle(gone)


def _difference(statement: Statement, found: Found, instruments: dict[str, Instrument]) -> Difference:
    return Difference(
        statement=statement,
        kind=found.kind,
        instrument=instruments.get(found.instrument or ""),
        subject=found.subject,
        stated=None if found.stated is None else round_to_field(found.stated),
        ledger=None if found.ledger is None else round_to_field(found.ledger),
        explanation=found.note.explanation[:300],
        remedy=found.note.remedy[:300],
    )


def _keep(old: Difference | None, fresh: Difference) -> None:
    """Go on with a difference that is known: accepted while both figures stand, open with the figures of now."""
    same = old is not None and (old.stated, old.ledger) == (fresh.stated, fresh.ledger)
    if old is None:
        fresh.save()
    elif old.state == State.ACCEPTED and not same:
        _settle(old)
        fresh.save()
    else:
        for name in ("statement", "stated", "ledger", "explanation", "remedy"):
            setattr(old, name, getattr(fresh, name))
        old.save()


def _settle(difference: Difference) -> None:
    difference.state = State.SETTLED
    difference.closed_at = timezone.now()
    difference.reason = difference.reason or CLOSED_BY_LEDGER
    difference.save(update_fields=["state", "closed_at", "reason"])
