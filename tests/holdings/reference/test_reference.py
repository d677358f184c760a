import csv
from decimal import Decimal

import pytest

from holdings.models import AssetClass, Classification, Instrument, Sector
from holdings.reference import CALENDARS, FILE, lookup
from holdings.services.classify import apply_reference, save_classifications
from tests import factories


def rows() -> list[dict[str, str]]:
    with FILE.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_line_is_complete_and_speaks_the_projects_words() -> None:
    for row in rows():
        assert row["source"], row
        assert row["kind"] in Instrument.Kind.values
        assert row["asset_class"] in AssetClass.values
        assert row["sector"] in Sector.values
        assert bool(row["expense_ratio"]) == bool(row["expense_year"]), row


def test_equity_funds_are_of_a_sector_or_broad_unless_their_index_leaves_a_sector_out() -> None:
    funds = [row for row in rows() if row["kind"] in {"etf", "fund"} and row["asset_class"] == "equity"]
    unclassified = {row["symbol"] for row in funds if row["sector"] == "unknown"}
    assert unclassified == {"QQQ", "DIA", "SCHD", "VIG", "VDADX", "VYM", "VHYAX"}
    assert {row["symbol"] for row in funds if row["sector"] == "broad"} >= {"VTI", "VOO", "SPY", "VT", "VXUS", "IWM"}


def test_nothing_but_an_equity_fund_is_broad() -> None:
    broad = [row for row in rows() if row["sector"] == "broad"]
    assert {(row["kind"], row["asset_class"]) for row in broad} == {("etf", "equity"), ("fund", "equity")}


def test_no_instrument_stands_there_twice() -> None:
    keys = [(row["symbol"], row["currency"]) for row in rows()]
    assert len(keys) == len(set(keys))


def test_costs_are_fractions_below_one_per_cent() -> None:
    assert all(0 <= Decimal(row["expense_ratio"]) < Decimal("0.01") for row in rows() if row["expense_ratio"])


def test_share_classes_of_one_fund_share_a_group_and_other_funds_of_an_index_do_not() -> None:
    """W-12: whether VOO and FXAIX are substantially identical is for the user to say."""
    voo, vfiax, fxaix = (lookup(symbol, "USD") for symbol in ("VOO", "VFIAX", "FXAIX"))
    assert voo.identity_group == vfiax.identity_group != ""
    assert fxaix.identity_group == ""


def test_trusts_that_hold_metal_are_collectibles_and_shares_of_miners_are_not() -> None:
    metal = {row["symbol"] for row in rows() if row["collectible"] == "yes"}
    assert metal == {"GLD", "GLDM", "IAU", "IAUM", "SGOL", "BAR", "AAAU", "OUNZ", "SLV", "SIVR", "PPLT", "PALL", "GLTR"}
    assert {lookup(symbol, "USD").collectible for symbol in metal} == {True}
    assert not lookup("VTI", "USD").collectible


def test_another_currency_is_another_listing() -> None:
    assert lookup("vti", "USD") is not None
    assert lookup("VTI", "EUR") is None


def test_calendars_are_known_to_the_package() -> None:
    import exchange_calendars

    assert set(CALENDARS.values()) <= set(exchange_calendars.get_calendar_names(include_aliases=True))


@pytest.fixture
def account(db):
    account = factories.account(factories.household())
    factories.buy(account, factories.instrument("VTI"), "1", "200", factories.AS_OF)
    return account


def test_what_nobody_classified_is_classified_once(account) -> None:
    house = account.household
    Instrument.objects.update(name="")
    assert apply_reference(household=house) == 1
    assert apply_reference(household=house) == 0
    row = house.classifications.get()
    assert (row.origin, row.region, row.expense_ratio) == ("reference", "United States", Decimal("0.0003"))
    vti = Instrument.objects.get(symbol="VTI")
    assert (vti.kind, vti.name) == ("etf", "Vanguard Total Stock Market ETF")


def test_a_fund_that_holds_metal_is_classified_so_until_a_person_says_otherwise(account) -> None:
    house, gold = account.household, factories.instrument("GLD")
    factories.buy(account, gold, "1", "170", factories.AS_OF)
    apply_reference(household=house)
    assert house.classifications.get(instrument=gold).collectible
    save_classifications(household=house, user=factories.user(), changes={gold.pk: {"collectible": False}})
    apply_reference(household=house)
    assert not house.classifications.get(instrument=gold).collectible


def test_a_persons_choice_is_never_touched(account) -> None:
    house, vti = account.household, Instrument.objects.get(symbol="VTI")
    apply_reference(household=house)
    save_classifications(household=house, user=factories.user(), changes={vti.pk: {"region": "My world"}})
    assert apply_reference(household=house) == 0
    row = house.classifications.get()
    assert (row.region, row.origin) == ("My world", "user")


def test_what_a_file_said_stays(account) -> None:
    vti = Instrument.objects.get(symbol="VTI")
    Classification.objects.create(household=account.household, instrument=vti, sector="tech", origin="file")
    assert apply_reference(household=account.household) == 0
    assert account.household.classifications.get().sector == "tech"


def test_a_form_that_was_sent_unchanged_leaves_the_reference_in_charge(account) -> None:
    house, vti = account.household, Instrument.objects.get(symbol="VTI")
    untouched = {"asset_class": "other", "sector": "unknown", "region": "", "identity_group": "", "expense_ratio": None}
    assert save_classifications(household=house, user=factories.user(), changes={vti.pk: untouched}) == 0
    assert apply_reference(household=house) == 1
