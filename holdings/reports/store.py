"""Performance reports in the database: one for equal inputs, computed outside any transaction. Workers only."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import runs
from accounts.models import Household
from accounts.runs import Claim
from holdings.measures.twr import Day
from holdings.models import Benchmark, BrokerageAccount, PerformanceReport, Valuation
from holdings.reports import compute, scope
from holdings.reports.rates import risk_free
from holdings.reports.scope import Scope
from holdings.reports.stored import DAY, Dates, dates, report, revisions, valued
from holdings.reports.taxes import Taxes, taxes
from holdings.taxation.stored import rests_on as tax_inputs
from holdings.valuations import periods
from holdings.valuations.history import History, between, days_of

PERIODS = tuple(name for name in reversed(periods.PERIODS))
"""The shortest last: while it is missing or old, all are due."""


def refresh(household: Household) -> int:
    """Bring the reports of every scope and named period up to date; returns how many were computed.

    Nothing is done while an account is still to be valued: its valuation rings again.
    """
    if household.brokerage_accounts.filter(stale_from__isnull=False).exists():
        return 0
    every = [(of, known) for of in scope.scopes(household) if (known := valued(household, of))]
    taxed = tax_inputs(household)
    missing = [each for of, known in every for each in _missing(household, of, known, taxed)]
    if missing:
        first, last = min(wanted.first for _, wanted, _ in missing), max(known.last for _, known in every)
        books = compute.read(household, every[0][0].accounts, first, last)
        until = {day: taxes(household, books.market, day) for day in {wanted.last for _, wanted, _ in missing}}
        for of, wanted, name in missing:
            days = days_of(household, [account.pk for account in of.accounts], start=wanted.first)
            done = _content(books, of, days, wanted, until[wanted.last])
            _keep(household, of, wanted, name, done, is_named=True)
    for of, known in every:
        _drop_older(household, of, known.last)
    return len(missing)


def _missing(household: Household, of: Scope, known: Dates, taxed: str) -> list[tuple[Scope, Dates, str]]:
    """The named periods without a report of equal inputs, each with the name of its inputs."""
    wanted = dict.fromkeys(dates(period, known) for period in PERIODS)
    named = [(of, each, inputs_hash(household, of, each, taxed)) for each in wanted]
    return [(of, each, name) for of, each, name in named if not _is_there(household, of, each, name)]


def due() -> list[int]:
    """Households whose reports are missing or rest on an older ledger."""
    waiting = BrokerageAccount.objects.filter(stale_from__isnull=False).values("household")
    found = Household.objects.filter(brokerage_accounts__valuations__isnull=False).exclude(pk__in=waiting).distinct()
    return [household.pk for household in found if not _is_refreshed(household)]


def _is_refreshed(household: Household) -> bool:
    every = scope.scopes(household)
    ends = [(of, valued(household, of)) for of in every]
    shortest = [(of, dates(PERIODS[-1], known)) for of, known in ends if known]
    taxed = tax_inputs(household)
    return all(_is_there(household, of, each, inputs_hash(household, of, each, taxed)) for of, each in shortest)


def work(claim: Claim) -> None:
    """The run of a report: for dates of the user's own, or for a named period that is not there yet."""
    run = claim.run
    try:
        of = scope.chosen(run.household, run.params["scope"])
    except scope.NoSuchScope as error:
        raise runs.CannotFinish("The account or goal is not there any more. Choose another one.") from error
    wanted = Dates(*(dt.date.fromisoformat(run.params[name]) for name in ("first", "last")))
    runs.advance(claim, "Read", 0.0)
    days = days_of(run.household, [account.pk for account in of.accounts], start=wanted.first)
    if not _history(days, wanted).days:
        raise runs.CannotFinish("No close of these dates is valued. Choose dates inside the history.")
    name = inputs_hash(run.household, of, wanted, tax_inputs(run.household))
    books = compute.read(run.household, run.household.brokerage_accounts.all(), wanted.first, wanted.last)
    runs.advance(claim, "Measure", 0.4)
    done = _content(books, of, days, wanted, taxes(run.household, books.market, wanted.last))
    runs.advance(claim, "Keep", 0.9)
    with transaction.atomic():
        _keep(run.household, of, wanted, name, done, is_named=False)
        runs.finish(claim)


def _content(books: compute.Books, of: Scope, days: list[Day], wanted: Dates, taxed: Taxes) -> dict[str, Any]:
    return compute.content(books, of, _history(days, wanted), taxed) | {"revisions": revisions(of), "name": of.name}


def _history(days: list[Day], wanted: Dates) -> History:
    return between([day for day in days if day.day <= wanted.last], wanted.first - DAY)


def _is_there(household: Household, of: Scope, wanted: Dates, name: str) -> bool:
    found = report(household, of, wanted)
    return found is not None and found.inputs_hash == name


def _keep(
    household: Household, of: Scope, wanted: Dates, name: str, content: dict[str, Any], *, is_named: bool
) -> None:
    PerformanceReport.objects.update_or_create(
        household=household,
        scope=of.kind,
        subject=of.subject,
        first=wanted.first,
        last=wanted.last,
        defaults={
            "inputs_hash": name,
            "content": content | {"is_named": is_named},
            "computed_at": timezone.now(),
        },
    )


def _drop_older(household: Household, of: Scope, last: dt.date) -> None:
    """Named periods end at the last close: those of earlier closes are superseded."""
    rows = household.reports.filter(scope=of.kind, subject=of.subject, content__is_named=True)
    rows.exclude(last=last).delete()


def inputs_hash(household: Household, of: Scope, wanted: Dates, taxed: str) -> str:
    """SHA-256 of all that a report rests on: ledgers, daily values, benchmark, classes, risk-free rate and taxes."""
    benchmark = Benchmark.objects.filter(household=household).first()
    free = risk_free(wanted.first, wanted.last)
    parts = {
        "version": compute.VERSION,
        "scope": [of.key, of.name, household.base_currency],
        "dates": [wanted.first.isoformat(), wanted.last.isoformat()],
        "ledgers": revisions(of),
        "values": _digest(of, wanted),
        "benchmark": benchmark and [str(benchmark.instrument_id), str(benchmark.weight), str(benchmark.cash_rate)],
        "classes": sorted(household.classifications.values_list("instrument_id", "asset_class")),
        "risk_free": [free.annual, free.source],
        "taxes": taxed,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _digest(of: Scope, wanted: Dates) -> str:
    rows = Valuation.objects.filter(
        account__in=[account.pk for account in of.accounts], date__range=(wanted.first - DAY * 14, wanted.last)
    ).order_by("account", "date")
    digest = hashlib.sha256()
    for row in rows.values_list("account", "date", "value", "inflow", "outflow", "currency_gain"):
        digest.update(repr(row).encode())
    return digest.hexdigest()
