"""Which series a household reads. Web and workers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Household
from holdings.market.held import held_by
from holdings.models import Feed, Instrument, Price, PriceFinding, Transaction

Kind = PriceFinding.Kind
State = PriceFinding.State

BLOCKING = {
    Kind.STALE,
    Kind.UNADJUSTED_SPLIT,
    Kind.MINOR_UNIT,
    Kind.SPLIT_NOT_BOOKED,
    Kind.SPLIT_NOT_IN_FEED,
}
"""Findings under which a price cannot size a trade."""
RECENT = dt.timedelta(days=14)
"""Closes so old may still be somebody's last one."""


def currencies_needed(household: Household) -> set[str]:
    """Currencies whose euro rate the household's figures need; none where everything is in one currency."""
    booked = Transaction.objects.active().filter(account__household=household)
    used = {household.base_currency, *household.brokerage_accounts.values_list("currency", flat=True)}
    used |= set(booked.order_by().values_list("currency", flat=True).distinct())
    used |= set(held_by(household).order_by().values_list("currency", flat=True).distinct())
    return used - {"EUR", ""} if len(used - {""}) > 1 else set()


def feeds_of(household: Household) -> QuerySet[Feed]:
    """Feeds of what the household holds, of its currencies, and of the economic series, in the order of each chain."""
    wanted = (
        Q(instrument__in=held_by(household).values("pk"))
        | Q(currency__in=currencies_needed(household))
        | Q(macro__isnull=False)
    )
    return Feed.objects.filter(wanted).select_related("source", "instrument", "macro")


def findings(household: Household) -> QuerySet[PriceFinding]:
    """Open findings that concern the household: its own, and those of everybody that it has not accepted."""
    standing = PriceFinding.objects.exclude(state=State.SETTLED)
    same = {name: OuterRef(name) for name in ("instrument", "kind", "first")}
    everybodys = Q(household=None, instrument__in=held_by(household).values("pk"))
    shown = Q(household=household) | everybodys & ~Exists(standing.filter(household=household, **same))
    rows = standing.filter(shown, state=State.OPEN, first__lte=household.as_of)
    return rows.select_related("instrument").order_by("instrument__symbol", "first", "pk")


def unfit(household: Household) -> Mapping[int, str]:
    """Instruments whose series nothing may rest on, by id, and why: stale, suspicious, or from an unlicensed source."""
    why = {row.instrument_id: row.get_kind_display().lower() for row in findings(household) if row.kind in BLOCKING}
    recent = Price.objects.filter(
        instrument__in=held_by(household).values("pk"), date__gt=household.as_of - RECENT, date__lte=household.as_of
    )
    unlicensed = recent.filter(source__licence="").order_by().values_list("instrument", flat=True).distinct()
    return why | dict.fromkeys(unlicensed, "without a licence")


def held_back(household: Household) -> Mapping[int, str]:
    """Instruments that no plan may trade, by id, and why."""
    why = dict(unfit(household))
    unlike = PriceFinding.objects.filter(
        household=household, kind__in=[Kind.SPLIT_NOT_BOOKED, Kind.SPLIT_NOT_IN_FEED], state=State.ACCEPTED
    )
    why |= {row.instrument_id: "its shares are not the market's" for row in unlike if row.detail.get("shares")}
    return why | dict.fromkeys(gone(household.as_of).values_list("pk", flat=True), "it is no longer traded")


def gone(as_of: dt.date) -> QuerySet[Instrument]:
    """Instruments that no exchange trades any more on a date."""
    return Instrument.objects.filter(delisted_on__lte=as_of)
