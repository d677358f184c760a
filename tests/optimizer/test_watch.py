"""The watch from stored values and a walked policy to its row and its page."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from accounts.models import Run
from holdings.models import TradingSession
from holdings.valuations.store import revalue
from optimizer import selectors, tasks
from optimizer.inputs.evidence import watch as source
from optimizer.models import Evidence
from optimizer.services import evidence, watch
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market
from tests.optimizer.test_walk_forward import asked, done
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    made = markets.market(sessions=1040)
    days = markets.weekdays(factories.AS_OF, 520)
    TradingSession.objects.bulk_create(
        (TradingSession(calendar="XNYS", date=day) for day in days), ignore_conflicts=True
    )
    for account in (made.taxable, made.ira):
        account.stale_from = account.stale_from or days[0]
        revalue(account.pk)
    return made


def looked(market: Market) -> Evidence:
    watch.look(market.house)
    for run in Run.objects.filter(kind="watch", status="queued"):
        tasks.judge(run.pk)
    row = selectors.evidence(market.house, "watch")
    assert row is not None
    return row


def told(row: Evidence) -> str:
    user = row.household.memberships.get().user
    return visitor(user).get(address(row.household, "evidence_part", slug="watch")).content.decode()


def looks(market: Market) -> int:
    return Run.objects.filter(household=market.house, subject="watch:").count()


def test_results_are_held_against_the_forecast_where_nothing_was_walked(market) -> None:
    found = looked(market).result
    assert found["source"] == "forecast of its own returns before the window"
    assert {check["kind"] for check in found["checks"]} >= {"return_1", "return_5", "return_21", "risk_ratio"}
    assert [each["sessions"] for each in found["tracking"]] == [21, 63, 252]
    assert {each["name"] for each in found["drift"]} == {"Household", "XOM"}


def test_results_are_held_against_the_walk_forward_where_there_is_one(market) -> None:
    done(asked(market))
    found = looked(market).result
    assert found["source"].startswith("walk-forward of 20")
    assert "of the walk-forward of 20" in found["checks"][0]["sentence"]


def test_what_was_walked_is_known_up_to_what_is_judged_only(market) -> None:
    done(asked(market))
    last = dt.date(2022, 6, 1)
    whole, until = (source.validated(market.house, day) for day in (market.house.as_of, last))
    assert whole is not None
    assert until is not None
    assert whole.returns[: len(until.returns)] == until.returns
    assert len(until.returns) < len(whole.returns) - source.JUDGED
    assert source.validated(market.house, dt.date(2000, 1, 1)) is None


def test_a_household_without_a_history_is_told_that_there_is_too_little() -> None:
    house = factories.household(factories.user())
    run = evidence.request(household=house, user=None, kind="watch", key=uuid.uuid4())
    tasks.evidence(run.pk)
    row = selectors.evidence(house, "watch")
    assert row is not None
    assert row.result["checks"] == []
    assert "Below its highest level" not in told(row)


def test_a_session_is_looked_at_once_and_again_where_its_values_changed(market) -> None:
    looked(market)
    watch.look(market.house)
    assert looks(market) == 1
    market.taxable.stale_from = factories.AS_OF
    market.taxable.save()
    revalue(market.taxable.pk)
    watch.look(market.house)
    assert looks(market) == 2


def test_a_household_of_few_days_is_told_that_too_little_has_happened() -> None:
    young = markets.market()
    days = markets.weekdays(factories.AS_OF, 5)
    TradingSession.objects.bulk_create(
        (TradingSession(calendar="XNYS", date=day) for day in days), ignore_conflicts=True
    )
    for account in (young.taxable, young.ira):
        account.stale_from = days[0]
        revalue(account.pk)
    assert looked(young).result["checks"] == []
    page = visitor(young.alice).get(address(young.house, "evidence_part", slug="watch")).content.decode()
    assert "Too little has happened" in page


def test_the_page_tells_of_all_of_it(market) -> None:
    looked(market)
    page = visitor(market.alice).get(address(market.house, "evidence_part", slug="watch")).content.decode()
    for said in (
        "Against what was predicted",
        "Where results stand in what was predicted",
        "series moved unlike before",
    ):
        assert said in page


def test_a_goal_that_accepts_less_is_judged_at_once(market) -> None:
    looked(market)
    before = looks(market)
    goal = factories.goal(market.house)
    goal.acceptable_drawdown = Decimal("0.02")
    goal.save()
    looked(market)
    assert looks(market) == before + 1
