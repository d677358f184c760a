"""What a household owns, and broker files, over the API."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import Household
from holdings.models import BrokerageAccount, Valuation
from holdings.services.ledger import void
from tests import callers, factories
from tests.holdings.api.files import TRANSACTIONS

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> BrokerageAccount:
    account = factories.account(factories.household())
    factories.deposit(account, "10000")
    factories.buy(account, factories.instrument("XOM"), "50.123456789", "80.1", dt.date(2021, 3, 1))
    return account


@pytest.fixture
def house(account) -> Household:
    return account.household


@pytest.fixture
def client(house) -> APIClient:
    return callers.by_token(house, factories.user())


def rows(client: APIClient, house: Household, path: str) -> list[dict]:
    return client.get(callers.url(house, path)).json()["results"]


def upload(client: APIClient, account: BrokerageAccount, content: bytes = TRANSACTIONS) -> Response:
    file = SimpleUploadedFile("xom.csv", content, "text/csv")
    form = {"account": str(account.uuid), "file": file}
    return client.post(callers.url(account.household, "imports"), form, format="multipart")


def act(client: APIClient, account: BrokerageAccount, batch: str, verb: str, **data: str) -> Response:
    return client.post(callers.url(account.household, f"imports/{batch}/{verb}"), data)


def test_an_account_names_its_owner_and_its_cash_to_the_last_digit(account, house, client) -> None:
    (row,) = rows(client, house, "accounts")
    assert (row["owner"], row["cash"]) == ("Ana", "5985.1111112011")
    assert row["uuid"] == str(account.uuid)


def test_a_lot_is_text_to_the_last_digit(account, house, client) -> None:
    (row,) = rows(client, house, "lots")
    assert (row["symbol"], row["quantity"], row["basis"]) == ("XOM", "50.123456789", "4014.8888887989")
    assert (row["account"], row["acquired"]) == (str(account.uuid), "2021-03-01")


def test_an_unknown_basis_is_null_and_not_zero(account, house, client) -> None:
    account.lots.update(basis=None, acquired=None)
    (row,) = rows(client, house, "lots")
    assert (row["basis"], row["acquired"]) == (None, None)


def test_transactions_come_newest_first_with_the_reason_of_a_void(account, house, client) -> None:
    void(rows=[account.transactions.get(kind="buy")], reason="entered twice", user=None)
    newest, oldest = rows(client, house, "transactions")
    assert (newest["kind"], newest["void_reason"]) == ("buy", "entered twice")
    assert (oldest["symbol"], oldest["instrument"], oldest["void_reason"]) == ("", None, None)


def test_a_sale_shows_its_gain(account, house, client) -> None:
    factories.sell(account, factories.instrument("XOM"), "10", "90.1", dt.date(2022, 6, 1))
    (row,) = rows(client, house, "gains")
    assert (row["gain"], row["term"], row["proceeds"]) == ("100", "long", "901")


def test_valuations_name_their_account_and_day(account, house, client) -> None:
    day = dt.date(2022, 12, 28)
    Valuation.objects.create(account=account, date=day, value=Decimal("10000.10"), cash=Decimal("5985.11"))
    (row,) = rows(client, house, "valuations")
    assert row == {
        "account": str(account.uuid),
        "date": "2022-12-28",
        "value": "10000.1",
        "cash": "5985.11",
        "inflow": "0",
        "outflow": "0",
    }


def test_an_uploaded_file_is_previewed_and_books_nothing(account, house, client) -> None:
    response = upload(client, account)
    assert (response.status_code, response.json()["status"]) == (201, "preview")
    found = rows(client, house, f"imports/{response.json()['uuid']}/rows")
    assert [row["status"] for row in found] == ["ready", "ready"]
    assert found[0]["raw"]["Symbol"] == "XOM"
    assert account.transactions.count() == 2


def test_confirming_twice_books_once(account, client) -> None:
    batch = upload(client, account).json()["uuid"]
    answers = [act(client, account, batch, "confirm").json()["status"] for _ in range(2)]
    assert answers == ["confirmed", "confirmed"]
    assert account.transactions.count() == 4


def test_undoing_takes_all_of_it_out_again_with_its_reason(account, house, client) -> None:
    batch = upload(client, account).json()["uuid"]
    act(client, account, batch, "confirm")
    for _ in range(2):
        assert act(client, account, batch, "undo", reason="wrong account").json()["status"] == "undone"
    reasons = {row["void_reason"] for row in rows(client, house, "transactions")}
    assert reasons == {None, "wrong account"}
    assert rows(client, house, "accounts")[0]["cash"] == "5985.1111112011"


def test_what_later_rows_rest_on_is_not_undone_and_says_why(account, client) -> None:
    buy = TRANSACTIONS.splitlines()[0] + b'\n"12/01/2022","Buy","XOM","EXXON","10","$100.00","","-$1000.00"\n'
    batch = upload(client, account, buy).json()["uuid"]
    act(client, account, batch, "confirm")
    factories.sell(account, factories.instrument("XOM"), "60", "90", dt.date(2022, 12, 5))
    response = act(client, account, batch, "undo")
    assert response.status_code == 400
    assert "XOM" in response.json()["detail"]


@pytest.mark.parametrize("content", [b"hello", b"\x00\xff\xfe", b"PK\x03\x04", b'"a","b"\n"1","2"\n'])
def test_what_is_no_broker_file_is_refused_in_words(content: bytes, account, client) -> None:
    response = upload(client, account, content)
    assert response.status_code == 400
    assert len(response.json()["file"][0]) > 20


def test_an_empty_file_or_none_is_refused(account, client) -> None:
    assert list(upload(client, account, b"").json()) == ["file"]
    assert set(client.post(callers.url(account.household, "imports"), {}).json()) == {"account", "file"}


def test_a_file_for_an_account_of_another_household_is_not_taken(account, client) -> None:
    foreign = factories.account(factories.household(factories.user("charlie")))
    form = {"account": str(foreign.uuid), "file": SimpleUploadedFile("xom.csv", TRANSACTIONS)}
    assert client.post(callers.url(account.household, "imports"), form, format="multipart").status_code == 404
    assert not foreign.imports.exists()


def test_an_import_that_does_not_exist_is_not_found(account, client) -> None:
    assert act(client, account, str(uuid.uuid4()), "confirm").status_code == 404
