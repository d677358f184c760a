"""The performance page as its members see it."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Household, Run, TaxProfile
from holdings.models import PerformanceReport
from holdings.reports import store
from tests import callers, factories
from tests.holdings.reports import worlds
from tests.holdings.reports.worlds import SESSIONS, World
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = worlds.valued()
    store.refresh(made.house)
    return made


@pytest.fixture
def alice(world: World) -> Client:
    return visitor(factories.user())


def text(client: Client, world: World, query: str = "") -> str:
    page = client.get(address(world.house, "performance") + query)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_returns_stand_side_by_side_with_their_meaning(world, alice) -> None:
    shown = text(alice, world)
    assert "Time-weighted, a year" in shown
    assert "Did the portfolio do well? Flows removed." in shown
    assert "Did I do well? Timing of flows included." in shown
    assert "60/40. Time-weighted." in shown


def test_under_a_year_nothing_is_annualised(world, alice) -> None:
    shown = text(alice, world, "?period=3M")
    assert "Not annualised." in shown
    assert "Time-weighted, a year" not in shown
    assert "Needs 100 returns; there are" in shown


def test_returns_after_tax_name_method_day_and_what_they_leave_open(world, alice) -> None:
    shown = text(alice, world)
    assert "Pre-liquidation: less $0.00 of tax on what was sold" in shown
    assert "Post-liquidation: also less" in shown
    assert "at the close of 28 Dec 2022" in shown
    assert "Computed at the rates you entered, not by brackets." in shown


def test_without_tax_rules_it_says_that_there_are_no_after_tax_returns(world, alice) -> None:
    TaxProfile.objects.filter(household=world.house).update(country="FR")
    store.refresh(Household.objects.get(pk=world.house.pk))
    assert "After-tax returns are not available. There are no tax rules" in text(alice, world)


def test_contributions_add_up_to_the_total_line_as_shown(world, alice) -> None:
    page = alice.get(address(world.house, "performance"))
    shown = page.context["shown"]
    for part in ("price", "income", "costs", "currency", "gain"):
        assert sum(getattr(row, part) for row in shown.holdings) == shown.money[part]
    assert shown.money["begin"] + shown.money["flows"] + shown.money["gain"] == shown.money["end"]
    assert shown.total_points == Decimal(str(round(shown.content["twr"]["total"], 4)))


def test_contributions_sort_by_a_column(world, alice) -> None:
    shown = alice.get(address(world.house, "performance") + "?sort=name").context["shown"]
    assert [row.symbol for row in shown.holdings] == ["Cash", "SAP", "XOM"]


def test_an_account_has_a_page_of_its_own(world, alice) -> None:
    shown = text(alice, world, f"?scope=account:{world.euros.uuid}")
    assert "Frankfurt. From" in shown
    assert "XOM" not in shown


def test_another_households_account_falls_back_to_the_household(world, alice) -> None:
    stranger = factories.account(factories.household(factories.user("bob")))
    assert "Hale. From" in text(alice, world, f"?scope=account:{stranger.uuid}")


def test_a_stranger_sees_nothing(world) -> None:
    charlie = visitor(factories.user("charlie"))
    for name in ("performance", "performance_csv"):
        assert charlie.get(address(world.house, name)).status_code == 404
    assert charlie.post(address(world.house, "performance_ask")).status_code == 404


def test_who_may_only_look_cannot_ask(world) -> None:
    bob = visitor(factories.join(world.house, "bob", "read_only"))
    assert "Measure these dates" not in text(bob, world, "?period=custom")
    assert bob.post(address(world.house, "performance_ask")).status_code == 403


def ask(client: Client, world: World, first, last) -> str:
    data = {"scope": "household", "period": "custom", "first": first, "last": last, "key": str(world.house.uuid)}
    return client.post(address(world.house, "performance_ask"), data)["Location"]


def test_dates_of_ones_own_are_computed_by_a_run(world, alice) -> None:
    first, last = SESSIONS[100].isoformat(), SESSIONS[200].isoformat()
    assert "No report of" in text(alice, world, f"?period=custom&first={first}&last={last}")
    where = ask(alice, world, first, last)
    assert where == address(world.house, "run", run=Run.objects.get().uuid)
    assert "Measuring performance" in alice.get(where).content.decode()


def test_dates_that_are_there_open_at_once(world, alice) -> None:
    from holdings import tasks

    first, last = SESSIONS[100].isoformat(), SESSIONS[200].isoformat()
    ask(alice, world, first, last)
    tasks.run(Run.objects.get().pk)
    where = ask(alice, world, first, last)
    assert "/performance?" in where
    assert "Contributions by holding" in alice.get(where).content.decode()
    assert Run.objects.count() == 1


def test_dates_in_the_wrong_order_are_named(world, alice) -> None:
    shown = text(alice, world, "?period=custom&first=2022-06-01&last=2022-01-01")
    assert "The last day lies before the first. Exchange them." in shown


def test_dates_outside_the_history_are_named(world, alice) -> None:
    shown = text(alice, world, "?period=custom&first=1999-01-01&last=1999-02-01")
    assert "Nothing is valued in these dates" in shown


def test_an_older_report_stays_and_says_that_it_is_old(world, alice) -> None:
    factories.deposit(world.main, "500", SESSIONS[-10])
    assert "Holdings changed after this report" in text(alice, world)


def test_without_a_report_it_can_be_asked_for(world, alice) -> None:
    PerformanceReport.objects.all().delete()
    assert "Not measured yet" in text(alice, world)


def test_without_values_it_says_what_would_be_there() -> None:
    house = factories.household()
    page = visitor(factories.user()).get(address(house, "performance"))
    assert "No daily values yet" in page.content.decode()


def test_the_export_has_exact_figures_and_a_total(world, alice) -> None:
    lines = alice.get(address(world.house, "performance_csv")).content.decode().splitlines()
    assert lines[0].startswith("Holding,Name,Value at begin")
    assert lines[4].startswith("Total,Hale,")
    assert [line.split('"')[1] for line in lines[5:]] == ["After tax, pre-liquidation", "After tax, post-liquidation"]


def test_it_makes_as_many_queries_for_many_holdings_as_for_few(world, alice) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            text(alice, world)
        return len(seen)

    queries()
    few = queries()
    report = world.house.reports.filter(scope="household").latest("first")
    report.content["holdings"] *= 50
    report.save()
    assert queries() == few <= 12


def test_the_api_lists_stored_reports_of_the_household_alone(world) -> None:
    client = callers.by_token(world.house, factories.user(), "read")
    rows = client.get(callers.url(world.house, "reports") + "?scope=household").json()["results"]
    assert {row["scope"] for row in rows} == {"household"}
    assert all(row["content"]["currency"] == "USD" for row in rows)
    stranger = callers.by_session(factories.user("charlie"))
    assert stranger.get(callers.url(world.house, "reports")).status_code == 404
