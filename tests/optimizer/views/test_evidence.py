"""The pages of evidence: what is stored, what is missing, and asking for it."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Run
from holdings.models import Instrument, TradingSession
from optimizer import tasks
from optimizer.models import Evidence
from optimizer.pages.evidence import PARTS, Part
from optimizer.services import evidence
from optimizer.services.policies import PolicyDraft, save_version
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    return markets.market()


@pytest.fixture
def alice(market: Market) -> Client:
    return visitor(market.alice)


def page(client: Client, market: Market) -> str:
    return client.get(address(market.house, "evidence_part", slug="concentration")).content.decode()


def found(market: Market) -> Evidence:
    run = evidence.request(
        household=market.house, user=market.alice, kind=Evidence.Kind.CONCENTRATION, key=uuid.uuid4()
    )
    tasks.evidence(run.pk)
    return Evidence.objects.get()


def test_before_anything_is_computed_the_page_says_what_would_stand_there(market, alice) -> None:
    shown = page(alice, market)
    assert "Not computed yet" in shown
    assert "Which holdings the risk comes from" in shown


def test_the_page_shows_the_stored_result_its_date_and_its_inputs(market, alice) -> None:
    row = found(market)
    shown = page(alice, market)
    assert "XOM is" in shown
    assert "At the close of 28 Dec 2022" in shown
    assert row.inputs_hash[:8] in shown


def test_a_press_asks_once_however_often_it_is_sent(market, alice) -> None:
    url = address(market.house, "evidence_find", slug="concentration")
    typed = form_of(alice, address(market.house, "evidence_part", slug="concentration"))
    answers = [alice.post(url, typed) for _ in range(2)]
    run = Run.objects.get(kind=Run.Kind.EVIDENCE)
    assert {answer["Location"] for answer in answers} == {address(market.house, "run", run=run.uuid)}
    assert "It is being computed" in page(alice, market)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.slug)
def test_every_part_can_be_asked_for(market, alice, part: Part) -> None:
    factories.goal(market.house)
    url = address(market.house, "evidence_find", slug=part.slug)
    assert alice.post(url, {"key": uuid.uuid4()}).status_code == 302
    assert [run.params["kind"] for run in Run.objects.all()] == [part.kind]


@pytest.mark.parametrize(("currency", "said"), [("USD", False), ("EUR", True)])
def test_exchange_rates_that_are_left_out_are_named(market, alice, currency, said) -> None:
    found(market)
    Instrument.objects.filter(symbol="XOM").update(currency=currency)
    assert ("What is quoted in EUR counts by its prices in that currency" in page(alice, market)) is said


CASH_ALONE = {"concentration", "factors", "volatility", "regimes", "correlation", "stress"}


@pytest.mark.parametrize("kind", sorted(CASH_ALONE))
def test_a_household_of_cash_alone_has_evidence_without_risk(kind) -> None:
    alice = factories.user()
    house = factories.household(alice)
    factories.deposit(factories.account(house), "50000")
    save_version(
        household=house, user=alice, draft=PolicyDraft(fields={}, targets=[(None, Decimal(1))], constraints=[])
    )
    TradingSession.objects.get_or_create(calendar="XNYS", date=markets.TRADE_DATE)
    run = evidence.request(household=house, user=alice, kind=kind, key=uuid.uuid4())
    tasks.evidence(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error) == ("done", "")
    slug = "signals" if kind == "factors" else kind
    shown = visitor(alice).get(address(house, "evidence_part", slug=slug))
    assert shown.status_code == 200
    assert "Compute again" in shown.content.decode()


def test_a_failed_attempt_is_told_beside_what_stood_before(market, alice) -> None:
    found(market)
    market.house.policy.delete()
    run = evidence.request(
        household=market.house, user=market.alice, kind=Evidence.Kind.CONCENTRATION, key=uuid.uuid4()
    )
    tasks.evidence(run.pk)
    shown = page(alice, market)
    assert "Evidence needs goals" in shown
    assert "XOM is" in shown


def test_an_unknown_part_and_another_household_are_not_found(market, alice) -> None:
    assert alice.get(address(market.house, "evidence_part", slug="nothing")).status_code == 404
    stranger = visitor(factories.user("bob"))
    assert stranger.get(address(market.house, "evidence_part", slug="concentration")).status_code == 404


def test_queries_do_not_grow_with_the_rows(market, alice, django_assert_max_num_queries) -> None:
    found(market)
    with django_assert_max_num_queries(10):
        page(alice, market)
