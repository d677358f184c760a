"""Stress in money: what falls by how much, by whose prices, before and after a proposal."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from optimizer.engine.snapshot import Panel
from optimizer.engine.types import CASH
from optimizer.engine.validate.stress import stress
from optimizer.engine.validate.stress.replay import windows
from optimizer.engine.validate.stress.shocks import SHOCKS, change
from optimizer.engine.validate.stress.traits import Trait, traits
from optimizer.engine.validate.stress.types import Book, Move, OwnScenario, Position
from tests.optimizer.engine.households import asset

TODAY = date(2022, 12, 28)
NONE = Panel((), (), np.zeros((0, 0)))


def stock(name="ko", **kwargs):
    return asset(name, **{"asset_class": "equity", "sector": "staples", **kwargs})


def bond(name="tlt", **kwargs):
    return asset(name, **{"asset_class": "bond", "sector": "bonds", "kind": "etf", **kwargs})


def book(*held, **kwargs):
    """Assets with the money held of each, in account `main`; nothing is proposed."""
    rows = tuple(Position("main", owned.id, Decimal(money), Decimal(money)) for owned, money in held)
    return Book(TODAY, "USD", tuple(owned for owned, _ in held), rows, **kwargs)


def outcome(made, key):
    return next(row for row in made.outcomes if row.key == key)


def panel(columns, days=None):
    """Closes by asset id over consecutive days that end on TODAY."""
    closes = np.array(list(columns.values())).T
    days = days or [TODAY - timedelta(len(closes) - 1 - at) for at in range(len(closes))]
    return Panel(tuple(days), tuple(columns), closes)


def test_a_stock_without_prices_falls_with_the_index_and_says_so():
    found = outcome(stress(book((stock(), 1000)), NONE), "2008")
    assert found.total.before == Decimal("-567.75")  # 676.53 / 1565.15 - 1
    assert found.lines[0].basis == "S&P 500 × beta 1.00, assumed"
    assert "KO (1 of 1)" in found.said[-1]


def test_a_stock_with_prices_falls_by_its_own():
    covid = next(window for window in windows() if window.key == "2020")
    prices = panel({"ko": [100.0, 75.0]}, [covid.peak, covid.trough])
    found = outcome(stress(book((stock(), 1000)), prices), "2020")
    assert found.total.before == Decimal("-250.00")
    assert found.lines[0].basis == ""
    assert found.said[-1] == "Every holding by its own prices."


def test_a_fall_that_had_not_ended_is_not_known():
    early = replace(book((stock(), 1000)), as_of=date(2007, 12, 31))
    assert [row.key for row in stress(early, NONE).outcomes if row.kind == "history"] == ["1973", "1987", "2000"]


def test_a_recovery_that_is_still_to_come_is_not_told():
    said = outcome(stress(book((stock(), 1000)), NONE), "2022").said[0]
    assert "had not regained its peak by 28 Dec 2022" in said


def test_treasuries_rose_when_stocks_fell_in_2008():
    found = outcome(stress(book((bond(), 1000), (bond("shy"), 1000)), NONE), "2008")
    long, short = (next(line for line in found.lines if line.asset == name) for name in ("tlt", "shy"))
    assert long.amounts.before > short.amounts.before > 0


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("rates-up-1", -10 * 0.01 + 100 * 0.01**2 / 2),
        ("rates-down-1", 10 * 0.01 + 100 * 0.01**2 / 2),
        ("rates-up-3", -10 * 0.03 + 100 * 0.03**2 / 2),
        ("rates-down-3", 10 * 0.03 + 100 * 0.03**2 / 2),
    ],
)
def test_rates_move_bonds_by_duration_and_convexity(key, expected):
    shock = next(each for each in SHOCKS if each.key == key)
    trait = Trait("b", "B", "bond", duration=10.0, convexity=100.0, duration_from="you")
    assert change(trait, shock, "USD") == pytest.approx(expected)


def test_duration_and_convexity_come_near_a_bond_priced_anew():
    """A zero of 10.5 years from 5 % to 6 %: its modified duration is 10, its convexity a little above 100."""
    years = 10.5
    priced = (1.06 / 1.05) ** -years - 1
    trait = Trait("b", "B", "bond", duration=years / 1.05, convexity=(years / 1.05) ** 2)
    assert change(trait, SHOCKS[0], "USD") == pytest.approx(priced, abs=0.001)


def test_a_duration_that_the_household_entered_goes_before_the_list():
    known = traits(book((bond(), 1000), durations={"tlt": Decimal("12.5")}), NONE)
    assert (known["tlt"].duration, known["tlt"].duration_from) == (12.5, "you")


def test_stocks_fall_by_their_beta():
    rng = np.random.default_rng(0)
    market = np.cumprod(1 + rng.normal(0, 0.01, 300))
    returns = market[1:] / market[:-1] - 1
    own = np.cumprod(np.concatenate([[1.0], 1 + 1.5 * returns]))
    made = stress(book((stock(), 1000), benchmark="index"), panel({"ko": own, "index": market}))
    assert outcome(made, "equity-20").total.before == Decimal("-300.00")
    assert outcome(made, "equity-40").total.before == Decimal("-600.00")


def test_a_foreign_share_loses_when_the_dollar_rises():
    made = stress(book((stock("nesn", currency="CHF"), 1100)), NONE)
    assert outcome(made, "dollar-up").total.before == Decimal("-100.00")


def test_a_fund_quoted_in_dollars_counts_by_what_it_holds_abroad():
    abroad = stock("vea", region="Developed markets outside the United States")
    assert outcome(stress(book((abroad, 1100)), NONE), "dollar-up").total.before == Decimal("-100.00")


def test_a_household_in_euros_gains_on_dollars_when_the_dollar_rises():
    made = stress(replace(book((stock(), 1000)), currency="EUR"), NONE)
    assert outcome(made, "dollar-up").total.before == Decimal("100.00")


def test_a_home_is_left_as_it_is_and_named():
    home = asset("home", asset_class="other", kind="private")
    made = stress(book((home, 500_000)), NONE)
    assert {row.total.before for row in made.outcomes} == {Decimal(0)}
    assert "HOME" in made.traits[-1]


def test_gold_is_gold():
    made = stress(book((asset("gld", asset_class="other", kind="etf"), 1000), metal=("gld",)), NONE)
    assert outcome(made, "inflation").total.before == Decimal("200.00")
    assert outcome(made, "equity-40").total.before == 0
    assert outcome(made, "1973").total.before > 1000


def test_own_moves_take_the_nearest_and_the_currency_on_top():
    moves = (
        Move("class", "equity", Decimal("-0.3")),
        Move("sector", "staples", Decimal("-0.1")),
        Move("instrument", "xom", Decimal("0.2")),
        Move("currency", "CHF", Decimal("-0.5")),
        Move("instrument", CASH, Decimal("-0.01")),
    )
    held = book(
        (stock("msft", sector="tech"), 1000),
        (stock("ko"), 1000),
        (stock("xom"), 1000),
        (stock("nesn", currency="CHF"), 1000),
        own=(OwnScenario("mine", "Mine", moves),),
    )
    cash = Position("main", CASH, Decimal(1000), Decimal(1000))
    found = outcome(stress(replace(held, positions=(*held.positions, cash)), NONE), "mine")
    by_asset = {line.asset: line.amounts.before for line in found.lines}
    assert by_asset == {"msft": -300, "ko": -100, "xom": 200, "nesn": -550, CASH: -10}


def test_before_and_after_a_proposal_stand_beside_each_other_by_account():
    owned = stock()
    rows = (
        Position("main", "ko", Decimal(1000), Decimal(400)),
        Position("main", CASH, Decimal(0), Decimal(600)),
        Position("ira", "ko", Decimal(500), Decimal(500)),
    )
    found = outcome(stress(Book(TODAY, "USD", (owned,), rows, proposed=True), NONE), "equity-20")
    assert (found.total.before, found.total.after) == (Decimal("-300.00"), Decimal("-180.00"))
    assert (found.by_account["main"].before, found.by_account["main"].after) == (Decimal("-200.00"), Decimal("-80.00"))
    assert found.by_account["ira"].before == found.by_account["ira"].after == Decimal("-100.00")
    assert sum(line.amounts.after for line in found.lines) == found.total.after


@pytest.fixture(scope="module")
def walks():
    moves = np.random.default_rng(1).normal(0.0003, 0.01, (800, 2))
    return panel({"ko": np.cumprod(1 + moves[:, 0]), "xom": np.cumprod(1 + moves[:, 1])})


def test_doubled_volatility_doubles_the_spread_and_more_than_doubles_no_tail(walks):
    made = stress(book((stock(), 1000), (stock("xom"), 1000)), walks)
    usual, doubled, together = made.tails
    assert float(doubled.tail.volatility.before) == pytest.approx(2 * float(usual.tail.volatility.before), abs=0.02)
    assert usual.tail.cvar.before < doubled.tail.cvar.before
    assert usual.tail.cvar.before < together.tail.cvar.before
    assert usual.tail.var.before <= usual.tail.cvar.before


def test_with_correlations_at_one_risks_add_up(walks):
    both = stress(book((stock(), 1000), (stock("xom"), 1000)), walks).tails[2].tail
    alone = [stress(book((stock(name), 1000)), walks).tails[0].tail for name in ("ko", "xom")]
    for measure in ("volatility", "var", "cvar"):
        parts = sum(getattr(tail, measure).before for tail in alone)
        assert float(getattr(both, measure).before) == pytest.approx(float(parts), abs=0.02)


def test_what_has_no_prices_is_named_where_risk_is_measured(walks):
    made = stress(book((stock(), 1000), (bond(), 1000)), walks)
    assert made.unpriced == ("TLT",)


def test_the_future_changes_nothing(walks):
    held = replace(book((stock(), 1000), (stock("xom"), 1000)), as_of=walks.dates[500])
    assert stress(held, walks) == stress(held, walks.until(walks.dates[500]))


def test_beta_reads_nothing_after_the_date(walks):
    held = replace(book((stock(), 1000), benchmark="xom"), as_of=walks.dates[600])
    assert traits(held, walks) == traits(held, walks.until(walks.dates[600]))
