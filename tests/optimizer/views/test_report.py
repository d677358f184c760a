"""Reports to print: what is stored of a quarter and of a proposal, and what is missing."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Run
from holdings import tasks
from holdings.models import PerformanceReport, TaxSlice, Valuation
from holdings.taxation import store as taxes
from optimizer.models import Evidence, Proposal
from optimizer.services import decisions
from tests import factories
from tests.holdings.reports import worlds
from tests.holdings.reports.worlds import SESSIONS, World
from tests.optimizer import plans
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db
CONCENTRATION = {
    "parts": [{"symbol": "XOM", "weight": 0.95, "risk": 0.99, "days": None}],
    "bets": 1.0,
    "holdings": 1.0,
    "volatility": 0.25,
    "stressed_volatility": 0.25,
    "stressed_bets": 1.0,
    "cvar_95": 0.1,
}


@pytest.fixture
def world() -> World:
    return worlds.valued()


@pytest.fixture
def alice(world: World) -> Client:
    return visitor(factories.user())


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


def words(client: Client, url: str) -> str:
    page = client.get(url)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def quarter(client: Client, world: World, name: str = "2022-Q4") -> str:
    return words(client, address(world.house, "report_quarter", quarter=name))


def of_proposal(case: plans.Case, number: int = 1) -> str:
    return words(visitor(case.alice), address(case.house, "report_proposal", number=number))


def measured(client: Client, world: World, name: str = "2022-Q4") -> None:
    """The report's own button, and the worker."""
    typed = form_of(client, address(world.house, "report_quarter", quarter=name))
    client.post(address(world.house, "performance_ask"), typed)
    tasks.run(Run.objects.get().pk)


# The choice


def test_quarters_with_values_and_proposals_are_offered(world, alice) -> None:
    shown = words(alice, address(world.house, "report"))
    assert "2022 Q4 · Q3 · Q2 · Q1 2021 Q4 · Q3 · Q2 Proposals" in shown
    assert "No proposal was made yet." in shown


def test_a_household_without_values_is_told_so() -> None:
    house = factories.household()
    shown = words(visitor(factories.user()), address(house, "report"))
    assert "No daily values are stored yet." in shown


# A quarter


def test_it_says_whose_it_is_its_days_and_its_currency(world, alice) -> None:
    shown = quarter(alice, world)
    assert "Hale Fourth quarter of 2022 From the close of 30 Sep 2022 to the close of 28 Dec 2022, USD." in shown
    assert "The quarter ends on 31 Dec 2022; later days have no stored value." in shown
    assert "Decision support, not advice" in shown


def test_values_are_there_before_returns_are_and_the_lack_is_said(world, alice) -> None:
    shown = quarter(alice, world)
    begin = sum(Valuation.objects.filter(date=dt.date(2022, 9, 30)).values_list("value", flat=True))
    assert f"Value at the close of 30 Sep 2022 {begin:,.0f} " in shown
    assert "Returns of these dates are not computed yet" in shown
    assert "Not computed" in shown


def test_the_stored_report_of_exactly_these_days_is_shown_once_measured(world, alice) -> None:
    measured(alice, world)
    found = PerformanceReport.objects.get()
    assert (found.first, found.last) == (dt.date(2022, 10, 1), dt.date(2022, 12, 28))
    shown = quarter(alice, world)
    assert f"Time-weighted {100 * found.content['twr']['total']:.2f}%" in shown
    assert "Money-weighted" in shown
    assert "Not in this report" not in shown
    assert found.inputs_hash[:8] in shown


def test_bookings_after_it_was_measured_are_said(world, alice) -> None:
    measured(alice, world)
    factories.deposit(world.main, "500", SESSIONS[-10])
    assert "Bookings have changed since the returns were computed." in quarter(alice, world)


def test_trades_gains_and_the_years_tax_come_from_the_books_and_the_tax_state(world, alice) -> None:
    factories.sell(world.main, world.xom, "10", "120", dt.date(2022, 11, 1))
    taxes.refresh(world.house)
    gain = TaxSlice.objects.get().recognised
    shown = quarter(alice, world)
    assert "1 Nov 2022 Sell 10 XOM Main 120.00 0.00 +1,200.00" in shown
    assert f"+{gain:,.2f}" in shown
    assert "Tax year 2022 so far:" in shown
    assert "Nothing was bought or sold." in quarter(alice, world, "2022-Q3")


def test_without_a_tax_state_no_gain_is_told(world, alice) -> None:
    assert "No gains are told by the tax rules. The household’s tax has not been computed yet." in quarter(alice, world)


def test_weights_of_a_day_that_nobody_stored_are_not_made_up(world, alice) -> None:
    shown = quarter(alice, world, "2022-Q2")
    assert "Weights of this quarter are not stored" in shown
    assert "Allocation" not in shown


def test_weights_of_the_quarter_in_progress_are_those_of_its_last_close(world, alice) -> None:
    assert "At the close of 28 Dec 2022 Sector" in quarter(alice, world)


def test_a_quarter_without_values_says_so(world, alice) -> None:
    assert "No value is stored for a day of this quarter" in quarter(alice, world, "2010-Q1")


def test_proposals_of_the_quarter_stand_with_their_decisions(case) -> None:
    made = plans.proposal(case)
    decisions.decide(
        proposal=made, user=case.alice, approved=[plans.sale_of(made).uuid], rejected={plans.purchase_of(made).uuid: ""}
    )
    shown = words(visitor(case.alice), address(case.house, "report_quarter", quarter="2022-Q4"))
    assert "Proposal 1, 28 Dec 2022 2 trades would cut tracking error" in shown
    assert "Decided 2 1 1" in shown


# A proposal


def test_a_proposal_stands_whole(case) -> None:
    plans.proposal(case)
    shown = of_proposal(case)
    assert "2 trades would cut tracking error from 10.00% to 5.00%" in shown
    assert "A year of this drift would cost about $100 in risk." in shown
    assert "Tracking error to target" in shown
    assert "Energy is 45.0 points over. Not decided." in shown
    assert "2 trades not decided" in shown
    assert "f" * 64 in shown
    assert "Decision support, not advice" in shown


def test_decisions_are_told_with_person_and_reason(case) -> None:
    made = plans.proposal(case)
    decisions.decide(proposal=made, user=case.alice, approved=[], rejected={plans.sale_of(made).uuid: "Too early"})
    shown = of_proposal(case)
    assert re.search(r"Rejected by alice\S*, .*: “Too early”", shown)
    assert "1 trade rejected, 1 trade not decided" in shown


def evidence(case: plans.Case, as_of: str, inputs: str) -> None:
    Evidence.objects.create(
        household=case.house, kind="concentration", as_of=as_of, inputs_hash=inputs, result=CONCENTRATION
    )


def test_evidence_says_itself_in_a_sentence_with_its_date(case) -> None:
    plans.proposal(case)
    evidence(case, "2022-12-27", "a")
    shown = of_proposal(case)
    assert "Concentration XOM is 95.0% of the household and 99.0% of its risk" in shown
    assert "At the close of 27 Dec 2022" in shown
    assert "Not computed by that day: Walk-forward, " in shown


def test_evidence_of_a_later_day_is_left_out(case) -> None:
    plans.proposal(case)
    evidence(case, "2022-12-29", "a")
    assert "XOM is 95.0% of the household" not in of_proposal(case)


# Both


@pytest.mark.parametrize("name", ["2022-Q5", "2022", "Q4"])
def test_what_is_no_quarter_is_not_found(world, alice, name) -> None:
    assert alice.get(address(world.house, "report_quarter", quarter=name)).status_code == 404


def test_a_stranger_sees_none(case) -> None:
    plans.proposal(case)
    charlie = visitor(factories.user("charlie"))
    paths = [
        address(case.house, "report"),
        address(case.house, "report_quarter", quarter="2022-Q4"),
        address(case.house, "report_proposal", number=1),
    ]
    assert {charlie.get(path).status_code for path in paths} == {404}


def test_who_may_only_look_reads_it_and_is_not_asked_to_measure(world) -> None:
    bob = visitor(factories.join(world.house, "bob", "read_only"))
    shown = quarter(bob, world)
    assert "Value at the close of" in shown
    assert "Measure the returns now" not in shown


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


def test_a_quarter_takes_as_many_queries_for_many_trades_as_for_few(world, alice) -> None:
    url = address(world.house, "report_quarter", quarter="2022-Q4")
    taxes.refresh(world.house)
    queries(alice, url)
    few = queries(alice, url)
    for at in range(5):
        factories.sell(world.main, world.xom, "1", "120", dt.date(2022, 11, 1 + at))
    taxes.refresh(world.house)
    assert queries(alice, url) == few <= 34


def test_a_proposal_takes_a_bounded_number_of_queries(case) -> None:
    plans.proposal(case)
    assert Proposal.objects.count() == 1
    assert queries(visitor(case.alice), address(case.house, "report_proposal", number=1)) <= 36
