"""Walking forward: known answers by hand, no look-ahead, no money made or lost on the way."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from optimizer.engine.validate.rules import Fixed, Policy, first_session
from optimizer.engine.validate.types import Market, Settings
from optimizer.engine.validate.walk_forward import period_ends, walk
from tests.optimizer.engine.validate.markets import FIFO, LEAST, random_market, universe, until

MONTHS = (date(2020, 1, 2), date(2020, 1, 31), date(2020, 2, 28), date(2020, 3, 31))
WAYS = {
    "costs": {},
    "taxes": {"taxes": LEAST},
    "first in, first out": {"taxes": FIFO},
    "band": {"band": 0.02, "taxes": LEAST},
    "quarterly": {"every": "quarter", "embargo": 5},
    "never": {"every": "never", "taxes": LEAST},
}


def half_and_half(known: int) -> np.ndarray:
    return np.array([0.5, 0.5])


def three_periods(spread: float = 0.01) -> Market:
    closes = np.array([[100.0, 100.0], [120.0, 100.0], [120.0, 150.0], [132.0, 150.0]])
    return Market(MONTHS, closes, np.full(2, spread))


def test_three_periods_by_hand():
    """Half spread 1 %, short-term tax 35 %, first in first out, 1,000 at the start.

    1. 1,000 / 1.01 = 990.0990 is invested, 9.9010 is cost; a share's basis is 101.
    2. A is 594.0594, B 495.0495; a hundredth of the 99.0099 between them is cost, so 50.00 of A is sold: at 118.8 a
       share for 101, a gain of 7.4167 and a tax of 2.5958.
    3. A is 544.0594, B 816.0891; cost 2.7203, 137.375 of B is sold at 148.5 a share: a gain of 43.5021, a tax of
       15.2257.
    4. A rises by a tenth.
    """
    found = walk(three_periods(), half_and_half, Settings(0, 3, 1000.0, embargo=0, taxes=FIFO))
    assert [each.cost for each in found.rebalances] == pytest.approx([9.900990, 0.990099, 2.720297], abs=1e-6)
    assert [each.sold for each in found.rebalances] == pytest.approx([0, 50.0, 137.375])
    assert [each.short for each in found.rebalances] == pytest.approx([0, 7.416667, 43.502083], abs=1e-6)
    assert found.values == pytest.approx([990.099010, 1085.522979, 1339.606655, 1407.478066], abs=1e-6)
    assert found.tax == {2020: pytest.approx(17.821563, abs=1e-6)}
    assert found.liquidated == pytest.approx(1267.180311, abs=1e-6)


def test_equal_weights_without_costs_are_the_product_of_mean_growth():
    market = random_market(600, 6, spread=0.0)
    found = walk(market, Fixed(market.closes, np.full(6, 1 / 6)), Settings(10, 590))
    stops = [10, *period_ends(market.dates, "month", 10, 590), 590]
    growth = [(market.closes[b] / market.closes[a]).mean() for a, b in pairwise(stops)]
    assert found.values[-1] == pytest.approx(1e6 * np.prod(growth), rel=1e-12)


def test_what_is_never_traded_keeps_its_shares():
    market = random_market(300, 4)
    found = walk(market, Fixed(market.closes, np.full(4, 0.25)), Settings(0, 299, every="never", taxes=LEAST))
    bought = 1e6 / 1.001 / 4 / market.closes[0]
    assert found.values == pytest.approx(market.closes @ bought, rel=1e-12)
    assert (len(found.rebalances), found.tax_paid) == (1, 0.0)


def test_at_unmoved_prices_only_costs_and_taxes_are_lost():
    """Weights that change each month: nothing is gained, so the year's losses from spreads lower the tax."""
    dates = random_market(400, 3).dates
    market = Market(dates, np.full((400, 3), 50.0), np.full(3, 0.002))

    def turning(known: int) -> np.ndarray:
        return np.roll(np.array([0.6, 0.4, 0.0]), known)

    found = walk(market, turning, Settings(1, 399, taxes=FIFO))
    assert found.values[-1] + found.cost + found.tax_paid == pytest.approx(1e6, rel=1e-12)
    assert found.tax_paid < 0 < found.cost


def test_money_is_conserved_where_prices_move():
    """Values between trades are those of the shares; at a trade only its cost and the change of what is owed go."""
    market = random_market(500, 5)
    rule = Fixed(market.closes, np.full(5, 0.18))
    found = walk(market, rule, Settings(2, 499))
    worth, cash, held, at = 1e6, 1e6, np.zeros(5), 2
    for trade in found.rebalances:
        held = held * market.closes[trade.session] / market.closes[at]
        worth, at = held.sum() + cash, trade.session
        assert trade.bought - trade.sold == pytest.approx(cash - (worth - trade.cost) * 0.1 - trade.cost)
        held = trade.target * (worth - trade.cost)
        cash = worth - trade.cost - held.sum()
        assert found.values[at - 2] == pytest.approx(worth - trade.cost, rel=1e-12)
    assert found.values[-1] == pytest.approx((held * market.closes[-1] / market.closes[at]).sum() + cash, rel=1e-12)


def test_cash_earns_its_rate():
    market = random_market(262, 1, cash_rate=0.03)
    found = walk(market, lambda known: np.zeros(1), Settings(0, 261))
    days = (market.dates[261] - market.dates[0]).days
    assert found.values[-1] == pytest.approx(1e6 * 1.03 ** (days / 365), rel=1e-12)


@pytest.mark.parametrize("way", WAYS)
def test_truncating_the_future_changes_no_past_weight_and_no_past_value(way):
    market = random_market(900, 6, seed=1)
    settings = Settings(first_session(market.closes, 5), 899, **WAYS[way])

    def walked(seen: Market, last: int):
        rule = Policy(seen.closes, np.arange(6), universe(6, 0.4), "minimum_variance")
        return walk(seen, rule, replace(settings, last=last))

    whole = walked(market, 899)
    for last in (620, 777, 850):
        cut = walked(until(market, last), last)
        assert np.array_equal(cut.values, whole.values[: len(cut.values)])
        past = [each for each in whole.rebalances if each.session < last]
        assert [each.session for each in cut.rebalances] == [each.session for each in past]
        assert all(np.array_equal(one.target, other.target) for one, other in zip(cut.rebalances, past, strict=True))


@pytest.mark.parametrize("embargo", [0, 1, 5])
def test_a_decision_knows_nothing_of_the_embargo(embargo):
    market, asked = random_market(200, 2), []

    def rule(known: int) -> np.ndarray:
        asked.append(known)
        return np.array([0.5, 0.5])

    found = walk(market, rule, Settings(10, 199, embargo=embargo))
    assert asked == [each.session - embargo for each in found.rebalances]


def test_a_band_is_traded_after_the_embargo_and_only_when_it_was_left():
    market = random_market(800, 2, seed=4)
    found = walk(market, half_and_half, Settings(0, 799, band=0.03, embargo=2))
    shares, monthly = np.zeros(2), set(period_ends(market.dates, "month", 0, 799))
    assert len(found.rebalances) > 3
    for before, trade in pairwise(found.rebalances):
        shares = 0.5 / market.closes[before.session]
        held = shares * market.closes[before.session : trade.session - 1]
        far = np.abs(held[:, 0] / held.sum(axis=1) - 0.5)
        assert far[-1] > 0.03
        assert trade.session in monthly or (far[:-1] <= 0.03).all()


def test_a_years_tax_is_owed_at_once_and_paid_in_the_next_year():
    """Gains are realised in March; the value falls then, and not again when the tax is paid."""
    market = three_periods(spread=0.0)
    later = (*MONTHS, date(2021, 1, 29), date(2021, 2, 26))
    closes = np.vstack((market.closes, np.tile(market.closes[-1], (2, 1))))
    found = walk(Market(later, closes, np.zeros(2)), half_and_half, Settings(0, 5, 1000.0, embargo=0, taxes=FIFO))
    assert found.tax[2020] > 0
    assert found.tax[2021] == pytest.approx(sum(r.short * 0.35 + r.long * 0.15 for r in found.rebalances[4:]))
    without = walk(Market(later, closes, np.zeros(2)), half_and_half, Settings(0, 5, 1000.0, embargo=0))
    assert found.values[2] == pytest.approx(without.values[2] - sum(r.short for r in found.rebalances[:3]) * 0.35)
    paid = found.values[3] - found.values[4]
    assert paid == pytest.approx(found.tax[2021], abs=1e-9)


def test_losses_are_carried_into_later_years():
    """40,000 is lost in the first year, of which 3,000 save tax; the rest is taken off the second year's gain."""
    months = ((2020, 1), (2020, 6), (2020, 12), (2021, 6), (2021, 12), (2022, 1))
    closes = np.array([[100.0], [60.0], [60.0], [60.0], [96.0], [96.0]])
    invested = iter([0.1, 0.0, 0.1, 0.1, 0.0])
    found = walk(
        Market(tuple(date(year, month, 28) for year, month in months), closes, np.zeros(1)),
        lambda known: np.array([next(invested)]),
        Settings(0, 5, embargo=0, taxes=LEAST),
    )
    gained = sum(each.short for each in found.rebalances[2:])
    assert found.rebalances[1].short == pytest.approx(-40000)
    assert gained > 50000
    assert found.tax == pytest.approx({2020: -3000 * 0.35, 2021: (gained - 37000) * 0.35, 2022: 0})


def test_periods_end_on_their_last_session():
    days = random_market(800, 1).dates
    ends = period_ends(days, "quarter", 0, 799)
    assert [(days[at].month % 3, days[at + 1].day <= 3) for at in ends] == [(0, True)] * len(ends)
    assert period_ends(days, "never", 0, 799) == []
    assert len(period_ends(days, "year", 0, 799)) == 3
