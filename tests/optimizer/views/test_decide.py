"""Approving and rejecting on the proposal's page."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import Run
from optimizer.models import Decision, Order, Proposal
from optimizer.services import proposals
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


@pytest.fixture
def alice(case: plans.Case) -> Client:
    return visitor(case.alice)


@pytest.fixture
def proposal(case: plans.Case) -> Proposal:
    return plans.proposal(case)


def post(client: Client, proposal: Proposal, action: str, key: str = "", **marks: str) -> HttpResponse:
    """Marks by side: sell="approve", buy="reject: why"."""
    fields = {"action": action, "key": key or str(uuid.uuid4())}
    for side, mark in marks.items():
        trade = proposal.trades.get(side=side)
        verdict, _, reason = mark.partition(": ")
        fields |= {f"decision-{trade.uuid}": verdict, f"reason-{trade.uuid}": reason}
    return client.post(address(proposal.household, "decide", number=proposal.number), fields)


def radio(proposal: Proposal, side: str, value: str) -> str:
    return f'name="decision-{proposal.trades.get(side=side).uuid}" value="{value}" checked'


def test_sending_makes_orders_of_the_approved_and_keeps_the_reasons_of_the_rejected(case, alice, proposal) -> None:
    response = post(alice, proposal, "send", sell="approve", buy="reject: Too much sugar")
    assert response.url == address(case.house, "orders")
    assert Order.objects.get().side == "sell"
    assert Decision.objects.get(verdict="rejected").reason == "Too much sugar"


def test_sending_twice_from_two_tabs_books_once(case, alice, proposal) -> None:
    first = post(alice, proposal, "send", sell="approve", buy="approve")
    second = post(alice, proposal, "send", sell="approve", buy="approve")
    assert (first.status_code, second.status_code) == (302, 409)
    assert "is closed (decided). Nothing was changed." in second.content.decode()
    assert Order.objects.count() == 2


def test_sending_one_trade_twice_books_it_once_while_others_are_open(case, alice, proposal) -> None:
    for _ in range(2):
        assert post(alice, proposal, "send", sell="approve").status_code == 302
    assert Order.objects.count() == 1


def test_a_decided_trade_shows_its_order_and_the_other_stays_open(case, alice, proposal) -> None:
    post(alice, proposal, "send", sell="approve")
    page = alice.get(address(case.house, "proposal", number=1)).content.decode()
    assert "Order 1" in page
    assert f"decision-{plans.purchase_of(proposal).uuid}" in page
    assert f"decision-{plans.sale_of(proposal).uuid}" not in page


def test_a_refusal_is_told_on_the_page_and_keeps_what_was_marked(case, alice, proposal) -> None:
    response = post(alice, proposal, "send", sell="reject: No", buy="approve")
    page = response.content.decode()
    assert response.status_code == 409
    assert "Nothing was decided" in page
    assert "short of cash" in page
    assert radio(proposal, "sell", "reject") in page
    assert radio(proposal, "buy", "approve") in page
    assert 'value="No"' in page
    assert not Decision.objects.exists()


def test_an_overtaken_proposal_is_not_decided_and_says_why(case, alice, proposal) -> None:
    factories.instrument("KO", "52", on=plans.TRADE_DATE)
    case.house.clock = plans.TRADE_DATE
    case.house.save()
    response = post(alice, proposal, "send", sell="approve", buy="approve")
    assert "The price of KO has moved by more than 2%." in response.content.decode()
    assert not Order.objects.exists()


def test_nothing_marked_is_nothing_decided(alice, proposal) -> None:
    response = post(alice, proposal, "send")
    assert "No trade is marked." in response.content.decode()


@pytest.mark.parametrize("mark", ["approve", "reject"])
def test_marking_the_rest_without_script_keeps_the_marks_and_decides_nothing(alice, proposal, mark) -> None:
    other = "reject" if mark == "approve" else "approve"
    page = post(alice, proposal, f"{mark}_rest", sell=other).content.decode()
    assert radio(proposal, "sell", other) in page
    assert radio(proposal, "buy", mark) in page
    assert not Decision.objects.exists()


def test_the_enter_key_in_a_reason_decides_nothing(alice, proposal) -> None:
    page = post(alice, proposal, "keep", sell="reject: Not this one").content.decode()
    assert page.index('value="keep"') < page.index('value="resolve"')
    assert 'value="Not this one"' in page
    assert not Decision.objects.exists()


def test_recording_rejections_makes_no_order_of_what_is_marked_approved(case, alice, proposal) -> None:
    response = post(alice, proposal, "reject", sell="approve", buy="reject: No")
    assert response.url == address(case.house, "proposal", number=1)
    assert Decision.objects.get().trade == plans.purchase_of(proposal)
    assert not Order.objects.exists()


def test_re_solving_rejects_and_computes_with_the_approved_fixed(case, alice, proposal) -> None:
    response = post(alice, proposal, "resolve", sell="approve", buy="reject: Too much sugar")
    run = Run.objects.get(status="queued", kind=Run.Kind.PROPOSE)
    assert response.url == address(case.house, "run", run=run.uuid)
    assert run.params["parent"] == str(proposal.uuid)
    assert run.params["approved"] == [str(plans.sale_of(proposal).uuid)]
    assert Decision.objects.get().reason == "Too much sugar"


def test_re_solving_twice_with_one_form_is_one_run(alice, proposal) -> None:
    key = str(uuid.uuid4())
    urls = {post(alice, proposal, "resolve", key, buy="reject").url for _ in range(2)}
    assert len(urls) == 1


def test_re_solving_needs_a_rejection(alice, proposal) -> None:
    response = post(alice, proposal, "resolve", sell="approve")
    assert "No trade is marked as rejected" in response.content.decode()
    assert not Run.objects.filter(status="queued", kind=Run.Kind.PROPOSE).exists()


def test_the_next_proposal_names_who_rejected_what(case, alice, proposal) -> None:
    post(alice, proposal, "resolve", buy="reject: Too much sugar")
    page = alice.get(address(case.house, "proposal", number=1)).content.decode()
    assert "Rejected by alice@example.com: “Too much sugar”" in page


def test_opening_the_address_of_the_form_leads_back_to_the_page(case, alice, proposal) -> None:
    response = alice.get(address(case.house, "decide", number=1))
    assert response.url == address(case.house, "proposal", number=1)


@pytest.mark.parametrize("fields", [{"action": "explode"}, {"action": "send", "decision-x": "approve"}, {}])
def test_a_form_of_another_make_is_refused(case, alice, proposal, fields) -> None:
    assert alice.post(address(case.house, "decide", number=1), fields).status_code == 400


def test_a_trade_of_another_proposal_is_not_taken(case, alice, proposal) -> None:
    newer = plans.proposal(case)
    foreign = {"action": "send", f"decision-{plans.sale_of(proposal).uuid}": "approve"}
    page = alice.post(address(case.house, "decide", number=newer.number), foreign).content.decode()
    assert "belongs to another proposal" in page


def test_a_stranger_and_a_role_that_only_looks_decide_nothing(case, proposal) -> None:
    bob = visitor(factories.join(case.house, "bob", "adviser"))
    charlie = visitor(factories.user("charlie"))
    assert post(charlie, proposal, "send", sell="approve").status_code == 404
    assert post(bob, proposal, "send", sell="approve").status_code == 403
    assert not Decision.objects.exists()


def test_a_closed_proposal_offers_no_decision(case, alice, proposal) -> None:
    proposals.expire(proposal, "It is over.")
    page = alice.get(address(case.house, "proposal", number=1)).content.decode()
    assert "decision-bar" not in page
    assert Decimal(0) == sum(order.quantity for order in Order.objects.all())
