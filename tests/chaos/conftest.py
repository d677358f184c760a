"""Sites of six small households whose processes may be killed: a silent worker loses its run after four seconds."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.chaos.rows import Rows, rows_of
from tests.prepared import PreparedSites
from tests.site_caller import Caller
from tests.site_process import Site

HOUSEHOLDS = 6
MAKE = f"""
import json
from accounts import services
from tests import factories
from tests.optimizer import markets
made = []
for number in range({HOUSEHOLDS}):
    market = markets.market(factories.user(f"owner{{number}}"))
    token, secret = services.issue_token(household=market.house, user=market.alice, name="chaos", scope="write")
    made.append([str(market.house.uuid), secret])
print(json.dumps(made))
"""


@pytest.fixture(scope="module")
def site(world: str, prepared: PreparedSites) -> Iterator[Site]:
    with prepared.serving(world, sample=False, LEASE_SECONDS="4") as site:
        yield site


@pytest.fixture(scope="module")
def callers(site: Site) -> list[Caller]:
    """One for each household."""
    made = json.loads(site.manage("shell", "-c", MAKE).splitlines()[-1])
    callers = [Caller(site, household) for household, _ in made]
    for caller, (_, secret) in zip(callers, made, strict=True):
        caller.api.headers["Authorization"] = f"Bearer {secret}"
    return callers


@pytest.fixture
def rows(site: Site) -> Iterator[Rows]:
    with rows_of(site) as rows:
        yield rows
