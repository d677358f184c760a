"""Open lots under the tax rules, as long as the stored rows agree with the ledger."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import Household
from holdings.models import BrokerageAccount, Lot
from holdings.taxation import store
from holdings.taxation.lots import Standing, standings
from tests import factories

pytestmark = pytest.mark.django_db
SOLD = dt.date(2022, 12, 1)


@pytest.fixture
def account() -> BrokerageAccount:
    made = factories.account(factories.household())
    factories.deposit(made, "100000")
    return made


def standing(account: BrokerageAccount) -> Standing | None:
    lot = account.lots.get()
    return standings(account.household, Lot.objects.all()).get(lot.key)


def wash_sale(account: BrokerageAccount, bought: str) -> None:
    """60 shares held for 332 days sold at a loss, and some bought again four days later."""
    what = factories.instrument("KO")
    factories.buy(account, what, "60", "50", dt.date(2022, 1, 3))
    factories.sell(account, what, "60", "40", SOLD)
    factories.buy(account, what, bought, "41", dt.date(2022, 12, 5))
    store.refresh(account.household)


def test_a_lot_that_replaced_shares_counts_their_days(account: BrokerageAccount) -> None:
    """Acquired 5 December 2022, 332 days before: as if on 7 January."""
    wash_sale(account, "40")
    found = standing(account)
    assert found is not None
    assert (found.tacked_days, found.long_from, found.earlier) == (332, dt.date(2023, 1, 8), 0)
    assert (found.unused, found.replaces_until) == (0, None)


def test_a_lot_of_which_a_part_replaced_shares_turns_in_two_steps(account: BrokerageAccount) -> None:
    wash_sale(account, "100")
    found = standing(account)
    assert found is not None
    assert (found.tacked_days, found.long_from, found.earlier) == (0, dt.date(2023, 12, 6), 60)
    assert (found.unused, found.replaces_until) == (40, dt.date(2023, 1, 4))


def test_before_anything_is_computed_no_lot_has_one(account: BrokerageAccount) -> None:
    factories.buy(account, factories.instrument("KO"), "1", "50", dt.date(2022, 1, 3))
    assert standing(account) is None


def test_a_lot_that_was_sold_from_since_has_none(account: BrokerageAccount) -> None:
    wash_sale(account, "100")
    factories.sell(account, factories.instrument("KO"), "1", "45", dt.date(2022, 12, 20))
    assert standing(account) is None


def test_lots_of_other_households_are_not_looked_at(account: BrokerageAccount) -> None:
    wash_sale(account, "40")
    other = factories.household(factories.user("bob"))
    assert standings(Household.objects.get(pk=other.pk), Lot.objects.all()) == {}


def test_however_many_lots_it_is_one_query(account: BrokerageAccount, django_assert_num_queries) -> None:
    wash_sale(account, "40")
    lots = list(Lot.objects.all())
    with django_assert_num_queries(1):
        standings(account.household, lots)
