import pytest

from holdings.models import BrokerageAccount
from tests import factories


@pytest.fixture
def account() -> BrokerageAccount:
    factories.instrument("XOM")
    return factories.account(factories.household(), name="Main")
