"""A German household's lots as a plan reads them: in the order that the law sells them, by pot and exemption."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.models import Household, TaxProfile
from holdings.ledger.types import Pick
from holdings.models import BrokerageAccount, Instrument, Price, TaxState
from holdings.services.ledger import NewTransaction, book
from holdings.taxation import store
from optimizer.engine.rebalance.book import make_book
from optimizer.engine.rebalance.judge import judge
from optimizer.engine.rebalance.orders import Pick as Trade
from optimizer.models import Proposal
from optimizer.pages.tax.year import year_shown
from optimizer.tasks import run as work
from tests import factories
from tests.optimizer import markets
from tests.optimizer.inputs.readings import approve, fill, read

pytestmark = pytest.mark.django_db

FLAT = Decimal("0.26375")


@pytest.fixture
def german(market) -> markets.Market:
    """In euros; XOM is a share, KO a fund of equities. 200 KO at 70, then 100 at 20."""
    Household.objects.update(base_currency="EUR")
    for row in (BrokerageAccount, Instrument, Price):
        row.objects.update(currency="EUR")
    Instrument.objects.filter(symbol="KO").update(kind="etf")
    TaxProfile.objects.update(use_own_rates=False, country="DE")
    for known in (market.house, market.taxable, *market.instruments.values()):
        known.refresh_from_db()
    for price, shares, day in (("70", "200", 1), ("20", "100", 2)):
        factories.buy(market.taxable, market.instruments["KO"], shares, price, dt.date(2021, 6, day))
    compute(market)
    return market


def compute(market) -> None:
    store.refresh(Household.objects.get(pk=market.house.pk))


def of(snapshot, market, symbol: str):
    asset = str(market.instruments[symbol].uuid)
    return sorted((lot for lot in snapshot.lots if lot.asset == asset), key=lambda lot: lot.acquired)


def test_shares_and_funds_are_in_pots_of_their_own_and_funds_are_free_in_part(german) -> None:
    snapshot = read(german)

    assert [(lot.pot, lot.free) for lot in of(snapshot, german, "XOM")] == [("short", 0)]
    assert [(lot.pot, lot.free) for lot in of(snapshot, german, "KO")] == [("long", Decimal("0.3"))] * 2
    assert snapshot.tax.year.country == "DE"


def test_a_gain_is_taxed_at_the_flat_rate_beyond_the_allowance_less_what_is_exempt(german) -> None:
    """200 KO lose 1,200, of which 840 count; 500 XOM gain 10,000: 801 are free in 2022."""
    snapshot = read(german)
    (xom,), (old, _) = of(snapshot, german, "XOM"), of(snapshot, german, "KO")
    judged = judge(make_book(snapshot), [Trade(lot.account, lot.asset, lot.key, lot.quantity) for lot in (xom, old)])

    assert {trade.exempt for trade in judged.trades} == {0, -360}
    assert judged.tax == (FLAT * (10_000 - 840 - 801)).quantize(Decimal("0.01"))


def test_the_lots_that_the_ledger_sold_otherwise_have_the_cost_of_the_oldest_that_are_left(german) -> None:
    """The newer lot was named in a sale; for tax 100 of the older one went."""
    _, new = german.taxable.lots.filter(instrument=german.instruments["KO"]).order_by("acquired")
    sale = {
        "quantity": Decimal(-50),
        "price": Decimal(60),
        "cash": Decimal(3000),
        "picks": [Pick(new.key, Decimal(50))],
    }
    sale |= {"kind": "sell", "source": "manual", "instrument": german.instruments["KO"]}
    book(account=german.taxable, drafts=[NewTransaction(trade_date=dt.date(2022, 6, 1), **sale)])
    compute(german)
    found = of(read(german), german, "KO")

    assert [(lot.quantity, lot.basis) for lot in found] == [(200, 150 * 70 + 50 * 20), (50, 50 * 20)]


def test_a_lot_that_gains_less_than_an_older_one_has_the_mean_of_both(german) -> None:
    """XOM at 110: 500 of 90, then 100 of 130."""
    factories.buy(german.taxable, german.instruments["XOM"], "100", "130", dt.date(2022, 3, 1))
    compute(german)
    snapshot = read(german)
    of_xom = {round(part.gain, 9) for part in make_book(snapshot).sells if part.lot.pot == "short"}

    assert of_xom == {round(1 - (500 * 90 + 100 * 130) / (600 * 110), 9)}


def test_nothing_is_sold_behind_a_lot_of_unknown_cost(german) -> None:
    snapshot = read(german)
    old, new = of(snapshot, german, "KO")
    unknown = replace(snapshot, lots=tuple(replace(lot, basis=None) if lot == old else lot for lot in snapshot.lots))

    assert new.key in {part.lot.key for part in make_book(snapshot).sells}
    assert new.key not in {part.lot.key for part in make_book(unknown).sells}


def test_what_a_plan_expects_is_what_the_year_comes_to(german) -> None:
    """The oldest lots go; the page has the year with the proposal before, the tax engine has it after the fills."""
    markets.save(german, {"kind": "instrument_weight", "subject": str(german.instruments["KO"].uuid), "high": "0.05"})
    run = markets.asked(german)
    work(run.pk)
    made = Proposal.objects.get(run=run)
    shown = year_shown(german.house, german.house.tax_state, "")
    planned = shown.assessment.tax + sum(trade.tax for trade in made.trades.all())
    assert made.trades.filter(side="sell", instrument__symbol="KO").count() == 2

    for order in approve(made, german):
        fill(order, german, str(order.quantity), str(order.limit_price))
    Household.objects.update(clock=markets.TRADE_DATE)
    compute(german)
    after = year_shown(Household.objects.get(pk=german.house.pk), TaxState.objects.get(), "").assessment.tax

    assert after > 0
    assert abs(after - shown.with_proposal.tax) < Decimal("0.01")
    assert abs(after - planned) < Decimal("0.01")
