"""Taxes of countries that average cost: what a walk keeps as it goes is what the tax rules say of all its trades."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind
from holdings.tax.facts import TaxFacts
from holdings.tax.history import History, TaxAccount
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.outcome import GainClass, Income, TaxYear
from holdings.tax.registry import JURISDICTIONS
from optimizer.engine.types import YearInput
from optimizer.engine.validate.books import PoolBooks
from optimizer.engine.validate.lots import Gains
from optimizer.engine.validate.pools import Traded
from optimizer.engine.validate.rules import Fixed
from optimizer.engine.validate.types import Market, Settings, Taxes
from optimizer.engine.validate.walk_forward import walk
from tests.optimizer.engine.validate.markets import random_market, until
from tests.optimizer.engine.validate.test_proposals import FIRST, plans, proposed

INCOME = Decimal(60_000)
CENT = Decimal("0.01")


def law(country: str) -> YearInput:
    rules = JURISDICTIONS[country]
    year = rules.tax_year(date(2025, 7, 1))
    facts = TaxFacts(country, year.label, other_income=INCOME)
    return YearInput(country, year, facts, Income(), {}, (), rules.shape(Income(), facts, year, {}))


def taxes(country: str) -> Taxes:
    nothing = Decimal(0)
    return Taxes(nothing, nothing, nothing, nothing, "pool", wash_sales=country == "CA", law=law(country))


def told_at_once(country: str, trades: dict[int, list[Traded]], last: date) -> dict[int, Decimal]:
    """Tax on gains by tax year, from the whole history of trades by asset, its losses carried on."""
    rules = JURISDICTIONS[country]
    entries = tuple(
        Entry(f"{asset}-{n}", "own", Kind.BUY if each.shares > 0 else Kind.SELL, each.day, f"A{asset}", each.shares,
              -each.money if each.shares > 0 else each.money)
        for asset, own in trades.items()
        for n, each in enumerate(own)
    )  # fmt: skip
    ordered = tuple(sorted(entries, key=lambda each: each.trade_date))
    found = rules.match(History(ordered, replay(ordered), {"own": TaxAccount("own", "you")}, {}, last, rules.currency))
    return _assessed(rules, law(country), found.slices)


def _assessed(rules: Jurisdiction, today: YearInput, slices: Any) -> dict[int, Decimal]:
    by_year: dict[TaxYear, list[Any]] = defaultdict(list)
    for each in slices:
        by_year[rules.tax_year(each.sold)].append(each._replace(sold=today.year.last))
    carried: dict[GainClass, Decimal] = {}
    made = {}
    for year in sorted(by_year, key=lambda each: each.first):
        assessed = rules.assess(by_year[year], today.income, today.facts, today.year, carried)
        made[year.first.year], carried = assessed.tax_on_gains, dict(assessed.carried)
    return made


class Watched(PoolBooks):
    """Books that remember every trade, to be told to the tax rules at once."""

    def __init__(self, country: str, n: int) -> None:
        super().__init__(n, taxes(country), law(country))
        self.done: dict[int, list[Traded]] = defaultdict(list)

    def trade(self, before, after, prices, spread, day, gains) -> None:
        super().trade(before, after, prices, spread, day, gains)
        for at in np.flatnonzero(before != after):
            self.done[int(at)].append(self.pools.assets[at].trades[-1])


@pytest.mark.parametrize("country", ["GB", "CA"])
@pytest.mark.parametrize("gap", [7, 21, 29])
def test_taxes_kept_along_the_way_are_those_of_the_whole_history_to_the_cent(country: str, gap: int) -> None:
    """Random purchases and sales of three assets, some within 30 days of each other and over the end of tax years."""
    market, rng = random_market(1500, 3, seed=gap, spread=0.0), np.random.default_rng(gap)
    books, held = Watched(country, 3), np.zeros(3)
    closed: dict[int, float] = {}
    sessions = [*range(0, 1450, gap), 1499]
    for at, then in pairwise(sessions):
        day, wanted = market.dates[at], np.maximum(held + rng.integers(-60, 60, 3) * 10, 0) * 1.0
        books.trade(held, wanted, market.closes[at], np.zeros(3), day, Gains())
        held = wanted
        for year in range(books.year_of(day), books.year_of(market.dates[then])):
            closed[year] = books.close(year)
    last = market.dates[sessions[-2]]
    found = {**closed, **books.amended, books.year_of(last): books.accrued}
    expected = told_at_once(country, books.done, last)
    assert books.amended or gap == 29
    assert sum(expected.values()) > 0
    assert {year: round(tax, 2) for year, tax in found.items() if tax} == {
        year: float(tax.quantize(CENT)) for year, tax in expected.items() if tax
    }


def one_asset(country: str) -> PoolBooks:
    return PoolBooks(1, taxes(country), law(country))


def act(books: PoolBooks, day: date, before: float, after: float, price: float) -> None:
    books.trade(np.array([before]), np.array([after]), np.array([price]), np.zeros(1), day, Gains())


def test_a_british_gain_is_undone_by_a_purchase_within_30_days_and_beyond_the_exempt_amount_taxed() -> None:
    """1,000 shares gain 100,000; bought back at the same price ten days later, nothing was gained."""
    books = one_asset("GB")
    act(books, date(2021, 6, 1), 0, 1000, 100)
    act(books, date(2021, 12, 1), 1000, 0, 200)
    assert books.accrued == pytest.approx((100_000 - 3_000) * 0.24)
    act(books, date(2021, 12, 11), 0, 1000, 200)
    assert (books.accrued, books.pools.assets[0].cost_now) == (0.0, Decimal(100_000))


def test_a_purchase_in_april_changes_what_the_year_before_owes() -> None:
    books = one_asset("GB")
    act(books, date(2021, 6, 1), 0, 1000, 100)
    act(books, date(2022, 3, 31), 1000, 0, 200)
    assert books.close(2021) == pytest.approx(23_280)
    act(books, date(2022, 4, 12), 0, 1000, 200)
    assert (books.owed, books.amended) == (0.0, {2021: 0.0})


def test_half_of_a_canadian_gain_counts_and_a_superficial_loss_joins_the_cost() -> None:
    """500 of 1,000 shares lose 10,000 and are bought back on day 20: denied, and in the cost. Later all gain 20,000."""
    books = one_asset("CA")
    act(books, date(2021, 2, 1), 0, 1000, 100)
    act(books, date(2021, 6, 1), 1000, 500, 80)
    assert books.pools.gains() == {2021: Decimal(-10_000)}
    act(books, date(2021, 6, 21), 500, 1000, 80)
    assert books.pools.gains() == {2021: Decimal(0)}
    assert books.pools.assets[0].cost_now == Decimal(100_000)
    act(books, date(2021, 11, 1), 1000, 0, 120)
    half = books.pools.assess(Decimal(20_000), {}).tax_on_gains
    assert books.accrued == float(half)
    assert half == pytest.approx(Decimal("0.205") * 10_000, rel=Decimal("0.2"))


@pytest.mark.parametrize("country", ["GB", "CA"])
@pytest.mark.parametrize("of_proposals", [False, True])
def test_truncating_the_future_changes_no_past_value_under_pools(country: str, of_proposals: bool) -> None:
    market, settings = random_market(900, 3, seed=4), Settings(FIRST, 899, taxes=taxes(country))

    def walked(seen: Market, last: int) -> Any:
        own = Settings(FIRST, last, taxes=settings.taxes)
        if of_proposals:
            return proposed(seen, plans(3), own)
        return walk(seen, Fixed(seen.closes, np.full(3, 0.32)), own)

    whole = walked(market, 899)
    assert len(whole.rebalances) > 2
    for last in (640, 777):
        assert np.array_equal(walked(until(market, last), last).values, whole.values[: last + 1 - FIRST])


@pytest.mark.parametrize("country", ["GB", "CA"])
def test_selling_everything_at_the_end_is_taxed_as_a_sale_of_that_day(country: str) -> None:
    market = random_market(760, 1, seed=2, spread=0.0)
    found = walk(market, lambda known: np.ones(1), Settings(FIRST, 759, 500_000.0, every="never", taxes=taxes(country)))
    gain = Decimal(float(found.values[-1])) - 500_000
    tax = Watched(country, 1).pools.assess(gain, {}).tax_on_gains
    assert found.liquidated == pytest.approx(float(found.values[-1]) - float(tax), abs=0.02)


def test_recent_canadian_purchases_are_planned_apart_so_that_their_losses_do_not_count() -> None:
    books, today = one_asset("CA"), date(2021, 6, 20)
    act(books, date(2021, 2, 1), 0, 1000, 100)
    act(books, date(2021, 6, 1), 1000, 1300, 90)
    old, new = books.parcels(today)
    assert [(each.quantity, each.bought + timedelta(30) >= today) for each in (old, new)] == [
        (1000, False),
        (300, True),
    ]
    assert old.basis / old.quantity == pytest.approx(new.basis / new.quantity)
