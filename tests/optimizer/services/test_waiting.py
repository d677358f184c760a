"""Writers of one household wait in line, whatever they write; none is lost, none is done twice."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from accounts import runs
from accounts.activity import first_broken
from accounts.models import Activity, Run
from optimizer.models import Fill, Order, Proposal
from optimizer.services import decisions, orders, proposals
from tests.optimizer import plans

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """What each job returned or raised, all having started together in threads of their own."""
    start, ends = threading.Barrier(len(jobs)), [None] * len(jobs)

    def do(number: int, job: Callable[[], object]) -> None:
        start.wait()
        try:
            ends[number] = job()
        except Exception as error:  # noqa: BLE001 - the test asks what it was
            ends[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def approve_all(case: plans.Case, proposal: Proposal) -> list[Order]:
    trades = [trade.uuid for trade in proposal.trades.all()]
    return decisions.decide(proposal=proposal, user=case.alice, approved=trades, rejected={})


def test_two_submissions_of_one_approval_book_it_once() -> None:
    case = plans.case()
    proposal = plans.proposal(case)
    first, second = at_once(lambda: approve_all(case, proposal), lambda: approve_all(case, proposal))
    refused = [end for end in (first, second) if isinstance(end, decisions.DecisionRefused)]
    assert len(refused) == 1
    assert "Nothing was changed" in str(refused[0])
    assert Order.objects.count() == 2
    assert Activity.objects.filter(verb="trade.approved").count() == 2


def test_two_workers_that_hear_one_bell_take_the_run_once() -> None:
    case = plans.case()
    run = runs.request(household=case.house, user=case.alice, kind="propose", key=uuid.uuid4())
    taken = at_once(*[lambda: runs.claim(run.pk)] * 4)
    assert sum(claim is not None for claim in taken) == 1
    assert Run.objects.get().attempt == 1


def test_requests_with_many_keys_at_once_make_one_run() -> None:
    case = plans.case()
    ask = {"household": case.house, "user": case.alice, "kind": "propose"}
    made = at_once(*[lambda: runs.request(**ask, key=uuid.uuid4())] * 4)
    assert {run.pk for run in made} == {Run.objects.get().pk}


def test_a_fill_sent_twice_at_once_is_recorded_once() -> None:
    case = plans.case()
    sale, _ = approve_all(case, plans.proposal(case))
    fill = {"date": plans.TRADE_DATE, "quantity": sale.quantity, "price": sale.limit_price, "key": uuid.uuid4()}
    made = at_once(*[lambda: orders.record_fill(order=sale, user=case.alice, **fill)] * 3)
    assert {recorded.pk for recorded in made} == {Fill.objects.get().pk}


@pytest.mark.parametrize("number", range(5))
def test_a_decision_and_a_finishing_run_never_wait_for_each_other(number: int) -> None:
    case = plans.case()
    proposal, claim = plans.proposal(case), plans.claimed(case)
    no = {plans.sale_of(proposal).uuid: ""}
    decided, finished = at_once(
        lambda: decisions.decide(proposal=proposal, user=case.alice, approved=[], rejected=no),
        lambda: proposals.finish_run(claim, plans.plan(case)),
    )
    assert isinstance(finished, Proposal)
    assert decided == [] or isinstance(decided, decisions.DecisionRefused)
    assert first_broken(case.house.uuid) is None


def test_the_log_of_many_writers_has_no_gap() -> None:
    case = plans.case()
    proposal = plans.proposal(case)
    sale, purchase = plans.sale_of(proposal), plans.purchase_of(proposal)
    ends = at_once(
        lambda: decisions.decide(proposal=proposal, user=case.alice, approved=[sale.uuid], rejected={}),
        lambda: decisions.decide(proposal=proposal, user=case.alice, approved=[], rejected={purchase.uuid: ""}),
        lambda: runs.request(household=case.house, user=case.alice, kind="propose", key=uuid.uuid4()),
    )
    assert not [end for end in ends if isinstance(end, Exception)]
    assert first_broken(case.house.uuid) is None
