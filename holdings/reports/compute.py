"""A performance report: everything that its page shows, out of ledgers, prices and rates. Workers only."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from accounts.models import Household
from holdings.figures.value import thinned
from holdings.ledger.types import ZERO
from holdings.market.calendars import last_session
from holdings.measures.attribution import Period, Side, linked_effects
from holdings.measures.contribution import contributions
from holdings.measures.linking import compounded
from holdings.measures.mwr import mwr
from holdings.measures.periods import annualised
from holdings.measures.risk import drawdowns
from holdings.models import AssetClass, Benchmark, BrokerageAccount, Instrument
from holdings.reports import after_tax, risk, split
from holdings.reports.blend import Blend, blend
from holdings.reports.grid import Array, Grid, added, grid
from holdings.reports.moves import CASH, FLAGGED, Move, moves, rate_gains, worth
from holdings.reports.rates import risk_free
from holdings.reports.scope import Scope
from holdings.reports.span import DAILY, Linked, bases, gross_total, linked, whole_dietz
from holdings.reports.split import Split
from holdings.reports.taxes import Taxes
from holdings.valuations import inputs
from holdings.valuations.daily import Market
from holdings.valuations.history import History
from holdings.valuations.store import CALENDAR, DAY, FIRST

VERSION = 2
MOST_POINTS = 420
NAMES = {CASH: ("Cash", ""), FLAGGED: ("Short and option positions", "")}


@dataclass(frozen=True)
class Books:
    """A household's accounts by id, their market, and how it sees its instruments."""

    household: Household
    pasts: Mapping[int, inputs.History]
    market: Market
    names: Mapping[str, Instrument]
    classes: Mapping[str, str]
    benchmark: Benchmark | None


def read(household: Household, accounts: Iterable[BrokerageAccount], first: dt.date, last: dt.date) -> Books:
    """Read what reports on these accounts need, from the close before `first` to `last`."""
    histories = {account.pk: inputs.history(account) for account in accounts}
    benchmark = Benchmark.objects.filter(household=household).select_related("instrument").first()
    more = [str(benchmark.instrument.uuid)] if benchmark else []
    market = inputs.market(household, histories.values(), max(first - DAY * 14, FIRST), last, more)
    rows = Instrument.objects.filter(uuid__in=market.currencies)
    classes = {str(row.instrument.uuid): row.asset_class for row in household.classifications.select_related()}
    return Books(
        household,
        histories,
        market,
        {str(row.uuid): row for row in rows},
        classes,
        benchmark,
    )


def content(books: Books, scope: Scope, history: History, taxes: Taxes) -> dict[str, Any]:
    """The report of a scope over a history of at least one day, as JSON."""
    days = [day.day for day in history.days]
    before = history.opened or last_session(CALENDAR, days[0] - DAY) or dt.date.min
    pasts = [books.pasts[account.pk] for account in scope.accounts]
    moved = [moves(past.entries, past.series, books.market, days, before=before) for past in pasts]
    arrays = _grid(books, pasts, moved, days, before)
    old_part = float(arrays.old.sum() / value) if (value := arrays.value.sum()) > 0 else 0.0
    done = linked(history, old_part)
    beside = _blend(books, days, before)
    own, other = list(done.returns), _others(beside, done)
    free = risk_free(days[0], days[-1])
    money = _money(books, pasts, moved, days, before)
    return {
        "version": VERSION,
        "currency": books.household.base_currency,
        "since": before.isoformat() if history.opened else days[0].isoformat(),
        "opened": history.opened is not None,
        "until": days[-1].isoformat(),
        "money": _totals(money, moved),
        "twr": _time_weighted(done, history, arrays.fees.tolist(), old_part),
        "mwr": _money_weighted(history),
        "after_tax": after_tax.content(taxes, scope, history, done, before),
        "benchmark": _benchmark(beside, other, done),
        "holdings": _holdings(books, money, _points(arrays, history, done)),
        "attribution": _attribution(books, arrays, history, done, beside),
        "falls": {"count": len(every := drawdowns(done.points)), "rows": risk.falls(every)},
        "risk": risk.measured(own, other, free.annual, done.periods),
        "risk_free": {"annual": free.annual, "source": free.source},
        "index": _index(done, other),
    }


def _grid(
    books: Books, pasts: Sequence[inputs.History], moved: Sequence[list[Move]], days: Sequence[dt.date], before: dt.date
) -> Grid:
    return added(
        [grid(past.series, books.market, each, days, before=before) for past, each in zip(pasts, moved, strict=True)]
    )


def _money(
    books: Books, pasts: Sequence[inputs.History], moved: Sequence[list[Move]], days: Sequence[dt.date], before: dt.date
) -> dict[str, Split]:
    base = books.household.base_currency
    return split.together(
        split.splits(
            worth(past.series, books.market, before),
            worth(past.series, books.market, days[-1]),
            each,
            rate_gains(past.series, books.market, days, before=before, base=base),
        )
        for past, each in zip(pasts, moved, strict=True)
    )


def _totals(money: Mapping[str, Split], moved: Sequence[list[Move]]) -> dict[str, str]:
    whole = split.total(money.values())
    external = [move.amount for each in moved for move in each if move.is_external]
    return {
        "begin": str(whole.begin),
        "end": str(whole.end),
        "flows": str(sum(external, ZERO)),
        "price": str(whole.price),
        "income": str(whole.income),
        "costs": str(whole.costs),
        "currency": str(whole.currency),
        "gain": str(whole.gain),
    }


def _time_weighted(done: Linked, history: History, fees: Sequence[float], old_part: float) -> dict[str, Any]:
    gross, gross_annual = gross_total(history, fees) if done.method == DAILY else (None, None)
    return {
        "method": done.method,
        "total": done.total,
        "annual": done.annual,
        "days": done.days,
        "since": done.points[0].day.isoformat() if done.points else None,
        "gross": gross,
        "gross_annual": gross_annual,
        "old_part": old_part,
        "lost_on": [day.isoformat() for day in done.lost_on],
    }


def _money_weighted(history: History) -> dict[str, Any]:
    solved = mwr(history.invested)
    return {
        "outcome": solved.outcome,
        "rates": list(solved.rates),
        "annual": solved.annual,
        "period": solved.period,
        "days": solved.days,
        "dietz": whole_dietz(history) if solved.period is None else None,
    }


def _blend(books: Books, days: Sequence[dt.date], before: dt.date) -> Blend | None:
    if books.benchmark is None:
        return None
    group = books.classes.get(str(books.benchmark.instrument.uuid), _group_of(books.benchmark.instrument))
    return blend(books.benchmark, books.market, days, before, group)


def _group_of(instrument: Instrument) -> str:
    return AssetClass.BOND if instrument.kind == Instrument.Kind.BOND else AssetClass.EQUITY


def _others(beside: Blend | None, done: Linked) -> list[float] | None:
    """The benchmark's returns over the same spans as the scope's."""
    if beside is None:
        return None
    returns = beside.returns
    starts = [(done.ends[at - 1] + 1 if at and done.method != DAILY else end) for at, end in enumerate(done.ends)]
    if done.method != DAILY and starts:
        starts[0] = 0
    return [compounded(returns[start : end + 1]) for start, end in zip(starts, done.ends, strict=True)]


def _benchmark(beside: Blend | None, others: Sequence[float] | None, done: Linked) -> dict[str, Any] | None:
    if beside is None or others is None or done.total is None:
        return None
    total = compounded(others)
    return {"name": beside.name, "total": total, "annual": annualised(total, done.days)}


def _points(arrays: Grid, history: History, done: Linked) -> dict[str, float] | None:
    """Contributions in points, linked over the same spans as the time-weighted return."""
    if done.method != DAILY:
        return None
    return contributions({key: list(gains) for key, gains in arrays.gains.items()}, bases(history))


def _holdings(books: Books, money: Mapping[str, Split], points: Mapping[str, float] | None) -> list[dict[str, Any]]:
    rows = [
        {
            "key": key,
            "symbol": books.names[key].symbol if key in books.names else NAMES[key][0],
            "name": books.names[key].name if key in books.names else NAMES[key][1],
            "begin": str(each.begin),
            "end": str(each.end),
            "price": str(each.price),
            "income": str(each.income),
            "costs": str(each.costs),
            "currency": str(each.currency),
            "gain": str(each.gain),
            "points": points.get(key, 0.0) if points is not None else None,
        }
        for key, each in money.items()
        if each != Split()
    ]
    return sorted(rows, key=lambda row: -float(row["gain"]))


def _attribution(books: Books, arrays: Grid, history: History, done: Linked, beside: Blend | None) -> dict[str, Any]:
    """Brinson-Fachler by asset class, each session linked; or the reason why there is none."""
    if beside is None:
        return {"reason": "no benchmark"}
    if done.method != DAILY:
        return {"reason": "no daily prices"}
    if not done.ends or min(done.returns) <= -1 or min(beside.returns) <= -1:
        return {"reason": "no linked returns"}
    sides = _sides(books, arrays, history, done.ends)
    periods = [Period(own, beside.sides(at)) for own, at in zip(sides, done.ends, strict=True)]
    effects = linked_effects(periods)
    weights = {group: float(np.mean([own.get(group, Side(0, 0)).weight for own in sides])) for group in effects}
    against = {group: float(np.mean([p.benchmark.get(group, Side(0, 0)).weight for p in periods])) for group in effects}
    return {
        "rows": [
            {
                "group": group,
                "name": AssetClass(group).label,
                "weight": weights[group],
                "benchmark_weight": against[group],
                "allocation": each.allocation,
                "selection": each.selection,
                "interaction": each.interaction,
            }
            for group, each in sorted(effects.items(), key=lambda item: -weights[item[0]])
        ]
    }


def _sides(books: Books, arrays: Grid, history: History, ends: Sequence[int]) -> list[dict[str, Side]]:
    """Weights when each session began, what came in included, and what each class contributed."""
    zeros = np.zeros(len(history.days))
    held: dict[str, Array] = defaultdict(zeros.copy)
    gained: dict[str, Array] = defaultdict(zeros.copy)
    came: dict[str, Array] = defaultdict(zeros.copy)
    for key in arrays.gains:
        group = AssetClass.CASH if key == CASH else books.classes.get(key, AssetClass.OTHER)
        held[group] += arrays.before[key]
        gained[group] += arrays.gains[key]
        came[group] += arrays.external.get(key, zeros)
    capital = bases(history)
    net = sum(came.values(), zeros)
    return [
        {
            str(group): Side(
                float(held[group][at] + (came[group][at] if net[at] > 0 else 0.0)) / capital[at],
                float(gained[group][at]) / capital[at],
            )
            for group in held
        }
        for at in ends
    ]


def _index(done: Linked, others: Sequence[float] | None) -> dict[str, Any]:
    """Levels of the index and of the benchmark beside it, thinned: highs and lows stay."""
    levels = [point.level for point in done.points]
    kept = thinned(levels, set(), MOST_POINTS)
    return {
        "days": [done.points[at].day.isoformat() for at in kept],
        "levels": [round(levels[at], 6) for at in kept],
        "benchmark": _beside_levels(done, others, kept),
    }


def _beside_levels(done: Linked, others: Sequence[float] | None, kept: Sequence[int]) -> list[float] | None:
    if others is None:
        return None
    changes = dict(zip(done.end_days, others, strict=True))
    level, levels = 1.0, []
    for point in done.points:
        level *= 1 + changes.get(point.day, 0.0)
        levels.append(round(level, 6))
    return [levels[at] for at in kept]
