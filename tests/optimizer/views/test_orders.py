"""Orders as their members see them: filled, placed, cancelled, exported."""

from __future__ import annotations

import csv
import io
import re
import uuid
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from holdings.models import FillConfirmation, Import, ImportRow
from optimizer.models import Fill, Order
from optimizer.services import decisions
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
def sale(case: plans.Case) -> Order:
    return approved(case)[0]


def approved(case: plans.Case) -> list[Order]:
    proposal = plans.proposal(case)
    trades = [trade.uuid for trade in proposal.trades.all()]
    return decisions.decide(proposal=proposal, user=case.alice, approved=trades, rejected={})


def text(client: Client, case: plans.Case) -> str:
    page = client.get(address(case.house, "orders"))
    assert page.status_code == 200
    return plain(page)


def plain(page: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def fill(client: Client, order: Order, **changes: str) -> HttpResponse:
    whole = {"key": str(uuid.uuid4()), "date": "2022-12-29", "quantity": "40", "price": "100", "fees": ""}
    return client.post(address(order.household, "order_fill", order=order.uuid), whole | changes)


# The page


def test_orders_stand_by_account_with_sales_first(case, alice, sale) -> None:
    shown = text(alice, case)
    assert "2 open orders" in shown
    assert "1 Reduce XOM order 1 of proposal 1 , lot 1 Mar 2021 40 sh 100.00 4,000 Approved" in shown
    assert shown.index("Reduce XOM") < shown.index("Increase KO")


def test_the_page_says_that_nothing_is_placed_and_settlement_is_not_modelled(case, alice, sale) -> None:
    assert "Ballast places no order, and settlement is not modelled" in text(alice, case)


def test_without_orders_the_way_to_the_proposals_is_shown(case, alice) -> None:
    shown = alice.get(address(case.house, "orders")).content.decode()
    assert "No order yet" in shown
    assert address(case.house, "proposals") in shown


def test_the_page_costs_the_same_however_many_orders_there_are(
    case, alice, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    factories.deposit(case.account, "20000")
    for _ in range(4):
        for order in approved(case):
            Order.objects.filter(pk=order.pk).update(status="cancelled" if order.number % 2 else "placed")
    with django_assert_max_num_queries(15):
        alice.get(address(case.house, "orders"))


# Recording a fill


def test_a_fill_is_recorded_with_its_own_price_date_and_fees(case, alice, sale) -> None:
    assert fill(alice, sale, price="99.5", fees="1.25").url == address(case.house, "orders")
    booked = Fill.objects.get()
    assert (booked.price, booked.fees, str(booked.date)) == (Decimal("99.5"), Decimal("1.25"), "2022-12-29")
    assert "40 at 99.5000, 29 Dec 2022, fees 1.25" in text(alice, case)


def test_a_partial_fill_leaves_the_rest_open(case, alice, sale) -> None:
    fill(alice, sale, quantity="15")
    shown = text(alice, case)
    assert "25 sh of 40" in shown
    assert "Partly filled" in shown


def test_the_same_form_sent_twice_records_once(alice, sale) -> None:
    key = str(uuid.uuid4())
    for _ in range(2):
        assert fill(alice, sale, key=key).status_code == 302
    assert Fill.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"price": "abc"}, "Enter a number."),
        ({"price": "0"}, "greater than or equal to"),
        ({"quantity": ""}, "This field is required."),
        ({"quantity": "41"}, "Order 1 has 40 shares left; the fill names 41."),
        ({"date": "2022-12-27"}, "The trade date lies between 28 Dec 2022 and 29 Dec 2022."),
        ({"date": "2023-06-01"}, "The trade date lies between 28 Dec 2022 and 29 Dec 2022."),
        ({"fees": "-1"}, "greater than or equal to 0"),
    ],
)
def test_a_wrong_value_is_told_in_place_and_what_was_typed_is_kept(alice, sale, changes, said) -> None:
    page = fill(alice, sale, **{"price": "98.76", **changes})
    assert page.status_code == 409
    assert said in plain(page)
    typed = {"price": "98.76", **changes}["price"]
    assert f'value="{typed}"' in page.content.decode()
    assert f'class="opened no-print is-open" id="record-{sale.uuid}"' in page.content.decode()
    assert not Fill.objects.exists()


def test_a_closed_order_takes_no_fill(case, alice, sale) -> None:
    alice.post(address(case.house, "order_cancel", order=sale.uuid))
    page = alice.post(fill(alice, sale).url, follow=True)
    assert not Fill.objects.exists()
    assert page.status_code == 200


def test_an_import_that_confirmed_a_fill_shows_the_price_difference(case, alice, sale) -> None:
    fill(alice, sale)
    batch = Import.objects.create(
        household=case.account.household, account=case.account, format="schwab", file_name="a.csv", file_hash="0"
    )
    row = ImportRow.objects.create(batch=batch, number=1, raw=[], draft={}, status="confirms")
    booked = Fill.objects.get().transaction
    FillConfirmation.objects.create(transaction=booked, row=row, price_difference=Decimal("-0.03"))
    assert "confirmed by an import, −0.0300 a share" in text(alice, case)


# Placing, cancelling, paper


def test_orders_are_marked_as_placed(case, alice, sale) -> None:
    alice.post(address(case.house, "orders_placed"), {"order": [str(sale.uuid)]})
    sale.refresh_from_db()
    assert sale.status == "placed"


def test_a_cancelled_order_is_listed_as_such(case, alice, sale) -> None:
    alice.post(address(case.house, "order_cancel", order=sale.uuid))
    shown = text(alice, case)
    assert "1 open order" in shown
    assert "Cancelled" in shown


def test_cancelling_twice_says_that_it_is_closed(case, alice, sale) -> None:
    url = address(case.house, "order_cancel", order=sale.uuid)
    alice.post(url)
    assert "Order 1 is closed already." in alice.post(url, follow=True).content.decode()


def test_a_paper_household_fills_all_at_once(case, alice, sale) -> None:
    page = alice.post(address(case.house, "orders_paper"), follow=True)
    assert "2 orders filled on paper." in page.content.decode()
    assert set(Order.objects.values_list("status", flat=True)) == {"filled"}
    assert case.account.lots.get(key=case.lot).quantity == 60


def test_pressing_the_paper_button_twice_fills_once(case, alice, sale) -> None:
    for _ in range(2):
        alice.post(address(case.house, "orders_paper"))
    assert Fill.objects.count() == 2


def test_a_real_household_has_no_paper_button_and_refuses_the_request(case, alice, sale) -> None:
    case.house.kind = "real"
    case.house.save()
    assert "on paper" not in text(alice, case)
    page = alice.post(address(case.house, "orders_paper"), follow=True)
    assert "Record what your broker reports." in page.content.decode()
    assert not Fill.objects.exists()


# The file


def rows(client: Client, case: plans.Case) -> list[dict[str, str]]:
    response = client.get(address(case.house, "orders_csv"))
    assert response["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def test_the_file_numbers_sales_before_purchases_and_names_the_lot(case, alice, sale) -> None:
    first, second = rows(alice, case)
    assert (first["Number"], first["Action"], first["Symbol"], first["Shares"]) == ("1", "Sell", "XOM", "40")
    assert (first["Lot acquired"], first["Lot shares held"]) == ("2021-03-01", "100")
    assert (second["Number"], second["Action"], second["Lot acquired"]) == ("2", "Buy", "")


def test_the_file_names_the_shares_that_are_left(case, alice, sale) -> None:
    fill(alice, sale, quantity="15")
    assert rows(alice, case)[0]["Shares"] == "25"


def test_no_cell_of_the_file_is_a_formula(case, alice, sale) -> None:
    case.account.name = "=HYPERLINK(1)"
    case.account.save()
    assert rows(alice, case)[0]["Account"] == "'=HYPERLINK(1)"


# Who may


@pytest.mark.parametrize("name", ["orders", "orders_csv"])
def test_a_stranger_sees_no_orders(case, sale, name) -> None:
    assert visitor(factories.user("charlie")).get(address(case.house, name)).status_code == 404


def test_a_role_that_only_looks_changes_nothing(case, sale) -> None:
    bob = visitor(factories.join(case.house, "bob", "read_only"))
    shown = bob.get(address(case.house, "orders")).content.decode()
    assert "Reduce XOM" in shown
    assert "Record fill" not in shown
    posts = [
        fill(bob, sale),
        bob.post(address(case.house, "orders_paper")),
        bob.post(address(case.house, "orders_placed")),
    ]
    posts.append(bob.post(address(case.house, "order_cancel", order=sale.uuid)))
    assert {response.status_code for response in posts} == {403}


def test_an_order_of_another_household_is_not_found(case, alice, sale) -> None:
    other = factories.household(case.alice)
    assert alice.post(address(other, "order_cancel", order=sale.uuid)).status_code == 404
