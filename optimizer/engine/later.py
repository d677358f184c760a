"""Waiting as a plan: that of the day on which lots turn long-term, at the prices and targets of today."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import sqrt

from optimizer.engine.errors import Infeasible
from optimizer.engine.measures import measure
from optimizer.engine.plan import objective
from optimizer.engine.rebalance.book import make_book
from optimizer.engine.rebalance.find import Found, rebalance
from optimizer.engine.rebalance.frontier import Question
from optimizer.engine.types import Alternative, Measures, Snapshot
from optimizer.engine.waits import YEAR, Wait, waits
from optimizer.engine.words import count, listed, money_words, percent, written
from optimizer.engine.year import next_year, year_end

WAIT = "wait"


def waiting(question: Question, today: Found) -> Alternative | None:
    """The plan of the day on which waiting is worth most by its lots, where that plan adds less tax than `today`.

    None beside approved trades too, which are not put off.
    """
    snapshot, turning = question.now.snapshot, list(waits(today))
    if not turning or today.book.standing.fixed:
        return None
    days = max({wait.days for wait in turning}, key=lambda days: (_worth(turning, days), -days))
    day = snapshot.trade_date + timedelta(days)
    book = make_book(on(snapshot, day))
    try:
        found = rebalance(book, book, question.risk, question.target, question.solver)
    except Infeasible:
        return None
    if found.judged.tax >= today.judged.tax:
        return None
    then = measure(found.now, found.risk, found.target, found.judged)
    turned = [wait for wait in turning if wait.days <= days]
    return Alternative(
        WAIT,
        then,
        objective(found.now, found.score),
        found.judged.trades,
        day=day,
        note=_sentence(turned, then, today, day),
    )


def on(snapshot: Snapshot, day: date) -> Snapshot:
    """The household on a later day: terms and windows move on, prices and holdings stay."""
    return replace(snapshot, trade_date=day, tax=next_year(snapshot.tax) if _crosses(snapshot, day) else snapshot.tax)


def _crosses(snapshot: Snapshot, day: date) -> bool:
    return day > year_end(snapshot.tax, snapshot.trade_date)


def _worth(turning: Sequence[Wait], days: int) -> float:
    """Tax that the lots save which turn within so many days, less what their drift costs until then."""
    turned = [wait for wait in turning if wait.days <= days]
    return sum(float(wait.saved) - wait.pull * days / YEAR for wait in turned)


def _sentence(turned: Sequence[Wait], then: Measures, today: Found, day: date) -> str:
    now, currency = today.now, today.now.currency
    days = (day - now.snapshot.trade_date).days
    symbols = sorted({now.assets[now.asset_index[wait.item.lot.asset]].symbol for wait in turned})
    saved = money_words(today.judged.tax - then.tax, currency)
    drift = money_words(today.idle_score.risk * now.v * days / YEAR, currency)
    error = measure(now, today.risk, today.target, replace(today.judged, trades=())).tracking_error
    strays = error * sqrt(days / YEAR)
    later = ", in the next tax year at the rates of this one," if _crosses(now.snapshot, day) else ""
    return (
        f"From {written(day)}, in {count(days, 'day')}, {count(len(turned), 'lot')} of {listed(symbols)} would be "
        f"long-term: the plan of that day at today’s prices{later} takes {saved} less tax than this proposal. "
        f"Waiting costs {drift} of drift risk until then; one standard deviation of straying from the target is "
        f"{percent(strays)}, {money_words(strays * now.v, currency)}."
    )
