"""Whether a household's results are still what was predicted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from accounts.models import Household, Run
from holdings import canonical
from holdings.measures.twr import twr
from holdings.valuations.history import days_of
from optimizer import selectors
from optimizer.engine.plan import Progress
from optimizer.engine.validate.abnormal import Limits, Track, judge
from optimizer.inputs.evidence.frozen import Frozen
from optimizer.services.halts import last_valued

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Watched:
    """What the household earned day by day, and the limits that it is held against."""

    track: Track
    limits: Limits
    format: int = FORMAT


def read(run: Run) -> Frozen:
    household = run.household
    watched = Watched(track_of(household), limits_of(household))
    return Frozen(
        last_valued(household) or household.as_of, hashlib.sha256(canonical.dump(watched).encode()).hexdigest(), watched
    )


def compute(inputs: Watched, progress: Progress) -> dict[str, Any]:
    progress("Compute", 0.3)
    found: dict[str, Any] = canonical.encode(judge(inputs.track, inputs.limits))
    return found


def track_of(household: Household) -> Track:
    """The time-weighted returns of the whole household; what came before the last resumption is not judged again."""
    points = twr(days_of(household)).points
    return Track(
        days=tuple(point.day for point in points[1:]),
        returns=tuple(now.level / before.level - 1 for before, now in pairwise(points)),
        since=selectors.last_resumed(household),
        stated=_stated(household),
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


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _stated(household: Household) -> float | None:
    """The volatility that the newest proposal predicted of what was held before its trades."""
    newest = selectors.proposals(household).first()
    return float(newest.measures["before"]["volatility"]) if newest else None
