"""The tax year as the engine reads it."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import TaxProfile
from holdings.models import TaxState
from holdings.taxation import store, windows
from holdings.taxation.facts import fingerprint
from tests import factories
from tests.optimizer.inputs.readings import account, read

pytestmark = pytest.mark.django_db


def test_gains_of_the_year_count_by_term_and_in_taxable_accounts_alone(market) -> None:
    xom, ko = market.instruments["XOM"], market.instruments["KO"]
    factories.sell(market.taxable, xom, "10", "100", dt.date(2022, 6, 1))
    factories.buy(market.ira, ko, "10", "60", dt.date(2022, 2, 1))
    factories.sell(market.ira, ko, "10", "70", dt.date(2022, 6, 1))
    factories.buy(market.taxable, ko, "10", "60", dt.date(2022, 2, 1))
    factories.sell(market.taxable, ko, "10", "63", dt.date(2022, 6, 1))
    tax = read(market).tax
    assert (tax.short_to_date, tax.long_to_date) == (30, 100)


def test_last_years_gains_do_not_count(market) -> None:
    factories.sell(market.taxable, market.instruments["XOM"], "10", "100", dt.date(2021, 12, 30))
    tax = read(market).tax
    assert (tax.short_to_date, tax.long_to_date) == (0, 0)


def test_rates_and_losses_carried_in_are_the_profiles(market) -> None:
    values = {"short_rate": Decimal("0.37"), "state_rate": Decimal("0.0495"), "carry_long": Decimal(1200)}
    TaxProfile.objects.filter(household=market.house).update(**values)
    tax = read(market).tax
    assert (tax.short_rate, tax.state_rate, tax.long_carry) == (Decimal("0.37"), Decimal("0.0495"), 1200)


def test_whose_each_account_is_and_what_was_said_of_taxes_are_kept(market) -> None:
    snapshot = read(market)
    assert account(snapshot, market.ira).owner == str(market.ira.owner.uuid)
    assert snapshot.tax.said == fingerprint(market.house)


def test_a_recent_loss_opens_a_window_in_every_account(market) -> None:
    factories.sell(market.taxable, market.instruments["XOM"], "10", "80", dt.date(2022, 12, 12))
    (window,) = read(market).wash.loss_sales
    assert (window.sold, window.blocked_until) == (dt.date(2022, 12, 12), dt.date(2023, 1, 11))


@pytest.mark.parametrize(("sold", "open_windows"), [(dt.date(2022, 11, 29), 1), (dt.date(2022, 11, 28), 0)])
def test_a_window_is_thirty_days_from_the_trade_date(sold: dt.date, open_windows: int, market) -> None:
    factories.sell(market.taxable, market.instruments["XOM"], "10", "80", sold)
    assert len(read(market).wash.loss_sales) == open_windows


def test_a_loss_in_a_retirement_account_opens_none(market) -> None:
    ko = market.instruments["KO"]
    factories.buy(market.ira, ko, "10", "70", dt.date(2022, 2, 1))
    factories.sell(market.ira, ko, "10", "60", dt.date(2022, 12, 12))
    assert read(market).wash.loss_sales == ()


def test_a_recent_purchase_may_replace_what_is_sold_now(market) -> None:
    key = factories.buy(market.ira, market.instruments["XOM"], "5", "105", dt.date(2022, 12, 15))
    (bought,) = read(market).wash.purchases
    assert (bought.lot, bought.account, bought.quantity) == (key, str(market.ira.uuid), 5)


def test_shares_that_have_replaced_others_replace_no_more_and_their_loss_forbids_nothing(market) -> None:
    xom = market.instruments["XOM"]
    factories.sell(market.taxable, xom, "10", "80", dt.date(2022, 12, 12))
    factories.buy(market.ira, xom, "10", "85", dt.date(2022, 12, 15))
    wash = read(market).wash
    assert (wash.loss_sales, wash.purchases) == ((), ())


def test_the_windows_are_those_that_pages_show(market) -> None:
    factories.sell(market.taxable, market.instruments["XOM"], "10", "80", dt.date(2022, 12, 12))
    factories.buy(market.ira, market.instruments["KO"], "5", "70", dt.date(2022, 12, 15))
    store.refresh(market.house)
    shown = windows.read(market.house, TaxState.objects.get(household=market.house), ())
    wash = read(market).wash
    assert {each.group for each in wash.loss_sales} == set(shown.loss_sales)
    assert {each.group for each in wash.purchases} == set(shown.purchases)
