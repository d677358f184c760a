"""The inputs of a piece of evidence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accounts import runs
from accounts.models import Run
from optimizer import inputs, selectors
from optimizer.engine.snapshot import Panel, snapshot_hash
from optimizer.engine.types import Snapshot
from optimizer.inputs.fit import refuse_unfit


@dataclass(frozen=True, slots=True)
class Frozen:
    """`digest`: a sha256 of all that the result depends on; equal digests give equal results.

    parts: what is found by other runs first, each evidence of its own kind; `text` then says what the whole is made of.
    """

    as_of: dt.date
    digest: str
    inputs: Any
    parts: tuple[runs.Part, ...] = ()
    text: str = ""


def household_now(run: Run) -> tuple[Snapshot, Panel]:
    """What a proposal would be computed from now, by the newest policy. Raises CannotFinish or CannotPropose."""
    version = selectors.current_version(run.household)
    if version is None:
        raise runs.CannotFinish("Evidence needs goals: targets, and the limits to keep. Set them first.")
    snapshot, panel = inputs.read(Run(household=run.household, params={"version": str(version.uuid)}))
    refuse_unfit(run.household, (asset.id for asset in snapshot.assets))
    return snapshot, panel


def frozen_household(run: Run) -> Frozen:
    """That, where the result depends on nothing else."""
    snapshot, panel = household_now(run)
    return Frozen(snapshot.as_of, snapshot_hash(snapshot), (snapshot, panel))
