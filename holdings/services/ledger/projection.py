"""What the replay gives, written beside the transactions: only what a change touched is replayed and rewritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from typing import Any

from django.db.models import Model, Q

from accounts.fields import round_to_field
from accounts.models import Household
from holdings.ledger.components import Node, nodes, reach
from holdings.ledger.exact import exact
from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Ledger, Pick, Problem
from holdings.models import (
    BrokerageAccount,
    CashBalance,
    FlaggedPosition,
    Instrument,
    Lot,
    LotEvent,
    LotPick,
    RealisedGain,
    Transaction,
)
from holdings.services.ledger.entries import Archive
from holdings.services.ledger.refusal import BookingRefused

PROJECTION = 1
"""Raise it when the replay or the columns it fills change: what an older one wrote is then written again."""

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Change:
    """Transactions that came into the ledger, and those that were taken out of it.

    taken_over: of a correction, steps of lot keys as they are now -> as they were, with which picks name its lots.
    """

    booked: Sequence[Transaction] = ()
    voided: Sequence[Transaction] = ()
    taken_over: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> list[Transaction]:
        return [*self.booked, *self.voided]


def project(household: Household, change: Change, whole: Iterable[int] = ()) -> set[int]:
    """Replay what a change touches in all accounts of a household, and write what came out different.

    whole: accounts to be replayed from beginning to end; those that an older version wrote are, when they are touched.
    Returns the accounts (ids) whose lots, gains or cash are other than before. Raises BookingRefused for a fault of the
    history that was not there without the change.
    """
    archive = Archive(household)
    old = _outdated(household, change) | set(whole)
    start = _touched(archive, change) | _all_nodes(archive, old)
    touched = reach(start, archive.joins())
    rows = Transaction.objects.active().filter(archive.condition(touched) | Q(account__in=old))
    history = [entry for entry in archive.read(rows) if _concerns(entry, touched, archive, old)]
    ledger = replay(history)
    _refuse_new_faults(ledger, history, archive, change)
    _keep_choices(ledger, archive)
    with localcontext(exact):
        moved = _Writer(archive, touched).write(ledger)
        moved |= _write_cash(change, old) | _write_all_cash(archive, ledger, old)
    BrokerageAccount.objects.filter(pk__in=old).update(projection=PROJECTION)
    return moved | {row.account_id for row in change.rows}


def outdated() -> list[int]:
    """Households of which an older version of the replay wrote some account."""
    rows = BrokerageAccount.objects.filter(projection__lt=PROJECTION).order_by("household")
    return list(rows.values_list("household", flat=True).distinct())


def _outdated(household: Household, change: Change) -> set[int]:
    """Accounts that an older version wrote: all of them when nothing changed, else those of the change."""
    old = BrokerageAccount.objects.filter(household=household, projection__lt=PROJECTION)
    if change.rows:
        old = old.filter(pk__in={row.account_id for row in change.rows})
    return set(old.values_list("pk", flat=True))


def _touched(archive: Archive, change: Change) -> set[Node]:
    """The nodes that the changed transactions speak of, those of a transfer's other side included."""
    pks = {row.counterpart_id for row in change.rows if row.counterpart_id}
    voided = [row.pk for row in change.voided]
    sides = Transaction.objects.filter(Q(pk__in=pks) | Q(counterpart__in=voided)).values_list(
        "account_id", "instrument_id", "other_instrument_id"
    )
    own = [(row.account_id, row.instrument_id, row.other_instrument_id) for row in change.rows]
    found = [*own, *sides]
    archive.instruments.learn({pk for _, *both in found for pk in both})
    return {(archive.accounts[a], archive.instruments[pk]) for a, *both in found for pk in both if pk}


def _all_nodes(archive: Archive, accounts: Collection[int]) -> set[Node]:
    found: set[Node] = set()
    for name in ("instrument", "other_instrument"):
        rows = Transaction.objects.filter(account__in=accounts).exclude(**{name: None}).order_by()
        pairs = list(rows.values_list("account", name).distinct())
        archive.instruments.learn({instrument for _, instrument in pairs})
        found |= {(archive.accounts[account], archive.instruments[instrument]) for account, instrument in pairs}
    return found


def _concerns(entry: Entry, touched: set[Node], archive: Archive, old: Collection[int]) -> bool:
    return bool(nodes(entry) & touched) or entry.account in {archive.accounts[pk] for pk in old}


def _refuse_new_faults(ledger: Ledger, history: Sequence[Entry], archive: Archive, change: Change) -> None:
    if not ledger.problems:
        return
    before = replay(_before(history, archive, change))
    known = {(problem.code, problem.entry) for problem in before.problems}
    for problem in ledger.problems:
        if change.rows and (problem.code, problem.entry) not in known:
            raise BookingRefused(_in_words(problem))


def _before(history: Sequence[Entry], archive: Archive, change: Change) -> list[Entry]:
    """The same part of the history without the change."""
    booked = {str(row.uuid) for row in change.booked}
    voided = archive.read(Transaction.objects.filter(pk__in=[row.pk for row in change.voided]))
    steps = change.taken_over
    return [
        replace(
            entry,
            picks=tuple(Pick(renamed(pick.lot, steps), pick.quantity) for pick in entry.picks),
            sender=steps.get(entry.sender or "", entry.sender),
        )
        for entry in [*(entry for entry in history if entry.id not in booked), *voided]
    ]


def renamed(key: str, steps: Mapping[str, str]) -> str:
    """A lot key with some steps of its path named otherwise."""
    return ".".join(steps.get(step, step) for step in key.split("."))


def _in_words(problem: Problem) -> str:
    instrument = Instrument.objects.filter(uuid=problem.instrument).first() if problem.instrument else None
    name = f"{instrument.symbol}: " if instrument else ""
    return f"{name}{problem.message} ({problem.day:%-d %b %Y})"


def _keep_choices(ledger: Ledger, archive: Archive) -> None:
    """Store the lots that the replay chose, so that it never chooses again."""
    faulty = {problem.entry for problem in ledger.problems}
    LotPick.objects.bulk_create(
        (
            LotPick(transaction_id=archive.pks[entry], lot_key=pick.lot, quantity=pick.quantity)
            for entry, picks in ledger.chosen.items()
            for pick in picks
            if entry not in faulty
        ),
        batch_size=BATCH,
    )


def _write_cash(change: Change, old: Collection[int]) -> set[int]:
    """Add what a change moved to the balances of the accounts that are not written whole."""
    moved: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for sign, rows in ((1, change.booked), (-1, change.voided)):
        for row in rows:
            moved[row.account_id, row.currency] += sign * row.cash
            moved[row.account_id, row.other_currency or row.currency] += sign * row.other_cash
    wanted = {key: amount for key, amount in moved.items() if amount and key[0] not in old}
    balances = CashBalance.objects.filter(account__in={account for account, _ in wanted})
    known = {(row.account_id, row.currency): row.amount for row in balances}
    _set_cash({key: known.get(key, Decimal(0)) + amount for key, amount in wanted.items()})
    return {account for account, _ in wanted}


def _write_all_cash(archive: Archive, ledger: Ledger, old: Collection[int]) -> set[int]:
    accounts = {archive.accounts[pk]: pk for pk in old}
    CashBalance.objects.filter(account__in=old).delete()
    _set_cash({(accounts[a], currency): amount for (a, currency), amount in ledger.cash.items() if a in accounts})
    return set(old)


def _set_cash(balances: Mapping[tuple[int, str], Decimal]) -> None:
    for (account, currency), amount in balances.items():
        if amount:
            CashBalance.objects.update_or_create(
                account_id=account, currency=currency, defaults={"amount": round_to_field(amount)}
            )
        else:
            CashBalance.objects.filter(account=account, currency=currency).delete()


class _Writer:
    """Writes the rows of the touched nodes that came out different, and leaves the others as they are."""

    def __init__(self, archive: Archive, touched: Collection[Node]) -> None:
        self.pks = archive.pks
        self.accounts = {uuid: pk for pk, uuid in archive.accounts.items()}
        self.instruments = {uuid: pk for pk, uuid in archive.instruments.items() if pk is not None}
        self.nodes = {(self.accounts[a], self.instruments[i]) for a, i in touched}
        self.moved: set[int] = set()

    def write(self, ledger: Ledger) -> set[int]:
        """The accounts of which some row changed."""
        self._sync(Lot, ["key"], [self._lot(lot) for lot in ledger.lots])
        self._sync(RealisedGain, ["sale_id", "lot_key"], [self._gain(gain) for gain in ledger.realised])
        self._sync(FlaggedPosition, ["account_id", "instrument_id"], [self._flagged(each) for each in ledger.flagged])
        self._write_trails([self._event(key, event) for key, events in ledger.trail.items() for event in events])
        return self.moved

    def _stored(self, model: type[Any]) -> list[Any]:
        rows = model.objects.filter(
            account__in={account for account, _ in self.nodes}, instrument__in={pk for _, pk in self.nodes}
        )
        return [row for row in rows.order_by("id") if (row.account_id, row.instrument_id) in self.nodes]

    def _sync(self, model: type[Any], key: Sequence[str], wanted: Sequence[Any]) -> None:
        stored = {tuple(getattr(row, name) for name in key): row for row in self._stored(model)}
        fields = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        new, changed = [], []
        for row in wanted:
            old = stored.pop(tuple(getattr(row, name) for name in key), None)
            if old is None:
                new.append(row)
            elif _differs(old, row, fields):
                row.pk = old.pk
                changed.append(row)
        self._delete(model, list(stored.values()))
        self._note_moved([*new, *changed])
        model.objects.bulk_create(new, batch_size=BATCH)
        model.objects.bulk_create(
            changed, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=_names(model)
        )

    def _write_trails(self, wanted: Sequence[LotEvent]) -> None:
        """Each lot's events stay in the order of their ids: from the first that differs on, they are written anew."""
        stored, after = _by_lot(self._stored(LotEvent)), _by_lot(wanted)
        fields = [field.attname for field in LotEvent._meta.concrete_fields if not field.primary_key]
        gone, new = [], []
        for key in [*after, *(key for key in stored if key not in after)]:
            was, now = stored.get(key, []), after.get(key, [])
            same = _common(was, now, fields)
            gone += was[same:]
            new += now[same:]
        self._delete(LotEvent, gone)
        self._note_moved(new)
        LotEvent.objects.bulk_create(new, batch_size=BATCH)

    def _delete(self, model: type[Any], rows: Sequence[Any]) -> None:
        self._note_moved(rows)
        for start in range(0, len(rows), BATCH):
            model.objects.filter(pk__in=[row.pk for row in rows[start : start + BATCH]]).delete()

    def _note_moved(self, rows: Iterable[Any]) -> None:
        self.moved |= {row.account_id for row in rows}

    def _lot(self, lot: Any) -> Lot:
        return Lot(
            account_id=self.accounts[lot.account],
            instrument_id=self.instruments[lot.instrument],
            opening_id=self.pks[lot.opened_by],
            key=lot.key,
            quantity=lot.quantity,
            basis=_rounded(lot.basis),
            currency=lot.currency,
            base_basis=_rounded(lot.base_basis),
            loss_basis=_rounded(lot.loss_basis),
            origin=lot.origin.value,
            acquired=lot.acquired,
            disallowed=_rounded(lot.disallowed),
        )

    def _gain(self, gain: Any) -> RealisedGain:
        return RealisedGain(
            account_id=self.accounts[gain.account],
            instrument_id=self.instruments[gain.instrument],
            sale_id=self.pks[gain.sale],
            lot_key=gain.lot or "",
            quantity=gain.quantity,
            proceeds=_rounded(gain.proceeds),
            basis=_rounded(gain.basis),
            gain=_rounded(gain.gain),
            acquired=gain.acquired,
            sold=gain.sold,
            term=gain.term.value if gain.term else "",
            currency=gain.currency,
            base_proceeds=_rounded(gain.base_proceeds),
            base_basis=_rounded(gain.base_basis),
        )

    def _flagged(self, position: Any) -> FlaggedPosition:
        return FlaggedPosition(
            account_id=self.accounts[position.account],
            instrument_id=self.instruments[position.instrument],
            quantity=position.quantity,
            cash=_rounded(position.cash),
            currency=position.currency,
        )

    def _event(self, key: str, event: Any) -> LotEvent:
        return LotEvent(
            account_id=self.accounts[event.account],
            instrument_id=self.instruments[event.instrument],
            lot_key=key,
            transaction_id=self.pks[event.entry],
            date=event.day,
            quantity=event.quantity,
            quantity_after=event.quantity_after,
            basis_after=_rounded(event.basis_after),
        )


def _rounded(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else round_to_field(amount)


def _names(model: type[Any]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if not field.primary_key]


def _differs(old: Model, new: Model, fields: Iterable[str]) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in fields)


def _by_lot(events: Iterable[LotEvent]) -> dict[str, list[LotEvent]]:
    found: dict[str, list[LotEvent]] = defaultdict(list)
    for event in events:
        found[event.lot_key].append(event)
    return found


def _common(was: Sequence[LotEvent], now: Sequence[LotEvent], fields: Sequence[str]) -> int:
    """How many events at the beginning are the same."""
    pairs = zip(was, now, strict=False)
    return next((i for i, (old, new) in enumerate(pairs) if _differs(old, new, fields)), min(len(was), len(now)))
