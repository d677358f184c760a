"""A household's tax in the database: computed once for equal inputs, whole or not at all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Household, TaxProfile
from holdings import tasks
from holdings.models import BrokerageAccount, Instrument, Replacement, TaxLot, TaxReport, TaxSlice, TaxState
from holdings.tax.outcome import GainClass
from holdings.taxation import store, stored
from tests import factories

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
SOLD = dt.date(2022, 6, 1)


@pytest.fixture
def house() -> Household:
    made = factories.household()
    TaxProfile.objects.filter(household=made).update(use_own_rates=False, other_income=Decimal(80_000))
    return Household.objects.get(pk=made.pk)


@pytest.fixture
def account(house: Household) -> BrokerageAccount:
    made = factories.account(house)
    factories.deposit(made, "100000")
    return made


def wash_sale(account: BrokerageAccount, *, into: BrokerageAccount | None = None) -> None:
    """100 shares sold at a loss of 1,000, and 40 of them bought again ten days later."""
    what = factories.instrument("KO")
    factories.buy(account, what, "100", "50", dt.date(2022, 1, 3))
    factories.sell(account, what, "100", "40", SOLD)
    factories.buy(into or account, what, "40", "41", SOLD + 10 * DAY)


def german(account: BrokerageAccount) -> Household:
    """The household of an account, in Germany and in euros."""
    house = account.household
    TaxProfile.objects.filter(household=house).update(country="DE")
    Household.objects.filter(pk=house.pk).update(base_currency="EUR")
    BrokerageAccount.objects.filter(pk=account.pk).update(currency="EUR")
    account.refresh_from_db()
    return Household.objects.get(pk=house.pk)


def test_a_year_has_its_slices_and_its_assessment(house: Household, account: BrokerageAccount) -> None:
    wash_sale(account)
    store.refresh(house)
    (slice_,) = TaxSlice.objects.filter(report__label="2022")
    year = stored.year(slice_.report)

    assert (slice_.gain, slice_.disallowed, slice_.recognised) == (-1000, 400, -600)
    assert year.totals[GainClass.SHORT].net == -600
    assert year.assessment is not None
    assert year.assessment.tax_on_gains == -600 * Decimal("0.22")


def test_replacement_shares_have_the_deferred_loss_in_their_basis(house: Household, account: BrokerageAccount) -> None:
    wash_sale(account)
    store.refresh(house)
    lot, replacement = TaxLot.objects.get(account=account), Replacement.objects.get(account=account)

    assert (lot.basis, lot.deferred, lot.tacked_days) == (2040, 400, 149)
    assert (replacement.amount, replacement.effect, replacement.lot_key) == (400, "deferred", lot.lot_key)


def test_a_purchase_in_an_ira_loses_the_loss_for_good(house: Household, account: BrokerageAccount) -> None:
    ira = factories.account(house, "traditional_ira")
    factories.deposit(ira, "5000")
    wash_sale(account, into=ira)
    store.refresh(house)

    assert Replacement.objects.get().effect == "permanent"
    assert TaxLot.objects.get(account=ira).deferred == 0


def test_equal_inputs_are_computed_once(house: Household, account: BrokerageAccount) -> None:
    wash_sale(account)

    assert (store.refresh(house), store.refresh(house)) == (True, False)
    assert store.due() == []


@pytest.mark.parametrize("change", ["booking", "profile", "class", "owner"])
def test_what_the_tax_rests_on_makes_the_household_due(
    house: Household, account: BrokerageAccount, change: str
) -> None:
    wash_sale(account)
    store.refresh(house)
    if change == "booking":
        factories.sell(account, factories.instrument("KO"), "10", "45", dt.date(2022, 9, 1))
    elif change == "profile":
        TaxProfile.objects.filter(household=house).update(other_income=Decimal(90_000))
    elif change == "class":
        factories.instrument("KO", sector="staples", house=house)
    else:
        BrokerageAccount.objects.filter(pk=account.pk).update(kind="roth_ira")

    assert store.due() == [house.pk]


def test_a_year_whose_slices_are_the_same_keeps_their_rows(house: Household, account: BrokerageAccount) -> None:
    wash_sale(account)
    store.refresh(house)
    before = set(TaxSlice.objects.values_list("pk", flat=True))
    TaxProfile.objects.filter(household=house).update(other_income=Decimal(200_000))
    store.refresh(Household.objects.get(pk=house.pk))

    assert set(TaxSlice.objects.values_list("pk", flat=True)) == before


def test_what_changed_while_it_was_computed_is_not_written_over(house: Household, account: BrokerageAccount) -> None:
    wash_sale(account)
    outdated = stored.inputs_hash(house)
    TaxProfile.objects.filter(household=house).update(other_income=Decimal(90_000))

    assert store.write(house, outdated, store.computed(house)) is False
    assert not TaxState.objects.exists()


def test_a_country_without_rules_says_so(house: Household, account: BrokerageAccount) -> None:
    wash_sale(account)
    TaxProfile.objects.filter(household=house).update(country="FR")
    store.refresh(Household.objects.get(pk=house.pk))

    assert TaxState.objects.get(household=house).failure == stored.NO_RULES
    assert not TaxReport.objects.exists()


def test_a_ledger_in_another_currency_is_refused_in_words(house: Household, account: BrokerageAccount) -> None:
    Household.objects.filter(pk=house.pk).update(base_currency="EUR")
    store.refresh(Household.objects.get(pk=house.pk))

    assert "US dollars" in TaxState.objects.get(household=house).failure


def test_a_german_household_has_its_own_pots_and_the_exempt_part_of_a_fund(account: BrokerageAccount) -> None:
    house = german(account)
    fund = factories.instrument("WORLD", sector="staples", house=house)
    Instrument.objects.filter(pk=fund.pk).update(kind="etf")
    factories.buy(account, fund, "100", "50", dt.date(2022, 1, 3))
    factories.sell(account, fund, "100", "90", SOLD)
    store.refresh(house)
    (slice_,) = TaxSlice.objects.filter(report__label="2022")
    year = stored.year(slice_.report)

    assert (slice_.gain, slice_.recognised, slice_.gain_class) == (4000, 2800, "general")
    assert year.totals[GainClass.GENERAL].net == 2800
    assert year.assessment is not None
    assert year.assessment.tax == (2800 - 801) * Decimal("0.26375")


def test_what_was_stored_goes_when_it_can_no_longer_be_computed(house: Household, account: BrokerageAccount) -> None:
    wash_sale(account)
    store.refresh(house)
    TaxProfile.objects.filter(household=house).update(country="FR")
    store.refresh(Household.objects.get(pk=house.pk))

    assert not TaxLot.objects.exists()
    assert not TaxSlice.objects.exists()


def test_another_household_is_left_alone(house: Household, account: BrokerageAccount) -> None:
    wash_sale(account)
    store.refresh(house)
    other = factories.household(factories.user("bob"))
    factories.account(other)
    store.refresh(other)

    assert TaxSlice.objects.filter(account__household=house).count() == 1
    assert store.due() == []


def test_the_worker_computes_it_when_the_bell_rings(house: Household, account: BrokerageAccount) -> None:
    wash_sale(account)
    tasks.tax(house.pk)

    assert TaxState.objects.get(household=house).as_of == house.as_of
