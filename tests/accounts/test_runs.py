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


def handed_out(house, count: int = 2) -> tuple[Run, list[Run]]:
    run = asked(house)
    runs.hand_out(runs.claim(run.pk), [runs.Part({"n": n}, f"text {n}", f"digest {n}") for n in range(count)])
    return run, list(Run.objects.filter(parent=run).order_by("pk"))


def now(run: Run) -> Run:
    return Run.objects.get(pk=run.pk)


def test_a_run_handed_out_waits_held_by_nobody(house) -> None:
    run, children = handed_out(house)
    assert [(child.status, child.params, child.snapshot) for child in children] == [
        ("queued", {"n": 0}, "text 0"),
        ("queued", {"n": 1}, "text 1"),
    ]
    assert (now(run).status, now(run).pending, now(run).lease) == ("running", 2, None)
    assert runs.claim(run.pk) is None
    Run.objects.filter(parent=run).update(status="done")
    assert runs.sweep() == 0


def test_each_child_counts_its_parent_down_and_the_last_queues_it(house, django_capture_on_commit_callbacks) -> None:
    run, (first, second) = handed_out(house)
    runs.finish(runs.claim(first.pk))
    assert (now(run).status, now(run).pending, now(run).progress) == ("running", 1, 0.5)
    with django_capture_on_commit_callbacks() as rings:
        runs.finish(runs.claim(second.pk))
    assert (now(run).status, now(run).pending, len(rings)) == ("queued", 0, 1)
    assert runs.claim(run.pk).run.attempt == 1


def test_a_child_that_two_workers_finish_counts_once(house) -> None:
    run, (first, _) = handed_out(house)
    lost = runs.claim(first.pk)
    fall_silent(first)
    runs.finish(runs.claim(first.pk))
    with pytest.raises(runs.LeaseLost):
        runs.finish(lost)
    assert now(run).pending == 1


def test_a_child_that_fails_ends_its_parent_and_stops_the_others(house) -> None:
    run, (first, second, third) = handed_out(house, 3)
    at_work = runs.claim(second.pk)
    runs.fail(runs.claim(first.pk), "No price of ABC.")
    assert (now(run).status, now(run).error, now(run).pending) == ("failed", "No price of ABC.", 0)
    assert now(third).status == "cancelled"
    with pytest.raises(runs.CancelRequested):
        runs.advance(at_work, "Compute", 0.5)
    runs.cancelled(at_work)
    assert Activity.objects.filter(subject=f"run:{run.uuid}", verb="run.failed").count() == 1


def test_a_child_that_kills_its_workers_fails_its_parent(house) -> None:
    run, (first, _) = handed_out(house)
    runs.claim(first.pk)
    fall_silent(first, attempts=runs.ATTEMPTS)
    runs.sweep()
    assert (now(run).status, now(first).status) == ("failed", "failed")
    assert "stopped 3 times" in now(run).error


def test_cancelling_a_run_that_waits_ends_it_and_its_children(house) -> None:
    run, (first, second) = handed_out(house)
    at_work = runs.claim(first.pk)
    runs.cancel(run=run, user=factories.user("stopper"))
    assert (now(run).status, now(second).status) == ("cancelled", "cancelled")
    with pytest.raises(runs.CancelRequested):
        runs.finish(at_work)
    runs.cancelled(at_work)
    assert (now(first).status, now(run).status) == ("cancelled", "cancelled")


def test_a_stopped_run_is_not_handed_out(house) -> None:
    run = asked(house)
    claim = runs.claim(run.pk)
    runs.cancel(run=run, user=factories.user("stopper"))
    with pytest.raises(runs.CancelRequested):
        runs.hand_out(claim, [runs.Part({}, "", "")])
    assert not Run.objects.filter(parent=run).exists()


def wished(house, key: uuid.UUID | None = None, **params: str) -> Run:
    """Asked for as something that must know of the newest state."""
    key = key or uuid.uuid4()
    return runs.request(
        household=house, user=None, kind="evidence", subject="stress:", key=key, params=params, follows=True
    )


def test_a_wish_while_the_same_is_at_work_starts_after_it(house, django_capture_on_commit_callbacks) -> None:
    first = wished(house)
    claim = runs.claim(first.pk)
    second = wished(house)
    assert (second.status, runs.claim(second.pk)) == ("waiting", None)
    with django_capture_on_commit_callbacks() as rung:
        runs.finish(claim)
    assert (now(second).status, len(rung)) == ("queued", 1)
    assert runs.claim(second.pk) is not None


def test_a_wish_is_none_of_its_own_while_one_has_read_nothing_yet(house) -> None:
    queued = wished(house)
    assert wished(house) == queued
    runs.claim(queued.pk)
    waiting = wished(house)
    assert wished(house) == waiting != queued


def test_wishes_of_other_params_are_done_one_after_the_other(house) -> None:
    made = [wished(house, versions=name) for name in "abc"]
    assert [run.status for run in made] == ["queued", "waiting", "waiting"]
    for at, run in enumerate(made):
        runs.finish(runs.claim(run.pk))
        assert [now(each).status for each in made[at + 1 :]] == ["queued", "waiting"][: 2 - at]


@pytest.mark.parametrize("end", [runs.cancelled, lambda claim: runs.fail(claim, "No prices.")])
def test_a_wish_starts_after_one_that_failed_or_was_cancelled(house, end) -> None:
    claim = runs.claim(wished(house).pk)
    second = wished(house)
    end(claim)
    assert now(second).status == "queued"


def test_a_wish_starts_after_one_that_killed_its_workers(house) -> None:
    first = wished(house)
    runs.claim(first.pk)
    second = wished(house)
    fall_silent(first, attempts=3)
    runs.sweep()
    assert (now(first).status, now(second).status) == ("failed", "queued")


def test_a_wish_that_waits_can_be_cancelled(house) -> None:
    first = runs.claim(wished(house).pk)
    second = wished(house)
    runs.cancel(run=second, user=factories.user())
    runs.finish(first)
    assert now(second).status == "cancelled"


def test_a_wish_starts_when_a_queued_one_is_cancelled(house) -> None:
    first, second = (wished(house, versions=name) for name in "ab")
    runs.cancel(run=first, user=factories.user())
    assert now(second).status == "queued"
