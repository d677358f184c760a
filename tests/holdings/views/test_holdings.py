"""The holdings page: for members, filtered, sorted, exported, and in a fixed number of queries."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.test import Client

from holdings.pages import listing
from holdings.services.ledger import NewTransaction, book
from tests import factories
from tests.holdings.views.houses import Hale, hale, unknown_lot
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned() -> Hale:
    return hale()


@pytest.fixture
def alice(owned: Hale) -> Client:
    return visitor(factories.user())


def text(client: Client, owned: Hale, query: str = "") -> str:
    response = client.get(address(owned.house, "holdings") + query)
    assert response.status_code == 200
    return response.content.decode()


def exported(client: Client, owned: Hale, query: str = "") -> list[dict[str, str]]:
    response = client.get(address(owned.house, "holdings_csv") + query)
    assert response["Content-Disposition"] == 'attachment; filename="holdings-2022-12-28.csv"'
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def test_it_shows_rows_lots_cash_and_totals(owned: Hale, alice: Client) -> None:
    page = text(alice, owned)
    for words in ("PG Inc.", "Consumer staples", "24 days, 21 Jan 2023", "No term in an IRA", "25% short", "100.0"):
        assert words in page
    assert "$116,305" in page
    assert "Terms as if sold on 29 Dec 2022, the next session" in page


@pytest.mark.parametrize("name", ["holdings", "holdings_csv"])
def test_a_stranger_finds_nothing(owned: Hale, name: str) -> None:
    assert visitor(factories.user("charlie")).get(address(owned.house, name)).status_code == 404


def test_whoever_is_not_signed_in_is_asked_to(owned: Hale) -> None:
    assert Client().get(address(owned.house, "holdings"))["Location"].startswith("/accounts/login/")


def test_a_read_only_member_may_look_but_adds_no_account(owned: Hale) -> None:
    page = text(visitor(factories.join(owned.house, "bob", "read_only")), owned)
    assert "Add account" not in page
    assert "PG Inc." in page


def test_another_household_stays_out_of_it(owned: Hale) -> None:
    other = factories.household(factories.user("charlie"))
    page = visitor(factories.user("charlie")).get(address(other, "holdings")).content.decode()
    assert "No account yet" in page
    assert "PG Inc." not in page


def test_it_filters_by_account(owned: Hale, alice: Client) -> None:
    page = text(alice, owned, f"?account={owned.ira.uuid}")
    assert "CVX Inc." not in page
    assert "$28,931" in page  # 150 x 149.13 = 22,369.50, and 6,561.90 in cash


def test_it_filters_by_words(owned: Hale, alice: Client) -> None:
    assert "PG Inc." not in text(alice, owned, "?q=energy")
    assert "Nothing speaks of “silver”." in text(alice, owned, "?q=silver")


def test_it_sorts_by_a_column_and_says_so(owned: Hale, alice: Client) -> None:
    page = text(alice, owned, "?sort=value")
    assert page.index("CVX Inc.") < page.index("PG Inc.")
    assert 'aria-sort="ascending"' in page


def test_it_groups_by_account(owned: Hale, alice: Client) -> None:
    page = text(alice, owned, "?group=account")
    assert page.count('class="group"') == 2
    assert page.count("PG Inc.") == page.count("CVX Inc.") * 2


def test_an_unknown_basis_is_named_with_its_remedy(owned: Hale, alice: Client) -> None:
    lot = owned.taxable.lots.get(instrument=unknown_lot(owned.taxable))
    page = text(alice, owned)
    assert "1 lot of unknown basis or date." in page
    assert f'<a href="{address(owned.house, "lot", key=lot.key)}">unknown' in page


def test_the_export_has_exact_figures_by_lot(owned: Hale, alice: Client) -> None:
    young = next(row for row in exported(alice, owned) if row["Acquired"] == "2022-01-20")
    assert (young["Account"], young["Symbol"], young["Quantity"], young["Basis"]) == ("Main", "PG", "75", "11697.75")
    assert (young["Value"], young["Gain"]) == ("11184.75", "-513.00")
    assert (young["Price date"], young["Days to long-term"]) == ("2022-12-28", "24")


def test_the_export_adds_up_to_the_page(owned: Hale, alice: Client) -> None:
    assert sum(Decimal(row["Value"]) for row in exported(alice, owned)) == Decimal("116305.15")
    assert {row["Account"] for row in exported(alice, owned, f"?account={owned.ira.uuid}")} == {"Retirement"}


def test_the_export_disarms_formulas(owned: Hale, alice: Client) -> None:
    unknown_lot(owned.taxable, '=HYPERLINK("evil")')
    assert '\'=HYPERLINK("evil")' in {row["Symbol"] for row in exported(alice, owned)}


def test_more_lots_take_no_more_queries(owned: Hale, alice: Client, django_assert_num_queries) -> None:
    for number in range(12):
        stock = factories.instrument(f"S{number}", "10")
        factories.buy(owned.taxable, stock, "1", "9", dt.date(2022, 5, 2))
    with django_assert_num_queries(13):
        text(alice, owned)


def test_a_long_list_comes_in_pages_under_the_totals_of_all(owned: Hale, alice: Client) -> None:
    book(
        account=owned.taxable,
        drafts=[
            NewTransaction(
                kind="buy",
                trade_date=dt.date(2022, 5, 2),
                source="manual",
                instrument=factories.instrument(f"S{number}", "10"),
                quantity=Decimal(1),
                cash=Decimal(-10),
            )
            for number in range(210)
        ],
    )
    first, last = text(alice, owned), text(alice, owned, "?page=3")
    assert "1 to 100 of 212" in first
    assert "<b>Cash</b>" not in first
    assert "<b>Cash</b>" in last
    assert first.count("$116,305") == last.count("$116,305") == 1


def test_an_account_without_anything_says_how_to_fill_it(alice: Client) -> None:
    house = factories.household()
    factories.account(house)
    factories.account(house, "roth_ira")
    page = alice.get(address(house, "holdings")).content.decode()
    assert "No holdings yet" in page


def test_holdings_with_hundreds_of_lots_come_in_short_pages(owned, alice, monkeypatch) -> None:
    monkeypatch.setattr(listing, "MOST_LOTS", 3)
    monkeypatch.setattr(listing, "FEW_ROWS", 1)
    page = alice.get(address(owned.house, "holdings"))
    assert len(page.context["page"].object_list) == 1
    assert page.context["totals"].lots == 4
