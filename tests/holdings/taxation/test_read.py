"""A household's history as the rules read it: whose accounts, what the instruments are, and when dividends went ex."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Household, Person
from holdings.models import AssetClass, BrokerageAccount, Classification, InstrumentEvent, Sector
from holdings.services.ledger import NewTransaction, book
from holdings.tax.history import FundShare, Relation, Shelter, TaxInstrument
from holdings.taxation.read import books
from tests import factories

pytestmark = pytest.mark.django_db

PAID = dt.date(2022, 6, 15)


@pytest.fixture
def house() -> Household:
    return factories.household()


@pytest.fixture
def account(house: Household) -> BrokerageAccount:
    made = factories.account(house)
    factories.deposit(made, "10000")
    factories.buy(made, factories.instrument("KO"), "10", "50", dt.date(2022, 1, 3))
    return made


def dividend(account: BrokerageAccount) -> str:
    draft = NewTransaction(
        kind="dividend", trade_date=PAID, source="manual", instrument=factories.instrument("KO"), cash=Decimal(5)
    )
    return str(book(account=account, drafts=[draft])[0].uuid)


def went_ex(on: dt.date) -> None:
    InstrumentEvent.objects.create(
        instrument=factories.instrument("KO"),
        kind="dividend",
        ex_date=on,
        amount=Decimal("0.5"),
        source=factories.source(),
    )


def instrument(house: Household) -> TaxInstrument:
    (found,) = books(house).history.instruments.values()
    return found


def test_a_dividend_has_the_last_ex_date_before_it_was_paid(house: Household, account: BrokerageAccount) -> None:
    for on in (dt.date(2022, 3, 1), dt.date(2022, 6, 1), dt.date(2022, 9, 1)):
        went_ex(on)
    paid = dividend(account)

    assert books(house).history.ex_dates == {paid: dt.date(2022, 6, 1)}


def test_an_ex_date_of_another_quarter_is_not_taken_for_it(house: Household, account: BrokerageAccount) -> None:
    went_ex(dt.date(2022, 3, 1))
    dividend(account)

    assert books(house).history.ex_dates == {}


def test_what_comes_after_the_household_s_day_is_left_out(house: Household, account: BrokerageAccount) -> None:
    before = len(books(house).history.entries)
    factories.deposit(account, "1", house.as_of + dt.timedelta(days=1))

    assert len(books(house).history.entries) == before


def test_a_spouse_s_ira_is_known_as_one(house: Household, account: BrokerageAccount) -> None:
    spouse = Person.objects.create(household=house, name="Tom", relation="spouse")
    ira = factories.account(house, "traditional_ira", "Tom's IRA")
    BrokerageAccount.objects.filter(pk=ira.pk).update(owner=spouse)
    found = books(house).history.accounts[str(ira.uuid)]

    assert (found.relation, found.shelter, found.taxed) == (Relation.SPOUSE, Shelter.TRADITIONAL_IRA, False)


@pytest.mark.parametrize(
    ("kind", "asset_class", "sector", "qualified", "share"),
    [
        ("stock", AssetClass.EQUITY, Sector.STAPLES, True, FundShare.NONE),
        ("stock", AssetClass.EQUITY, Sector.REAL_ESTATE, False, FundShare.NONE),
        ("etf", AssetClass.BOND, Sector.BONDS, False, FundShare.OTHER),
        ("fund", AssetClass.EQUITY, Sector.BROAD, True, FundShare.EQUITY),
        ("etf", AssetClass.EQUITY, Sector.REAL_ESTATE, False, FundShare.PROPERTY),
    ],
)
def test_an_instrument_is_what_the_household_sees_in_it(
    house: Household, account: BrokerageAccount, kind: str, asset_class: str, sector: str, qualified: bool, share: str
) -> None:
    what = factories.instrument("KO")
    what.kind = kind
    what.save()
    Classification.objects.create(household=house, instrument=what, asset_class=asset_class, sector=sector)

    assert (instrument(house).pays_qualified, instrument(house).fund_share) == (qualified, share)


@pytest.mark.parametrize(
    ("kind", "sector", "is_reit"),
    [("stock", Sector.REAL_ESTATE, True), ("etf", Sector.REAL_ESTATE, False), ("stock", Sector.STAPLES, False)],
)
def test_a_stock_of_real_estate_is_a_reit(
    house: Household, account: BrokerageAccount, kind: str, sector: str, is_reit: bool
) -> None:
    what = factories.instrument("KO")
    what.kind = kind
    what.save()
    Classification.objects.create(household=house, instrument=what, asset_class=AssetClass.EQUITY, sector=sector)

    assert instrument(house).reit is is_reit


def test_what_nobody_classified_pays_qualified_dividends_only_where_it_is_a_stock(
    house: Household, account: BrokerageAccount
) -> None:
    assert instrument(house).pays_qualified is True


def test_fills_of_one_order_are_known_by_account_and_number(house: Household, account: BrokerageAccount) -> None:
    fill = NewTransaction(
        "buy", PAID, "import", factories.instrument("KO"), quantity=Decimal(1), cash=Decimal(-5), order="77"
    )
    other = factories.account(house)
    factories.deposit(other, "100")
    rows = [*book(account=account, drafts=[fill, fill]), *book(account=other, drafts=[fill])]
    first, second, elsewhere = (books(house).history.orders[str(row.uuid)] for row in rows)

    assert first == second != elsewhere
    assert len(books(house).history.orders) == 3
