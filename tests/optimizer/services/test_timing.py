"""When a proposal is drafted by itself: once a day, with its reason, and never over another one."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from accounts import runs
from accounts.models import Household, Run
from optimizer import tasks
from optimizer.inputs.timing import check, mean_is_supported
from optimizer.models import Evidence, PolicyVersion, Proposal, Timing, TimingCheck
from optimizer.services import timing
from tests import factories
from tests.optimizer import markets, plans

pytestmark = pytest.mark.django_db
ALL_OFF = dict.fromkeys(
    ["drift", "relative", "tracking_error", "benefit", "volatility", "cash", "harvest", "long_term"]
)


@pytest.fixture
def market() -> markets.Market:
    return markets.market()


def settle(market: markets.Market, **settings: object) -> None:
    timing.save_timing(household=market.house, user=market.alice, key=uuid.uuid4(), settings={**ALL_OFF, **settings})


def moved(house: Household, days: int) -> Household:
    Household.objects.filter(pk=house.pk).update(clock=factories.AS_OF + dt.timedelta(days))
    return Household.objects.get(pk=house.pk)


def test_a_holding_beyond_its_band_drafts_a_proposal_that_says_why(market) -> None:
    looked = check(market.house)
    assert looked is not None
    assert looked.outcome == "drafted"
    assert looked.reason.startswith("Drafted because XOM is ")
    assert "points above its band (30.0% + 3.0%)" in looked.reason
    tasks.run(looked.run.pk)
    assert Proposal.objects.get().timing == looked.reason


def test_a_day_is_looked_at_once_and_drafts_once(market) -> None:
    first = check(market.house)
    assert check(market.house) == first
    settle(market, drift=Decimal("0.01"))
    assert check(market.house).outcome == "waiting"
    assert Run.objects.filter(kind="propose").count() == 1


def test_nothing_is_drafted_while_a_proposal_waits(market) -> None:
    tasks.run(check(market.house).run.pk)
    later = check(moved(market.house, 20))
    assert (later.outcome, later.run) == ("waiting", None)
    assert "waits for your decision" in later.reason


def test_nothing_is_drafted_sooner_than_the_policy_allows(market) -> None:
    tasks.run(check(market.house).run.pk)
    Proposal.objects.update(status="expired")
    assert check(moved(market.house, 13)).outcome == "soon"
    assert check(moved(market.house, 14)).outcome == "drafted"


def test_a_quiet_day_says_what_was_looked_at(market) -> None:
    settle(market, harvest=Decimal(5000), long_term=7)
    looked = check(market.house)
    assert looked.outcome == "nothing"
    assert looked.reason == (
        "Nothing to do: $0 of losses could be taken, within $5,000; no lot that matters turns long-term within 7 days."
    )
    assert [each["fired"] for each in looked.findings] == [False, False]


def test_the_benefit_is_that_of_a_real_plan(market) -> None:
    settle(market, benefit=Decimal("0.0001"))
    looked = check(market.house)
    assert looked.outcome == "drafted"
    assert looked.reason.startswith("Drafted because a rebalance would be worth $")


def test_what_cannot_be_checked_says_why(market) -> None:
    market.instruments["KO"].prices.all().delete()
    looked = check(market.house)
    assert (looked.outcome, looked.reason) == ("failed", "No price for KO. Add one, or take it out of the targets.")


def test_households_are_due_once_a_day_and_not_where_it_is_off(market) -> None:
    assert timing.due() == [market.house.pk]
    tasks.check_timing(market.house.pk)
    assert timing.due() == []
    moved(market.house, 1)
    assert timing.due() == [market.house.pk]
    settle(market, active=False)
    assert timing.due() == []


def test_a_household_without_a_policy_is_never_due() -> None:
    house = factories.household()
    assert timing.due() == []
    assert check(house) is None


def test_other_settings_make_a_version_that_says_the_rest_as_before() -> None:
    case = plans.case(kind="turnover", high=Decimal("0.2"))
    old, key = case.house.policy.versions.get(), uuid.uuid4()
    for _ in range(2):
        new = timing.save_timing(household=case.house, user=case.alice, key=key, settings={"least_days": 30})
    assert (new.number, new.timing.least_days, new.timing.drift) == (2, 30, Decimal("0.03"))
    assert PolicyVersion.objects.count() == 2
    assert [(row.instrument_id, row.weight) for row in new.targets.all()] == [
        (row.instrument_id, row.weight) for row in old.targets.all()
    ]
    assert [(row.kind, row.high) for row in new.constraints.all()] == [("turnover", Decimal("0.2"))]


def test_a_policy_saved_later_keeps_the_timing(market) -> None:
    settle(market, cash=Decimal("0.05"))
    saved = markets.save(market)
    assert (Timing.objects.get(version=saved).cash, Timing.objects.get(version=saved).drift) == (Decimal("0.05"), None)


def test_a_run_asked_for_meanwhile_is_not_doubled(market) -> None:
    asked = markets.asked(market)
    assert check(market.house).outcome == "waiting"
    runs.cancel(run=asked, user=market.alice)
    assert TimingCheck.objects.count() == 1


def test_a_key_sent_again_after_a_later_save_gives_the_version_that_it_made() -> None:
    case, key = plans.case(), uuid.uuid4()

    def save(key: uuid.UUID, days: int) -> PolicyVersion:
        return timing.save_timing(household=case.house, user=case.alice, key=key, settings={"least_days": days})

    first, later = save(key, 30), save(uuid.uuid4(), 40)
    assert save(key, 30) == first
    assert (later.number, PolicyVersion.objects.count()) == (3, 3)


def test_a_second_look_on_a_day_reads_no_holdings(market, django_assert_num_queries) -> None:
    looked = check(market.house)
    with django_assert_num_queries(2):
        assert check(market.house) == looked


@pytest.mark.parametrize(
    ("supported", "days_ago", "read"), [(True, 0, True), (True, 31, True), (False, 0, False), (True, 32, False)]
)
def test_the_mean_of_five_models_is_read_while_a_fresh_record_supports_it(market, supported, days_ago, read) -> None:
    Evidence.objects.create(
        household=market.house,
        kind=Evidence.Kind.VOLATILITY,
        as_of=market.house.as_of - dt.timedelta(days_ago),
        inputs_hash=uuid.uuid4().hex,
        result={"supported": supported},
    )
    assert mean_is_supported(market.house) is read


def test_without_a_record_no_mean_is_read(market) -> None:
    assert not mean_is_supported(market.house)
