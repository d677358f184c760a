"""Whether a household's results are still what was predicted."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np

from accounts.models import Household, Run
from holdings import canonical
from holdings import selectors as holdings
from holdings.market.panel import ClosePanel, read_panel
from holdings.measures.twr import twr
from holdings.valuations.history import days_of
from optimizer import selectors
from optimizer.engine.plan import Progress
from optimizer.engine.validate.abnormal import ENDS, RISK_WINDOW, TRACKED, Limits, Track, Validated, judge, tracking
from optimizer.engine.validate.costs import Paid, cost_bias
from optimizer.engine.validate.drift import drift
from optimizer.engine.validate.walked import values_of
from optimizer.inputs.evidence import walk_forward
from optimizer.inputs.evidence.frozen import Frozen
from optimizer.models import Evidence, Fill, Side
from optimizer.services.halts import last_valued

FORMAT = 3
JUDGED = RISK_WINDOW + ENDS
"""Sessions that are judged."""
LEAST_VALIDATED = 252


@dataclass(frozen=True, slots=True)
class Watched:
    """What the household earned day by day, and the limits that it is held against."""

    track: Track
    limits: Limits
    chunks: tuple[str, ...] = ()
    paid: tuple[Paid, ...] = ()
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Inputs:
    """`panel`: closes of what is held, named in `watched` by their chunks; `symbols` by its columns."""

    watched: Watched
    panel: ClosePanel
    symbols: tuple[str, ...]


def read(run: Run) -> Frozen:
    household = run.household
    held = list({lot.instrument_id: lot.instrument for lot in holdings.lots(household)}.values())
    panel, chunks = read_panel(held, household.as_of, household=household)
    watched = Watched(track_of(household), limits_of(household), chunks, tuple(_paid(household)))
    symbols = {str(row.uuid): row.symbol for row in held}
    digest = hashlib.sha256(canonical.dump(watched).encode()).hexdigest()
    inputs = Inputs(watched, panel, tuple(symbols[key] for key in panel.ids))
    return Frozen(last_valued(household) or household.as_of, digest, inputs)


def compute(inputs: Inputs, progress: Progress) -> dict[str, Any]:
    progress("Compute", 0.3)
    track = inputs.watched.track
    found: dict[str, Any] = canonical.encode(judge(track, inputs.watched.limits))
    found["tracking"] = [canonical.encode(each) for each in tracking(track)]
    progress("Compute", 0.6)
    found["drift"] = list(_drifts(inputs))
    found["costs"] = canonical.encode(cost_bias(inputs.watched.paid))
    return found


def _paid(household: Household) -> Iterator[Paid]:
    """Every fill by a broker. A paper fill is made at its estimated cost and tells nothing."""
    fills = Fill.objects.filter(order__household=household).select_related("order__trade__proposal")
    for fill in fills if not household.is_paper else ():
        trade = fill.order.trade
        worse = fill.price - trade.price if trade.side == Side.BUY else trade.price - fill.price
        yield Paid(
            proposal=trade.proposal.number,
            value=trade.price * fill.quantity,
            cost=worse * fill.quantity + fill.fees,
            estimated=trade.cost * fill.quantity / trade.quantity,
        )


def _drifts(inputs: Inputs) -> Iterator[dict[str, Any]]:
    """Of the household's returns, and of every holding's."""
    series = {"Household": np.asarray(inputs.watched.track.returns)}
    for column, symbol in enumerate(inputs.symbols):
        closes = inputs.panel.closes[:, column]
        closes = closes[np.isfinite(closes)]
        series[symbol] = closes[1:] / closes[:-1] - 1
    for name, returns in sorted(series.items(), key=lambda item: (item[0] != "Household", item[0])):
        if found := drift(returns):
            yield {"name": name, "drifted": found.drifted, **canonical.encode(found)}


def track_of(household: Household) -> Track:
    """The time-weighted returns of the whole household; what came before the last resumption is not judged again.

    The walk-forward's distribution ends before the longest window that is judged or placed in it.
    """
    points = twr(days_of(household)).points
    unknown = max([JUDGED, *(sessions + 1 for sessions in TRACKED if sessions < len(points))])
    return Track(
        days=tuple(point.day for point in points[1:]),
        returns=tuple(now.level / before.level - 1 for before, now in pairwise(points)),
        since=selectors.last_resumed(household),
        stated=_stated(household),
        validated=validated(household, points[-unknown].day) if len(points) > JUDGED else None,
    )


def limits_of(household: Household) -> Limits:
    settings = selectors.guardrails(household)
    accepted = [goal.acceptable_drawdown for goal in household.goals.filter(archived_at__isnull=True)]
    stated = [fall for fall in accepted if fall is not None]
    return Limits(
        quantile=_float(settings.quantile),
        risk_ratio=_float(settings.risk_ratio),
        drawdown=float(min(stated)) if stated and settings.drawdown else None,
    )


def validated(household: Household, until: dt.date) -> Validated | None:
    """The daily returns of the policy in the newest walk-forward, after costs, up to a day; None without one."""
    row = selectors.evidence(household, Evidence.Kind.WALK_FORWARD)
    path = walk_forward.policy_path(row) if row else None
    if row is None or path is None:
        return None
    ordinals, values = values_of(path, "costs")
    known = values[ordinals <= until.toordinal()]
    if len(known) < LEAST_VALIDATED:
        return None
    first, last = (dt.date.fromordinal(int(ordinals[at])).year for at in (0, len(known) - 1))
    returns = tuple(float(r) for r in known[1:] / known[:-1] - 1)
    return Validated(returns, f"walk-forward of {first} to {last}")


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _stated(household: Household) -> float | None:
    """The volatility that the newest proposal predicted of what was held before its trades."""
    newest = selectors.proposals(household).first()
    return float(newest.measures["before"]["volatility"]) if newest else None
