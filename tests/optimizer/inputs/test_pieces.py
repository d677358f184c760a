"""A lot that a wash sale made pieces of: planned, approved, reserved and filled piece by piece."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Household, TaxProfile
from holdings.models import LotPick, TaxSlice
from holdings.taxation import store
from optimizer.engine.locks import locked_lots
from optimizer.engine.rebalance.book import make_book
from optimizer.engine.rebalance.judge import judge
from optimizer.engine.rebalance.orders import Pick
from optimizer.inputs.pieces import shared
from optimizer.models import Proposal
from optimizer.tasks import run as work
from tests import factories
from tests.optimizer import markets
from tests.optimizer.inputs.readings import again, approve, fill, proposed, read, sale

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
SOLD = dt.date(2022, 10, 3)


@pytest.fixture
def lot(market) -> str:
    """300 KO, of which 120 replace shares sold at a loss of 3,000; 100 days are tacked on."""
    TaxProfile.objects.update(use_own_rates=False)
    factories.deposit(market.taxable, "60000")
    ko = market.instruments["KO"]
    factories.buy(market.taxable, ko, "120", "85", SOLD - 100 * DAY)
    factories.sell(market.taxable, ko, "120", "60", SOLD)
    key = factories.buy(market.taxable, ko, "300", "61", SOLD + 10 * DAY)
    compute(market)
    return key


def compute(market) -> None:
    store.refresh(Household.objects.get(pk=market.house.pk))


def pieces(snapshot, lot: str):
    return [each for each in snapshot.lots if each.lot == lot]


def test_each_piece_has_its_own_basis_and_holding_period(market, lot) -> None:
    untouched, replacing = pieces(read(market), lot)

    assert (untouched.key, untouched.piece, untouched.number) == (lot, "", 1)
    assert (replacing.key, replacing.number) == (f"{lot}~{replacing.piece}", 2)
    assert [(each.quantity, each.basis, each.deferred) for each in (untouched, replacing)] == [
        (180, 180 * 61, 0),
        (120, 120 * 61 + 3000, 3000),
    ]
    bought = SOLD + 10 * DAY
    assert (untouched.acquired, replacing.acquired, replacing.bought) == (bought, bought - 100 * DAY, bought)


def test_an_open_order_reserves_the_piece_that_it_names(market, lot) -> None:
    _, replacing = pieces(read(market), lot)
    ordered = {"instrument": market.instruments["KO"], "lot_key": lot, "piece": replacing.piece, "price": Decimal(64)}
    approve(proposed(market, sale(market, "50", **ordered)), market)

    assert [each.reserved for each in pieces(again(market), lot)] == [0, 50]


def test_an_approved_trade_of_a_piece_stays_in_the_next_plan(market, lot) -> None:
    _, replacing = pieces(read(market), lot)
    ordered = {"instrument": market.instruments["KO"], "lot_key": lot, "piece": replacing.piece}
    made = proposed(market, sale(market, "50", **ordered))
    snapshot = again_with(market, made)

    assert [(each.lot, each.quantity) for each in snapshot.locks.fixed] == [(replacing.key, 50)]


def again_with(market, parent: Proposal):
    market.house.runs.filter(status="queued").update(status="cancelled")
    trade = parent.trades.get()
    return read(market, parent=str(parent.uuid), approved=[str(trade.uuid)])


@pytest.mark.parametrize(
    ("named", "found"),
    [("lot~a", {"lot~a": 30, "lot": 20}), ("lot", {"lot": 40, "lot~a": 10}), ("lot~gone", {"lot": 40, "lot~a": 10})],
)
def test_shares_of_a_piece_that_is_gone_are_those_of_its_lot(named, found) -> None:
    assert shared(named, Decimal(50), {"lot": Decimal(40), "lot~a": Decimal(30), "other": Decimal(9)}) == found


def test_a_lock_on_a_lot_keeps_all_its_pieces(market, lot) -> None:
    markets.save(market, {"kind": "do_not_sell", "subject": lot})
    snapshot = read(market)

    assert set(locked_lots(snapshot)) == {each.key for each in pieces(snapshot, lot)}


def test_untouched_shares_do_not_replace_those_of_their_own_lot(market, lot) -> None:
    """They were bought 78 days ago here; bought yesterday they would replace others, never a piece of their lot."""
    snapshot = read(market)
    _, replacing = pieces(snapshot, lot)
    book = make_book(snapshot)
    book.standing.bought[replacing.asset][lot] = Decimal(180)
    judged = judge(book, [Pick(replacing.account, replacing.asset, replacing.key, Decimal(120))])

    assert (judged.trades[0].gain, judged.trades[0].disallowed) == (120 * (64 - 61) - 3000, 0)


def test_the_gain_that_a_plan_expects_is_the_one_that_the_fills_make(market, lot, client) -> None:
    """At most 5 % in KO: the piece whose basis was raised is sold whole, and some of the rest of its lot."""
    markets.save(market, {"kind": "instrument_weight", "subject": str(market.instruments["KO"].uuid), "high": "0.05"})
    run = markets.asked(market)
    work(run.pk)
    made = Proposal.objects.get(run=run)
    expected = {
        (each.lot_key, each.piece or ""): each.gain for each in made.trades.filter(side="sell", gain__isnull=False)
    }
    sold = {each.piece_number: each for each in made.trades.filter(lot_key=lot)}
    assert sold.keys() == {1, 2}
    assert (sold[2].quantity, sold[2].gain) == (120, 120 * (64 - 61) - 3000)
    assert "Piece 2 of lot 13 Oct 2022, basis raised by a deferred loss" in sold[2].reason

    client.force_login(market.alice)
    assert "lot 13 Oct 2022, piece 2" in client.get(f"/h/{market.house.uuid}/proposals/{made.number}").content.decode()

    for order in approve(made, market):
        fill(order, market, str(order.quantity), str(order.limit_price))
    Household.objects.update(clock=markets.TRADE_DATE)
    compute(market)
    found = {
        (each.lot_key, each.piece): each.recognised.quantize(Decimal("0.01"))
        for each in TaxSlice.objects.filter(sale__account=market.taxable, sold=markets.TRADE_DATE)
    }

    assert found == expected
    assert set(LotPick.objects.filter(lot_key=lot).values_list("piece", "quantity")) == {
        (each.piece, each.quantity) for each in sold.values()
    }
