"""Evidence from claim to row, with the real engine on a small household."""

import uuid

import pytest

from accounts.models import Activity, Run
from optimizer import selectors, tasks
from optimizer.models import Evidence
from optimizer.services import evidence
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market

pytestmark = pytest.mark.django_db
KIND = Evidence.Kind.CONCENTRATION


@pytest.fixture
def market() -> Market:
    return markets.market()


def asked(market: Market) -> Run:
    return evidence.request(household=market.house, user=market.alice, kind=KIND, key=uuid.uuid4())


def done(run: Run) -> Run:
    tasks.evidence(run.pk)
    return Run.objects.get(pk=run.pk)


def test_a_run_ends_with_a_row(market) -> None:
    run = done(asked(market))
    row = Evidence.objects.get()
    assert (run.status, run.error, row.run) == ("done", "", run)
    assert (row.household, row.kind, row.as_of) == (market.house, KIND, market.house.as_of)
    assert [part["symbol"] for part in row.result["parts"]] == ["XOM"]


def test_equal_inputs_are_computed_once_and_confirmed(market) -> None:
    done(asked(market))
    before = Evidence.objects.get()
    assert done(asked(market)).status == "done"
    after = Evidence.objects.get()
    assert (after.result, after.made_at) == (before.result, before.made_at)
    assert after.confirmed_at > before.confirmed_at


def test_what_is_held_again_is_the_newest_again(market) -> None:
    first = markets.save(market, cash="0.1")
    done(asked(market))
    markets.save(market, cash="0.4")
    done(asked(market))
    markets.save(market, cash="0.1")
    done(asked(market))
    assert first != selectors.current_version(market.house)
    assert Evidence.objects.count() == 2
    newest, older = Evidence.objects.all()
    assert newest.made_at < older.made_at
    assert selectors.evidence(market.house, KIND) == newest


def test_a_household_without_goals_is_told_what_is_missing(market) -> None:
    market.house.policy.delete()
    run = done(asked(market))
    assert (run.status, Evidence.objects.count()) == ("failed", 0)
    assert "needs goals" in run.error


def test_a_cancelled_run_leaves_nothing(market) -> None:
    run = asked(market)
    Run.objects.filter(pk=run.pk).update(cancel_requested_at=run.created_at)
    assert (done(run).status, Evidence.objects.count()) == ("cancelled", 0)


def test_each_kind_is_asked_for_once_a_day_and_version(market) -> None:
    for _ in range(2):
        tasks.evidence_daily()
    kinds = [run.params["kind"] for run in Run.objects.filter(kind=Run.Kind.EVIDENCE)]
    assert len(kinds) == len(set(kinds)) > 0
    Run.objects.filter(kind=Run.Kind.EVIDENCE).update(status=Run.Status.DONE)
    markets.save(market, cash="0.4")
    tasks.evidence_daily()
    assert Run.objects.filter(kind=Run.Kind.EVIDENCE).count() == 2 * len(kinds)


def test_a_day_on_which_the_ledger_changed_is_asked_about_again(market) -> None:
    tasks.evidence_daily()
    runs = Run.objects.filter(kind=Run.Kind.EVIDENCE)
    runs.update(status=Run.Status.DONE)
    before = runs.count()
    factories.deposit(market.taxable, "500")
    tasks.evidence_daily()
    assert runs.count() > before
    again = runs.count()
    runs.update(status=Run.Status.DONE)
    tasks.evidence_daily()
    assert runs.count() == again


def test_a_request_is_one_line_of_activity(market) -> None:
    asked(market)
    assert Activity.objects.filter(household_uuid=market.house.uuid, verb="run.requested").count() == 1
