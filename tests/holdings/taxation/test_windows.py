"""Wash-sale windows in the database: computed of what is recent, and read as they are stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.models import Household, TaxProfile
from holdings.models import TaxState
from holdings.services.ledger import NewTransaction, book
from holdings.tax.us.matching import match
from holdings.tax.us.windows import open_windows
from holdings.taxation import store, windows
from holdings.taxation.read import books
from tests import factories
from tests.holdings.taxation.worlds import RECENT, Hales, hales

pytestmark = pytest.mark.django_db

NEXT = factories.AS_OF + dt.timedelta(days=1)


@pytest.fixture
def owned() -> Hales:
    """Fresh purchases of the identity group, a loss of 60 shares, another of a share that has nothing to do with it."""
    made = hales()
    factories.buy(made.ira, made.itot, "10", "90", dt.date(2022, 12, 12))
    other = factories.instrument("KO", "50")
    factories.buy(made.account, other, "5", "60", dt.date(2022, 3, 1))
    factories.sell(made.account, other, "5", "50", dt.date(2022, 3, 9))
    factories.sell(made.account, made.vti, "170", "190", dt.date(2022, 12, 20))
    return made


def stored(house: Household) -> object:
    return windows.read(house, TaxState.objects.get(household=house), windows.recent_sales(house))


def test_what_is_computed_of_the_groups_concerned_is_what_the_whole_gives(owned: Hales) -> None:
    whole = books(owned.house).history
    found = windows.compute(owned.house)

    assert found == open_windows(match(whole), whole)
    (group,) = found.loss_sales
    assert group == "us-total"


def test_what_only_pays_cash_makes_nobody_read_a_history(django_assert_num_queries) -> None:
    made = hales()
    paid = NewTransaction("dividend", RECENT, "manual", made.vti, cash=Decimal(40))
    book(account=made.account, drafts=[paid])
    reinvested = replace(paid, kind="reinvest", quantity=Decimal(1), cash=Decimal(0), basis=Decimal(190))
    house = Household.objects.select_related("tax_profile").get(pk=made.house.pk)

    with django_assert_num_queries(3):  # what is recent, and two of what is connected with nothing
        assert windows.compute(house) == windows.WashWindows()
    book(account=made.account, drafts=[reinvested])
    (bought,) = windows.compute(house).purchases["us-total"]
    assert (bought.acquired, bought.quantity) == (RECENT, 1)


def test_pages_read_what_was_computed(owned: Hales) -> None:
    store.refresh(owned.house)

    assert stored(owned.house) == windows.compute(owned.house)


def test_a_sale_of_the_next_session_is_among_them(owned: Hales) -> None:
    factories.sell(owned.account, owned.vti, "5", "170", NEXT)
    days = {sale.sold for sale in windows.compute(owned.house).loss_sales["us-total"]}

    assert days == {dt.date(2022, 12, 20), NEXT}


def test_a_loss_booked_since_counts_until_a_worker_has_looked(owned: Hales) -> None:
    store.refresh(owned.house)
    factories.sell(owned.account, owned.vti, "5", "170", dt.date(2022, 12, 27))

    days = {sale.sold for sale in stored(owned.house).loss_sales["us-total"]}
    assert days == {dt.date(2022, 12, 20), dt.date(2022, 12, 27)}


def test_windows_that_closed_since_are_left_out(owned: Hales) -> None:
    store.refresh(owned.house)
    Household.objects.filter(pk=owned.house.pk).update(clock=dt.date(2023, 2, 1))

    assert stored(Household.objects.get(pk=owned.house.pk)) == windows.WashWindows()


@pytest.mark.parametrize(("country", "groups"), [("DE", 0), ("GB", 1), ("FR", 1)])
def test_a_country_without_such_a_rule_has_none_and_others_a_caution(owned: Hales, country: str, groups: int) -> None:
    TaxProfile.objects.filter(household=owned.house).update(country=country)
    house = Household.objects.get(pk=owned.house.pk)
    store.refresh(house)

    assert len(stored(house).loss_sales) == groups
