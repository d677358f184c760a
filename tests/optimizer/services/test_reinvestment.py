"""Reinvestment to turn off for a loss: which accounts are asked, once, for how long, and who ticked it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.models import Activity, TaxProfile
from holdings.models import AccountElsewhere, BrokerageAccount, Classification, Instrument
from holdings.services.ledger import NewTransaction, book
from optimizer import selectors
from optimizer.models import Proposal, ReinvestmentTask
from optimizer.services import orders, proposals
from optimizer.services.decisions import decide
from optimizer.services.reinvestment import ask, tick
from tests import factories
from tests.optimizer import plans

pytestmark = pytest.mark.django_db

LAST = plans.TRADE_DATE + dt.timedelta(days=30)


@pytest.fixture
def case() -> plans.Case:
    """XOM reinvests in the account that sells it."""
    made = plans.case()
    distribution(made.account, made.xom, reinvested=True)
    return made


def distribution(account: BrokerageAccount, what: Instrument, *, reinvested: bool, month: int = 9) -> None:
    day, cash = dt.date(2022, month, 1), Decimal(10)
    drafts = [NewTransaction("dividend", day, "manual", what, cash=cash)]
    if reinvested:
        drafts.append(NewTransaction("reinvest", day, "manual", what, quantity=Decimal("0.1"), cash=-cash))
    book(account=account, drafts=drafts)


def loss(case: plans.Case) -> Proposal:
    """The sale of 40 XOM at a loss, proposed."""
    plan = plans.plan(case)
    sale, purchase = plan.trades
    trades = (replace(sale, gain=Decimal(-800), tax=Decimal(-120)), purchase)
    return proposals.finish_run(plans.claimed(case, key=str(uuid.uuid4())), replace(plan, trades=trades))


def approve(case: plans.Case, proposal: Proposal) -> None:
    decide(proposal=proposal, user=case.alice, approved=[trade.uuid for trade in proposal.trades.all()], rejected={})


def tasks(case: plans.Case) -> list[ReinvestmentTask]:
    return list(selectors.reinvestment_tasks(case.house))


def test_a_proposed_loss_asks_where_the_last_distribution_was_reinvested(case: plans.Case) -> None:
    loss(case)
    (task,) = tasks(case)

    assert (task.account, task.instrument, task.until, task.done_at) == (case.account, case.xom, LAST, None)


def test_a_gain_asks_for_nothing(case: plans.Case) -> None:
    plans.proposal(case)

    assert tasks(case) == []


def test_an_account_whose_last_distribution_was_paid_out_is_not_asked(case: plans.Case) -> None:
    distribution(case.account, case.xom, reinvested=False, month=12)
    loss(case)

    assert tasks(case) == []


def test_an_ira_that_holds_an_identical_fund_is_asked_too(case: plans.Case) -> None:
    ira, twin = factories.account(case.house, "roth_ira"), factories.instrument("XOM2")
    Classification.objects.filter(instrument=case.xom).update(identity_group="oil")
    Classification.objects.create(household=case.house, instrument=twin, identity_group="oil")
    factories.deposit(ira, "1000")
    factories.buy(ira, twin, "5", "100", dt.date(2022, 1, 3))
    distribution(ira, twin, reinvested=True)
    loss(case)

    assert {(task.account, task.instrument) for task in tasks(case)} == {(case.account, case.xom), (ira, twin)}


@pytest.mark.parametrize(
    ("reinvests", "asked"), [("yes", ["", "Vanguard"]), ("unknown", ["", "Vanguard"]), ("no", [""])]
)
def test_an_account_elsewhere_is_asked_unless_it_does_not_reinvest(
    case: plans.Case, reinvests: str, asked: list[str]
) -> None:
    owner = case.house.persons.get()
    AccountElsewhere.objects.create(
        household=case.house, owner=owner, name="Vanguard", kind="taxable", reinvests=reinvests
    )
    loss(case)

    assert sorted(task.place for task in tasks(case)) == asked


def test_a_country_without_the_rule_asks_for_nothing(case: plans.Case) -> None:
    TaxProfile.objects.filter(household=case.house).update(country="DE")
    loss(case)

    assert tasks(case) == []


def test_asking_twice_asks_once(case: plans.Case) -> None:
    proposal = loss(case)
    ask(proposal)

    assert len(tasks(case)) == 1


def test_the_next_proposal_takes_the_task_over_with_its_tick(case: plans.Case) -> None:
    loss(case)
    tick(task=tasks(case)[0], user=case.alice, done=True)
    second = loss(case)
    (task,) = tasks(case)

    assert (task.trade.proposal, task.done_by) == (second, case.alice)


def test_a_rejected_sale_asks_for_nothing_any_more(case: plans.Case) -> None:
    proposal = loss(case)
    decide(proposal=proposal, user=case.alice, approved=[], rejected={t.uuid: "" for t in proposal.trades.all()})

    assert tasks(case) == []


def test_an_approved_sale_keeps_its_task_when_another_proposal_is_rejected(case: plans.Case) -> None:
    approve(case, loss(case))
    later = loss(case)
    decide(proposal=later, user=case.alice, approved=[], rejected={t.uuid: "" for t in later.trades.all()})

    assert len(tasks(case)) == 1


def test_a_cancelled_order_asks_for_nothing_any_more(case: plans.Case) -> None:
    approve(case, loss(case))
    for order in case.house.orders.all():
        orders.cancel(order=order, user=case.alice)

    assert tasks(case) == []


def test_it_stays_off_for_30_days_from_the_fill(case: plans.Case) -> None:
    approve(case, loss(case))
    day = plans.TRADE_DATE + dt.timedelta(days=1)
    case.house.clock = day
    case.house.save()
    sale = case.house.orders.get(side="sell")
    orders.record_fill(order=sale, user=case.alice, key=uuid.uuid4(), date=day, quantity=Decimal(40), price=Decimal(60))

    assert tasks(case)[0].until == day + dt.timedelta(days=30)


def test_a_task_ends_with_its_day(case: plans.Case) -> None:
    loss(case)
    case.house.clock = LAST + dt.timedelta(days=1)

    assert tasks(case) == []


def test_a_tick_is_kept_once_with_who_did_it(case: plans.Case) -> None:
    loss(case)
    (task,) = tasks(case)
    tick(task=task, user=case.alice, done=True)
    tick(task=task, user=factories.join(case.house, "bea", "member"), done=True)
    task.refresh_from_db()

    assert task.done_by == case.alice
    assert Activity.objects.filter(verb="reinvestment.turned_off").count() == 1


def test_a_tick_can_be_taken_back(case: plans.Case) -> None:
    loss(case)
    (task,) = tasks(case)
    tick(task=task, user=case.alice, done=True)
    tick(task=task, user=case.alice, done=False)
    task.refresh_from_db()

    assert (task.done_at, task.done_by) == (None, None)
    assert Activity.objects.filter(verb="reinvestment.not_turned_off").count() == 1
