"""What open orders hold."""

import datetime as dt
from decimal import Decimal

import pytest

from optimizer.services import orders
from tests.optimizer import markets
from tests.optimizer.inputs.readings import account, again, approve, fill, proposed, purchase, read, sale

pytestmark = pytest.mark.django_db


def test_an_open_sale_reserves_its_shares_of_the_lot(market) -> None:
    (order,) = approve(proposed(market, sale(market)), market)
    assert read(market).lots[0].reserved == 100
    fill(order, market, "40", "110")
    assert [(lot.quantity, lot.reserved) for lot in again(market).lots] == [(460, 60)]


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
