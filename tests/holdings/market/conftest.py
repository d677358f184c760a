from collections.abc import Iterator

import pytest

from holdings.market.providers.registry import providers
from tests.holdings.market.sources import Source, source


@pytest.fixture
def server(settings) -> Iterator[Source]:
    """A source on this machine to which every provider is pointed, without pauses."""
    with source() as told:
        settings.STOOQ_URL = settings.ECB_URL = settings.FRED_GRAPH_URL = told.url
        settings.FEED_PAUSE_SECONDS = 0
        providers.cache_clear()
        yield told
    providers.cache_clear()
