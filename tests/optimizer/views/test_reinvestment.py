"""Reinvestment to turn off, as the members of a household see it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.http import HttpResponse
from django.test import Client

from optimizer import selectors
from optimizer.models import ReinvestmentTask
from tests import factories
from tests.optimizer import plans
from tests.optimizer.services.test_reinvestment import distribution, loss
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    made = plans.case()
    distribution(made.account, made.xom, reinvested=True)
    loss(made)
    return made


@pytest.fixture
def alice(case: plans.Case) -> Client:
    return visitor(case.alice)


def task(case: plans.Case) -> ReinvestmentTask:
    return selectors.reinvestment_tasks(case.house).get()


def text(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def click(client: Client, case: plans.Case, done: str = "yes", back: str = "orders") -> HttpResponse:
    url = address(case.house, "reinvestment_tick", task=task(case).uuid)
    return client.post(url, {"done": done, "back": back})


@pytest.mark.parametrize(("page", "named"), [("orders", {}), ("proposal", {"number": 1})])
def test_it_is_shown_with_its_account_and_day(
    case: plans.Case, alice: Client, page: str, named: dict[str, int]
) -> None:
    said = text(alice.get(address(case.house, page, **named)))

    assert "Reinvestment to turn off" in said
    assert "XOM in taxable 28 Jan 2023 I turned it off" in said


def test_a_click_says_who_turned_it_off(case: plans.Case, alice: Client) -> None:
    answer = click(alice, case)

    assert answer["Location"] == address(case.house, "orders")
    assert "Turned off alice@example.com" in text(alice.get(address(case.house, "orders")))


def test_a_click_on_the_proposal_leads_back_to_it(case: plans.Case, alice: Client) -> None:
    assert click(alice, case, back="1")["Location"] == address(case.house, "proposal", number=1)


def test_a_second_click_changes_nothing(case: plans.Case, alice: Client) -> None:
    click(alice, case)
    first = task(case).done_at
    click(alice, case)

    assert task(case).done_at == first


def test_a_viewer_may_look_and_not_tick(case: plans.Case) -> None:
    factories.join(case.house, "vera", "viewer")
    vera = visitor(factories.user("vera"))

    assert "not yet" in text(vera.get(address(case.house, "orders")))
    assert click(vera, case).status_code == 403


def test_another_household_has_no_such_task(case: plans.Case) -> None:
    other = factories.household(factories.user("bob"))
    url = address(other, "reinvestment_tick", task=task(case).uuid)

    assert visitor(factories.user("bob")).post(url, {"done": "yes"}).status_code == 404
    assert click(visitor(factories.user("bob")), case).status_code == 404


def test_a_task_whose_day_has_passed_is_gone(case: plans.Case, alice: Client) -> None:
    case.house.clock = dt.date(2023, 3, 1)
    case.house.save()

    assert "Reinvestment to turn off" not in text(alice.get(address(case.house, "orders")))
