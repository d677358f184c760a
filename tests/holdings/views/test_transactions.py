"""The list of transactions: filtered, paged, with what was taken out."""

import datetime as dt

import pytest
from django.test import Client

from holdings.models import Import, ImportRow, Transaction
from holdings.services.ledger import void
from tests import factories
from tests.holdings.views.houses import Hale, hale
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned() -> Hale:
    return hale()


@pytest.fixture
def alice(owned: Hale) -> Client:
    return visitor(factories.user())


def text(client: Client, owned: Hale, query: str = "") -> str:
    response = client.get(address(owned.house, "transactions") + query)
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_rows_newest_first(owned: Hale, alice: Client) -> None:
    page = text(alice, owned)
    assert page.index("20 Jan 2022") < page.index("10 Nov 2016")
    assert "−15,502.50" in page
    assert "Entered by hand" in page


@pytest.mark.parametrize(
    ("query", "kept", "gone"),
    [
        ("?kind=deposit", "+60,000.00", "PG<"),
        ("?symbol=cvx", "CVX", "PG<"),
        ("?symbol=none", "No such transaction", "PG<"),
    ],
)
def test_it_filters(owned: Hale, alice: Client, query: str, kept: str, gone: str) -> None:
    page = text(alice, owned, query)
    assert kept in page
    assert gone not in page


def test_it_filters_by_account(owned: Hale, alice: Client) -> None:
    page = text(alice, owned, f"?account={owned.ira.uuid}")
    assert "+20,000.40" in page
    assert "+60,000.00" not in page


def test_an_account_of_another_household_filters_nothing(owned: Hale, alice: Client) -> None:
    foreign = factories.account(factories.household(factories.user("charlie")))
    assert "+60,000.00" in text(alice, owned, f"?account={foreign.uuid}")


def test_a_row_that_was_taken_out_stays_with_its_reason(owned: Hale, alice: Client) -> None:
    void(rows=Transaction.objects.filter(instrument=owned.cvx), reason="Booked twice", user=factories.user())
    assert "Taken out: Booked twice" in text(alice, owned)


def test_it_shows_a_hundred_rows_a_page_in_a_fixed_number_of_queries(
    owned: Hale, alice: Client, django_assert_num_queries
) -> None:
    for day in range(100):
        factories.deposit(owned.ira, "1", dt.date(2017, 1, 1) + dt.timedelta(days=day))
    with django_assert_num_queries(10):
        page = text(alice, owned)
    assert "1 to 100 of 106" in page
    assert "101 to 106 of 106" in text(alice, owned, "?page=2")


def test_a_stranger_finds_nothing(owned: Hale) -> None:
    assert visitor(factories.user("charlie")).get(address(owned.house, "transactions")).status_code == 404


def listed(client: Client, owned: Hale, **query: str) -> list[str]:
    page = client.get(address(owned.house, "transactions"), query).context["page"]
    return [f"{row.kind} {row.trade_date}" for row in page.object_list]


def test_a_group_of_kinds_and_a_year_narrow_the_list(owned: Hale, alice: Client) -> None:
    assert listed(alice, owned, kind="trades", year="2020") == ["buy 2020-03-23", "buy 2020-03-23"]
    assert listed(alice, owned, kind="money", year="2020") == []
    assert listed(alice, owned, kind="deposit", year="2016") == ["deposit 2016-01-04", "deposit 2016-01-04"]


def test_an_import_narrows_the_list_to_its_rows(owned: Hale, alice: Client) -> None:
    batch = Import.objects.create(
        household=owned.house, account=owned.taxable, file_name="y.csv", status=Import.Status.CONFIRMED
    )
    row = owned.taxable.transactions.get(trade_date="2022-01-20")
    ImportRow.objects.create(batch=batch, number=2, raw={}, draft={}, status="ready", transaction=row)
    assert listed(alice, owned, batch=str(batch.uuid)) == ["buy 2022-01-20"]
