"""What became of approved and rejected trades, against a calculation by hand."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from accounts.models import Household, Run
from holdings.market.chunks import derive
from holdings.models import TradingSession
from holdings.valuations.store import revalue
from optimizer import tasks
from optimizer.inputs import scores
from optimizer.models import Order, Proposal, ProposalScore
from optimizer.services import evidence
from optimizer.services.decisions import decide
from optimizer.services.orders import record_fill
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db
LATER = dt.date(2023, 1, 13)


@pytest.fixture
def case() -> plans.Case:
    made = plans.case()
    days = (factories.AS_OF + dt.timedelta(n) for n in range(30))
    TradingSession.objects.bulk_create(TradingSession(calendar="XNYS", date=day) for day in days if day.weekday() < 5)
    for instrument in (made.xom, made.ko):
        derive(instrument, [2022])
    return made


def moved(case: plans.Case, xom: str, ko: str, day: dt.date = LATER) -> None:
    """The clock goes on, prices are stored, values are computed."""
    for instrument, close in ((case.xom, xom), (case.ko, ko)):
        factories.instrument(instrument.symbol, close, on=day)
        derive(instrument, [day.year])
    Household.objects.filter(pk=case.house.pk).update(clock=day)
    case.house.refresh_from_db()
    case.account.stale_from = factories.AS_OF
    case.account.save()
    revalue(case.account.pk)


def rejected(case: plans.Case) -> Proposal:
    proposal = plans.proposal(case)
    reasons = {trade.uuid: "I like it." for trade in proposal.trades.all()}
    decide(proposal=proposal, user=case.alice, approved=[], rejected=reasons)
    return proposal


def test_rejected_trades_are_scored_in_money_net_of_what_they_would_have_cost(case) -> None:
    rejected(case)
    moved(case, "90", "55")
    assert scores.update(case.house) == 1
    row = ProposalScore.objects.get()
    assert (row.verdict, row.as_of, row.trades) == ("rejected", LATER, 2)
    assert row.moved == 4000 * Decimal("0.1") + 3000 * Decimal("0.1")
    assert (row.cost, row.tax) == (Decimal("3.5"), Decimal(120))
    assert row.net == 700 - Decimal("3.5") - 120


def test_a_day_is_scored_once_and_each_day_has_its_own(case) -> None:
    rejected(case)
    moved(case, "90", "55")
    for _ in range(2):
        tasks.watch()
    assert ProposalScore.objects.count() == 1
    moved(case, "110", "50", LATER + dt.timedelta(3))
    tasks.watch()
    newest, older = ProposalScore.objects.all()
    assert newest.net == -400 - Decimal("3.5") - 120
    assert older.as_of == LATER


def test_approved_trades_count_what_was_filled_at_what_it_was_filled_for(case) -> None:
    proposal = plans.proposal(case)
    decide(proposal=proposal, user=case.alice, approved=[plans.sale_of(proposal).uuid], rejected={})
    record_fill(
        order=Order.objects.get(),
        user=case.alice,
        key=uuid.uuid4(),
        date=factories.AS_OF,
        quantity=Decimal(20),
        price=Decimal(99),
        fees=Decimal(1),
    )
    moved(case, "90", "55")
    scores.update(case.house)
    row = ProposalScore.objects.get()
    assert (row.verdict, row.moved) == ("approved", 2000 * Decimal("0.1"))
    assert (row.cost, row.estimated_cost, row.tax) == (Decimal(21), Decimal(1), Decimal(60))
    assert row.net == 200 - 21 - 60


def test_what_is_not_decided_is_not_scored(case) -> None:
    plans.proposal(case)
    moved(case, "90", "55")
    assert scores.update(case.house) == 0


def test_nothing_is_scored_on_its_own_day(case) -> None:
    rejected(case)
    moved(case, "100", "50", factories.AS_OF + dt.timedelta(1))
    Proposal.objects.update(as_of=factories.AS_OF + dt.timedelta(1))
    assert scores.update(case.house) == 0


def test_a_missing_price_is_named_and_counts_in_nothing(case) -> None:
    rejected(case)
    factories.instrument("XOM", "90", on=LATER)
    derive(case.xom, [2023])
    Household.objects.filter(pk=case.house.pk).update(clock=LATER)
    case.house.refresh_from_db()
    revalue_all(case)
    scores.update(case.house)
    row = ProposalScore.objects.get()
    assert row.missing == ["KO"]
    assert (row.moved, row.tax) == (400, 120)


def revalue_all(case: plans.Case) -> None:
    case.account.stale_from = factories.AS_OF
    case.account.save()
    revalue(case.account.pk)


def test_the_proposal_and_the_watch_say_it_in_words(case) -> None:
    proposal = rejected(case)
    moved(case, "90", "55")
    tasks.watch()
    page = visitor(case.alice).get(address(case.house, "proposal", number=proposal.number)).content.decode()
    assert "You rejected 2 trades. By 13 Jan 2023 making them would have gained $577, after $4 of cost" in page
    assert "and $120 of tax." in page


def watched(case) -> str:
    revalue_all(case)
    run = evidence.request(household=case.house, user=case.alice, kind="watch", key=uuid.uuid4())
    tasks.judge(run.pk)
    assert Run.objects.get(pk=run.pk).error == ""
    return visitor(case.alice).get(address(case.house, "evidence_part", slug="watch")).content.decode()


def filled(case) -> None:
    proposal = plans.proposal(case)
    decide(proposal=proposal, user=case.alice, approved=[plans.sale_of(proposal).uuid], rejected={})
    record_fill(
        order=Order.objects.get(),
        user=case.alice,
        key=uuid.uuid4(),
        date=factories.AS_OF,
        quantity=Decimal(20),
        price=Decimal("99.9"),
        fees=Decimal(1),
    )


def test_the_watch_pools_what_fills_cost_over_their_estimate(case) -> None:
    """20 shares sold at 99.90 instead of 100 and a fee of 1: 3 paid on 2,000 where 1 was estimated, 10 bp."""
    case.house.kind = "real"
    case.house.save()
    filled(case)
    page = watched(case)
    assert "+10.0 bp" in page
    assert "Mean of 1 fill of 1 proposal, no standard error; $3 paid, $1 estimated" in page


def test_paper_fills_are_said_to_tell_nothing(case) -> None:
    filled(case)
    page = watched(case)
    assert "Cost over its estimate" not in page
    assert "a paper fill is made at the proposal’s price and its estimated cost" in page
