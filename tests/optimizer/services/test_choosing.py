"""A point of the frontier takes the proposal's place: with the real engine, from the stored input."""

import re
import uuid
from datetime import date
from decimal import Decimal

import pytest

from accounts import runs
from accounts.models import Activity, Run
from holdings.models import Price
from optimizer import tasks
from optimizer.engine.types import Alternative as Course
from optimizer.engine.types import Measures
from optimizer.models import Alternative, Decision, Proposal
from optimizer.services import alternatives
from optimizer.services.choosing import choose, over_budget
from optimizer.services.decisions import DecisionRefused, decide
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    return markets.market()


@pytest.fixture
def proposal(market: Market) -> Proposal:
    """With its alternatives computed."""
    run = markets.asked(market)
    tasks.run(run.pk)
    made = Proposal.objects.get(run=run)
    tasks.weigh(beside(made).pk)
    return made


def beside(proposal: Proposal) -> Run:
    return Run.objects.get(kind="alternatives", subject=str(proposal.uuid))


def pick(market: Market, proposal: Proposal, name: str = "frontier_c", key: uuid.UUID | None = None) -> Run:
    return choose(proposal=proposal, user=market.alice, key=key or uuid.uuid4(), name=name)


def test_a_proposal_gets_the_frontier_and_selling_nothing_beside_it(market, proposal) -> None:
    named = set(proposal.alternatives.values_list("name", flat=True))
    assert named == {"do_nothing", "sell_nothing", *(f"frontier_{letter}" for letter in "abcde")}
    assert beside(proposal).status == "done"
    budgets = [proposal.alternatives.get(name=f"frontier_{letter}").budget for letter in "abcd"]
    assert budgets == sorted(budgets)
    assert budgets[0] == 0


def test_a_second_message_and_a_second_worker_write_each_alternative_once(market, proposal) -> None:
    run = beside(proposal)
    before = list(Alternative.objects.values_list("pk", "name"))
    Run.objects.filter(pk=run.pk).update(status="queued")
    tasks.weigh(run.pk)
    assert list(Alternative.objects.values_list("pk", "name")) == before
    assert alternatives.ask(proposal).pk == run.pk


def test_a_chosen_point_becomes_the_next_proposal_with_the_same_trades(market, proposal) -> None:
    run = pick(market, proposal)
    tasks.run(run.pk)
    child = Proposal.objects.get(run=run)
    chosen = proposal.alternatives.get(name="frontier_c")
    assert (child.parent, child.status, child.number) == (proposal, "open", 2)
    assert {(t.side, t.lot_key, t.quantity) for t in child.trades.all()} == {
        (t["side"], t["lot"] or "", Decimal(t["quantity"])) for t in chosen.trades
    }
    assert all(trade.reason for trade in child.trades.all())
    assert child.snapshot_hash == proposal.snapshot_hash
    assert child.alternatives.count() == proposal.alternatives.count()


def test_choosing_is_a_decision_and_a_line_of_the_log(market, proposal) -> None:
    pick(market, proposal)
    decision = Decision.objects.get()
    assert (decision.verdict, decision.alternative.name, decision.trade) == ("chosen", "frontier_c", None)
    assert Activity.objects.filter(verb="alternative.chosen").count() == 1


def test_choosing_twice_with_one_key_makes_one_run(market, proposal) -> None:
    key = uuid.uuid4()
    assert pick(market, proposal, key=key) == pick(market, proposal, key=key)
    assert Decision.objects.count() == 1


def test_a_chosen_proposal_is_decided_trade_by_trade(market, proposal) -> None:
    run = pick(market, proposal)
    tasks.run(run.pk)
    child = Proposal.objects.get(run=run)
    approved = [trade.uuid for trade in child.trades.filter(side="sell")]
    assert len(decide(proposal=child, user=market.alice, approved=approved, rejected={})) == len(approved)


def test_a_booking_since_the_input_was_read_overtakes_the_chosen_one_too(market, proposal) -> None:
    run = pick(market, proposal)
    factories.buy(market.taxable, market.instruments["KO"], "1", "60", factories.AS_OF)
    tasks.run(run.pk)
    child = Proposal.objects.get(run=run)
    approved = [trade.uuid for trade in child.trades.all()]
    with pytest.raises(DecisionRefused, match="Holdings of KO have changed"):
        decide(proposal=child, user=market.alice, approved=approved, rejected={})


def test_an_overtaken_proposal_lets_none_be_chosen(market, proposal) -> None:
    Price.objects.filter(instrument=market.instruments["KO"], date=factories.AS_OF).update(close=Decimal(70))
    with pytest.raises(DecisionRefused, match="expired"):
        pick(market, proposal)
    assert not Decision.objects.exists()


def test_once_a_trade_is_decided_no_other_plan_is_chosen(market, proposal) -> None:
    sale = proposal.trades.filter(side="sell").first()
    decide(proposal=proposal, user=market.alice, approved=[sale.uuid], rejected={})
    with pytest.raises(DecisionRefused, match="decided already"):
        pick(market, proposal)


def test_doing_nothing_and_unknown_names_cannot_be_chosen(market, proposal) -> None:
    for name in ("do_nothing", "frontier_z", ""):
        with pytest.raises(DecisionRefused, match="not among"):
            pick(market, proposal, name)


def test_the_plan_of_a_later_day_is_refused_with_its_date(market, proposal) -> None:
    middle = proposal.alternatives.get(name="frontier_c")
    taken = Measures(**middle.measures)
    wait = Course("wait", taken, middle.objective, day=date(2023, 1, 20), note="In 20 days.")
    alternatives.write(proposal, wait)
    with pytest.raises(DecisionRefused, match="It is the plan of 20 Jan 2023: ask for a proposal then"):
        pick(market, proposal, "wait")
    stored = proposal.alternatives.get(name="wait")
    assert (stored.day, stored.note) == (date(2023, 1, 20), "In 20 days.")


def test_a_point_over_the_tax_budget_is_refused_with_the_way_on(market) -> None:
    markets.save(market, {"kind": "tax_budget", "high": "100", "unit": "money"})
    run = markets.asked(market)
    tasks.run(run.pk)
    made = Proposal.objects.get(run=run)
    tasks.weigh(beside(made).pk)
    with pytest.raises(DecisionRefused, match=r"the goals allow \$100\. Raise the tax budget there first"):
        pick(market, made, "frontier_e")
    made.household.base_currency = "GBP"
    assert re.fullmatch(
        r"It would add £[\d,]+ of tax; the goals allow £100\..*",
        over_budget(made, made.alternatives.get(name="frontier_e")),
    )


def test_a_binding_limit_is_priced_with_the_row_that_it_is_about(market) -> None:
    version = markets.save(market, {"kind": "tax_budget", "high": "100", "unit": "money"})
    run = markets.asked(market)
    tasks.run(run.pk)
    made = Proposal.objects.get(run=run)
    tasks.weigh(beside(made).pk)
    price = made.limit_prices.get()
    assert price.constraint == version.constraints.get()
    assert (price.moved, price.saving > 0) == (Decimal(600), True)


def test_a_worker_without_the_lease_writes_no_alternative(market) -> None:
    run = markets.asked(market)
    tasks.run(run.pk)
    made = Proposal.objects.get(run=run)
    claim = runs.claim(beside(made).pk)
    Run.objects.filter(pk=claim.run.pk).update(lease=uuid.uuid4())
    with pytest.raises(runs.LeaseLost):
        tasks._to_its_end(claim, tasks._weigh)
    assert set(made.alternatives.values_list("name", flat=True)) == {"do_nothing"}
