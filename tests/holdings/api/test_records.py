"""Transactions by hand, statements and differences over the API."""

import datetime as dt

import pytest
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import Activity, Household
from holdings.models import BrokerageAccount, Difference, Transaction
from holdings.services.reconcile import compare
from tests import callers, factories
from tests.holdings.statements import statement, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> BrokerageAccount:
    """50 XOM for 4,000 and 6,000 of cash; the broker says 53 shares."""
    account = factories.account(factories.household())
    factories.deposit(account, "10000")
    xom = factories.instrument("XOM")
    factories.buy(account, xom, "50", "80", dt.date(2021, 3, 1))
    states(statement(account), xom, "53")
    compare(account=account)
    return account


@pytest.fixture
def house(account) -> Household:
    return account.household


@pytest.fixture
def client(house) -> APIClient:
    return callers.by_token(house, factories.user())


def post(client: APIClient, house: Household, path: str, **data: object) -> Response:
    return client.post(callers.url(house, path), data, format="json")


def sale(account: BrokerageAccount, **changes: object) -> dict[str, object]:
    given = {"account": str(account.uuid), "kind": "sell", "symbol": "XOM", "trade_date": "2022-06-01"}
    return given | {"quantity": "-10", "cash": "900"} | changes


def test_a_transaction_is_booked_and_shown_to_the_last_digit(account, house, client) -> None:
    answer = post(client, house, "transactions", **sale(account, cash="900.000000001"))
    assert answer.status_code == 201
    assert (answer.json()["quantity"], answer.json()["cash"]) == ("-10", "900.000000001")
    assert account.lots.get().quantity == 40


def test_a_distribution_has_the_character_that_the_caller_gives(account, house, client) -> None:
    paid = sale(account, kind="dividend", quantity="0", cash="40", character="exempt")
    assert post(client, house, "transactions", **paid).json()["character"] == "exempt"
    assert "character" in post(client, house, "transactions", **paid | {"character": "tax free"}).json()


def test_a_sale_may_name_its_lots(account, house, client) -> None:
    other = factories.buy(account, factories.instrument("XOM"), "20", "90", dt.date(2022, 1, 3))
    post(client, house, "transactions", **sale(account, picks=[{"lot": other, "quantity": "10"}]))
    assert account.lots.get(key=other).quantity == 10


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": "-1000"}, "detail"),
        ({"quantity": "10"}, "detail"),
        ({"quantity": "-99999999999"}, "detail"),
        ({"kind": "gift"}, "kind"),
        ({"trade_date": "2023-06-01"}, "trade_date"),
        ({"instrument": "9d5a3a05-6a94-44ce-9d4e-9b5ae9d93a55"}, "instrument"),
    ],
)
def test_what_cannot_be_booked_is_refused_in_words(account, house, client, changes: dict, field: str) -> None:
    answer = post(client, house, "transactions", **sale(account, **changes))
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert account.transactions.count() == 2


def test_an_account_of_another_household_is_not_found(house, client) -> None:
    foreign = factories.account(factories.household(factories.user("charlie")))
    assert post(client, house, "transactions", **sale(foreign)).status_code == 404


def test_taking_out_keeps_the_reason_and_twice_is_once(account, house, client) -> None:
    row = account.transactions.get(kind="buy")
    for _ in range(2):
        answer = post(client, house, f"transactions/{row.uuid}/void", reason="entered twice")
        assert answer.json()["void_reason"] == "entered twice"
    assert Activity.objects.filter(verb="transaction.voided").count() == 1


def test_a_correction_answers_with_what_stands_now(account, house, client) -> None:
    row = account.transactions.get(kind="buy")
    fields = {"kind": "buy", "symbol": "XOM", "trade_date": "2021-03-01", "quantity": "50", "cash": "-4005"}
    answer = post(client, house, f"transactions/{row.uuid}/correct", **fields, reason="commission")
    assert answer.json()["cash"] == "-4005"
    assert Transaction.objects.get(pk=row.pk).void.reason == "commission"


def test_statements_and_differences_are_listed(account, house, client) -> None:
    (stated,) = client.get(callers.url(house, "statements")).json()["results"]
    (row,) = client.get(callers.url(house, "differences")).json()["results"]
    assert (stated["kind"], stated["as_of"], row["statement"]) == ("positions", "2022-12-27", stated["uuid"])
    assert (row["symbol"], row["stated"], row["ledger"], row["state"]) == ("XOM", "53", "50", "open")


def test_a_difference_is_accepted_with_a_reason(house, client) -> None:
    path = f"differences/{Difference.objects.get().uuid}/accept"
    assert post(client, house, path).status_code == 400
    answer = post(client, house, path, reason="a gift under way").json()
    assert (answer["state"], answer["reason"]) == ("accepted", "a gift under way")


def test_a_difference_is_settled_by_what_it_offers(account, house, client) -> None:
    path = f"differences/{Difference.objects.get().uuid}/settle"
    answer = post(client, house, path, fix="opening", reason="older than the history", basis="120")
    assert answer.json()["state"] == "settled"
    assert account.lots.get(opening__kind="opening").basis == 120


def test_a_fix_that_does_not_fit_is_refused(house, client) -> None:
    path = f"differences/{Difference.objects.get().uuid}/settle"
    answer = post(client, house, path, fix="cash", reason="x")
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])


def test_a_reading_token_books_nothing(account, house) -> None:
    reader = callers.by_token(house, factories.user(), "read")
    assert post(reader, house, "transactions", **sale(account)).status_code == 403
