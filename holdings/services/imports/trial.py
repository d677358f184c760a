"""The rows on a copy of the ledger: what it would refuse, and what would change."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from holdings.importers.base import Severity
from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind, Ledger, Problem, ProblemCode, Relief
from holdings.models import BrokerageAccount, ImportRow
from holdings.services.imports.drafts import new_transaction, restored, trial_entry
from holdings.services.imports.judge import BOOKABLE, Status
from holdings.services.imports.symbols import Resolver, mentions
from holdings.services.ledger import ReliefBook, entries, rates_of

SENDER, RECEIVER = "sender", "receiver"
"""Among a row's edits: the transfer out that a transfer in receives, and the booked transfer in that one sent."""
REMEDY = "Import the earlier history or the lots of this position first."
SHORT = "short"
"""What a problem offers: to book the sale as a short one, kept apart and flagged."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Booked entries of the accounts concerned, and the rows that would join them, by the id of their entry.

    receiving: booked transfers in by id, with the row that would have sent each.
    """

    accounts: frozenset[BrokerageAccount]
    booked: Sequence[Entry]
    rows: dict[str, ImportRow]
    added: Sequence[Entry]
    receiving: Mapping[str, str]

    def replay(self) -> Ledger:
        return replay([*map(self._received, self.booked), *self.added])

    def _received(self, entry: Entry) -> Entry:
        sender = self.receiving.get(entry.id)
        return dataclasses.replace(entry, sender=sender, basis=None, acquired=None) if sender else entry


def would_book(row: ImportRow) -> bool:
    """Whether a click on Import books the row: ready and ticked, or a duplicate that somebody ticked."""
    return row.chosen and row.account is not None and row.status in {*BOOKABLE, Status.DUPLICATE}


def trial(rows: Iterable[ImportRow], resolver: Resolver, only: set[str] | None = None) -> Trial:
    """Put rows beside what is booked. `only` keeps to entries of some instruments, by uuid or key."""
    chosen = {f"row {number}": row for number, row in enumerate(rows) if would_book(row)}
    receiving = {transaction_of(row.edits[RECEIVER]): key for key, row in chosen.items() if RECEIVER in row.edits}
    accounts: set[BrokerageAccount] = {row.account for row in chosen.values() if row.account}
    if receiving:
        theirs = BrokerageAccount.objects.filter(transactions__uuid__in=receiving).select_related("household")
        accounts |= set(theirs)
    booked = [entry for account in accounts for entry in entries(account) if _concerns(entry, only)]
    ids = _senders(chosen, booked)
    return Trial(frozenset(accounts), booked, chosen, _added(chosen, resolver, ids), receiving)


def transaction_of(link: str) -> str:
    """The uuid of the booked transaction that a link names."""
    return link.removeprefix("transaction:")


def _concerns(entry: Entry, only: set[str] | None) -> bool:
    return only is None or entry.instrument in only or entry.other in only


def _added(rows: dict[str, ImportRow], resolver: Resolver, senders: dict[str, str]) -> list[Entry]:
    """The rows as they would be booked: at the stored rates, and by each account's relief method."""
    if not rows:
        return []
    drafts = {key: restored(row) for key, row in rows.items()}
    owners = {key: cast("BrokerageAccount", row.account) for key, row in rows.items()}
    household = next(iter(owners.values())).household
    news = [(owners[key], new_transaction(row, drafts[key], None, None)) for key, row in rows.items()]
    rates, relief = rates_of(news, household.base_currency), ReliefBook(household)
    found = []
    for (key, row), rate in zip(rows.items(), rates, strict=True):
        draft, account = drafts[key], owners[key]
        own = mentions(draft)[0] if draft.symbol else None
        known = resolver.find(own) if own else None
        method = relief.on(account.pk, known.pk if known else None, cast("dt.date", draft.trade_date))
        found.append(
            trial_entry(
                row,
                draft,
                account,
                resolver.name(own) if own else None,
                resolver.name(mentions(draft)[-1]) if draft.other else None,
                key,
                senders.get(key),
                rate,
                method,
                relief.marginal if method is Relief.MIN_TAX else None,
            )
        )
    return found


def _senders(rows: dict[str, ImportRow], booked: Iterable[Entry]) -> dict[str, str]:
    """The transfer out that each linked row receives, as the trial names it."""
    named = {f"row:{row.pk}": key for key, row in rows.items()} | {f"transaction:{e.id}": e.id for e in booked}
    links = {key: row.edits.get(SENDER, "") for key, row in rows.items()}
    return {key: named[sender] for key, sender in links.items() if sender in named}


def flag_refused(rows: Sequence[ImportRow], resolver: Resolver, only: set[str] | None = None) -> None:
    """Mark the rows that the ledger could not take; again without these, until it takes the rest."""
    while True:
        tried = trial(rows, resolver, only)
        faults = [fault for fault in tried.replay().problems if fault.entry in tried.rows]
        for fault in faults:
            _refuse(tried.rows[fault.entry], fault)
        if not faults:
            return


def _refuse(row: ImportRow, fault: Problem) -> None:
    row.status = Status.ERROR
    said = {"field": "Quantity", "message": fault.message, "remedy": REMEDY, "severity": str(Severity.ERROR)}
    draft = restored(row)
    if fault.code is ProblemCode.OVERSOLD and draft.kind is Kind.SELL and fault.quantity == -draft.quantity:
        said["offer"] = SHORT
    row.problems.append(said | {"row": str(row.number)})
