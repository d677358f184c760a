"""What a broker charges and what funds take a year, as a plan counts them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from optimizer.engine.plan import plan
from optimizer.engine.types import FeeSchedule, FixedTrade, Locks, Plan, Snapshot
from tests.optimizer.engine.households import account, asset, household, lot, panel

A_DOLLAR_EACH = FeeSchedule(ticket=Decimal(1))


def make(snapshot: Snapshot) -> Plan:
    return plan(snapshot, panel(snapshot.assets), lambda stage, fraction: None)


def charging(fees: FeeSchedule, cash: str = "0"):
    return account("main", kind="roth_ira", cash=cash, fees=fees)


def test_a_fee_lies_between_its_least_and_its_most():
    fees = FeeSchedule(share=Decimal("0.005"), least=Decimal(1), most=Decimal(50))
    assert fees.of(Decimal(1000), Decimal(10)) == 1
    assert fees.of(Decimal(100_000), Decimal(1000)) == 5
    assert fees.of(Decimal(9_000_000), Decimal(90_000)) == 50
    assert FeeSchedule(ticket=Decimal(10), rate=Decimal("0.0025")).of(Decimal(4000), Decimal(40)) == 20


def test_an_order_pays_one_fee_however_many_lots_it_sells():
    lots = [lot("1", "a", "300", "30000"), lot("2", "a", "700", "70000")]
    fees = FeeSchedule(ticket=Decimal("9.99"))
    made = make(household([asset("a"), asset("b")], lots, {"b": "1"}, [charging(fees)]))
    sales = [trade for trade in made.trades if trade.side == "sell"]
    assert len(sales) == 2
    assert sum(trade.fee for trade in sales) == Decimal("9.99")
    assert sales[0].cost - sales[0].fee == pytest.approx(sales[0].value * Decimal("0.0005"), abs=Decimal("0.01"))
    assert made.after.cost == sum(trade.cost for trade in made.trades)


def test_fees_are_paid_out_of_the_accounts_cash():
    fees = FeeSchedule(ticket=Decimal(7), share=Decimal("0.01"), rate=Decimal("0.001"), least=Decimal(15))
    made = make(
        household([asset("a", "37"), asset("b", "41")], [], {"a": "0.5", "b": "0.5"}, [charging(fees, "50000")])
    )
    spent = sum(trade.value + trade.cost for trade in made.trades)
    assert all(trade.fee >= 15 for trade in made.trades)
    assert made.after.account_cash["main"] == 50_000 - spent
    assert 0 <= made.after.account_cash["main"] < 100


def test_an_order_that_is_not_worth_its_fee_is_left_out():
    lots = [lot("1", "a", "520", "52000"), lot("2", "b", "480", "48000")]
    free = household([asset("a"), asset("b")], lots, {"a": "0.5", "b": "0.5"}, [charging(FeeSchedule())])
    assert make(free).trades
    dear = replace(free, accounts=(charging(FeeSchedule(ticket=Decimal(400))),))
    assert make(dear).trades == ()


def test_a_fee_in_proportion_counts_like_a_spread():
    lots = [lot("1", "a", "600", "60000"), lot("2", "b", "400", "40000")]
    by_fee = FeeSchedule(rate=Decimal("0.002"))
    charged = household([asset("a"), asset("b")], lots, {"a": "0.5", "b": "0.5"}, [charging(by_fee)])
    wide = [asset(name, half_spread=Decimal("0.0025")) for name in "ab"]
    spread = household(wide, lots, {"a": "0.5", "b": "0.5"}, [charging(FeeSchedule())])
    assert [t.quantity for t in make(charged).trades] == [t.quantity for t in make(spread).trades]
    assert make(charged).after.cost == make(spread).after.cost


def test_approved_trades_keep_the_cash_for_their_fee():
    fixed = FixedTrade("main", "a", "buy", None, Decimal(500))
    free = household([asset("a"), asset("b")], [], {"a": "0.5", "b": "0.5"}, [charging(A_DOLLAR_EACH, "100000")])
    made = make(replace(free, locks=Locks(fixed=(fixed,))))
    bought = next(trade for trade in made.trades if trade.asset == "a")
    assert (bought.quantity, bought.fee) == (500, 1)
    assert made.after.account_cash["main"] >= 0


def test_what_funds_take_a_year_is_measured_before_and_after():
    lots = [lot("1", "a", "1000", "100000")]
    assets = [asset("a", expense_ratio=Decimal("0.005")), asset("b", expense_ratio=Decimal("0.001"))]
    made = make(household(assets, lots, {"b": "1"}, [charging(FeeSchedule())]))
    assert made.before.expenses == 500
    assert made.after.expenses == pytest.approx(Decimal(100), abs=1)
    assert "fund costs" in made.benefit


def test_the_dearer_of_two_funds_is_bought_a_little_less():
    cheap = [asset("a"), asset("b")]
    dear = [asset("a", expense_ratio=Decimal("0.02")), asset("b")]
    weights = [
        make(household(assets, [], {"a": "0.5", "b": "0.5"}, [charging(FeeSchedule(), "100000")])).after.by_asset["a"]
        for assets in (cheap, dear)
    ]
    assert weights[1] < weights[0] - 0.01
