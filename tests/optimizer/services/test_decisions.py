import datetime as dt
import uuid
from decimal import Decimal

import pytest

from accounts import runs
from accounts.models import Activity
from optimizer.models import Decision, Order, Proposal
from optimizer.services.decisions import DecisionRefused, decide, resolve
from optimizer.services.policies import PolicyDraft, save_version
from optimizer.services.proposals import finish_run
from tests import factories
from tests.optimizer import plans

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


def approve(case: plans.Case, proposal: Proposal, *trades) -> list[Order]:
    return decide(proposal=proposal, user=case.alice, approved=[t.uuid for t in trades], rejected={})


def test_approved_trades_become_orders_in_the_order_of_the_proposal(case) -> None:
    proposal = plans.proposal(case)
    orders = approve(case, proposal, *proposal.trades.all())
    assert [(order.number, order.side, order.quantity) for order in orders] == [(1, "sell", 40), (2, "buy", 60)]


def test_when_every_trade_is_decided_the_proposal_is(case) -> None:
    proposal = plans.proposal(case)
    approve(case, proposal, *proposal.trades.all())
    proposal.refresh_from_db()
    assert proposal.status == "decided"


def test_a_part_may_be_approved_now_and_the_rest_later(case) -> None:
    proposal = plans.proposal(case)
    approve(case, proposal, plans.sale_of(proposal))
    approve(case, proposal, plans.purchase_of(proposal))
    assert Order.objects.count() == 2


def test_approving_twice_books_once(case) -> None:
    proposal = plans.proposal(case)
    approve(case, proposal, plans.sale_of(proposal))
    assert approve(case, proposal, plans.sale_of(proposal)) == []
    assert Order.objects.count() == 1


def test_another_tab_cannot_reject_what_is_approved(case) -> None:
    proposal = plans.proposal(case)
    sale = plans.sale_of(proposal)
    approve(case, proposal, sale)
    with pytest.raises(DecisionRefused, match="approved already"):
        decide(proposal=proposal, user=case.alice, approved=[], rejected={sale.uuid: "no"})


def test_a_purchase_without_the_sale_that_funds_it_is_refused_in_words(case) -> None:
    proposal = plans.proposal(case)
    with pytest.raises(DecisionRefused, match=r"short of cash: approve trade 1 \(sell XOM\) too"):
        approve(case, proposal, plans.purchase_of(proposal))
    assert not Decision.objects.exists()


def test_a_set_that_breaks_a_hard_cap_is_refused() -> None:
    case = plans.case(kind="sector_weight", subject="staples", high=Decimal("0.2"))
    proposal = plans.proposal(case)
    with pytest.raises(DecisionRefused, match=r"Consumer staples would be 28\.6%, over the limit of 20\.0%"):
        approve(case, proposal, *proposal.trades.all())


def test_a_cap_that_is_broken_already_is_no_objection_to_reducing() -> None:
    case = plans.case(kind="sector_weight", subject="energy", high=Decimal("0.2"))
    proposal = plans.proposal(case)
    assert len(approve(case, proposal, *proposal.trades.all())) == 2


def test_a_set_beyond_the_tax_budget_is_refused() -> None:
    case = plans.case(kind="tax_budget", high=Decimal(100), unit="money")
    proposal = plans.proposal(case)
    with pytest.raises(DecisionRefused, match=r"Tax would be \$120, over the budget of \$100"):
        approve(case, proposal, plans.sale_of(proposal))


def test_a_holding_without_a_price_counts_at_its_basis(case) -> None:
    proposal = plans.proposal(case)
    factories.buy(case.account, factories.instrument("NEW"), "1", "10", dt.date(2022, 12, 1))
    assert len(approve(case, proposal, *proposal.trades.all())) == 2


def test_one_trade_cannot_have_both_verdicts(case) -> None:
    proposal = plans.proposal(case)
    sale = plans.sale_of(proposal)
    with pytest.raises(DecisionRefused, match=r"Trade 1 is approved and rejected at once\. Choose one"):
        decide(proposal=proposal, user=case.alice, approved=[sale.uuid], rejected={sale.uuid: ""})


def test_trades_approved_before_count_with_the_set() -> None:
    case = plans.case(kind="turnover", high=Decimal("0.2"))
    proposal = plans.proposal(case)
    approve(case, proposal, plans.sale_of(proposal))
    with pytest.raises(DecisionRefused, match=r"Turnover would be 33\.3%"):
        approve(case, proposal, plans.purchase_of(proposal))


def test_a_rejection_keeps_its_reason(case) -> None:
    proposal = plans.proposal(case)
    decide(proposal=proposal, user=case.alice, approved=[], rejected={plans.sale_of(proposal).uuid: "Keep XOM."})
    assert Decision.objects.get().reason == "Keep XOM."


def test_a_closed_proposal_takes_no_decision(case) -> None:
    first = plans.proposal(case)
    plans.proposal(case)
    with pytest.raises(DecisionRefused, match="closed"):
        approve(case, first, plans.sale_of(first))


def test_an_overtaken_proposal_is_closed_and_says_why(case) -> None:
    proposal = plans.proposal(case)
    save_version(household=case.house, user=case.alice, draft=PolicyDraft(fields={"strategy": "equal_weight"}))
    with pytest.raises(DecisionRefused, match="expired"):
        approve(case, proposal, plans.sale_of(proposal))
    proposal.refresh_from_db()
    assert proposal.status == "expired"


def test_a_trade_of_another_household_is_refused(case) -> None:
    proposal = plans.proposal(case)
    with pytest.raises(DecisionRefused, match="another proposal"):
        decide(proposal=proposal, user=case.alice, approved=[uuid.uuid4()], rejected={})


def test_each_verdict_is_a_line_of_the_log(case) -> None:
    proposal = plans.proposal(case)
    approve(case, proposal, *proposal.trades.all())
    assert Activity.objects.filter(verb="trade.approved").count() == 2


def test_a_rejection_asks_for_the_next_proposal_with_the_approved_fixed(case) -> None:
    proposal = plans.proposal(case)
    sale, purchase = plans.sale_of(proposal), plans.purchase_of(proposal)
    run = resolve(
        proposal=proposal,
        user=case.alice,
        key=uuid.uuid4(),
        approved=[sale.uuid],
        rejected={purchase.uuid: "No more KO."},
    )
    assert run.params["parent"] == str(proposal.uuid)
    assert run.params["approved"] == [str(sale.uuid)]
    assert not Order.objects.exists()


def test_the_next_proposal_keeps_its_parent(case) -> None:
    proposal = plans.proposal(case)
    rejected = {plans.purchase_of(proposal).uuid: ""}
    run = resolve(proposal=proposal, user=case.alice, key=uuid.uuid4(), approved=[], rejected=rejected)
    claim = runs.claim(run.pk)
    runs.keep_snapshot(claim, proposal.run.snapshot, "e" * 64)
    child = finish_run(claim, plans.plan(case))
    assert child.parent == proposal


def test_asking_twice_with_one_key_makes_one_run(case) -> None:
    proposal = plans.proposal(case)
    key, rejected = uuid.uuid4(), {plans.purchase_of(proposal).uuid: ""}
    ask = {"proposal": proposal, "user": case.alice, "key": key, "approved": [], "rejected": rejected}
    assert resolve(**ask) == resolve(**ask)


def test_while_one_is_computed_a_second_is_not_asked_for(case) -> None:
    proposal = plans.proposal(case)
    plans.claimed(case)
    with pytest.raises(DecisionRefused, match="computed already"):
        resolve(
            proposal=proposal,
            user=factories.user(),
            key=uuid.uuid4(),
            approved=[],
            rejected={plans.sale_of(proposal).uuid: ""},
        )
