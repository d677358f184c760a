"""What the replay gives, kept beside the transactions: only what a change touched is replayed and rewritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext

from django.db.models import Q

from accounts.bulk import Insertion, ready
from accounts.fields import round_to_field
from accounts.models import Household
from holdings.ledger.components import Node, nodes, reach
from holdings.ledger.exact import exact
from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Ledger, Problem
from holdings.models import (
    BrokerageAccount,
    CashBalance,
    Instrument,
    LotPick,
    Transaction,
)
from holdings.services.ledger.batches import batches
from holdings.services.ledger.drafts import lot_pick
from holdings.services.ledger.entries import Archive
from holdings.services.ledger.refusal import BookingRefused
from holdings.services.ledger.rows import Comparison, Delta

PROJECTION = 1
"""Raise it when the replay or the columns it fills change: what an older one wrote is then written again."""


Tell = Callable[[str], None]
"""Is told the name of each stage as it begins; may raise to end the work."""


def quietly(stage: str) -> None:
    """Stages that nobody watches."""


@dataclass(frozen=True, slots=True)
class Change:
    """Transactions that come into the ledger, stored already or not, and those that were taken out of it.

    picks: the lots that booked transactions name.
    taken_over: of a correction, steps of lot keys as they are now -> as they were, with which picks name its lots.
    """

    booked: Sequence[Transaction] = ()
    voided: Sequence[Transaction] = ()
    picks: Sequence[LotPick] = ()
    taken_over: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> list[Transaction]:
        return [*self.booked, *self.voided]


@dataclass(frozen=True, slots=True)
class Projection:
    """What follows from a change, ready to be written as long as the household's ledger stands still.

    chosen: lots that the replay chose, so that it never chooses again.
    cash: balances by account and currency; those of the accounts in `whole`, written from beginning to end, are all.
    moved: accounts (ids) whose lots, gains or cash come out other than they are stored.
    """

    chosen: Insertion
    deltas: Sequence[Delta]
    cash: Mapping[tuple[int, str], Decimal]
    whole: Collection[int]
    moved: Collection[int]

    def write(self) -> None:
        self.chosen.run()
        for delta in self.deltas:
            delta.write()
        CashBalance.objects.filter(account__in=self.whole).delete()
        _set_cash(self.cash)
        BrokerageAccount.objects.filter(pk__in=self.whole).update(projection=PROJECTION)


def project(household: Household, change: Change, whole: Iterable[int] = (), tell: Tell = quietly) -> Projection:
    """Replay what a change touches in all accounts of a household, and find what comes out different.

    whole: accounts to be replayed from beginning to end; those that an older version wrote are, when they are touched.
    Raises BookingRefused for a fault of the history that was not there without the change.
    """
    archive = Archive(household, change.booked)
    old = _outdated(household, change) | set(whole)
    start = _touched(archive, change) | _all_nodes(archive, old)
    touched = reach(start, archive.joins())
    tell("Replay")
    history = _history(archive, change, touched, old)
    ledger = replay(history)
    _refuse_new_faults(ledger, history, archive, change)
    tell("Compare")
    with localcontext(exact):
        comparison = Comparison(archive, touched)
        deltas = comparison.deltas(ledger)
        cash = _moved_cash(change, old) | _all_cash(archive, ledger, old)
    return Projection(
        chosen=ready(_choices(ledger, archive)),
        deltas=deltas,
        cash=cash,
        whole=old,
        moved=comparison.moved | old | {account for account, _ in cash} | {row.account_id for row in change.rows},
    )


def _history(archive: Archive, change: Change, touched: set[Node], old: Collection[int]) -> list[Entry]:
    """The entries of the touched nodes, and all of the old accounts, as they stand with the change."""
    whole = {archive.accounts[pk] for pk in old}
    rows = Transaction.objects.active().filter(archive.condition(touched) | Q(account__in=old))
    entries = {entry.id: entry for entry in [*archive.read(rows), *archive.read_added(change.picks)]}
    return [entry for entry in entries.values() if nodes(entry) & touched or entry.account in whole]


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
    sides = [*_where("pk", pks), *_where("counterpart", voided)]
    found = {(row.account_id, row.instrument_id, row.other_instrument_id) for row in [*change.rows, *sides]}
    archive.instruments.learn({pk for _, *both in found for pk in both})
    return {(archive.accounts[a], archive.instruments[pk]) for a, *both in found for pk in both if pk}


def _where(field: str, pks: Iterable[int]) -> Iterator[Transaction]:
    """Transactions of which a field is one of many values, more than one statement may name."""
    for batch in batches(sorted(pks)):
        yield from Transaction.objects.filter(**{f"{field}__in": batch})


def _all_nodes(archive: Archive, accounts: Collection[int]) -> set[Node]:
    found: set[Node] = set()
    for name in ("instrument", "other_instrument"):
        rows = Transaction.objects.filter(account__in=accounts).exclude(**{name: None}).order_by()
        pairs = list(rows.values_list("account", name).distinct())
        archive.instruments.learn({instrument for _, instrument in pairs})
        found |= {(archive.accounts[account], archive.instruments[instrument]) for account, instrument in pairs}
    return found


def _refuse_new_faults(ledger: Ledger, history: Sequence[Entry], archive: Archive, change: Change) -> None:
    if not ledger.problems:
        return
    before = replay(_before(history, archive, change))
    known = {(problem.code, problem.entry) for problem in before.problems}
    for problem in ledger.problems:
        if change.rows and (problem.code, problem.entry) not in known:
            raise BookingRefused(_in_words(problem, change))


def _before(history: Sequence[Entry], archive: Archive, change: Change) -> list[Entry]:
    """The same part of the history without the change."""
    booked = {str(row.uuid) for row in change.booked}
    rows = [row.pk for row in change.voided]
    voided = [entry for batch in batches(rows) for entry in archive.read(Transaction.objects.filter(pk__in=batch))]
    steps = change.taken_over
    return [
        replace(
            entry,
            picks=tuple(replace(pick, lot=renamed(pick.lot, steps)) for pick in entry.picks),
            sender=steps.get(entry.sender or "", entry.sender),
        )
        for entry in [*(entry for entry in history if entry.id not in booked), *voided]
    ]


def renamed(key: str, steps: Mapping[str, str]) -> str:
    """A lot key with some steps of its path named otherwise."""
    return ".".join(steps.get(step, step) for step in key.split("."))


def _in_words(problem: Problem, change: Change) -> str:
    named = {str(each.uuid): each for row in change.booked for each in (row.instrument, row.other_instrument) if each}
    stored = Instrument.objects.filter(uuid=problem.instrument) if problem.instrument else Instrument.objects.none()
    instrument = named.get(problem.instrument or "") or stored.first()
    name = f"{instrument.symbol}: " if instrument else ""
    return f"{name}{problem.message} ({problem.day:%-d %b %Y})"


def _choices(ledger: Ledger, archive: Archive) -> list[LotPick]:
    faulty = {problem.entry for problem in ledger.problems}
    return [
        lot_pick(archive.pks[entry], pick)
        for entry, picks in ledger.chosen.items()
        for pick in picks
        if entry not in faulty
    ]


def _moved_cash(change: Change, old: Collection[int]) -> dict[tuple[int, str], Decimal]:
    """Balances that a change moves, of the accounts that are not written whole."""
    moved: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for sign, rows in ((1, change.booked), (-1, change.voided)):
        for row in rows:
            moved[row.account_id, row.currency] += sign * row.cash
            moved[row.account_id, row.other_currency or row.currency] += sign * row.other_cash
    wanted = {key: amount for key, amount in moved.items() if amount and key[0] not in old}
    balances = CashBalance.objects.filter(account__in={account for account, _ in wanted})
    known = {(row.account_id, row.currency): row.amount for row in balances}
    return {key: known.get(key, Decimal(0)) + amount for key, amount in wanted.items()}


def _all_cash(archive: Archive, ledger: Ledger, old: Collection[int]) -> dict[tuple[int, str], Decimal]:
    accounts = {archive.accounts[pk]: pk for pk in old}
    return {(accounts[a], currency): amount for (a, currency), amount in ledger.cash.items() if a in accounts}


def _set_cash(balances: Mapping[tuple[int, str], Decimal]) -> None:
    for (account, currency), amount in balances.items():
        if amount:
            CashBalance.objects.update_or_create(
                account_id=account, currency=currency, defaults={"amount": round_to_field(amount)}
            )
        else:
            CashBalance.objects.filter(account=account, currency=currency).delete()
