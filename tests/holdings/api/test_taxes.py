"""What is stored of a household's tax, over the API."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from accounts.models import Household, TaxProfile
from holdings.models import BrokerageAccount
from holdings.taxation import store
from tests import callers, factories
from tests.holdings.views.houses import unknown_lot

pytestmark = pytest.mark.django_db
SOLD = dt.date(2022, 6, 1)


@pytest.fixture
def house() -> Household:
    made = factories.household()
    TaxProfile.objects.filter(household=made).update(use_own_rates=False, other_income=Decimal(80_000))
    return Household.objects.get(pk=made.pk)


@pytest.fixture
def account(house: Household) -> BrokerageAccount:
    """100 shares sold at a loss of 1,000, and 40 of them bought again ten days later."""
    made = factories.account(house)
    factories.deposit(made, "100000")
    what = factories.instrument("KO")
    factories.buy(made, what, "100", "50", dt.date(2022, 1, 3))
    factories.sell(made, what, "100", "40", SOLD)
    factories.buy(made, what, "40", "41", SOLD + dt.timedelta(10))
    store.refresh(house)
    return made


@pytest.fixture
def client(house: Household) -> APIClient:
    return callers.by_session(factories.user())


def test_the_years_are_listed_newest_first(house, account, client) -> None:
    rows = client.get(callers.url(house, "tax/years")).json()["results"]
    assert [row["label"] for row in rows] == ["2022", "2021"]
    assert rows[0] == {"label": "2022", "first": "2022-01-01", "last": "2022-12-31"}


def test_a_year_has_its_totals_and_its_estimate_with_the_parts(house, account, client) -> None:
    """Married filing nothing: a single filer on 80,000 pays 22 % on the next dollar, so 600 of loss save 132."""
    body = client.get(callers.url(house, "tax/years/2022")).json()
    short = {"gains": "0", "losses": "-1000", "disallowed": "400", "exempt": "0", "net": "-600"}
    assert body["totals"] == {"short": short}
    assert (body["unknown_proceeds"], body["failure"], body["coverage_gaps"]) == ("0", "", [])
    estimate = body["assessment"]
    assert (estimate["currency"], estimate["rates_of"]) == ("USD", "2022")
    assert Decimal(estimate["tax_on_gains"]) == Decimal("-132")
    assert Decimal(estimate["tax"]) - Decimal(estimate["without_gains"]) == Decimal("-132")
    assert Decimal(estimate["marginal"]["short"]) == Decimal("0.22")
    assert {"rate": "0.22", "upto": "89075"} in estimate["schedules"][0]["bands"]
    assert all(line["label"] for line in estimate["parts"])


def test_losses_carried_in_stand_with_whose_figure_they_are(house, account, client) -> None:
    TaxProfile.objects.update(carry_long=Decimal(5000), carry_year=2022)
    store.refresh(Household.objects.get(pk=house.pk))
    body = client.get(callers.url(house, "tax/years/2022")).json()
    assert body["carried_in_entered"]
    assert body["carried_in"] == {"short": "0", "long": "5000"}
    assert body["assessment"]["carried"] == {"short": "0", "long": "2600"}  # 3,000 of 5,600 count in the year


def test_a_year_whose_rates_are_unknown_says_so_in_words(house, client) -> None:
    made = factories.account(house)
    factories.deposit(made, "1", dt.date(2015, 1, 5))
    store.refresh(house)
    body = client.get(callers.url(house, "tax/years/2015")).json()
    assert body["assessment"] is None
    assert body["failure"].startswith("There are no rates of 2015")


def test_a_year_without_rows_is_not_there(house, account, client) -> None:
    for path in ("tax/years/1999", "tax/years/1999/slices"):
        assert client.get(callers.url(house, path)).status_code == 404


def test_the_sales_of_a_year_come_piece_by_piece(house, account, client) -> None:
    (row,) = client.get(callers.url(house, "tax/years/2022/slices")).json()["results"]
    assert (row["symbol"], row["quantity"], row["proceeds"], row["basis"]) == ("KO", "100", "4000", "5000")
    assert (row["gain"], row["disallowed"], row["recognised"], row["gain_class"]) == ("-1000", "400", "-600", "short")
    assert row["sale"] == str(account.transactions.get(kind="sell").uuid)


def test_open_lots_have_their_tax_basis_and_their_days(house, account, client) -> None:
    (row,) = client.get(callers.url(house, "tax/lots")).json()["results"]
    assert (row["quantity"], row["basis"], row["deferred"], row["tacked_days"]) == ("40", "2040", "400", 149)
    assert (row["acquired"], row["long_from"]) == ("2022-06-11", "2023-01-14")  # 13 Jan 2022 and a year and a day
    assert row["account"] == str(account.uuid)


def test_replacements_name_the_sale_and_the_purchase(house, account, client) -> None:
    (row,) = client.get(callers.url(house, "tax/replacements")).json()["results"]
    assert (row["amount"], row["quantity"], row["effect"]) == ("400", "40", "deferred")
    assert row["sale"] == str(account.transactions.get(kind="sell").uuid)
    assert row["bought"] == str(account.transactions.get(trade_date=SOLD + dt.timedelta(10)).uuid)


def test_the_state_says_what_the_figures_rest_on(house, account, client) -> None:
    body = client.get(callers.url(house, "tax/state")).json()
    assert (body["country"], body["as_of"], body["is_current"]) == ("US", "2022-12-28", True)
    assert (body["failure"], body["left_out"], body["pools"]) == ("", [], [])
    assert body["unsure"]
    assert body["not_covered"]


def test_the_state_is_outdated_after_a_booking(house, account, client) -> None:
    factories.buy(account, factories.instrument("KO"), "1", "40", dt.date(2022, 9, 1))
    assert not client.get(callers.url(house, "tax/state")).json()["is_current"]


def test_before_anything_is_computed_the_state_is_empty(house, client) -> None:
    body = client.get(callers.url(house, "tax/state")).json()
    assert (body["as_of"], body["country"], body["is_current"], body["unsure"]) == (None, "", False, [])


def test_what_is_left_out_is_named_with_its_reason(house, account, client) -> None:
    """Shares of unknown basis are sold."""
    factories.sell(account, unknown_lot(account), "5", "180", factories.AS_OF)
    store.refresh(house)
    left_out = client.get(callers.url(house, "tax/state")).json()["left_out"]
    assert [(row["day"], row["proceeds"]) for row in left_out] == [("2022-12-28", "900")]
    assert left_out[0]["reason"]


def test_averaged_shares_are_pools(house, client) -> None:
    TaxProfile.objects.filter(household=house).update(country="CA")
    Household.objects.filter(pk=house.pk).update(base_currency="CAD")
    made = factories.account(house)
    BrokerageAccount.objects.update(currency="CAD")
    made.refresh_from_db()
    what = factories.instrument("RY")
    type(what).objects.filter(pk=what.pk).update(currency="CAD")
    factories.buy(made, what, "10", "100", dt.date(2022, 1, 4))
    factories.buy(made, what, "10", "130", dt.date(2022, 2, 4))
    store.refresh(Household.objects.get(pk=house.pk))
    body = client.get(callers.url(house, "tax/state")).json()
    assert [(row["quantity"], row["cost"]) for row in body["pools"]] == [("20", "2300")]
