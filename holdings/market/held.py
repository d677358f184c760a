"""Who is concerned when a price or a rate changes. Web and workers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from accounts.doorbell import ring
from accounts.models import Household
from holdings.models import Benchmark, BrokerageAccount, Instrument, Transaction


def accounts_with(instruments: Iterable[int]) -> QuerySet[BrokerageAccount]:
    """Accounts that ever held one of these, and those of households that measure themselves against one."""
    wanted = set(instruments)
    traded = Transaction.objects.active().filter(Q(instrument__in=wanted) | Q(other_instrument__in=wanted))
    measured = Benchmark.objects.filter(instrument__in=wanted).values("household")
    return BrokerageAccount.objects.filter(Q(pk__in=traded.values("account")) | Q(household__in=measured))


def households_with(instrument: Instrument) -> QuerySet[Household]:
    return Household.objects.filter(brokerage_accounts__in=accounts_with([instrument.pk])).distinct()


def held_by(household: Household) -> QuerySet[Instrument]:
    """What the household ever held, may choose as a target (classified), or measures itself against."""
    mine = Transaction.objects.active().filter(account__household=household)
    return Instrument.objects.filter(
        Q(pk__in=mine.filter(instrument__isnull=False).values("instrument"))
        | Q(pk__in=mine.filter(other_instrument__isnull=False).values("other_instrument"))
        | Q(classifications__household=household)
        | Q(pk__in=Benchmark.objects.filter(household=household).values("instrument"))
    ).distinct()


def mark_stale(accounts: Iterable[BrokerageAccount], since: dt.date) -> list[int]:
    """Say that valuations from a day on are out of date; the worker is rung once for each account after the commit."""
    marked = []
    for account in accounts:
        start = min(since, account.stale_from) if account.stale_from else since
        BrokerageAccount.objects.filter(pk=account.pk).update(stale_from=start, revision=F("revision") + 1)
        ring("holdings.revalue", account.pk)
        marked.append(account.pk)
    return marked
