"""Asking for a proposal and watching it being computed."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts import runs
from accounts.models import Run
from optimizer.models import PolicyVersion, Proposal
from optimizer.services import proposals
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def alice(case: plans.Case) -> Client:
    return visitor(case.alice)


def propose(client: Client, case: plans.Case, key: str = "") -> object:
    return client.post(address(case.house, "propose"), {"key": key or str(uuid.uuid4())})


def page(case: plans.Case, run: Run, name: str = "run") -> str:
    return address(case.house, name, run=run.uuid)


def test_asking_starts_a_run_with_the_newest_goals_and_shows_it(case, alice) -> None:
    response = propose(alice, case)
    run = Run.objects.get()
    assert response.url == page(case, run)
    assert (run.status, run.user) == ("queued", case.alice)
    assert run.params == {"version": str(PolicyVersion.objects.get().uuid)}


def test_asking_twice_with_one_form_is_one_run(case, alice) -> None:
    key = str(uuid.uuid4())
    assert propose(alice, case, key).url == propose(alice, case, key).url
    assert Run.objects.count() == 1


def test_asking_while_one_is_computed_leads_to_that_one(case, alice) -> None:
    assert propose(alice, case).url == propose(alice, case).url


def test_without_goals_nothing_is_computed_and_the_way_is_shown(alice, case) -> None:
    PolicyVersion.objects.all().delete()
    assert propose(alice, case).url == address(case.house, "goals")
    assert not Run.objects.exists()


def test_a_form_without_its_key_is_refused(alice, case) -> None:
    assert propose(alice, case, "not-a-key").status_code == 400


def test_the_page_tells_how_far_the_run_is_and_does_so_again_after_a_reload(case, alice) -> None:
    claim = plans.claimed(case)
    runs.advance(claim, "Rebalance", 0.3)
    for _ in range(2):
        shown = alice.get(page(case, claim.run)).content.decode()
        assert "30%" in shown
        assert "Step 4 of 6: Rebalance by lot" in shown


def test_the_fragment_is_polled_while_the_run_is_at_work(case, alice) -> None:
    claim = plans.claimed(case)
    response = alice.get(page(case, claim.run, "run_fragment"))
    assert response.status_code == 200
    assert 'hx-trigger="every 1s"' in response.content.decode()


def test_polling_stops_and_leads_to_the_proposal_when_it_is_done(case, alice) -> None:
    proposal = plans.proposal(case)
    response = alice.get(page(case, proposal.run, "run_fragment"))
    assert response.status_code == 286
    assert response["HX-Redirect"] == address(case.house, "proposal", number=1)
    assert "hx-trigger" not in response.content.decode()


def test_polling_stops_and_reloads_when_it_failed(case, alice) -> None:
    response = alice.get(page(case, plans.fail_run(case), "run_fragment"))
    assert (response.status_code, response["HX-Refresh"]) == (286, "true")


def test_a_failed_run_says_what_failed_and_what_still_works(case, alice) -> None:
    shown = alice.get(page(case, plans.fail_run(case))).content.decode()
    assert "No price for ZZZZ." in shown
    assert "Holdings, orders and earlier proposals are as they were" in shown
    assert "Try again" in shown


def test_conflicts_are_told_in_words_with_the_way_to_the_goals(case, alice) -> None:
    claim = plans.claimed(case)
    give = {"sentence": "Energy would need a limit of 6.6%."}
    detail = {"conflicts": [{"sentence": "4.0% cannot be met inside the tax budget.", "gives": [give]}]}
    runs.fail(claim, "4.0% cannot be met.", detail)
    shown = alice.get(page(case, claim.run)).content.decode()
    assert "4.0% cannot be met inside the tax budget." in shown
    assert "Energy would need a limit of 6.6%." in shown
    assert address(case.house, "goals") in shown


def test_cancelling_is_shown_at_once(case, alice) -> None:
    claim = plans.claimed(case)
    shown = alice.post(page(case, claim.run, "run_cancel"), follow=True).content.decode()
    assert "Cancelling…" in shown
    with pytest.raises(runs.CancelRequested):
        runs.advance(claim, "Target", 0.2)


def test_earlier_runs_are_listed_with_how_they_ended(case, alice) -> None:
    plans.fail_run(case)
    run = plans.proposal(case).run
    shown = alice.get(page(case, run)).content.decode()
    assert "Failed" in shown
    assert "Proposal 1" in shown


def test_a_stranger_sees_no_run(case) -> None:
    run = plans.fail_run(case)
    charlie = visitor(factories.user("charlie"))
    assert {charlie.get(page(case, run, name)).status_code for name in ("run", "run_fragment")} == {404}


def test_a_run_of_another_household_is_not_found(case, alice) -> None:
    other = factories.household(case.alice)
    run = plans.fail_run(case)
    assert alice.get(address(other, "run", run=run.uuid)).status_code == 404


def test_a_role_that_only_looks_may_neither_ask_nor_cancel(case) -> None:
    bob = visitor(factories.join(case.house, "bob", "read_only"))
    claim = plans.claimed(case)
    assert bob.get(page(case, claim.run)).status_code == 200
    assert propose(bob, case).status_code == 403
    assert bob.post(page(case, claim.run, "run_cancel")).status_code == 403


def test_a_poll_costs_few_queries(case, alice, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    claim = plans.claimed(case)
    with django_assert_max_num_queries(5):
        alice.get(page(case, claim.run, "run_fragment"))


def test_the_page_costs_the_same_however_many_runs_there_were(
    case, alice, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(10):
        plans.fail_run(case)
    proposals.finish_run(plans.claimed(case), plans.plan(case))
    run = Proposal.objects.get().run
    with django_assert_max_num_queries(8):
        alice.get(page(case, run))


def import_run(case: plans.Case) -> Run:
    """A file that is to be booked in the background."""
    return runs.request(
        household=case.house,
        user=case.alice,
        kind="import",
        key=uuid.uuid4(),
        subject=str(uuid.uuid4()),
        params={"act": "book", "file": "history.csv"},
    )


def test_an_import_shows_its_own_steps(case, alice) -> None:
    claim = runs.claim(import_run(case).pk)
    runs.advance(claim, "Write", 0.85)
    shown = alice.get(page(case, claim.run)).content.decode()
    assert "Booking history.csv" in shown
    assert "Step 5 of 5: Book the rows" in shown


def test_polling_leads_to_the_import_when_it_is_booked(case, alice) -> None:
    claim = runs.claim(import_run(case).pk)
    runs.finish(claim)
    response = alice.get(page(case, claim.run, "run_fragment"))
    assert response["HX-Redirect"] == address(case.house, "import_detail", batch=claim.run.subject)


def test_a_failed_import_says_that_nothing_was_booked(case, alice) -> None:
    claim = runs.claim(import_run(case).pk)
    runs.fail(claim, "KO: Of 3 shares that left, 2 were held.")
    shown = alice.get(page(case, claim.run)).content.decode()
    assert "history.csv was not booked" in shown
    assert "Nothing was booked: holdings and transactions are as they were." in shown
