import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import runs
from accounts.models import Activity
from optimizer import selectors
from optimizer.models import Decision, Order, Proposal
from optimizer.services.approval import objections
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


def limit(case: plans.Case, *constraints: dict[str, object]) -> None:
    """The next version of the policy, with these limits."""
    draft = PolicyDraft(fields={"strategy": "fixed_weights"}, constraints=list(constraints))
    save_version(household=case.house, user=case.alice, draft=draft)


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


def test_a_set_beyond_the_budget_of_net_gains_is_refused() -> None:
    case = plans.case(kind="gain_budget", high=Decimal(700), unit="money")
    proposal = plans.proposal(case)
    with pytest.raises(DecisionRefused, match=r"Net gains of the year would be \$800, over the budget of \$700"):
        approve(case, proposal, plans.sale_of(proposal))


def test_a_set_beyond_its_short_term_gains_is_refused() -> None:
    case = plans.case(kind="no_short_gains", high=Decimal(700), unit="money")
    plan = plans.plan(case)
    short = tuple(replace(trade, term="short") if trade.side == "sell" else trade for trade in plan.trades)
    proposal = finish_run(plans.claimed(case), replace(plan, trades=short))
    with pytest.raises(DecisionRefused, match=r"Short-term gains would be \$800; \$700 are allowed"):
        approve(case, proposal, plans.sale_of(proposal))


def test_a_set_that_leaves_a_class_outside_its_kind_of_account_is_refused() -> None:
    """10,000 of 15,500 are equity in the taxable account already; 3,000 more make it 83.9 %."""
    row = {"kind": "location", "subject": "equity", "place": "traditional_ira", "high": Decimal("0.7")}
    case = plans.case(**row)
    factories.deposit(case.account, "5000")
    proposal = plans.proposal(case)
    bought = proposal.trades.get(side="buy")
    with pytest.raises(DecisionRefused, match=r"outside accounts of the kind .*IRA would be 83\.9%, over"):
        approve(case, proposal, bought)


def test_a_set_beyond_a_sum_of_weights_is_refused() -> None:
    """0.5 x 3,000 of KO less 0.1 x 6,000 of XOM, of 10,500."""
    case = plans.case()
    terms = {str(case.ko.uuid): "0.5", str(case.xom.uuid): "-0.1"}
    limit(case, {"kind": "custom", "terms": terms, "high": Decimal("0.08")})
    proposal = plans.proposal(case)
    with pytest.raises(DecisionRefused, match=r"The weighted sum of KO, XOM would be 8\.6%, over the limit of 8\.0%"):
        approve(case, proposal, *proposal.trades.all())


@pytest.mark.parametrize(("own", "other", "weight"), [("taxable", "401k", "19.0%"), ("401k", "taxable", "9.5%")])
def test_weights_count_tax_deferred_accounts_after_tax(own: str, other: str, weight: str) -> None:
    """10,500 in each account, of which the deferred one counts half: 3,000 or 1,500 of KO in 15,750."""
    case = plans.case()
    type(case.account).objects.filter(pk=case.account.pk).update(kind=own)
    factories.deposit(factories.account(case.house, other), "10500")
    cap = {"kind": "instrument_weight", "subject": str(case.ko.uuid), "high": Decimal("0.05")}
    limit(case, cap, {"kind": "after_tax", "rate": Decimal("0.5")})
    proposal = plans.proposal(case)
    with pytest.raises(DecisionRefused, match=f"KO would be {weight}"):
        approve(case, proposal, *proposal.trades.all())


def test_open_orders_of_other_proposals_move_weights_after_tax_too() -> None:
    """The 1,500 that 3,000 of KO in the 401(k) count, twice, in 15,750 less costs."""
    case = plans.case()
    type(case.account).objects.filter(pk=case.account.pk).update(kind="401k")
    factories.deposit(factories.account(case.house), "10500")
    cap = {"kind": "instrument_weight", "subject": str(case.ko.uuid), "high": Decimal("0.1")}
    limit(case, cap, {"kind": "after_tax", "rate": Decimal("0.5")})
    first = plans.proposal(case)
    approve(case, first, *first.trades.all())
    second = plans.proposal(case)
    with pytest.raises(DecisionRefused, match=r"KO would be 19\.0%"):
        approve(case, second, *second.trades.all())


def test_two_planned_withdrawals_of_an_account_are_both_kept() -> None:
    """1,496.50 would be left: enough for either of 800, not for both."""
    case = plans.case()
    out = {"kind": "withdrawal", "subject": str(case.account.uuid), "low": Decimal(800), "unit": "money"}
    limit(case, *({**out, "date": dt.date(2023, month, 1)} for month in (1, 2)))
    proposal = plans.proposal(case)
    with pytest.raises(DecisionRefused, match=r"would be \$104 short of cash"):
        approve(case, proposal, *proposal.trades.all())


def queries(proposal: Proposal) -> int:
    fresh = Proposal.objects.get(pk=proposal.pk)
    trades = list(selectors.trades(fresh))
    with CaptureQueriesContext(connection) as asked:
        assert objections(fresh, trades) == []
    return len(asked)


def test_approving_asks_the_database_as_often_for_many_instruments_as_for_few() -> None:
    case = plans.case(kind="each_stock", high=Decimal("0.9"))
    proposal = plans.proposal(case)
    few = queries(proposal)
    for number in range(8):
        stock = factories.instrument(f"NEW{number}", "10", sector="energy", house=case.house)
        factories.buy(case.account, stock, "1", "10", dt.date(2022, 12, 1))
    assert queries(proposal) == few


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
