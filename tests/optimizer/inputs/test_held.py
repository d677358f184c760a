"""What is held: lots, cash, instruments and prices as the engine reads them."""

import datetime as dt
from decimal import Decimal

import pytest

from holdings.market.chunks import current_hashes
from holdings.market.prices import store_closes
from holdings.models import (
    BrokerageAccount,
    Classification,
    FxRate,
    Instrument,
    Liquidity,
    ThemeTag,
)
from optimizer import inputs
from optimizer.engine.plan import plan
from optimizer.engine.rebalance.orders import term_of
from tests import factories
from tests.optimizer import markets
from tests.optimizer.inputs.readings import account, asset, read
from tests.optimizer.markets import Market

pytestmark = pytest.mark.django_db


def frankfurt(market: Market) -> BrokerageAccount:
    """8 SAP at 100 euros, bought at 90, and 280 euros; a euro was 1.10 dollars, and is 1.25 now."""
    sap = Instrument.objects.create(symbol="SAP", name="SAP SE", currency="EUR")
    bought = dt.date(2022, 1, 3)
    for day, level in ((bought, "1.10"), (factories.AS_OF, "1.25")):
        FxRate.objects.create(currency="USD", date=day, per_euro=Decimal(level), source=factories.source())
    store_closes(source=factories.source(), closes={sap: markets.closes(100.0, 7, 300)})
    made = factories.account(market.house, name="Frankfurt")
    made.currency = "EUR"
    made.save(update_fields=["currency"])
    factories.deposit(made, "1000", bought)
    factories.buy(made, sap, "8", "90", bought)
    return made


def test_lots_keep_their_key_and_every_digit(market) -> None:
    key = factories.buy(market.ira, market.instruments["KO"], "1.123456789012345678", "60", dt.date(2022, 1, 3))
    lot = next(row for row in read(market).lots if row.key == key)
    assert (lot.account, lot.asset) == (str(market.ira.uuid), str(market.instruments["KO"].uuid))
    assert (lot.quantity, lot.acquired) == (Decimal("1.123456789012345678"), dt.date(2022, 1, 3))


def test_a_lot_of_unknown_basis_stays_unknown(market) -> None:
    market.taxable.lots.update(basis=None, acquired=None)
    (lot,) = read(market).lots
    assert (lot.basis, lot.acquired) == (None, None)


def test_inherited_shares_are_long_term_and_for_sale_though_their_date_is_unknown(market) -> None:
    market.taxable.lots.update(origin="inheritance", acquired=None)
    snapshot = read(market)
    (lot,) = snapshot.lots
    assert lot.known
    assert term_of(lot, account(snapshot, market.taxable), snapshot) == "long"


def test_a_gift_keeps_the_donors_basis_and_date_for_a_gain(market) -> None:
    market.taxable.lots.update(origin="gift", basis=50000, loss_basis=45000, acquired=dt.date(2015, 3, 2))
    (lot,) = read(market).lots
    assert (lot.basis, lot.acquired) == (50000, dt.date(2015, 3, 2))


@pytest.mark.parametrize(
    ("loss_basis", "basis", "acquired"),
    [
        (57000, 57000, dt.date(2021, 3, 1)),  # below its value as a gift: a loss, counted from the gift
        (52000, 55000, dt.date(2015, 3, 2)),  # between the two: what it is worth, so neither
    ],
)
def test_a_gift_below_the_donors_basis_is_valued_by_its_second_one(market, loss_basis, basis, acquired) -> None:
    market.taxable.lots.update(origin="gift", basis=60000, loss_basis=loss_basis, acquired=dt.date(2015, 3, 2))
    (lot,) = read(market).lots
    assert (lot.basis, lot.acquired) == (basis, acquired)


def test_cash_is_by_account(market) -> None:
    snapshot = read(market)
    assert account(snapshot, market.taxable).cash == 15000
    assert account(snapshot, market.ira).cash == 20000


def test_what_is_quoted_in_another_currency_counts_at_the_stored_rate_and_is_not_traded(market) -> None:
    frankfurt(market)
    snapshot = read(market)
    sap = asset(snapshot, "SAP")
    (lot,) = (row for row in snapshot.lots if row.asset == sap.id)
    assert (sap.price, sap.currency, sap.tradable) == (125, "EUR", False)
    assert lot.basis == 792  # 8 x 90 euros at the rate of the purchase, 1.10


def test_cash_in_another_currency_counts_and_is_not_spent(market) -> None:
    euros = frankfurt(market)
    found = account(read(market), euros)
    assert (found.cash, found.reserved_cash) == (350, 350)  # 280 euros


def test_a_plan_trades_only_in_the_households_currency_and_says_so(market) -> None:
    frankfurt(market)
    snapshot, prices = inputs.read(markets.asked(market))
    made = plan(snapshot, prices, lambda stage, fraction: None)
    assert asset(snapshot, "SAP").id not in {trade.asset for trade in made.trades}
    assert "Held: SAP is quoted in EUR; it counts in USD and is not traded." in made.held


def test_a_price_without_a_rate_is_asked_for(market) -> None:
    frankfurt(market)
    FxRate.objects.all().delete()
    with pytest.raises(inputs.CannotPropose, match="No price for SAP or rate of EUR"):
        read(market)


def test_the_dates_are_the_households_and_the_next_session(market) -> None:
    snapshot = read(market)
    assert (snapshot.as_of, snapshot.trade_date) == (factories.AS_OF, markets.TRADE_DATE)


def test_an_instrument_brings_its_class_sector_themes_and_price(market) -> None:
    xom = market.instruments["XOM"]
    for theme in ("weapons", "fossil fuel"):
        ThemeTag.objects.create(household=market.house, instrument=xom, theme=theme)
    found = asset(read(market), "XOM")
    assert (found.sector, found.asset_class, found.themes) == ("energy", "equity", ("fossil fuel", "weapons"))
    assert (found.price, found.half_spread) == (Decimal(110), Decimal("0.0005"))


def test_another_households_view_of_an_instrument_is_not_taken(market) -> None:
    other = factories.household(factories.user("charlie"))
    xom = market.instruments["XOM"]
    ThemeTag.objects.create(household=other, instrument=xom, theme="tobacco")
    Classification.objects.create(household=other, instrument=xom, sector="tech")
    found = asset(read(market), "XOM")
    assert (found.sector, found.themes) == ("energy", ())


def test_substantially_identical_instruments_share_a_group(market) -> None:
    Classification.objects.filter(household=market.house).update(identity_group="OIL")
    assert {found.group for found in read(market).assets} == {"OIL"}


def test_a_price_after_the_households_date_is_not_known_yet(market) -> None:
    later = factories.AS_OF + dt.timedelta(1)
    factories.instrument("XOM", "999", on=later)
    assert asset(read(market), "XOM").price == 110


def test_the_panel_is_named_by_its_chunks(market) -> None:
    run = markets.asked(market)
    snapshot, panel = inputs.read(run)
    assert set(snapshot.price_chunks) == set(current_hashes(i.pk for i in market.instruments.values()).values())
    assert panel.closes.shape == (300, 3)
    assert panel.assets == tuple(found.id for found in snapshot.assets)


def test_estimates_of_spread_and_volume_come_with_the_volatility_of_a_day(market) -> None:
    xom = market.instruments["XOM"]
    plain = asset(read(market), "XOM")
    assert (plain.daily_volume, plain.daily_volatility, plain.most_traded) == (None, None, None)
    Liquidity.objects.create(
        household=market.house,
        instrument=xom,
        as_of=factories.AS_OF,
        half_spread=Decimal("0.004"),
        daily_volume=Decimal("12345"),
    )
    told = asset(read(market), "XOM")
    assert (told.half_spread, told.spread_source) == (Decimal("0.004"), "estimated")
    assert (told.daily_volume, told.volume_source, told.most_traded) == (12345, "estimated", 1234)
    assert 0.005 < told.daily_volatility < 0.03
    Classification.objects.filter(instrument=xom).update(daily_volume=Decimal(500))
    assert asset(read(market), "XOM").volume_source == "own"


def test_an_estimate_of_another_date_is_not_taken(market) -> None:
    for days in (1, -8):
        Liquidity.objects.update_or_create(
            household=market.house,
            instrument=market.instruments["XOM"],
            defaults={"as_of": factories.AS_OF + dt.timedelta(days=days), "daily_volume": Decimal(5)},
        )
        assert asset(read(market), "XOM").daily_volume is None
