"""What evidence is found from, and how. Workers only.

A source of a kind is a module with `read(run) -> Frozen`, which reads once all that the result depends on, and
`compute(inputs, progress) -> result`, which knows no database and gives what JSON knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from accounts.models import Run
from optimizer.engine.plan import Progress
from optimizer.inputs.evidence import (
    concentration,
    correlation,
    factors,
    goals,
    regimes,
    stress,
    volatility,
    walk,
    walk_forward,
    watch,
)
from optimizer.inputs.evidence.frozen import Frozen
from optimizer.models import Evidence

__all__ = ["SOURCES", "Frozen", "Source"]


class Source(Protocol):
    def read(self, run: Run) -> Frozen: ...

    def compute(self, inputs: Any, progress: Progress) -> dict[str, Any]: ...


SOURCES: Mapping[str, Source] = {
    Evidence.Kind.CONCENTRATION: concentration,
    Evidence.Kind.FACTORS: factors,
    Evidence.Kind.WALK_FORWARD: walk_forward,
    Evidence.Kind.WALK: walk,
    Evidence.Kind.VOLATILITY: volatility,
    Evidence.Kind.REGIMES: regimes,
    Evidence.Kind.CORRELATION: correlation,
    Evidence.Kind.WATCH: watch,
    Evidence.Kind.STRESS: stress,
    Evidence.Kind.GOALS: goals,
}
