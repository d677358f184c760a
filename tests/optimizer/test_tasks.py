"""The worker's job from claim to proposal, with the real engine on a small household."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from celery import current_app
from django.utils import timezone

from accounts import runs
from accounts.models import Activity, Run
from holdings import canonical
from holdings.models import Price, PriceChunk
from optimizer import inputs, tasks
from optimizer.engine import plan as engine
from optimizer.engine.snapshot import from_json
from optimizer.engine.types import Plan
from optimizer.models import Proposal
from optimizer.services import proposals
from tests import factories
from tests.optimizer import markets, plans
from tests.optimizer.markets import Market

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    return markets.market()


def done(run: Run) -> Run:
    tasks.run(run.pk)
    return Run.objects.get(pk=run.pk)


def test_a_run_ends_with_an_open_proposal(market) -> None:
    run = done(markets.asked(market))
    assert (run.status, run.progress, run.error) == ("done", 1.0, "")
    assert (run.proposal.status, run.proposal.number) == ("open", 1)
    assert run.proposal.snapshot_hash == run.snapshot_hash


def test_the_proposal_moves_toward_the_targets(market) -> None:
    proposal = done(markets.asked(market)).proposal
    before, after = proposal.measures["before"], proposal.measures["after"]
    assert after["tracking_error"] < before["tracking_error"]
    assert {trade.instrument.symbol for trade in proposal.trades.filter(side="buy")} == {"KO", "MSFT"}
    assert proposal.headline


def test_its_sales_name_their_lot_and_its_trades_a_reason(market) -> None:
    proposal = done(markets.asked(market)).proposal
    assert {trade.lot_key for trade in proposal.trades.filter(side="sell")} == {market.lot}
    assert all(trade.reason for trade in proposal.trades.all())


def test_the_same_input_gives_the_same_plan_bit_for_bit(market) -> None:
    run = markets.asked(market)
    snapshot, panel = inputs.read(run)
    texts = {canonical.dump(without_time(engine.plan(snapshot, panel, quiet))) for _ in range(2)}
    restored = from_json(inputs.frozen(snapshot)[0])
    texts.add(canonical.dump(without_time(engine.plan(restored, panel, quiet))))
    assert len(texts) == 1


def quiet(stage: str, fraction: float) -> None:
    """Progress that nobody watches."""


def without_time(plan: Plan) -> Plan:
    return replace(plan, trace=replace(plan.trace, seconds=0.0))


def test_a_second_run_of_an_unchanged_household_proposes_the_same(market) -> None:
    first, second = done(markets.asked(market)).proposal, done(markets.asked(market)).proposal
    assert first.snapshot_hash == second.snapshot_hash
    assert trades(first) == trades(second)
    assert Proposal.objects.get(pk=first.pk).status == "superseded"


def trades(proposal: Proposal) -> list[tuple]:
    return list(proposal.trades.values_list("side", "instrument", "account", "lot_key", "quantity", "tax", "reason"))


def test_a_policy_that_cannot_hold_fails_with_the_limits_named(market) -> None:
    version = markets.save(
        market,
        {"kind": "minimum_cash", "low": "70000", "unit": "money"},
        {"kind": "tax_budget", "high": "0", "unit": "money"},
    )
    run = done(markets.asked(market))
    named = {pk for conflict in run.detail["conflicts"] for pk in conflict["constraints"]}
    assert run.status == "failed"
    assert named == {str(row.pk) for row in version.constraints.all()}
    assert run.error
    assert not Proposal.objects.exists()


def test_too_little_history_fails_in_words() -> None:
    run = done(markets.asked(markets.market(sessions=40)))
    assert run.status == "failed"
    assert "too few to estimate risk" in run.error


def test_prices_that_no_worker_has_packed_fail_in_words(market) -> None:
    PriceChunk.objects.filter(instrument__symbol="KO").delete()
    run = done(markets.asked(market))
    assert run.status == "failed"
    assert "KO" in run.error


def test_a_missing_price_fails_in_words(market) -> None:
    Price.objects.filter(instrument__symbol="KO").delete()
    run = done(markets.asked(market))
    assert (run.status, run.detail) == ("failed", {})
    assert "No price for KO" in run.error


def test_a_failed_run_is_in_the_log_and_the_next_may_succeed(market) -> None:
    markets.save(market, {"kind": "minimum_cash", "low": "999999", "unit": "money"})
    done(markets.asked(market))
    markets.save(market)
    assert done(markets.asked(market)).status == "done"
    assert Activity.objects.filter(verb__in=["run.failed", "run.done"]).count() == 2


def test_a_cancelled_run_stops_before_its_first_stage(market) -> None:
    run = markets.asked(market)
    claim = runs.claim(run.pk)
    runs.cancel(run=run, user=market.alice)
    tasks._to_its_end(claim, tasks._propose)
    run.refresh_from_db()
    assert (run.status, run.stage, run.snapshot) == ("cancelled", "Inputs", "")
    assert not Proposal.objects.exists()


def test_a_run_cancelled_after_its_last_stage_brings_no_proposal(market) -> None:
    run = markets.asked(market)
    claim = runs.claim(run.pk)
    runs.cancel(run=run, user=market.alice)
    with pytest.raises(runs.CancelRequested):
        proposals.finish_run(claim, plans.plan(as_case(market)))
    assert not Proposal.objects.exists()


def as_case(market: Market) -> plans.Case:
    xom, ko = market.instruments["XOM"], market.instruments["KO"]
    return plans.Case(market.house, market.alice, market.taxable, xom, ko, market.lot)


def test_a_run_that_another_worker_holds_is_left_alone(market) -> None:
    run = markets.asked(market)
    runs.claim(run.pk)
    assert done(run).status == "running"
    assert not Proposal.objects.exists()


def test_a_worker_that_lost_its_lease_writes_nothing_and_says_nothing(market) -> None:
    run = markets.asked(market)
    lost = runs.claim(run.pk)
    Run.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - dt.timedelta(minutes=1))
    assert done(run).status == "done"
    with pytest.raises(runs.LeaseLost):
        tasks._propose(lost)
    run.refresh_from_db()
    assert (run.status, run.attempt, Proposal.objects.count()) == ("done", 2, 1)


def test_a_message_that_comes_twice_computes_once(market) -> None:
    run = markets.asked(market)
    tasks.run(run.pk)
    tasks.run(run.pk)
    run.refresh_from_db()
    assert (run.attempt, Proposal.objects.count()) == (1, 1)


def test_the_message_of_a_run_that_is_gone_is_answered_with_nothing() -> None:
    tasks.run(4711)
    assert not Run.objects.exists()


def test_what_is_called_every_minute_or_sooner_waits_behind_no_batch_job() -> None:
    beat = [entry for entry in current_app.conf.beat_schedule.values() if isinstance(entry["schedule"], float)]
    often = {entry["task"] for entry in beat if entry["schedule"] <= 60}
    queues = {name: current_app.amqp.router.route({}, name)["queue"].name for name in often}
    assert set(queues) == {"optimizer.sweep", "optimizer.deliver", "holdings.sweep_stale"}
    assert set(queues.values()) == {"interactive"}


def test_what_judges_the_last_session_waits_behind_no_walk_forward() -> None:
    queues = {kind: current_app.amqp.router.route({}, runs.TASKS[kind])["queue"].name for kind in ("watch", "evidence")}
    assert queues == {"watch": "interactive", "evidence": "batch"}


def test_alternatives_of_another_households_proposal_are_not_computed() -> None:
    theirs = plans.proposal(plans.case())
    own = factories.household(factories.user("mallory"))
    run = runs.request(
        household=own, user=None, kind="alternatives", key=uuid.uuid4(), params={"proposal": str(theirs.uuid)}
    )
    with pytest.raises(Proposal.DoesNotExist):
        tasks._weigh(runs.claim(run.pk))
