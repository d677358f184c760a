import datetime as dt
import uuid

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import runs
from accounts.models import Activity, Run
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return factories.household()


def asked(house, key: uuid.UUID | None = None) -> Run:
    return runs.request(household=house, user=factories.user(), kind="propose", key=key or uuid.uuid4())


def fall_silent(run: Run, attempts: int = 1) -> None:
    Run.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - dt.timedelta(minutes=1), attempt=attempts)


def test_the_same_key_is_the_same_run(house) -> None:
    key = uuid.uuid4()
    assert asked(house, key) == asked(house, key)


def test_a_second_request_while_one_is_at_work_gets_that_one(house) -> None:
    assert asked(house) == asked(house)


def test_after_the_end_a_new_key_makes_a_new_run(house) -> None:
    first = asked(house)
    runs.finish(runs.claim(first.pk))
    assert asked(house) != first


def test_a_queued_run_is_claimed_once(house) -> None:
    run = asked(house)
    assert runs.claim(run.pk) is not None
    assert runs.claim(run.pk) is None


def test_a_run_whose_worker_fell_silent_is_claimed_by_the_next(house) -> None:
    run = asked(house)
    first = runs.claim(run.pk)
    fall_silent(run)
    second = runs.claim(run.pk)
    assert second.lease != first.lease
    assert second.run.attempt == 2


def test_a_worker_that_lost_its_lease_writes_nothing(house) -> None:
    run = asked(house)
    first = runs.claim(run.pk)
    fall_silent(run)
    runs.claim(run.pk)
    for write in (runs.beat, runs.finish, runs.cancelled):
        with pytest.raises(runs.LeaseLost):
            write(first)
    assert Run.objects.get(pk=run.pk).status == "running"


def test_results_written_before_the_lease_was_lost_are_undone(house) -> None:
    run = asked(house)
    first = runs.claim(run.pk)
    fall_silent(run)
    runs.claim(run.pk)

    def results_then_finish() -> None:
        with transaction.atomic():
            Run.objects.filter(pk=run.pk).update(error="half a result")
            runs.finish(first)

    with pytest.raises(runs.LeaseLost):
        results_then_finish()
    assert Run.objects.get(pk=run.pk).error == ""


def test_progress_is_stored_and_keeps_the_worker_alive(house) -> None:
    run = asked(house)
    claim = runs.claim(run.pk)
    fall_silent(run)
    runs.advance(claim, "Risk", 0.25)
    run.refresh_from_db()
    assert (run.stage, run.progress) == ("Risk", 0.25)
    assert runs.claim(run.pk) is None


def test_cancelling_a_queued_run_ends_it_at_once(house) -> None:
    run = asked(house)
    runs.cancel(run=run, user=factories.user())
    assert Run.objects.get(pk=run.pk).status == "cancelled"


def test_cancelling_a_run_at_work_stops_it_at_its_next_stage(house) -> None:
    run = asked(house)
    claim = runs.claim(run.pk)
    runs.cancel(run=run, user=factories.user())
    with pytest.raises(runs.CancelRequested):
        runs.advance(claim, "Target", 0.5)


def test_cancelling_twice_is_logged_once(house) -> None:
    run = asked(house)
    runs.claim(run.pk)
    for _ in range(2):
        runs.cancel(run=run, user=factories.user())
    assert Activity.objects.filter(verb="run.cancel_requested").count() == 1


def test_an_ended_run_cannot_be_cancelled(house) -> None:
    run = asked(house)
    runs.finish(runs.claim(run.pk))
    runs.cancel(run=run, user=factories.user())
    assert Run.objects.get(pk=run.pk).status == "done"


def test_what_a_user_has_stopped_is_not_finished(house) -> None:
    run = asked(house)
    claim = runs.claim(run.pk)
    runs.cancel(run=run, user=factories.user())
    with pytest.raises(runs.CancelRequested):
        runs.finish(claim)


def test_the_sweeper_rings_for_a_run_whose_message_was_lost(house) -> None:
    run = asked(house)
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - dt.timedelta(minutes=1))
    assert runs.sweep() == 1


def test_the_sweeper_leaves_a_healthy_run_alone(house) -> None:
    runs.claim(asked(house).pk)
    assert runs.sweep() == 0


def test_after_three_deaths_the_run_fails_with_a_reason(house) -> None:
    run = asked(house)
    runs.claim(run.pk)
    fall_silent(run, attempts=3)
    runs.sweep()
    run.refresh_from_db()
    assert run.status == "failed"
    assert "stopped 3 times" in run.error
