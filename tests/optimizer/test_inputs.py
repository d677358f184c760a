"""From the database to the engine's frozen input."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from accounts import runs
from accounts.models import TaxProfile
from holdings.market.chunks import current_hashes
from holdings.market.prices import store_closes
from holdings.models import (
    BrokerageAccount,
    Classification,
    FxRate,
    Instrument,
    Price,
    PriceFinding,
    ThemeTag,
    TradingSession,
)
from optimizer import inputs
from optimizer.engine.plan import plan
from optimizer.engine.rebalance.orders import term_of
from optimizer.engine.snapshot import from_json
from optimizer.engine.types import CASH, Snapshot
from optimizer.models import Order, Proposal, Trade
from optimizer.services import orders
from optimizer.services.decisions import decide
from tests import factories
from tests.optimizer import markets
from tests.optimizer.markets import Market

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    return markets.market()


def read(market: Market, **params: object) -> Snapshot:
    return inputs.read(markets.asked(market, **params))[0]


def account(snapshot: Snapshot, which) -> object:
    return next(row for row in snapshot.accounts if row.id == str(which.uuid))


def asset(snapshot: Snapshot, symbol: str) -> object:
    return next(row for row in snapshot.assets if row.symbol == symbol)


def proposed(market: Market, *trades: dict, parent: Proposal | None = None) -> Proposal:
    """A proposal whose trades are given; its run is closed."""
    claim = runs.claim(markets.asked(market).pk)
    runs.finish(claim)
    made = Proposal.objects.create(
        household=market.house,
        number=market.house.proposals.count() + 1,
        run=claim.run,
        version=market.house.policy.versions.first(),
        parent=parent,
        as_of=factories.AS_OF,
        trade_date=markets.TRADE_DATE,
        expires_on=dt.date(2023, 1, 5),
        snapshot_hash="f" * 64,
        headline="",
        benefit="",
        measures={},
        evidence={"tax": tax_as_used(market)},
    )
    for number, trade in enumerate(trades, start=1):
        Trade.objects.create(proposal=made, number=number, reason="", **trade)
    return made


def tax_as_used(market: Market) -> dict[str, str]:
    profile = TaxProfile.objects.get(household=market.house)
    rates = {name: str(getattr(profile, name)) for name in ("short_rate", "long_rate", "state_rate")}
    return rates | {"short_carry": "0", "long_carry": "0"}


def sale(market: Market, quantity: str = "100", **changes: object) -> dict:
    xom = market.instruments["XOM"]
    value = Decimal(quantity) * 110
    given = {"account": market.taxable, "instrument": xom, "side": "sell", "lot_key": market.lot, "price": Decimal(110)}
    return given | {"quantity": Decimal(quantity), "value": value, "cost": Decimal(5), "gain": Decimal(2000)} | changes


def purchase(market: Market, quantity: str = "50", **changes: object) -> dict:
    value = Decimal(quantity) * 64
    given = {"account": market.ira, "instrument": market.instruments["KO"], "side": "buy", "price": Decimal(64)}
    return given | {"quantity": Decimal(quantity), "value": value, "cost": Decimal(2)} | changes


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


def approve(proposal: Proposal, market: Market) -> list[Order]:
    trades = [trade.uuid for trade in proposal.trades.all()]
    return decide(proposal=proposal, user=market.alice, approved=trades, rejected={})


# What is held


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


# What open orders hold


def test_an_open_sale_reserves_its_shares_of_the_lot(market) -> None:
    (order,) = approve(proposed(market, sale(market)), market)
    assert read(market).lots[0].reserved == 100
    fill(order, market, "40", "110")
    assert [(lot.quantity, lot.reserved) for lot in again(market).lots] == [(460, 60)]


def fill(order: Order, market: Market, quantity: str, price: str) -> None:
    given = {"date": markets.TRADE_DATE, "quantity": Decimal(quantity), "price": Decimal(price)}
    orders.record_fill(order=order, user=market.alice, key=uuid.uuid4(), **given)


def again(market: Market) -> Snapshot:
    """What the next run reads."""
    for run in market.house.runs.filter(status="queued"):
        runs.cancel(run=run, user=market.alice)
    return read(market)


def test_an_open_purchase_reserves_its_cash_and_counts_as_held(market) -> None:
    approve(proposed(market, purchase(market)), market)
    snapshot = read(market)
    assert account(snapshot, market.ira).reserved_cash == 50 * 64 * Decimal("1.01")
    (buying,) = snapshot.locks.buying
    assert (buying.account, buying.quantity) == (str(market.ira.uuid), 50)


def test_a_closed_order_holds_nothing(market) -> None:
    sold, bought = approve(proposed(market, sale(market), purchase(market)), market)
    orders.cancel(order=sold, user=market.alice)
    fill(bought, market, "50", "64")
    snapshot = read(market)
    assert all(lot.reserved == 0 for lot in snapshot.lots)
    assert snapshot.locks.buying == ()
    assert account(snapshot, market.ira).reserved_cash == 0


def test_an_open_sale_at_a_loss_blocks_its_group_as_if_it_were_filled(market) -> None:
    approve(proposed(market, sale(market, gain=Decimal(-500))), market)
    (window,) = read(market).wash.loss_sales
    assert window.group == str(market.instruments["XOM"].uuid)
    assert (window.sold, window.blocked_until) == (markets.TRADE_DATE, dt.date(2023, 1, 28))


# What was decided before


def test_what_was_rejected_in_any_ancestor_is_forbidden(market) -> None:
    first = proposed(market, sale(market))
    second = proposed(market, purchase(market), parent=first)
    for each in (first, second):
        rejected = {trade.uuid: "no" for trade in each.trades.all()}
        decide(proposal=each, user=market.alice, approved=[], rejected=rejected)
    forbidden = read(market, parent=str(second.uuid)).locks.forbidden
    assert {(f.account, f.side) for f in forbidden} == {
        (str(market.taxable.uuid), "sell"),
        (str(market.ira.uuid), "buy"),
    }


def test_without_a_parent_nothing_is_forbidden(market) -> None:
    proposal = proposed(market, sale(market))
    decide(proposal=proposal, user=market.alice, approved=[], rejected={proposal.trades.get().uuid: "no"})
    assert read(market).locks.forbidden == ()


def test_what_was_marked_approved_is_fixed_lot_and_quantity(market) -> None:
    proposal = proposed(market, sale(market), purchase(market))
    chosen = proposal.trades.get(side="sell")
    (fixed,) = read(market, parent=str(proposal.uuid), approved=[str(chosen.uuid)]).locks.fixed
    assert (fixed.side, fixed.lot, fixed.quantity) == ("sell", market.lot, 100)


def test_the_parent_of_another_household_is_none(market) -> None:
    other = markets.market(factories.user("charlie"))
    foreign = proposed(other, sale(other))
    decide(proposal=foreign, user=other.alice, approved=[], rejected={foreign.trades.get().uuid: "no"})
    locks = read(market, parent=str(foreign.uuid), approved=[str(foreign.trades.get().uuid)]).locks
    assert (locks.forbidden, locks.fixed) == ((), ())


# The tax year


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


# The policy


def test_a_limit_keeps_the_id_of_its_row(market) -> None:
    version = markets.save(
        market, {"kind": "sector_weight", "subject": "energy", "high": Decimal("0.3"), "hard": False}
    )
    (limit,) = read(market).constraints
    assert limit.id == str(version.constraints.get().pk)
    assert (limit.kind, limit.subject, limit.high, limit.hard) == ("sector_weight", "energy", Decimal("0.3"), False)


def test_a_planned_withdrawal_is_kept_in_its_account_and_is_no_limit(market) -> None:
    markets.save(market, {"kind": "withdrawal", "subject": str(market.ira.uuid), "low": Decimal(3000), "unit": "money"})
    snapshot = read(market)
    assert account(snapshot, market.ira).planned_withdrawal == 3000
    assert account(snapshot, market.taxable).planned_withdrawal == 0
    assert snapshot.constraints == ()


def test_targets_are_by_instrument_and_cash(market) -> None:
    target = read(market).policy.target
    assert target[CASH] == Decimal("0.1")
    assert sum(target.values()) == 1


def test_the_run_reads_the_version_that_it_was_asked_with(market) -> None:
    run = markets.asked(market)
    markets.save(market, cash="0.4")
    assert inputs.read(run)[0].policy.target[CASH] == Decimal("0.1")


# What is frozen


def test_the_frozen_text_gives_the_same_snapshot_and_hash(market) -> None:
    snapshot = read(market)
    text, digest = inputs.frozen(snapshot)
    assert from_json(text) == snapshot
    assert inputs.frozen(from_json(text))[1] == digest


def test_reading_twice_gives_the_same_hash_and_a_booking_another(market) -> None:
    first, second = inputs.frozen(read(market))[1], inputs.frozen(again(market))[1]
    factories.deposit(market.ira, "0.01")
    assert first == second
    assert inputs.frozen(again(market))[1] != first


# What is missing


def test_an_instrument_without_a_price_is_named_with_the_remedy(market) -> None:
    Price.objects.filter(instrument__symbol="KO").delete()
    with pytest.raises(inputs.CannotPropose, match=r"No price for KO\. Add one, or take it out of the targets"):
        read(market)


def test_a_household_without_an_account_is_told_to_add_one() -> None:
    market = markets.market()
    empty = factories.household(factories.user("bob"))
    bare = Market(empty, market.alice, market.taxable, market.ira, market.instruments, "")
    markets.save(bare)
    with pytest.raises(inputs.CannotPropose, match="no account yet"):
        read(bare)


def test_a_calendar_that_ends_is_said_in_words(market) -> None:
    TradingSession.objects.filter(date__gt=factories.AS_OF).delete()
    with pytest.raises(inputs.CannotPropose, match="No trading session after 28 Dec 2022"):
        read(market)


def test_t30_a_delisted_holding_is_in_no_plan(market) -> None:
    held = "XOM"
    market.house.policy.versions.first().targets.filter(instrument__symbol=held).delete()
    Instrument.objects.filter(symbol=held).update(delisted_on=dt.date(2022, 12, 1))
    snapshot = read(market)
    gone = str(Instrument.objects.get(symbol=held).uuid)
    assert gone not in {row.id for row in snapshot.assets} | {lot.asset for lot in snapshot.lots}


def test_t30_a_delisted_target_is_named_with_the_remedy(market) -> None:
    target = market.house.policy.versions.first().targets.exclude(instrument=None).first().instrument
    Instrument.objects.filter(pk=target.pk).update(delisted_on=dt.date(2022, 12, 1))
    with pytest.raises(inputs.CannotPropose, match=f"{target.symbol} is no longer traded"):
        read(market)


def test_an_instrument_with_a_doubtful_price_counts_and_is_not_traded(market) -> None:
    row = Instrument.objects.get(symbol="XOM")
    PriceFinding.objects.create(
        instrument=row, kind="minor_unit", first=dt.date(2022, 12, 1), last=dt.date(2022, 12, 1)
    )
    assert not asset(read(market), "XOM").tradable
