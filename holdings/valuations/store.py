"""Daily valuations in the database: computed outside any transaction, written in one short one. Worker code."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from accounts.fields import round_to_field
from holdings.market.calendars import last_session, sessions_between
from holdings.models import Benchmark, BenchmarkValuation, BrokerageAccount, Transaction, Valuation
from holdings.valuations import inputs
from holdings.valuations.benchmark import BaselineDay, Standing, baseline
from holdings.valuations.daily import DayValue, daily_values

CALENDAR = "XNYS"
DAY = dt.timedelta(days=1)
FIRST = dt.date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Revaluation:
    """What an account's valuations from `start` on should be, as of one revision of its ledger."""

    account: int
    revision: int
    start: dt.date
    rows: list[DayValue]


def revalue(account_id: int) -> bool:
    """Bring an account's valuations and its household's baseline up to date; False where the ledger moved meanwhile."""
    return write(compute(BrokerageAccount.objects.select_related("household").get(pk=account_id)))


def compute(account: BrokerageAccount) -> Revaluation:
    """Value the account from the first day that is out of date to the household's date. Reads only."""
    past = inputs.history(account)
    start = account.stale_from or _day_after_last(account)
    first = max(start, past.series.first_day or dt.date.max)
    days = sessions_between(CALENDAR, first, account.household.as_of)
    if not days:
        return Revaluation(account.pk, account.revision, start, [])
    before = last_session(CALENDAR, days[0] - DAY) or dt.date.min
    market = inputs.market(account.household, [past], max(before, FIRST), days[-1], account=account)
    return Revaluation(account.pk, account.revision, start, daily_values(past.series, market, days, before=before))


def write(done: Revaluation) -> bool:
    """Replace the valuations from `start` on, unless the ledger has changed since they were computed."""
    with transaction.atomic():
        current = BrokerageAccount.objects.filter(pk=done.account, revision=done.revision)
        if not current.update(stale_from=None):
            return False
        Valuation.objects.filter(account=done.account, date__gte=done.start).delete()
        Valuation.objects.bulk_create(_row(done.account, day) for day in done.rows)
        benchmarks = Benchmark.objects.filter(household__brokerage_accounts=done.account)
        benchmark = benchmarks.select_for_update(of=("self",)).first()
        if benchmark:
            benchmark.valuations.filter(date__gte=done.start).delete()
            if not _others_are_stale(benchmark):
                _write_baseline(benchmark)
    return True


def _others_are_stale(benchmark: Benchmark) -> bool:
    """Whether an account of the household is still to be valued: the last one writes the baseline for all of them."""
    return BrokerageAccount.objects.filter(household=benchmark.household_id, stale_from__isnull=False).exists()


def behind() -> list[int]:
    """Accounts whose valuations are out of date, or do not reach their household's last session."""
    active = Transaction.objects.active().filter(account=OuterRef("pk"))
    accounts = BrokerageAccount.objects.filter(Exists(active) | Q(stale_from__isnull=False))
    rows = list(accounts.select_related("household").annotate(last=Max("valuations__date")))
    ends = {as_of: last_session(CALENDAR, as_of) for as_of in {row.household.as_of for row in rows}}
    return [row.pk for row in rows if row.stale_from or _before(row.last, ends[row.household.as_of])]


def _before(last: dt.date | None, session: dt.date | None) -> bool:
    return session is not None and (last is None or last < session)


def _day_after_last(account: BrokerageAccount) -> dt.date:
    last = account.valuations.aggregate(last=Max("date"))["last"]
    return last + DAY if last else dt.date.min


def _row(account: int, day: DayValue) -> Valuation:
    return Valuation(
        account_id=account,
        date=day.day,
        value=round_to_field(day.value),
        cash=round_to_field(day.cash),
        inflow=round_to_field(day.inflow),
        outflow=round_to_field(day.outflow),
        currency_gain=round_to_field(day.currency_gain),
    )


def _write_baseline(benchmark: Benchmark) -> None:
    """Go on from the last baseline, with the net of all accounts' flows."""
    last = benchmark.valuations.order_by("date").last()
    rows = Valuation.objects.filter(account__household=benchmark.household_id)
    flows: dict[dt.date, Decimal] = defaultdict(Decimal)
    since = rows.filter(date__gt=last.date) if last else rows
    for day, inflow, outflow in since.values_list("date", "inflow", "outflow"):
        flows[day] += inflow - outflow
    days = sorted(flows)
    if not days:
        return
    first = last.date if last else days[0]
    market = inputs.market(benchmark.household, [], first, days[-1], [uuid := str(benchmark.instrument.uuid)])
    closes = [market.price(uuid, day) for day in days]
    done = baseline(
        (BaselineDay(day, close, flows[day]) for day, close in zip(days, closes, strict=True)),
        weight=benchmark.weight,
        cash_rate=benchmark.cash_rate,
        start=Standing(last.date, market.price(uuid, last.date), last.value) if last else None,
    )
    BenchmarkValuation.objects.bulk_create(
        BenchmarkValuation(benchmark=benchmark, date=standing.day, value=standing.value) for standing in done
    )
