"""What holds for every plan, on random small households; and the tax against every other choice of lots."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.engine.errors import Infeasible
from optimizer.engine.plan import plan
from optimizer.engine.rebalance.book import make_book
from optimizer.engine.rebalance.judge import judge
from optimizer.engine.rebalance.orders import Pick
from optimizer.engine.types import LossSale, Plan, Purchase, Snapshot, WashInput
from tests.optimizer.engine.households import NEW, OLD, RATES, TODAY, account, asset, cap, household, lot, panel, policy

KINDS = ("taxable", "traditional_ira", "roth_ira")
SECTORS = ("Technology", "Energy")


def make(snapshot: Snapshot) -> Plan:
    return plan(snapshot, panel(snapshot.assets, 150), lambda stage, fraction: None)


@st.composite
def households(draw) -> Snapshot:
    assets = [
        asset(
            f"a{i}",
            str(draw(st.decimals(5, 300, places=2))),
            sector=SECTORS[i % 2],
            group="twins" if i < 2 else "",
            whole_shares=draw(st.integers(0, 4)) > 0,
        )
        for i in range(draw(st.integers(2, 4)))
    ]
    accounts = [account(kind, str(draw(st.decimals(0, 20000, places=2))), kind) for kind in KINDS]
    lots = [
        lot(
            f"lot{k}",
            draw(st.sampled_from(assets)).id,
            str(draw(st.decimals("0.5", 200, places=draw(st.sampled_from([0, 3]))))),
            str(draw(st.decimals(10, 30000, places=2))),
            draw(st.sampled_from([OLD, NEW, TODAY - timedelta(10)])),
            account=draw(st.sampled_from(KINDS)),
            locked=draw(st.integers(0, 9)) == 0,
        )
        for k in range(draw(st.integers(1, 10)))
    ]
    recent = [item for item in lots if item.acquired == TODAY - timedelta(10)]
    groups = {item.id: item.identity for item in assets}
    purchases = tuple(Purchase(groups[i.asset], i.account, i.key, i.quantity, TODAY - timedelta(10)) for i in recent)
    past = (LossSale(groups[assets[-1].id], TODAY - timedelta(5), TODAY + timedelta(25)),)
    blocked = past if draw(st.booleans()) else ()
    limits = (cap("sector_weight", "Energy", draw(st.sampled_from(["0.3", "0.6", "1"]))),)
    if draw(st.booleans()):
        limits += (cap("tax_budget", "", str(draw(st.integers(0, 5000))), unit="money"),)
    target = {item.id: str(Decimal(90 // len(assets)) / 100) for item in assets}
    minimum = Decimal(draw(st.sampled_from([0, 200])))
    return household(
        assets,
        lots,
        policy(target, minimum_trade=minimum),
        accounts,
        constraints=limits,
        wash=WashInput(blocked, purchases),
    )


@settings(max_examples=50, deadline=None, derandomize=True)
@given(households())
def test_every_plan_keeps_its_promises(snapshot: Snapshot):
    with suppress(Infeasible):
        _check(make(snapshot), snapshot)


def _check(made: Plan, snapshot: Snapshot) -> None:
    _lots_are_there(made, snapshot)
    _cash_is_conserved(made, snapshot)
    _limits_are_kept(made, snapshot)
    _no_loss_is_washed_by_the_plan(made, snapshot)
    assert made.objective <= made.do_nothing.objective or _broken_before(made)
    assert sum(trade.tax for trade in made.trades) == made.after.tax
    assert make(snapshot) == made


def _broken_before(made: Plan) -> bool:
    return any(rule.state == "fail" or "Without trades it fails" in rule.sentence for rule in made.rules)


def _lots_are_there(made: Plan, snapshot: Snapshot) -> None:
    lots = {item.key: item for item in snapshot.lots}
    for trade in made.trades:
        assert trade.quantity > 0
        if trade.lot is not None:
            assert trade.quantity <= lots[trade.lot].quantity
            assert not lots[trade.lot].locked
            assert (trade.account, trade.asset) == (lots[trade.lot].account, lots[trade.lot].asset)
    assert len({(t.account, t.asset, t.side, t.lot) for t in made.trades}) == len(made.trades)


def _cash_is_conserved(made: Plan, snapshot: Snapshot) -> None:
    for item in snapshot.accounts:
        here = [trade for trade in made.trades if trade.account == item.id]
        flows = sum((t.value if t.side == "sell" else -t.value) - t.cost for t in here)
        assert made.after.account_cash[item.id] == item.cash + flows
        assert made.after.account_cash[item.id] >= 0


def _limits_are_kept(made: Plan, snapshot: Snapshot) -> None:
    share = max(float(item.price) for item in snapshot.assets) / float(made.before.value)
    high = float(snapshot.constraints[0].high)
    stuck = sum(
        float(item.quantity * asset.price / made.before.value)
        for item in snapshot.lots
        for asset in snapshot.assets
        if item.asset == asset.id and asset.sector == "Energy" and item.locked
    )
    assert made.after.by_sector.get("Energy", 0.0) <= max(high, stuck) + share + 1e-6
    for row in snapshot.constraints[1:]:
        assert made.after.tax <= row.high + 1


def _no_loss_is_washed_by_the_plan(made: Plan, snapshot: Snapshot) -> None:
    groups = {item.id: item.identity for item in snapshot.assets}
    losses = {groups[t.asset] for t in made.trades if t.gain is not None and t.gain < 0}
    bought = {groups[t.asset] for t in made.trades if t.side == "buy"}
    assert not losses & bought
    assert not bought & {sale.group for sale in snapshot.wash.loss_sales}


@pytest.mark.parametrize("seed", range(8))
def test_no_other_lots_of_the_same_sale_are_taxed_less(seed):
    """The lots of a plan against every way of selling as many shares out of the same lots."""
    basis = [500 + 137 * ((seed * 7 + k * 5) % 11) for k in range(4)]
    lots = [lot(str(k), "a", "10", str(basis[k]), NEW if (seed + k) % 2 else OLD) for k in range(4)]
    year = replace(RATES, short_to_date=Decimal(seed * 300 - 900), deferral=Decimal(0), carry_value=Decimal(0))
    snapshot = household([asset("a"), asset("b")], lots, {"a": "0.55", "b": "0.45"}, tax=year)
    made = make(snapshot)
    sold = sum(t.quantity for t in made.trades if t.lot)
    book = make_book(snapshot)
    cheapest = min(
        judge(book, [Pick("main", "a", str(k), Decimal(q)) for k, q in enumerate(parts) if q]).tax
        for parts in product(range(11), repeat=4)
        if sum(parts) == sold
    )
    assert made.after.tax <= cheapest + Decimal("0.5")


def test_selling_costs_nothing_where_nothing_changes():
    snapshot = household([asset("a")], [lot("1", "a", "10", "500")], {"a": "1"})
    judged = judge(make_book(snapshot), [])
    assert (judged.tax, judged.cost, judged.cash) == (0, 0, {"main": 0})


def test_the_shares_of_tax_add_up_across_the_corners_of_the_schedule():
    lots = [lot("loss", "a", "100", "25000", NEW), lot("gain", "b", "100", "1000", OLD)]
    snapshot = household([asset("a"), asset("b")], lots, {"a": "0.5", "b": "0.5"})
    judged = judge(make_book(snapshot), [Pick("main", k, n, Decimal(100)) for k, n in (("a", "loss"), ("b", "gain"))])
    assert judged.tax == Decimal("-1050.00")
    assert sum(trade.tax for trade in judged.trades) == judged.tax
    assert judged.trades[0].tax < 0 < judged.trades[1].tax


def test_a_loss_is_washed_share_for_share():
    recent = TODAY - timedelta(3)
    lots = [lot("old", "a", "100", "20000"), lot("new", "a", "30", "3000", recent, account="roth")]
    wash = WashInput(purchases=(Purchase("a", "roth", "new", Decimal(30), recent),))
    accounts = [account(), account("roth", kind="roth_ira")]
    snapshot = household([asset("a")], lots, {"a": "1"}, accounts, wash=wash)
    judged = judge(make_book(snapshot), [Pick("main", "a", "old", Decimal(100))])
    assert judged.trades[0].gain == -10000
    assert judged.trades[0].disallowed == 3000
    assert judged.long == -7000
