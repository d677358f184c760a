"""Which sources bring which series, and asking them now. Nothing is asked before somebody adds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import activity
from accounts.doorbell import ring
from accounts.locks import holding
from accounts.models import Household, User
from holdings.market import series
from holdings.market.held import held_by, households_with
from holdings.market.providers.base import Gives, Listing, Provider
from holdings.market.providers.registry import providers
from holdings.models import Feed, Instrument, MacroSeries, PriceSource

SOON = dt.timedelta(minutes=1)
MACRO = {
    "DGS3MO": ("risk-free-3-month", "3-month Treasury yield", "percent a year"),
    "DTB3": ("treasury-bill-3-month", "3-month Treasury bill", "percent a year, discount basis"),
    "CPIAUCSL": ("us-consumer-prices", "US consumer prices", "index, 1982-84 = 100"),
}
"""FRED's names of the series that measures use."""


class FeedRefused(Exception):
    """The feed cannot be changed so; the message says why."""


def add_prices(*, household: Household, user: User) -> int:
    """Give every held instrument without a source a chain of those that can be used; how many feeds are new."""
    wanted = [row for row in held_by(household) if row.tradable and not row.delisted_on]
    known = set(Feed.objects.filter(instrument__in=wanted).values_list("instrument", flat=True))
    new = [feed for row in wanted if row.pk not in known for feed in _chain(row)]
    return _add(household, user, new)


def _chain(instrument: Instrument) -> list[Feed]:
    listing = Listing(instrument.symbol, instrument.currency, instrument.calendar, instrument.isin)
    usable = [provider for provider in _of(Gives.PRICES) if not provider.missing()]
    named = [(provider, provider.symbol_of(listing)) for provider in usable]
    found = [(provider, symbol) for provider, symbol in named if symbol]
    return [
        Feed(source=source_of(provider), instrument=instrument, symbol=symbol, position=place)
        for place, (provider, symbol) in enumerate(found, start=1)
    ]


def add_rates(*, household: Household, user: User) -> int:
    """Ask for the reference rate of each currency that the household needs."""
    known = set(Feed.objects.exclude(currency="").values_list("currency", flat=True))
    missing = series.currencies_needed(household) - known
    new = [
        Feed(source=source_of(provider), currency=code, symbol=code)
        for provider in _of(Gives.RATES)
        for code in sorted(missing)
    ]
    return _add(household, user, new)


def add_macro(*, household: Household, user: User) -> int:
    """Ask for the risk-free rates and consumer prices that measures use."""
    new = []
    for provider in _of(Gives.MACRO):
        for symbol, (slug, name, unit) in MACRO.items():
            row, _ = MacroSeries.objects.get_or_create(slug=slug, defaults={"name": name, "unit": unit})
            if not Feed.objects.filter(macro=row).exists():
                new.append(Feed(source=source_of(provider), macro=row, symbol=symbol))
    return _add(household, user, new)


def _add(household: Household, user: User, new: list[Feed]) -> int:
    """Store feeds that are new; the first of each series is due at once."""
    now = timezone.now()
    for feed in new:
        feed.try_after = now if feed.position == 1 else None
    with holding(household):
        Feed.objects.bulk_create(new, ignore_conflicts=True)
        if new:
            activity.record(household=household, user=user, verb="feeds.added", fields=["source", "symbol"])
            _ring({feed.source_id for feed in new})
    return len(new)


def _of(gives: Gives) -> list[Provider]:
    return [provider for provider in providers().values() if provider.gives is gives]


def source_of(provider: Provider) -> PriceSource:
    fields = {name: getattr(provider, name) for name in ("name", "licence", "update_rate", "known_gaps")}
    return PriceSource.objects.update_or_create(slug=provider.slug, defaults=fields)[0]


def fetch_now(*, household: Household, user: User, feeds: QuerySet[Feed] | None = None) -> int:
    """Ask for the first feed of each of the household's series; how many. Those tried in the last minute wait."""
    now = timezone.now()
    own = series.feeds_of(household) if feeds is None else feeds
    first: dict[tuple[int | None, str, int | None], Feed] = {}
    for feed in own.filter(active=True):
        first.setdefault((feed.instrument_id, feed.currency, feed.macro_id), feed)
    rested = Q(tried_at=None) | Q(tried_at__lt=now - SOON)
    with transaction.atomic():
        due = Feed.objects.filter(rested, pk__in=[feed.pk for feed in first.values()])
        sources = set(due.values_list("source", flat=True))
        count = due.update(try_after=now, failures=0)
        if count:
            activity.record(household=household, user=user, verb="feeds.requested")
            _ring(sources)
    return count


def _ring(sources: Iterable[int]) -> None:
    for source in sources:
        ring("holdings.fetch", source)


def change_feed(*, household: Household, user: User, feed: Feed, symbol: str, active: bool) -> Feed:
    """Follow another name, or stop asking. Raises FeedRefused where another household reads the same series."""
    with holding(household):
        if feed.instrument and households_with(feed.instrument).exclude(pk=household.pk).exists():
            raise FeedRefused("Another household reads this series too. Upload prices of your own instead.")
        Feed.objects.filter(pk=feed.pk).update(
            symbol=symbol,
            active=active,
            failures=0,
            error="",
            last_date=feed.last_date if symbol == feed.symbol else None,
        )
        activity.record(household=household, user=user, verb="feed.changed", fields=["symbol", "active"])
    feed.refresh_from_db()
    return feed
