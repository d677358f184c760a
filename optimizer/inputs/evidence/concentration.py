"""Where the household's risk sits."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from optimizer.engine.concentration import concentration
from optimizer.engine.plan import Progress
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import Snapshot
from optimizer.inputs.evidence.frozen import frozen_household as read

__all__ = ["compute", "read"]


def compute(inputs: tuple[Snapshot, Panel], progress: Progress) -> dict[str, Any]:
    progress("Compute", 0.3)
    return asdict(concentration(*inputs))
