"""What a person does about a finding: settle it in one click, or leave it as it is with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from django.utils import timezone

from accounts import activity
from accounts.doorbell import ring
from accounts.fields import round_to_field
from accounts.locks import holding
from accounts.models import Household, User
from holdings.market import bars
from holdings.market.adjust import rescaled
from holdings.market.held import households_with
from holdings.market.providers.base import Bar
from holdings.models import (
    BrokerageAccount,
    Feed,
    InstrumentEvent,
    Price,
    PriceFinding,
    PriceSource,
    Transaction,
)
from holdings.services import feeds
from holdings.services.ledger import NewTransaction, book

Kind = PriceFinding.Kind
State = PriceFinding.State
DAY = dt.timedelta(days=1)
RECORDED = {
    "name": "Recorded events",
    "licence": "None needed",
    "update_rate": "When somebody settles a finding",
    "known_gaps": "Only what a check has found and a person has confirmed.",
}


class CannotSettle(Exception):
    """The finding cannot be settled so; the message says why."""


def accept(*, household: Household, user: User, finding: PriceFinding, reason: str) -> None:
    """Leave it as it is, for this household alone. A second call does nothing."""
    with holding(household):
        PriceFinding.objects.update_or_create(
            instrument=finding.instrument,
            household=household,
            kind=finding.kind,
            first=finding.first,
            defaults={"last": finding.last, "detail": finding.detail, "state": State.ACCEPTED, "reason": reason},
        )
        activity.record(household=household, user=user, verb="finding.accepted", subject=finding.instrument)


def settle(*, household: Household, user: User, finding: PriceFinding) -> None:
    """Do what the finding offers, once. Raises CannotSettle, or BookingRefused, with nothing changed."""
    remedy = REMEDIES.get(Kind(finding.kind))
    if remedy is None or not finding.detail.get("settles", True):
        raise CannotSettle("Nothing can be done here in one step. Enter a price, correct the ledger, or accept it.")
    if finding.kind in SHARED and finding.household_id and _read_by_others(household, finding):
        raise CannotSettle("Another household reads this series too. Upload prices of your own instead.")
    with holding(household):
        if not PriceFinding.objects.filter(pk=finding.pk, state=State.OPEN).exists():
            return
        remedy(household, user, finding)
        if finding.kind not in FETCHED:
            PriceFinding.objects.filter(pk=finding.pk).update(state=State.SETTLED, closed_at=timezone.now())
        activity.record(household=household, user=user, verb="finding.settled", subject=finding.instrument)


def _read_by_others(household: Household, finding: PriceFinding) -> bool:
    return households_with(finding.instrument).exclude(pk=household.pk).exists()


def _book_split(household: Household, user: User, finding: PriceFinding) -> None:
    """Book the split in each account that held shares and lacks it."""
    ratio = Decimal(finding.detail["ratio"])
    shares: Mapping[str, str] = finding.detail["shares"]
    for account in BrokerageAccount.objects.filter(household=household, uuid__in=list(shares)):
        draft = NewTransaction(
            kind=Transaction.Kind.SPLIT,
            trade_date=finding.first,
            source=Transaction.Source.MANUAL,
            instrument=finding.instrument,
            quantity=round_to_field(Decimal(shares[str(account.uuid)]) * (ratio - 1)),
            note=f"Split {ratio.normalize():f} for 1, as the prices show it.",
        )
        book(account=account, drafts=[draft])


def _record_split(household: Household, user: User, finding: PriceFinding) -> None:
    _record(finding)
    ring("holdings.restate", finding.instrument_id, finding.first.toordinal())


def _record(finding: PriceFinding) -> None:
    source, _ = PriceSource.objects.get_or_create(slug="recorded", defaults=RECORDED)
    InstrumentEvent.objects.update_or_create(
        instrument=finding.instrument,
        kind=InstrumentEvent.Kind.SPLIT,
        ex_date=finding.first,
        defaults={"ratio": Decimal(finding.detail["ratio"]), "source": source},
    )


def _undo_adjustment(household: Household, user: User, finding: PriceFinding) -> None:
    """The stored closes before the split are in later shares: make them raw, and record the split."""
    rows = Price.objects.filter(instrument=finding.instrument, date__lt=finding.first)
    _multiply(rows, Decimal(finding.detail["ratio"]), shares=True)
    _record(finding)
    ring("holdings.restate", finding.instrument_id, dt.date(1990, 1, 1).toordinal())


def _fix_unit(household: Household, user: User, finding: PriceFinding) -> None:
    """From the change on, closes and feeds count in the currency instead of its hundredth, or the reverse."""
    factor = 1 / Decimal(finding.detail["factor"])
    rows = Price.objects.filter(instrument=finding.instrument, date__gte=finding.first)
    sources = set(rows.values_list("source", flat=True))
    _multiply(rows, factor)
    for feed in Feed.objects.filter(instrument=finding.instrument, source__in=sources):
        Feed.objects.filter(pk=feed.pk).update(unit=round_to_field(feed.unit * factor))
    ring("holdings.restate", finding.instrument_id, finding.first.toordinal())


def _multiply(rows: Iterable[Price], factor: Decimal, *, shares: bool = False) -> None:
    """Prices times the factor; `shares`: they were in other shares, so the volume is divided by it."""
    changed = list(rows)
    for row in changed:
        bar = Bar(row.date, row.open, row.high, row.low, row.volume)
        row.close = round_to_field(row.close * factor)
        moved = bars.stored(rescaled(bar, factor) if shares else bars.quoted(bar, factor))
        _, row.open, row.high, row.low, row.volume = moved
    Price.objects.bulk_update(changed, ["close", *bars.FIELDS], batch_size=500)


def _fetch_again(household: Household, user: User, finding: PriceFinding) -> None:
    """Ask the sources for the days again."""
    own = Feed.objects.filter(instrument=finding.instrument)
    if not own.filter(active=True).exists():
        raise CannotSettle("No source brings this series. Add one, upload prices, or enter a price.")
    own.update(last_date=finding.first - DAY)
    feeds.fetch_now(household=household, user=user, feeds=own)


REMEDIES: Mapping[str, Callable[[Household, User, PriceFinding], None]] = {
    Kind.SPLIT_NOT_BOOKED: _book_split,
    Kind.SPLIT_NOT_IN_FEED: _undo_adjustment,
    Kind.UNADJUSTED_SPLIT: _record_split,
    Kind.MINOR_UNIT: _fix_unit,
    Kind.MISSING: _fetch_again,
    Kind.STALE: _fetch_again,
}
FETCHED = {Kind.MISSING, Kind.STALE}
"""Kinds that the next fetch settles, if it brings what is missing."""

SHARED = {Kind.SPLIT_NOT_IN_FEED, Kind.MINOR_UNIT}
"""Kinds whose remedy changes the market's prices: on a household's own evidence only where it alone reads them."""
