import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts import runs
from accounts.models import Activity, Household, Run, TaxProfile
from holdings.models import Price, Transaction
from holdings.services.ledger import void
from optimizer import selectors
from optimizer.models import Proposal
from optimizer.services import expiry, proposals
from optimizer.services.policies import PolicyDraft, save_version
from tests import factories
from tests.optimizer import plans

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


def test_the_plan_is_written_whole_and_the_run_closed(case) -> None:
    proposal = plans.proposal(case)
    assert [trade.side for trade in proposal.trades.all()] == ["sell", "buy"]
    assert proposal.alternatives.get().name == "do_nothing"
    assert proposal.run.status == "done"


def test_a_trade_keeps_its_exact_numbers_and_the_date_of_its_lot(case) -> None:
    sale = plans.sale_of(plans.proposal(case))
    assert (sale.gain, sale.tax, sale.lot_acquired) == (Decimal(800), Decimal(120), dt.date(2021, 3, 1))


def test_a_worker_without_the_lease_leaves_no_proposal(case) -> None:
    claim = plans.claimed(case)
    Run.objects.filter(pk=claim.run.pk).update(heartbeat_at=timezone.now() - dt.timedelta(minutes=1))
    runs.claim(claim.run.pk)
    with pytest.raises(runs.LeaseLost):
        proposals.finish_run(claim, plans.plan(case))
    assert not Proposal.objects.exists()


def test_finishing_twice_writes_one_proposal(case) -> None:
    claim = plans.claimed(case)
    proposals.finish_run(claim, plans.plan(case))
    with pytest.raises(runs.LeaseLost):
        proposals.finish_run(claim, plans.plan(case))
    assert Proposal.objects.count() == 1


def test_a_new_proposal_supersedes_the_open_one(case) -> None:
    first = plans.proposal(case)
    second = plans.proposal(case)
    first.refresh_from_db()
    assert (first.status, second.status, second.number) == ("superseded", "open", 2)


def test_the_log_names_the_hash_of_the_input(case) -> None:
    plans.proposal(case)
    assert Activity.objects.get(verb="proposal.made").content_hash == "f" * 64


def test_a_fresh_proposal_is_not_stale(case) -> None:
    assert expiry.stale_reason(plans.proposal(case)) is None


def test_it_expires_after_five_sessions(case) -> None:
    proposal = plans.proposal(case)
    Household.objects.filter(pk=case.house.pk).update(clock=proposal.expires_on + dt.timedelta(days=1))
    proposal = Proposal.objects.get(pk=proposal.pk)
    assert "could be decided until" in expiry.stale_reason(proposal)


def test_it_expires_when_the_policy_changes(case) -> None:
    proposal = plans.proposal(case)
    save_version(household=case.house, user=case.alice, draft=PolicyDraft(fields={"strategy": "equal_weight"}))
    assert "version 2 holds now" in expiry.stale_reason(proposal)


def test_it_expires_when_a_tax_rate_changes(case) -> None:
    proposal = plans.proposal(case)
    TaxProfile.objects.filter(household=case.house).update(long_rate=Decimal("0.2"))
    assert "tax rates" in expiry.stale_reason(proposal)


def test_it_expires_when_a_traded_price_moves_by_more_than_two_per_cent(case) -> None:
    proposal = plans.proposal(case)
    Price.objects.filter(instrument=case.ko).update(close=Decimal("51.01"))
    assert "price of KO" in expiry.stale_reason(proposal)


def test_a_move_of_two_per_cent_is_borne(case) -> None:
    proposal = plans.proposal(case)
    Price.objects.filter(instrument=case.ko).update(close=Decimal(51))
    assert expiry.stale_reason(proposal) is None


def test_it_expires_when_a_traded_instrument_is_booked_elsewhere(case) -> None:
    proposal = plans.proposal(case)
    factories.sell(case.account, case.xom, "1", "100", dt.date(2022, 12, 27))
    assert "Holdings of XOM" in expiry.stale_reason(proposal)


def test_it_expires_when_a_booking_of_a_traded_instrument_is_voided(case) -> None:
    key = factories.buy(case.account, case.ko, "1", "50", dt.date(2022, 12, 1))
    proposal = plans.proposal(case)
    void(rows=[Transaction.objects.select_related("account").get(uuid=key)], reason="twice", user=None)
    assert "Holdings of KO" in expiry.stale_reason(proposal)


def test_it_is_stale_from_birth_when_a_booking_came_while_it_was_computed(case) -> None:
    claim = plans.claimed(case)
    factories.sell(case.account, case.xom, "1", "100", dt.date(2022, 12, 27))
    assert "Holdings of XOM" in expiry.stale_reason(proposals.finish_run(claim, plans.plan(case)))


def test_the_sweep_closes_what_is_overtaken_and_says_why(case) -> None:
    proposal = plans.proposal(case)
    save_version(household=case.house, user=case.alice, draft=PolicyDraft(fields={"strategy": "equal_weight"}))
    assert proposals.expire_overdue() == 1
    proposal.refresh_from_db()
    assert proposal.status == "expired"
    assert "version 1" in proposal.evidence["expired"]


def test_it_expires_when_an_account_is_taxed_otherwise(case) -> None:
    proposal = plans.proposal(case)
    proposal.evidence["kinds"] = {str(case.account.uuid): "taxable"}
    assert expiry.stale_reason(proposal) is None
    case.account.kind = "roth_ira"
    case.account.save(update_fields=["kind"])
    assert expiry.stale_reason(proposal) == "taxable is Roth IRA now."


@pytest.mark.parametrize(("status", "asked"), [("running", True), ("failed", True), ("done", False)])
def test_a_chosen_proposal_asks_for_the_alternatives_that_its_parent_lacked(case, status: str, asked: bool) -> None:
    parent = plans.proposal(case)
    Run.objects.filter(kind="alternatives").update(status=status)
    claim = plans.claimed(case, parent=str(parent.uuid), chosen="frontier_c")
    child = proposals.finish_run(claim, plans.plan(case))
    assert (selectors.alternatives_run(child) is not None) is asked
