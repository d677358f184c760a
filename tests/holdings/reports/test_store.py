"""Performance reports in the database."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from accounts import runs
from accounts.models import Run
from holdings import tasks
from holdings.measures.twr import twr
from holdings.models import BrokerageAccount, GoalAccount, MacroPoint, MacroSeries, PerformanceReport, Price
from holdings.reports import store
from holdings.reports.scope import scopes
from holdings.reports.stored import Dates, dates, is_current, report, valued
from holdings.services.reports import request_report
from holdings.valuations.history import between, days_of
from holdings.valuations.store import revalue
from tests import factories
from tests.holdings.reports import worlds
from tests.holdings.reports.worlds import FIRST, LAST, SESSIONS, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = worlds.valued()
    store.refresh(made.house)
    return made


def stored(world: World, period: str = "1Y", scope: int = 0) -> PerformanceReport:
    of = scopes(world.house)[scope]
    known = valued(world.house, of)
    assert known is not None
    found = report(world.house, of, dates(period, known))
    assert found is not None
    return found


def content(world: World, period: str = "1Y", scope: int = 0) -> dict:
    return stored(world, period, scope).content


def revalue_all(world: World) -> None:
    for account in (world.main, world.euros):
        revalue(account.pk)


def test_every_scope_has_every_named_period_once(world) -> None:
    assert {row.scope for row in PerformanceReport.objects.all()} == {"household", "account"}
    ranges = set(world.house.reports.filter(scope="household").values_list("first", "last"))
    assert len(ranges) == 5  # 3 and 5 years reach back as far as all of it
    assert (FIRST, LAST) in ranges


def test_an_unchanged_ledger_gives_the_stored_report(world) -> None:
    before = {row.pk: row.computed_at for row in PerformanceReport.objects.all()}
    assert store.refresh(world.house) == 0
    assert {row.pk: row.computed_at for row in PerformanceReport.objects.all()} == before
    assert store.due() == []


def test_a_booking_makes_the_household_due_once_it_is_valued(world) -> None:
    factories.deposit(world.main, "500", SESSIONS[-10])
    assert (store.due(), store.refresh(world.house)) == ([], 0)
    revalue_all(world)
    assert store.due() == [world.house.pk]
    assert store.refresh(world.house) > 0
    assert store.due() == []


def test_a_booking_computes_the_reports_of_every_scope_for_the_accounts_share_their_taxes(world) -> None:
    before = {row.pk: row.computed_at for row in world.house.reports.all()}
    factories.deposit(world.main, "500", SESSIONS[-10])
    revalue_all(world)
    store.refresh(world.house)
    for row in world.house.reports.all():
        assert row.computed_at > before[row.pk]


def test_a_report_of_an_older_ledger_says_so(world) -> None:
    found = stored(world)
    assert is_current(found, scopes(world.house)[0])
    factories.deposit(world.main, "500", SESSIONS[-10])
    assert not is_current(found, scopes(world.house)[0])


def test_the_money_gain_is_end_minus_begin_minus_flows_and_the_sum_of_the_holdings(world) -> None:
    for period in ("1M", "1Y", "All"):
        found = content(world, period)
        money = {name: Decimal(amount) for name, amount in found["money"].items()}
        assert money["gain"] == money["end"] - money["begin"] - money["flows"]
        assert money["gain"] == sum(Decimal(row["gain"]) for row in found["holdings"])
        assert money["gain"] == money["price"] + money["income"] + money["costs"] + money["currency"]


def test_contributions_add_up_to_the_time_weighted_return(world) -> None:
    for period in ("3M", "1Y", "All"):
        found = content(world, period)
        assert sum(row["points"] for row in found["holdings"]) == pytest.approx(found["twr"]["total"], abs=1e-9)


def test_the_time_weighted_return_is_that_of_the_daily_values(world) -> None:
    days = between(days_of(world.house), None)
    assert content(world, "All")["twr"]["total"] == pytest.approx(twr(days.days).total, abs=1e-12)


def test_attribution_adds_up_to_the_return_less_the_benchmarks(world) -> None:
    found = content(world)
    rows = found["attribution"]["rows"]
    together = sum(row[name] for row in rows for name in ("allocation", "selection", "interaction"))
    assert together == pytest.approx(found["twr"]["total"] - found["benchmark"]["total"], abs=1e-9)
    assert {row["group"] for row in rows} == {"equity", "cash"}


def test_without_a_benchmark_the_reason_is_named(world) -> None:
    world.house.benchmark.delete()
    store.refresh(world.house)
    assert content(world)["attribution"] == {"reason": "no benchmark"}
    assert content(world)["risk"]["beta"] is None


def test_the_currency_gain_is_that_of_the_daily_values(world) -> None:
    gains = [row.currency_gain for row in world.euros.valuations.all()]
    whole = Decimal(content(world, "All")["money"]["currency"])
    assert whole != 0
    assert round(whole, 9) == round(sum(gains, Decimal(0)), 9)


def test_short_periods_are_refused_what_needs_more_days(world) -> None:
    risk = content(world, "1M")["risk"]
    assert (risk["historical_95"], risk["parametric_99"]) == (None, None)
    assert content(world, "1Y")["risk"]["historical_95"]["cvar"] > 0
    assert content(world, "3M")["twr"]["annual"] is None


def test_before_fees_the_return_is_higher(world) -> None:
    found = content(world, "All")["twr"]
    assert found["gross"] > found["total"]


def test_the_risk_free_rate_is_the_mean_of_what_is_stored(world) -> None:
    series = MacroSeries.objects.create(slug="risk-free-3-month", name="3-month Treasury", unit="percent a year")
    for day, level in ((SESSIONS[-20], "4"), (SESSIONS[-10], "5")):
        MacroPoint.objects.create(series=series, date=day, value=Decimal(level), source=factories.source())
    store.refresh(world.house)
    assert content(world)["risk_free"] == {"annual": pytest.approx(0.045), "source": "3-month Treasury"}


def test_prices_that_stand_still_give_way_to_monthly_modified_dietz() -> None:
    world = worlds.world()
    kept = [day for day in SESSIONS if day.day > 25 or day == FIRST]
    Price.objects.exclude(date__in=kept).delete()
    factories.buy(world.main, world.xom, "45", "100", SESSIONS[3])
    revalue_all(world)
    store.refresh(world.house)
    found = content(world, "All", scope=1)
    assert found["twr"]["method"] == "modified_dietz"
    assert found["risk"]["periods"] == 12
    assert found["holdings"][0]["points"] is None


def test_a_goal_counts_its_accounts(world) -> None:
    goal = factories.goal(world.house)
    GoalAccount.objects.create(goal=goal, account=world.euros)
    store.refresh(world.house)
    own, account = stored(world, scope=3), stored(world, scope=2)
    assert (own.scope, own.subject) == ("goal", goal.uuid)
    assert own.content["money"] == account.content["money"]


def test_a_transfer_between_own_accounts_is_no_flow_of_the_household(world) -> None:
    flows = Decimal(content(world)["money"]["flows"])
    factories.transfer(world.main, world.euros, "100", SESSIONS[-5])
    revalue_all(world)
    store.refresh(world.house)
    assert abs(Decimal(content(world)["money"]["flows"]) - flows) < 20  # 100 dollars out, 100 euros in
    assert Decimal(content(world, scope=1)["money"]["flows"]) == -100


def asked(world: World, wanted: Dates) -> Run:
    return request_report(
        household=world.house, user=factories.user(), scope=scopes(world.house)[0], wanted=wanted, key=uuid.uuid4()
    )


def test_dates_of_ones_own_are_a_run(world) -> None:
    wanted = Dates(SESSIONS[100], SESSIONS[200])
    run = asked(world, wanted)
    assert asked(world, wanted) == run
    tasks.run(run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.DONE
    found = report(world.house, scopes(world.house)[0], wanted)
    assert found is not None
    assert found.content["since"] == SESSIONS[99].isoformat()


def test_dates_without_values_fail_in_words(world) -> None:
    run = asked(world, Dates(dt.date(2030, 1, 1), dt.date(2030, 2, 1)))
    tasks.run(run.pk)
    run.refresh_from_db()
    assert (run.status, PerformanceReport.objects.filter(first__year=2030).exists()) == (Run.Status.FAILED, False)
    assert "Choose dates inside the history" in run.error


def test_a_cancelled_run_keeps_nothing(world) -> None:
    run = asked(world, Dates(SESSIONS[100], SESSIONS[200]))
    runs.cancel(run=run, user=factories.user())
    tasks.run(run.pk)
    assert not PerformanceReport.objects.filter(first=SESSIONS[100]).exists()


def test_superseded_named_reports_go_and_own_dates_stay(world) -> None:
    tasks.run(asked(world, Dates(SESSIONS[100], SESSIONS[200])).pk)
    world.house.clock = SESSIONS[-2]
    world.house.save()
    BrokerageAccount.objects.update(stale_from=SESSIONS[-3])
    revalue_all(world)
    store.refresh(world.house)
    ends = set(world.house.reports.filter(scope="household").values_list("last", flat=True))
    assert ends == {SESSIONS[-2], SESSIONS[200]}


def test_a_household_without_values_has_no_report() -> None:
    house = factories.household()
    assert (store.refresh(house), store.due()) == (0, [])
