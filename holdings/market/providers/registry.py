"""The sources that this site knows, made out of its settings once a process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django.conf import settings

from holdings.market.providers.base import Provider
from holdings.market.providers.ecb import Ecb
from holdings.market.providers.fred import Fred
from holdings.market.providers.stooq import Stooq
from holdings.market.providers.yahoo import Yahoo


@cache
def providers() -> Mapping[str, Provider]:
    """By slug, in the order in which a fallback chain tries those that give prices."""
    pause = settings.FEED_PAUSE_SECONDS
    known: list[Provider] = [
        Yahoo(pause=pause),
        Stooq(settings.STOOQ_URL, settings.STOOQ_API_KEY, pause=pause),
        Ecb(settings.ECB_URL, pause=pause),
        Fred(settings.FRED_API_URL, settings.FRED_GRAPH_URL, settings.FRED_API_KEY, pause=pause),
    ]
    return {provider.slug: provider for provider in known}
