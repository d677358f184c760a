"""The inputs of a piece of evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts import runs
from accounts.models import Household, Run
from holdings.market.series import unfit
from holdings.models import Instrument
from optimizer import inputs, selectors
from optimizer.engine.snapshot import Panel, snapshot_hash
from optimizer.engine.types import Snapshot


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


def refuse_unfit(household: Household, ids: Iterable[str]) -> None:
    """Raises CannotFinish and names them where series that it would rest on are stale, suspicious or unlicensed."""
    symbols = dict(Instrument.objects.filter(uuid__in=list(ids)).values_list("pk", "symbol"))
    named = sorted(f"{symbols[pk]} ({why})" for pk, why in unfit(household).items() if pk in symbols)
    if named:
        raise runs.CannotFinish(f"Prices hold this back: {', '.join(named)}. Settle them on the page of data first.")


def frozen_household(run: Run) -> Frozen:
    """That, where the result depends on nothing else."""
    snapshot, panel = household_now(run)
    return Frozen(snapshot.as_of, snapshot_hash(snapshot), (snapshot, panel))
