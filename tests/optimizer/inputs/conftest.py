import pytest

from tests.optimizer import markets
from tests.optimizer.markets import Market


@pytest.fixture
def market() -> Market:
    return markets.market()
