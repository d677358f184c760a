from collections.abc import Iterator

import pytest

from tests.holdings.market.sources import Source, source


@pytest.fixture
def server() -> Iterator[Source]:
    with source() as told:
        yield told
