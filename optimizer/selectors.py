"""Reads of policies, runs, proposals and orders, always of one household."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Household, Run
from holdings.models import BrokerageAccount
from optimizer.models import (
    Alert,
    Alternative,
    Decision,
    Evidence,
    Fill,
    Guardrails,
    Halt,
    Order,
    OwnSeries,
    PolicyConstraint,
    PolicyVersion,
    Proposal,
    ProposalScore,
    ReinvestmentTask,
    Side,
    StressScenario,
    Timing,
    TimingCheck,
    Trade,
)

FRESH = dt.timedelta(days=31)
"""How old evidence may be that a plan or a trigger still rests on."""

OPEN_ORDER = [Order.Status.APPROVED, Order.Status.PLACED, Order.Status.PARTIAL]
DEFERRED = {BrokerageAccount.Kind.TRADITIONAL_IRA, BrokerageAccount.Kind.K401}
"""Kinds of account whose withdrawals are taxed as income."""


def current_version(household: Household) -> PolicyVersion | None:
    return PolicyVersion.objects.filter(policy__household=household).order_by("-number").first()


def withdrawals(version: PolicyVersion) -> dict[str, Decimal]:
    """What is planned to leave each account, by its public id: the sum of its dated withdrawals."""
    planned: dict[str, Decimal] = defaultdict(Decimal)
    for row in version.constraints.filter(kind=PolicyConstraint.Kind.WITHDRAWAL):
        planned[row.subject] += row.low or Decimal(0)
    return planned


def account_weights(version: PolicyVersion, accounts: Iterable[BrokerageAccount]) -> dict[int, Decimal]:
    """How much of a dollar counts for the household, by account id: after later tax, where withdrawals are taxed."""
    later = version.constraints.filter(kind=PolicyConstraint.Kind.AFTER_TAX).first()
    rate = (later and later.rate) or Decimal(0)
    return {row.pk: 1 - rate if row.kind in DEFERRED else Decimal(1) for row in accounts}


def timing_of(version: PolicyVersion) -> Timing:
    """The stored timing, or the defaults for a version that was saved before there was any."""
    return Timing.objects.filter(version=version).first() or Timing(version=version)


def guardrails(household: Household) -> Guardrails:
    """The newest settings, or the defaults where none were saved."""
    return Guardrails.objects.filter(household=household).first() or Guardrails(household=household)


@dataclass(frozen=True, slots=True)
class BarCounts:
    """What the bar of every page of a household tells."""

    open_proposals: int
    unread: int
    halted: bool


def bar_counts(household: Household) -> BarCounts:
    """One query."""
    mine = {"household": OuterRef("pk")}
    row = Household.objects.filter(pk=household.pk).values_list(
        _counted(Proposal.objects.filter(**mine, status=Proposal.Status.OPEN)),
        _counted(Alert.objects.filter(**mine, read_at__isnull=True)),
        Exists(Halt.objects.filter(**mine, resumed_at__isnull=True)),
    )
    return BarCounts(*row.get())


def _counted(rows: QuerySet[Any]) -> Coalesce:
    """The number of rows of the outer household, as a subquery."""
    number = rows.order_by().values("household").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(number), 0)


def alerts(household: Household) -> QuerySet[Alert]:
    """Newest first."""
    return Alert.objects.filter(household=household)


def scores(proposal: Proposal) -> list[ProposalScore]:
    """The newest of each verdict."""
    newest: dict[str, ProposalScore] = {}
    for row in ProposalScore.objects.filter(proposal=proposal).order_by("-as_of"):
        newest.setdefault(row.verdict, row)
    return list(newest.values())


def latest_scores(household: Household) -> QuerySet[ProposalScore]:
    """Of the last session that was scored, the newest proposal first."""
    rows = ProposalScore.objects.filter(household=household)
    last = rows.order_by("-as_of").values("as_of")[:1]
    return rows.filter(as_of=Subquery(last)).select_related("proposal")


def halts(household: Household) -> QuerySet[Halt]:
    """Newest first."""
    return Halt.objects.filter(household=household).select_related("user", "resumed_by")


def standing_halt(household: Household) -> Halt | None:
    return halts(household).filter(resumed_at__isnull=True).first()


def last_resumed(household: Household) -> dt.date | None:
    """The last session that was known when a person last let automated proposals go on."""
    rows = Halt.objects.filter(household=household, resumed_on__isnull=False).order_by("-resumed_on")
    return rows.values_list("resumed_on", flat=True).first()


def timing_checks(household: Household) -> QuerySet[TimingCheck]:
    """Newest first."""
    return TimingCheck.objects.filter(household=household).select_related("run", "version")


def versions(household: Household) -> QuerySet[PolicyVersion]:
    return PolicyVersion.objects.filter(policy__household=household).select_related("user")


def versions_in_full(household: Household) -> QuerySet[PolicyVersion]:
    """With all that each says."""
    return versions(household).prefetch_related(
        "targets__instrument", "constraints", "views__instrument", "views__against"
    )


def runs(household: Household) -> QuerySet[Run]:
    """What was asked for; parts of a run are none of their own."""
    asked = Run.objects.filter(household=household, parent=None)
    return asked.select_related("household", "user", "proposal").defer("snapshot")


def active_run(household: Household, kind: str = Run.Kind.PROPOSE) -> Run | None:
    return runs(household).filter(kind=kind, status__in=[Run.Status.QUEUED, Run.Status.RUNNING]).first()


def proposals(household: Household) -> QuerySet[Proposal]:
    return Proposal.objects.filter(household=household).select_related("version", "parent")


def open_proposal(household: Household) -> Proposal | None:
    return proposals(household).filter(status=Proposal.Status.OPEN).first()


def alternatives_run(proposal: Proposal) -> Run | None:
    """The last run that computes or computed what stands beside a proposal."""
    return runs(proposal.household).filter(kind=Run.Kind.ALTERNATIVES, subject=str(proposal.uuid)).first()


def reader(run: Run) -> Run:
    """The run that read the input that a run computed from: itself, or the one that its parameters name."""
    inputs = run.params.get("inputs")
    return Run.objects.defer("snapshot").get(household=run.household_id, uuid=inputs) if inputs else run


def tax_budget(proposal: Proposal) -> Decimal | None:
    """The least hard tax budget of the goals that it was made for; None where they set none."""
    rows = proposal.version.constraints.filter(kind=PolicyConstraint.Kind.TAX_BUDGET, hard=True)
    highs = [row.high for row in rows if row.high is not None]
    return min(highs) if highs else None


def added_tax(alternative: Alternative) -> Decimal:
    return Decimal(alternative.measures["tax"])


def over_budget(alternative: Alternative, budget: Decimal | None) -> bool:
    """Whether it adds more tax than a budget allows; one unit of money is rounding."""
    return budget is not None and added_tax(alternative) > max(budget, Decimal(0)) + 1


def trades(proposal: Proposal) -> QuerySet[Trade]:
    return proposal.trades.select_related("account", "instrument", "decision", "decision__user", "order")


def orders(household: Household) -> QuerySet[Order]:
    return (
        Order.objects.filter(household=household)
        .select_related("account", "instrument", "trade", "trade__proposal")
        .prefetch_related(Prefetch("fills", Fill.objects.select_related("transaction__confirmation")))
    )


def open_orders(household: Household) -> QuerySet[Order]:
    return orders(household).filter(status__in=OPEN_ORDER)


def sells_first(rows: Iterable[Order]) -> list[Order]:
    """By account, sales before purchases: the cash of the sales pays for the purchases."""
    return sorted(rows, key=lambda order: (order.account_id, order.side != Side.SELL, order.number))


def reinvestment_tasks(household: Household) -> QuerySet[ReinvestmentTask]:
    """Those that still count: the sale is proposed and not rejected, or approved and not cancelled before any fill."""
    proposed = Q(trade__proposal__status=Proposal.Status.OPEN, trade__order__isnull=True)
    rows = ReinvestmentTask.objects.filter(household=household, until__gte=household.as_of)
    standing = rows.filter(proposed | Q(trade__order__isnull=False))
    return (
        standing.exclude(trade__decision__verdict=Decision.Verdict.REJECTED)
        .exclude(trade__order__status=Order.Status.CANCELLED, trade__order__filled=0)
        .select_related("account", "instrument", "done_by")
    )


def evidence(household: Household, kind: str, subject: str = "") -> Evidence | None:
    """The newest of a kind: the one whose inputs were seen last."""
    return Evidence.objects.filter(household=household, kind=kind, subject=subject).first()


def evidence_until(household: Household, day: dt.date) -> dict[tuple[str, str], Evidence]:
    """By kind and subject, the newest of those that know no later close. Two queries; only what is newest is read."""
    rows = Evidence.objects.filter(household=household, as_of__lte=day).order_by("confirmed_at")
    newest = {(kind, subject): pk for kind, subject, pk in rows.values_list("kind", "subject", "pk")}
    found = Evidence.objects.in_bulk(newest.values())
    return {about: found[pk] for about, pk in newest.items()}


def own_series(household: Household) -> QuerySet[OwnSeries]:
    """What it uploaded to be judged as signals, by name."""
    return OwnSeries.objects.filter(household=household)


def fresh_evidence(household: Household, kind: str) -> Evidence | None:
    """The newest of a kind where it is of the household's last weeks: what a plan or a trigger may rest on."""
    row = evidence(household, kind)
    return row if row and household.as_of - FRESH <= row.as_of <= household.as_of else None


def evidence_run(household: Household, kind: str, subject: str = "") -> Run | None:
    """The newest run that looked for it."""
    finding = [Run.Kind.EVIDENCE, Run.Kind.WATCH]
    return runs(household).filter(kind__in=finding, subject=f"{kind}:{subject}").first()


def evidence_by_subject(household: Household, kind: str) -> dict[str, Evidence]:
    """The newest of a kind by its subject. One query; only what is newest is read."""
    rows = Evidence.objects.filter(household=household, kind=kind)
    newest = rows.filter(subject=OuterRef("subject")).order_by("-confirmed_at").values("pk")[:1]
    return {row.subject: row for row in rows.filter(pk=Subquery(newest))}


def stress_scenarios(household: Household) -> list[StressScenario]:
    """The newest version of each scenario that a person wrote, by name; those taken out are left out."""
    newest = {row.key: row for row in StressScenario.objects.filter(household=household).order_by("number")}
    return sorted((row for row in newest.values() if not row.is_retired), key=lambda row: (row.name, row.pk))
