"""Stored transactions as the replay reads them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Household, TaxProfile
from holdings.ledger.components import Node, joins, nodes, reach
from holdings.ledger.types import Character, Entry, Kind, Origin, Pick, Relief
from holdings.models import BrokerageAccount, Instrument, LotPick, ReliefMethod, TaxReport, Transaction
from holdings.tax.outcome import GainClass
from holdings.taxation import stored

FIELDS = [
    "pk",
    "uuid",
    "account_id",
    "kind",
    "trade_date",
    "instrument_id",
    "quantity",
    "cash",
    "price",
    "fees",
    "currency",
    "trade_time",
    "occurrence",
    "basis",
    "acquired",
    "disallowed",
    "rate",
    "other_instrument_id",
    "other_quantity",
    "other_currency",
    "other_cash",
    "basis_fraction",
    "fair_value",
    "origin",
    "character",
    "counterpart__uuid",
]
FUNDS = [Instrument.Kind.FUND, Instrument.Kind.ETF]


def entries(account: BrokerageAccount) -> list[Entry]:
    """The account's active transactions, and those of other own accounts with which its lots are joined."""
    book = Archive(account.household)
    own = {(str(account.uuid), book.instruments[pk]) for pk in _instruments(account)}
    there = {node for node in reach(own, book.joins()) if node[0] != str(account.uuid)}
    rows = Transaction.objects.active().filter(Q(account=account) | book.condition(there))
    return [entry for entry in book.read(rows) if entry.account == str(account.uuid) or nodes(entry) & there]


def _instruments(account: BrokerageAccount) -> set[int]:
    rows = account.transactions.active().order_by()
    own = rows.exclude(instrument=None).values_list("instrument", flat=True).distinct()
    other = rows.exclude(other_instrument=None).values_list("other_instrument", flat=True).distinct()
    return {*own, *other}


@dataclass
class Archive:
    """A household's transactions, read in bulk: what names them by public id, and by which method each one sells.

    added: transactions that may not be stored yet, nor their instruments.
    pks: database ids of what was read, by the public ids that the replay uses.
    """

    household: Household
    added: Sequence[Transaction] = ()
    accounts: dict[int, str] = field(init=False)
    instruments: Names = field(init=False)
    relief: ReliefBook = field(init=False)
    pks: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = BrokerageAccount.objects.filter(household=self.household)
        self.accounts = {pk: str(uuid) for pk, uuid in rows.values_list("pk", "uuid")}
        new = {each for row in self.added for each in (row.instrument, row.other_instrument) if each}
        self.instruments = Names({each.pk: str(each.uuid) for each in new})
        self.relief = ReliefBook(self.household, new)

    def read(self, rows: QuerySet[Transaction]) -> list[Entry]:
        """The rows as entries, with their picks; three queries and one more where new instruments are met."""
        plain = rows.order_by()
        picks = self._picks(plain)
        found = list(plain.values_list(*FIELDS, named=True))
        self.instruments.learn({row.instrument_id for row in found} | {row.other_instrument_id for row in found})
        return [self._entry(row, row.counterpart__uuid, tuple(picks.get(row.pk, ()))) for row in found]

    def read_added(self, named: Iterable[LotPick]) -> list[Entry]:
        """What was added, as it is read once it is stored; with the picks that it names."""
        picks: dict[int, list[Pick]] = defaultdict(list)
        for pick in named:
            picks[pick.transaction_id].append(pick.pick)
        senders = (row.counterpart.uuid if row.counterpart else None for row in self.added)
        rows = zip(self.added, senders, strict=True)
        return [self._entry(row, sender, tuple(picks.get(row.pk, ()))) for row, sender in rows]

    def _picks(self, rows: QuerySet[Transaction]) -> dict[int, list[Pick]]:
        picks: dict[int, list[Pick]] = defaultdict(list)
        found = LotPick.objects.filter(transaction__in=rows).order_by("id")
        for transaction, *pick in found.values_list("transaction", "lot_key", "quantity", "piece"):
            picks[transaction].append(Pick(*pick))
        return picks

    def _entry(self, row: Any, sender: uuid.UUID | None, picks: tuple[Pick, ...]) -> Entry:
        id, base = str(row.uuid), self.household.base_currency
        relief = self.relief.on(row.account_id, row.instrument_id, row.trade_date)
        self.pks[id] = row.pk
        rate = Decimal(1) if row.currency == base else row.rate
        return Entry(
            id=id,
            account=self.accounts[row.account_id],
            kind=Kind(row.kind),
            trade_date=row.trade_date,
            instrument=self.instruments.get(row.instrument_id),
            quantity=row.quantity,
            cash=row.cash,
            price=row.price,
            fees=row.fees,
            currency=row.currency,
            trade_time=row.trade_time,
            occurrence=row.occurrence,
            basis=row.basis,
            acquired=row.acquired,
            disallowed=row.disallowed,
            picks=picks,
            rate=rate,
            other=self.instruments.get(row.other_instrument_id),
            other_quantity=row.other_quantity,
            other_currency=row.other_currency,
            other_cash=row.other_cash,
            basis_fraction=row.basis_fraction,
            fair_value=row.fair_value,
            origin=Origin(row.origin),
            sender=str(sender) if sender else None,
            other_rate={base: Decimal(1), row.currency: rate}.get(row.other_currency),
            relief=relief,
            marginal=self.relief.marginal if relief is Relief.MIN_TAX else None,
            character=Character(row.character),
        )

    def joins(self) -> list[tuple[Node, Node]]:
        """Which instruments of which accounts are joined by corporate actions and linked transfers."""
        active = Transaction.objects.active().filter(account__household=self.household)
        linked = active.filter(Q(other_instrument__isnull=False) | Q(counterpart__isnull=False))
        senders = active.filter(pk__in=linked.exclude(counterpart=None).values("counterpart"))
        return joins(self.read(linked) + self.read(senders))

    def condition(self, touched: Collection[Node]) -> Q:
        """Which rows may be about any of the nodes; somewhat too many where accounts share instruments."""
        found = Q(pk__in=[])
        for pk, account in self.accounts.items():
            wanted = self.instruments.pks(instrument for owner, instrument in touched if owner == account)
            if wanted:
                about = Q(instrument__in=wanted) | Q(other_instrument__in=wanted)
                found |= Q(account=pk) & about
        return found


class Names(dict[int | None, str]):
    """Public ids of instruments, read when they are first met."""

    def __missing__(self, pk: int | None) -> str:
        self.learn({pk})
        return self[pk]

    def learn(self, pks: Iterable[int | None]) -> None:
        """Read the unknown ones of many at once."""
        unknown = {pk for pk in pks if pk is not None and pk not in self}
        if unknown:
            rows = Instrument.objects.filter(pk__in=unknown)
            self.update({pk: str(uuid) for pk, uuid in rows.values_list("pk", "uuid")})

    def pks(self, uuids: Iterable[str]) -> set[int]:
        wanted = set(uuids)
        return {pk for pk, uuid in self.items() if pk is not None and uuid in wanted}


class ReliefBook:
    """A household's choices of which lots sales take. Average basis is for funds, never for stocks (Reg. 1.1012-1(e)).

    A choice for all of an account makes average only what is a mutual fund; an exchange-traded one is named itself.
    new: instruments that may not be stored yet.
    """

    def __init__(self, household: Household, new: Iterable[Instrument] = ()) -> None:
        self.household = household
        self.rows: dict[int, list[ReliefMethod]] = defaultdict(list)
        self.funds: dict[int, str] = {}
        for row in ReliefMethod.objects.filter(account__household=household):
            self.rows[row.account_id].append(row)
        if any(row.method == Relief.AVERAGE for rows in self.rows.values() for row in rows):
            self.funds = dict(Instrument.objects.filter(kind__in=FUNDS).values_list("pk", "kind"))
            self.funds |= {each.pk: each.kind for each in new if each.kind in FUNDS}

    def on(self, account: int, instrument: int | None, day: dt.date) -> Relief:
        """The newest choice that has begun; one for the instrument itself before one of the same day for all."""
        begun = [row for row in self.rows.get(account, ()) if row.since <= day and self._is_about(row, instrument)]
        newest = max(begun, key=lambda row: (row.since, row.instrument_id is not None), default=None)
        return Relief(newest.method) if newest else Relief.FIFO

    @cached_property
    def marginal(self) -> tuple[Decimal, Decimal]:
        """Short and long rate of the newest year that was assessed; entered ones where a loss makes both nothing."""
        report = TaxReport.objects.filter(household=self.household).first()
        assessment = stored.year(report).assessment if report else None
        computed = assessment.marginal if assessment else {}
        if any(computed.values()) and GainClass.SHORT in computed:
            return computed[GainClass.SHORT], computed[GainClass.LONG]
        profile = TaxProfile.objects.get(household=self.household)
        return profile.short_rate + profile.state_rate, profile.long_rate + profile.state_rate

    def _is_about(self, row: ReliefMethod, instrument: int | None) -> bool:
        kind = self.funds.get(instrument or 0)
        if row.instrument_id is None:
            return row.method != Relief.AVERAGE or kind == Instrument.Kind.FUND
        return row.instrument_id == instrument and (row.method != Relief.AVERAGE or kind is not None)
