"""What the ledger already has of an account: rows imported before, fills that wait, and what it has a history of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from holdings.importers.fills import RecordedFill
from holdings.ledger.types import Kind
from holdings.models import BrokerageAccount, ImportRow, Transaction

Print = tuple[str, int]
"""Fingerprint and occurrence."""


@dataclass(slots=True)
class Facts:
    """Of one account. `history` holds the ids of instruments that it has transactions of."""

    known: set[Print]
    fills: list[RecordedFill]
    history: set[int]
    next_number: dict[str, int] = field(default_factory=dict)

    def next_occurrence(self, fingerprint: str) -> int:
        """The first number after those that are known, and after those given out here."""
        if not self.next_number:
            for print_, number in self.known:
                self.next_number[print_] = max(self.next_number.get(print_, 0), number)
        self.next_number[fingerprint] = self.next_number.get(fingerprint, 0) + 1
        return self.next_number[fingerprint]


def facts(accounts: Iterable[BrokerageAccount]) -> dict[int, Facts]:
    """By account id."""
    return {account.pk: Facts(known(account), _fills(account), _history(account)) for account in accounts}


def known(account: BrokerageAccount) -> set[Print]:
    """Rows that were booked or have confirmed a fill: importing them again adds nothing."""
    booked = account.transactions.active().exclude(fingerprint="").values_list("fingerprint", "occurrence")
    confirmed = ImportRow.objects.filter(confirmation__isnull=False, account=account)
    return set(booked) | set(confirmed.values_list("fingerprint", "draft__occurrence"))


def _fills(account: BrokerageAccount) -> list[RecordedFill]:
    rows = account.transactions.active().filter(
        source=Transaction.Source.FILL, confirmation__isnull=True, instrument__isnull=False
    )
    return [
        RecordedFill(
            id=str(row.pk),
            account=str(account.uuid),
            symbol=row.instrument.symbol,  # type: ignore[union-attr]
            side=Kind(row.kind),
            quantity=abs(row.quantity),
            price=row.price or Decimal(0),
            day=row.trade_date,
        )
        for row in rows.select_related("instrument")
    ]


def _history(account: BrokerageAccount) -> set[int]:
    rows = account.transactions.active().filter(instrument__isnull=False)
    return set(rows.order_by().values_list("instrument_id", flat=True).distinct())


def by_account(rows: Sequence[ImportRow]) -> dict[BrokerageAccount | None, list[ImportRow]]:
    grouped: dict[BrokerageAccount | None, list[ImportRow]] = defaultdict(list)
    for row in rows:
        grouped[row.account].append(row)
    return grouped
