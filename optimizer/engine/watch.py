"""A household on one day as the triggers see it: from the frozen snapshot and the prices known by then."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from holdings.tax.us import days_to_long_term
from optimizer.engine import plan as whole
from optimizer.engine.rebalance.book import Book, make_book
from optimizer.engine.rebalance.orders import money
from optimizer.engine.rebalance.sellable import Sellable
from optimizer.engine.risk.covariance import WINDOW, ewma_volatility
from optimizer.engine.risk.measures import volatility
from optimizer.engine.risk.model import risk_model
from optimizer.engine.risk.portfolio import portfolio_returns
from optimizer.engine.risk.returns import Floats, closes, simple_returns
from optimizer.engine.risk.volatility.forecasts import HORIZONS, forecasts
from optimizer.engine.risk.volatility.record import JUDGED
from optimizer.engine.risk.volatility.series import of_returns
from optimizer.engine.snapshot import Panel
from optimizer.engine.solvers import Solver
from optimizer.engine.target import entered_weights, target_weights
from optimizer.engine.triggers import Observed, Turning, Weight
from optimizer.engine.types import Snapshot
from optimizer.engine.year import has_terms

FAR = 60  # days
LEAST_WORTH = Decimal("0.0001")
"""Of the household: a lot whose term is worth less to its tax turns unnoticed."""


def observe(snapshot: Snapshot, panel: Panel, earlier: date | None, by_models: bool = False) -> Observed:
    """What stands on the snapshot's day. `earlier`: the day of the last proposal, whose volatility is compared.

    by_models: volatility is foretold by the mean of five models where all of them have an estimate on both days.

    Raises NotEnoughHistory, InvalidSnapshot and the solver's errors.
    """
    book = make_book(snapshot)
    assets = [book.assets[i] for i in book.risky]
    risk = risk_model(panel, assets, snapshot.as_of, snapshot.policy.estimator, entered_weights(book))
    target = target_weights(book, risk, Solver())
    drift = (book.held - target)[book.risky]
    days = [snapshot.as_of, *([earlier] if earlier else [])]
    forecaster, (now, *then) = _foretold(panel, book, days, by_models)
    return Observed(
        day=snapshot.trade_date,
        value=money(book.value),
        weights=tuple(Weight(book.assets[i].symbol, float(book.held[i]), float(target[i])) for i in book.risky),
        tracking_error=volatility(drift, risk.covariance),
        volatility=now,
        since=earlier,
        volatility_then=then[0] if then else None,
        forecaster=forecaster,
        idle=_money(book, float(book.location @ book.cash) + book.pending_cash - book.cash_target),
        short=_money(book, _short(book)),
        losses=_money(book, _losses(book)),
        turning=tuple(_turning(book, target)),
        currency=book.currency,
    )


def with_benefit(seen: Observed, snapshot: Snapshot, panel: Panel) -> Observed:
    """The same with what a plan of today would be worth: doing nothing less the plan, by the plan's own objective."""
    made = whole.plan(snapshot, panel, lambda stage, fraction: None)
    return replace(seen, benefit=made.do_nothing.objective - made.objective)


def _foretold(panel: Panel, book: Book, days: Sequence[date], by_models: bool) -> tuple[str, list[float]]:
    """In whose words, and annual volatility by day: the same forecaster on all days, else a change would be its own."""
    if by_models:
        found = [volatility for day in days if (volatility := by_mean(panel, book, day)) is not None]
        if len(found) == len(days):
            return "mean of five models", found
    return "EWMA", [forecast(panel, book, day) for day in days]


def by_mean(panel: Panel, book: Book, day: date) -> float | None:
    """Annual volatility of today's holdings over the next month, by the mean of five models out of closes by `day`.

    None where any of them has no estimate.
    """
    assets = [book.assets[i] for i in book.risky]
    history = closes(panel.until(day), [a.id for a in assets], [a.symbol for a in assets])
    _, returns = portfolio_returns(history, book.held[book.risky])
    if not len(returns):
        return None
    made = forecasts(of_returns(returns), since=len(returns) - 1)
    place = HORIZONS.index(JUDGED)
    return None if made.alone[place, -1] else float(made.annual("combination", JUDGED)[-1])


def forecast(panel: Panel, book: Book, day: date) -> float:
    """Annual EWMA volatility of today's holdings out of closes by `day`; an asset without a close then counts as 0."""
    assets = [book.assets[i] for i in book.risky]
    history = closes(panel.until(day), [a.id for a in assets], [a.symbol for a in assets])
    return portfolio_volatility(simple_returns(history)[-WINDOW:], book.held[book.risky])


def portfolio_volatility(returns: Floats, weights: Floats) -> float:
    """Of fixed weights (n) in daily returns (T x n), NaN counted as 0. RiskMetrics' EWMA, half-life 63 sessions."""
    return float(ewma_volatility(np.nan_to_num(returns) @ weights[:, None])[0])


def _money(book: Book, fraction: float) -> Decimal:
    return money(Decimal(fraction) * book.value)


def _short(book: Book) -> float:
    """What the worst account, or the household, lacks of the cash that it must keep."""
    places = [account.id for account in book.accounts]
    owed = [-float(cash) for cash in book.cash]
    for row in book.cash_rows:
        here = np.array([row.account in (None, place) for place in places])
        owed.append(row.low - float(book.cash[here].sum()))
    return max(0.0, *owed)


def _losses(book: Book) -> float:
    """Losses of taxed lots that may be sold and that no recent purchase would wash."""
    taxed = np.array([item.term is not None for item in book.sells], dtype=bool)
    return float(-(book.sell_gain * book.sell_value)[taxed & (book.sell_gain < 0)].sum()) + 0.0


def _turning(book: Book, target: Floats) -> Iterator[Turning]:
    """Short-term lots near their day: losses, and gains of what is held above its target."""
    tax, day = book.snapshot.tax, book.snapshot.trade_date
    if not has_terms(tax):
        return
    for item, size in zip(book.sells, book.sell_value, strict=True):
        days = _days(item, day)
        place = book.asset_index[item.lot.asset]
        over = item.gain < 0 or book.held[place] > target[place]
        worth = _money(book, abs(item.gain) * float(size)) * abs(tax.short_rate - tax.long_rate)
        if 0 < days <= FAR and over and worth >= LEAST_WORTH * book.value:
            yield Turning(book.assets[place].symbol, day + timedelta(days), money(worth))


def _days(item: Sellable, day: date) -> int:
    return days_to_long_term(item.lot.acquired, day) if item.term == "short" and item.lot.acquired else 0
