"""After-tax returns in stored reports: taxes on their days, whose they are, and when there are none."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Household, TaxProfile
from holdings import tasks
from holdings.models import BrokerageAccount
from holdings.reports import store
from holdings.reports.scope import scopes
from holdings.reports.stored import Dates, dates, report, valued
from holdings.reports.taxes import NO_RULES
from holdings.services.ledger import NewTransaction, book
from holdings.services.reports import request_report
from holdings.valuations.history import days_of
from holdings.valuations.store import revalue
from tests import factories
from tests.holdings.reports import worlds
from tests.holdings.reports.worlds import LAST, SESSIONS, World

pytestmark = pytest.mark.django_db

SALE, PAYMENT, LOSS = SESSIONS[200], SESSIONS[250], SESSIONS[300]
"""In 2022. What is sold was bought in June 2021: 200 sessions later at short term, 300 later at long term."""


@pytest.fixture
def world() -> World:
    """80,000 of other income: 22 % on income and short-term gains, 15 % on long-term gains and dividends."""
    made = worlds.world()
    said = {"use_own_rates": False, "other_income": Decimal(80_000)}
    TaxProfile.objects.filter(household=made.house).update(**said)
    factories.sell(made.main, made.xom, "20", "130", SALE)
    paid = NewTransaction(kind="dividend", trade_date=PAYMENT, source="manual", cash=Decimal(60), instrument=made.xom)
    book(account=made.main, drafts=[paid])
    factories.sell(made.main, made.xom, "10", "80", LOSS)
    return refreshed(made)


def refreshed(world: World) -> World:
    """As it is stored once everything has followed."""
    world.house = Household.objects.get(pk=world.house.pk)
    for account in BrokerageAccount.objects.filter(household=world.house):
        revalue(account.pk)
    store.refresh(world.house)
    return world


def content(world: World, period: str = "1Y", scope: int = 0) -> dict[str, Any]:
    of = scopes(world.house)[scope]
    known = valued(world.house, of)
    assert known is not None
    found = report(world.house, of, dates(period, known))
    assert found is not None
    return found.content


def after_tax(world: World, period: str = "1Y", scope: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = content(world, period, scope)["after_tax"]
    return found


RATE = Decimal("1.12")
"""Dollars for a euro on the day of the purchase in Frankfurt."""
TAXES = {SALE: 600 * 0.22, PAYMENT: 60 * 0.15, LOSS: -200 * 0.22}
"""Gain of 20 x 30, dividend, and a long-term loss of 10 x 20, which comes off the short-term gain before it."""


def test_a_gain_a_dividend_and_a_loss_are_taxed_on_their_days(world) -> None:
    total, opening = 1.0, 0.0
    known = valued(world.house, scopes(world.house)[0])
    assert known is not None
    first = dates("1Y", known).first
    for day in days_of(world.house, start=first):
        if day.day >= first:
            total *= (day.value + day.outflow - TAXES.get(day.day, 0.0)) / (opening + day.inflow)
        opening = day.value

    found = after_tax(world)
    assert found["pre"]["twr"]["total"] == pytest.approx(total - 1)
    assert Decimal(found["pre"]["tax"]) == Decimal("97.00")  # 132 + 9 - 44
    assert found["pre"]["twr"]["total"] < content(world)["twr"]["total"]


def test_the_money_weighted_return_counts_taxes_as_money_put_in(world) -> None:
    found, before = after_tax(world)["pre"]["mwr"], content(world)["mwr"]

    assert found["total"] < before["period"]


def test_post_liquidation_also_bears_the_tax_of_selling_the_rest(world) -> None:
    found = after_tax(world)
    xom, sap = _price(world, world.main), _price(world, world.euros)
    gain = 20 * xom - 20 * 100 + 20 * sap - 20 * 110 * RATE

    # long-term gains less the loss of 200 at 15 %, and the 44 that this loss took off short-term gains
    assert float(found["post"]["tax"]) == pytest.approx((float(gain) - 200) * 0.15 + 44)
    assert found["post"]["twr"]["total"] < found["pre"]["twr"]["total"]


def _price(world: World, account: BrokerageAccount) -> Decimal:
    """Of a share at the last close, in dollars."""
    row = account.valuations.get(date=LAST)
    return (row.value - row.cash) / 20


def test_with_nothing_unrealised_both_are_the_same(world) -> None:
    factories.sell(world.main, world.xom, "20", "120", SESSIONS[-3])
    factories.sell(world.euros, world.sap, "20", "120", SESSIONS[-3])
    found = after_tax(refreshed(world))

    assert Decimal(found["post"]["tax"]) == 0
    assert found["post"]["twr"] == found["pre"]["twr"]
    assert found["post"]["mwr"] == found["pre"]["mwr"]


def test_accounts_bear_their_part_of_the_households_taxes_and_say_so(world) -> None:
    house, main, euros = (after_tax(world, scope=at) for at in range(3))

    assert [each["allocated"] for each in (house, main, euros)] == [False, True, True]
    assert Decimal(main["pre"]["tax"]) == Decimal(house["pre"]["tax"])
    assert Decimal(euros["pre"]["tax"]) == 0
    assert Decimal(main["post"]["tax"]) + Decimal(euros["post"]["tax"]) == Decimal(house["post"]["tax"])


def test_an_ira_has_none_and_the_household_says_that_withdrawals_are_not_taxed(world) -> None:
    BrokerageAccount.objects.filter(pk=world.euros.pk).update(kind="traditional_ira")
    refreshed(world)

    assert after_tax(world, scope=2)["reason"].startswith("Nothing in this scope is taxed year by year")
    assert any("withdrawals from them are not taxed" in sentence for sentence in after_tax(world)["left_out"])


def test_a_year_without_rates_has_none(world) -> None:
    assert after_tax(world, "All")["reason"].startswith("There are no rates of 2021")  # a dividend of October 2021
    assert not after_tax(world, "1Y")["reason"]


def test_a_country_without_rules_has_none(world) -> None:
    TaxProfile.objects.filter(household=world.house).update(country="FR")

    assert after_tax(refreshed(world))["reason"] == NO_RULES


def test_shares_of_unknown_cost_leave_post_liquidation_open(world) -> None:
    opened = NewTransaction(
        kind="opening", trade_date=SESSIONS[10], source="manual", quantity=Decimal(5), instrument=world.xom
    )
    book(account=world.euros, drafts=[opened])
    found = after_tax(refreshed(world))

    assert "XOM" in found["post"]["reason"]
    assert found["pre"]["twr"]["total"] is not None


def test_accounts_that_are_not_imported_are_named(world) -> None:
    TaxProfile.objects.filter(household=world.house).update(filing_status="joint")

    assert any("names no spouse" in sentence for sentence in after_tax(refreshed(world))["left_out"])


def test_a_changed_profile_makes_the_reports_due_and_changes_them(world) -> None:
    before = Decimal(after_tax(world)["pre"]["tax"])
    TaxProfile.objects.filter(household=world.house).update(other_income=Decimal(400_000))
    assert store.due() == [world.house.pk]

    assert Decimal(after_tax(refreshed(world))["pre"]["tax"]) > before
    assert store.due() == []


def test_new_taxes_ring_for_the_reports(world, monkeypatch) -> None:
    monkeypatch.setitem(tasks.tax.app.conf, "task_always_eager", True)
    before = after_tax(world)["pre"]["tax"]
    TaxProfile.objects.filter(household=world.house).update(other_income=Decimal(400_000))
    tasks.tax(world.house.pk)

    assert after_tax(world)["pre"]["tax"] != before


def test_a_new_day_alone_computes_no_report(world) -> None:
    Household.objects.filter(pk=world.house.pk).update(clock=LAST + dt.timedelta(days=1))

    assert store.refresh(Household.objects.get(pk=world.house.pk)) == 0


def test_a_report_of_ones_own_dates_is_taxed_as_of_its_end(world) -> None:
    wanted, of = Dates(SESSIONS[150], SESSIONS[190]), scopes(world.house)[1]
    run = request_report(household=world.house, user=factories.user(), scope=of, wanted=wanted, key=uuid.uuid4())
    tasks.run(run.pk)
    row = report(world.house, of, wanted)
    assert row is not None

    found = row.content["after_tax"]
    assert Decimal(found["pre"]["tax"]) == 0  # before the sale
    assert Decimal(found["post"]["tax"]) == 165  # 50 shares at 115, held for less than a year: 750 x 22 %
