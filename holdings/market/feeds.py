"""Feeds: asked for one at a time a source, tried again later when they fail. Workers only.

The Feed row is the job. `try_after` says from when on it is due (empty: at the next night), and taking a feed moves it
on by a lease, so that two workers never ask twice and a killed one costs ten minutes.
"""

from __future__ import annotations

import datetime as dt
import random
import time

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.clock import today
from holdings.market import intake
from holdings.market.providers.base import (
    Delisted,
    Empty,
    FetchFailed,
    NotLicensed,
    Provider,
    RateLimited,
    Renamed,
)
from holdings.market.providers.registry import providers
from holdings.models import Feed, Instrument, Price, PriceSource

log = structlog.get_logger()

LEASE = dt.timedelta(minutes=10)
FIRST_DAY = dt.date(1990, 1, 2)
OVERLAP = dt.timedelta(days=14)
"""Days that are asked for again: restatements show there."""

SHORTEST, LONGEST = dt.timedelta(minutes=5), dt.timedelta(hours=6)
TRIES = 6
NIGHT = (RateLimited, Renamed, Delisted, NotLicensed, Empty)
"""Failures that another try in some minutes would only repeat."""


def due(now: dt.datetime) -> QuerySet[Feed]:
    return Feed.objects.filter(active=True, try_after__lte=now)


def sources_due() -> list[int]:
    """Sources that have something to be asked for."""
    return list(due(timezone.now()).order_by().values_list("source", flat=True).distinct())


def request_all() -> int:
    """Ask for the first feed of every series, as every night does; how many."""
    first: dict[tuple[int | None, str, int | None], int] = {}
    for feed in Feed.objects.filter(active=True).exclude(instrument__delisted_on__isnull=False):
        first.setdefault((feed.instrument_id, feed.currency, feed.macro_id), feed.pk)
    return Feed.objects.filter(pk__in=first.values()).update(try_after=timezone.now(), failures=0)


def work(source: int, seconds: float = 60) -> int:
    """Fetch a source's due feeds one after the other for a while; how many. The sweep comes back for the rest."""
    provider = providers().get(PriceSource.objects.get(pk=source).slug)
    done, deadline = 0, time.monotonic() + seconds
    while provider and time.monotonic() < deadline:
        feed, wait = take(source, provider)
        if feed is None and wait is None:
            break
        if feed is None:
            time.sleep(wait or 0)
            continue
        fetch(feed, provider)
        done += 1
    return done


def take(source: int, provider: Provider) -> tuple[Feed | None, float | None]:
    """The next due feed, or the seconds until the source may be asked again; neither: nothing is due."""
    with transaction.atomic():
        PriceSource.objects.select_for_update().only("id").get(pk=source)
        now = timezone.now()
        feeds = Feed.objects.filter(source=source)
        last = feeds.filter(tried_at__gt=now - dt.timedelta(seconds=provider.pause)).order_by("-tried_at").first()
        feed = due(now).filter(source=source).select_related("source", "instrument", "macro").first()
        if feed is None:
            return None, None
        if last and last.tried_at:
            return None, provider.pause - (now - last.tried_at).total_seconds()
        taken = due(now).filter(pk=feed.pk).update(try_after=now + LEASE, tried_at=now)
        return (feed, None) if taken else (None, 0.0)


def fetch(feed: Feed, provider: Provider) -> None:
    """Ask and store. A failure leaves everything as it was, says why on the feed, and asks the next source."""
    try:
        if missing := provider.missing():
            raise NotLicensed(missing)
        changed = intake.store(feed, provider.fetch(feed.symbol, _since(feed)))
    except FetchFailed as failure:
        log.warning("feed_failed", feed=feed.pk, source=provider.slug, failure=type(failure).__name__)
        failed(feed, failure)
    else:
        log.info("feed_stored", feed=feed.pk, source=provider.slug, points=changed)


def _since(feed: Feed) -> dt.date:
    return max(feed.last_date - OVERLAP, FIRST_DAY) if feed.last_date else FIRST_DAY


def failed(feed: Feed, failure: FetchFailed) -> None:
    """Write why, and when it is tried again: later and later, with jitter; some failures only at the next night."""
    with transaction.atomic():
        count = feed.failures + 1
        again = None if isinstance(failure, NIGHT) or count >= TRIES else timezone.now() + backoff(count)
        if isinstance(failure, RateLimited):
            again = _leave_alone(feed, failure, count)
        Feed.objects.filter(pk=feed.pk).update(failures=count, error=_words(feed, failure)[:300], try_after=again)
        if isinstance(failure, Delisted) and feed.instrument:
            _delist(feed.instrument, _last_close(feed) or today())
        _ask_next(feed)


def backoff(failures: int) -> dt.timedelta:
    """5, 10, 20… minutes, at most six hours, each between half and whole so that feeds do not return together."""
    longest: dt.timedelta = min(SHORTEST * 2 ** (failures - 1), LONGEST)
    return longest * random.uniform(0.5, 1)  # noqa: S311 - no secret


def _leave_alone(feed: Feed, failure: RateLimited, count: int) -> dt.datetime:
    """The whole source waits, not this series alone."""
    until = timezone.now() + (failure.retry_after or backoff(count))
    due(until).filter(source=feed.source_id).update(try_after=until)
    return until


def _words(feed: Feed, failure: FetchFailed) -> str:
    last = _last_close(feed)
    if isinstance(failure, Empty) and last and today() - last > OVERLAP:
        return f"{failure} It has had none since {last:%-d %b %Y}: it may be delisted."
    return str(failure)


def _last_close(feed: Feed) -> dt.date | None:
    """By the stored closes where it feeds an instrument: `last_date` is put back where more is to be asked for."""
    rows = Price.objects.filter(instrument=feed.instrument_id, date__lte=today()).order_by("-date")
    return rows.values_list("date", flat=True).first() or feed.last_date


def _delist(instrument: Instrument, day: dt.date) -> None:
    Instrument.objects.filter(pk=instrument.pk, delisted_on=None).update(delisted_on=day)


def _ask_next(feed: Feed) -> None:
    """The next source of the same series, now."""
    chain = Feed.objects.filter(
        Q(position__gt=feed.position) | Q(position=feed.position, pk__gt=feed.pk),
        instrument=feed.instrument_id,
        currency=feed.currency,
        macro=feed.macro_id,
        active=True,
    )
    other = chain.first()
    if other and not other.try_after:
        Feed.objects.filter(pk=other.pk).update(try_after=timezone.now())
