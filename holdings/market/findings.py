"""Findings of the quality checks in the database: opened once, closed when they are gone. Workers only."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Household
from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind
from holdings.market import chunks, closes, events, quality, splits
from holdings.market.adjust import Rescale
from holdings.market.bars import FIELDS
from holdings.market.calendars import sessions_between
from holdings.market.closes import ALL_ACCOUNTS, SPLIT_KINDS
from holdings.market.held import accounts_with, households_with, mark_stale
from holdings.market.liquidity import SAID
from holdings.market.providers.base import Bar, Point, Split
from holdings.market.quality import Found
from holdings.market.splits import Gap, Held
from holdings.models import BrokerageAccount, Instrument, Price, PriceFinding, Transaction
from holdings.services.ledger import entries

State = PriceFinding.State
SERIES_KINDS = ("missing", "stale", "outlier", "unadjusted_split", "minor_unit", "duplicate", "range")
LISTED = {Instrument.Kind.STOCK, Instrument.Kind.ETF, Instrument.Kind.INDEX}
"""Kinds that an exchange lists: only they have sessions to miss."""

PAID_KINDS = {Kind.BUY, Kind.SELL, Kind.REINVEST}


def check(instrument: Instrument) -> None:
    """Check the instrument's series for everybody, and its splits in the ledger of each household that held it."""
    households = list(households_with(instrument))
    as_of = max((household.as_of for household in households), default=None)
    points = points_of(instrument, None)
    with transaction.atomic():
        before = events.splits(instrument)
        _sync(instrument, None, SERIES_KINDS, _series(instrument, points, as_of))
        if events.splits(instrument) != before:
            chunks.derive(instrument, {point.day.year for point in points})
        for household in households:
            check_splits(household, [instrument])
            _sync(instrument, household, ("minor_unit",), quality.pence(points, _paid(household, instrument)))


def points_of(instrument: Instrument, household: Household | None) -> list[Point]:
    rows = closes.read(household, [instrument.pk], dt.date.min, dt.date.max).get(instrument.pk, [])
    return [Point(row.day, row.close) for row in rows]


def _series(instrument: Instrument, points: Sequence[Point], as_of: dt.date | None) -> list[Found]:
    if not points:
        return []
    listed = instrument.kind in LISTED
    until = max(points[-1].day, as_of or points[-1].day)
    sessions = sessions_between(instrument.calendar, points[0].day, until) if listed else []
    found = quality.jumps(points, events.recorded(instrument)) + quality.repeated(points, sessions)
    found += quality.missing(points, sessions)
    found += quality.ranges({point.day: point.value for point in points}, _bars(instrument))
    if as_of and not instrument.delisted_on:
        found += quality.stale(points, sessions, as_of)
    return found


def _bars(instrument: Instrument) -> list[Bar]:
    """The market's, of days on which it says more than a close."""
    rows = Price.objects.filter(SAID, instrument=instrument)
    return list(map(Bar._make, rows.order_by("date").values_list("date", *FIELDS)))


def _sync(instrument: Instrument, household: Household | None, kinds: Iterable[str], found: Sequence[Found]) -> None:
    """Let the open findings of these kinds be exactly what was found; what somebody accepted stays accepted."""
    rows = PriceFinding.objects.filter(instrument=instrument, household=household, kind__in=list(kinds))
    stored = {(row.kind, row.first): row for row in rows}
    for one in found:
        row = stored.pop((one.kind, one.first), None) or PriceFinding(
            instrument=instrument, household=household, kind=one.kind, first=one.first
        )
        if row.state == State.SETTLED:
            row.state, row.closed_at, row.found_at = State.OPEN, None, timezone.now()
        row.last, row.detail = one.last, one.detail
        row.save()
    gone = [row.pk for row in stored.values() if row.state == State.OPEN or row.kind in SPLIT_KINDS]
    PriceFinding.objects.filter(pk__in=gone).exclude(state=State.SETTLED).update(
        state=State.SETTLED, closed_at=timezone.now()
    )


def check_account(account_id: int) -> None:
    """Compare the splits of everything that one account held; where nothing had any, that costs two queries."""
    account = BrokerageAccount.objects.select_related("household").get(pk=account_id)
    mine = account.transactions.active().filter(instrument__isnull=False)
    known = events.splits_of(mine.values_list("instrument", flat=True))
    booked = mine.filter(kind=Kind.SPLIT).values_list("instrument", flat=True)
    open_ones = PriceFinding.objects.filter(household=account.household, kind__in=SPLIT_KINDS)
    concerned = {*known, *booked, *open_ones.values_list("instrument", flat=True)}
    if concerned:
        check_splits(account.household, list(Instrument.objects.filter(pk__in=concerned)))


def check_splits(household: Household, instruments: Sequence[Instrument]) -> None:
    """Compare the splits of the prices with those that the household's accounts booked.

    Where that changes what closes mean in the ledger's shares, the accounts are marked to be valued again.
    """
    wanted = {str(row.uuid): row for row in instruments}
    known = events.splits_of(row.pk for row in instruments)
    held = _held(household, wanted)
    for uuid, accounts in held.items():
        instrument = wanted[uuid]
        if not known.get(instrument.pk) and not any(account.splits for account in accounts):
            _sync_splits(household, instrument, [])
            continue
        points = points_of_market(instrument, household)
        found = [gap for account in accounts for gap in splits.gaps(account, points, known.get(instrument.pk, ()))]
        _sync_splits(household, instrument, _combined(found, accounts))


def _paid(household: Household, instrument: Instrument) -> list[Point]:
    """What the household paid for a share, where that is in the instrument's currency."""
    rows = Transaction.objects.active().filter(account__household=household, instrument=instrument)
    rows = rows.filter(kind__in=PAID_KINDS, currency=instrument.currency, price__isnull=False)
    return [Point(day, price) for day, price in rows.values_list("trade_date", "price") if price]


def points_of_market(instrument: Instrument, household: Household) -> list[Point]:
    """Closes as traded: the household's own and the market's, not yet in the ledger's shares."""
    rows = closes.read(household, [instrument.pk], dt.date.min, dt.date.max, unscaled=True).get(instrument.pk, [])
    return [Point(row.day, row.close) for row in rows]


def _held(household: Household, wanted: Mapping[str, Instrument]) -> Mapping[str, list[Held]]:
    """By instrument uuid: what each account that ever held it did."""
    found: dict[str, list[Held]] = {uuid: [] for uuid in wanted}
    pks = [row.pk for row in wanted.values()]
    for account in accounts_with(pks).filter(household=household).select_related("household"):
        history = entries(account)
        levels = replay(history).holdings
        of_each: dict[str, list[Entry]] = defaultdict(list)
        for entry in history:
            if entry.instrument and entry.instrument in wanted:
                of_each[entry.instrument].append(entry)
        for uuid, own in of_each.items():
            steps = levels.get((str(account.uuid), uuid), ())
            paid = [Point(e.trade_date, e.price) for e in own if e.price and e.kind in PAID_KINDS]
            found[uuid].append(Held(str(account.uuid), steps, splits.booked(own, steps), paid))
    return found


def _combined(gaps: Sequence[Gap], accounts: Sequence[Held]) -> list[tuple[Found, bool]]:
    """One finding for each split, with the scale of each account; whether it asks for something to be done."""
    by_split: dict[tuple[str, Split], list[Gap]] = defaultdict(list)
    for gap in gaps:
        by_split[gap.kind or "split_not_booked", gap.split].append(gap)
    return [
        (_finding(kind, split, of, accounts), any(gap.kind for gap in of)) for (kind, split), of in by_split.items()
    ]


def _finding(kind: str, split: Split, gaps: Sequence[Gap], accounts: Sequence[Held]) -> Found:
    scales = {gap.account: _text(gap.scale) for gap in gaps}
    open_then = [account for account in accounts if any(step.level for step in account.quantities)]
    if len(scales) == len(open_then) and len({tuple(scale.items()) for scale in scales.values()}) == 1:
        scales[ALL_ACCOUNTS] = next(iter(scales.values()))
    detail: dict[str, Any] = {
        "ratio": str(split.ratio.normalize()),
        "shares": {gap.account: str(gap.shares) for gap in gaps if gap.kind},
        "settles": all(gap.settles for gap in gaps),
        "scales": scales,
    }
    return Found(kind, split.day, split.day, detail)


def _text(scale: Rescale) -> dict[str, str]:
    ends = {"first": scale.first, "until": scale.until}
    return {"factor": str(scale.factor), **{name: day.isoformat() for name, day in ends.items() if day}}


def _sync_splits(household: Household, instrument: Instrument, found: Sequence[tuple[Found, bool]]) -> None:
    before = _standing(household, instrument)
    _sync(instrument, household, SPLIT_KINDS, [one for one, _ in found])
    quiet = [one.first for one, asks in found if not asks]
    PriceFinding.objects.filter(
        household=household, instrument=instrument, kind__in=SPLIT_KINDS, first__in=quiet, state=State.OPEN
    ).update(state=State.ACCEPTED, reason="Booked on another day; prices between the two days are read in its shares.")
    after = _standing(household, instrument)
    if before != after:
        days = [dt.date.min if not scale.first else scale.first for scale in _changed(before, after)]
        accounts = BrokerageAccount.objects.filter(household=household, pk__in=accounts_with([instrument.pk]))
        mark_stale(accounts, max(min(days), dt.date(1900, 1, 1)))


Standing = dict[tuple[str, dt.date], dict[str, dict[str, str]]]


def _standing(household: Household, instrument: Instrument) -> Standing:
    rows = PriceFinding.objects.filter(household=household, instrument=instrument, kind__in=SPLIT_KINDS)
    return {(row.kind, row.first): row.detail["scales"] for row in rows.exclude(state=State.SETTLED)}


def _changed(before: Standing, after: Standing) -> list[Rescale]:
    differ = [key for key in {*before, *after} if before.get(key) != after.get(key)]
    stored = [scale for key in differ for side in (before, after) for scale in side.get(key, {}).values()]
    return [closes.scale_of(scale) for scale in stored]
