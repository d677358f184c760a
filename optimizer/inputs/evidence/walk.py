"""One path of a walk-forward: all that it is computed from stands in its run."""

from __future__ import annotations

import json
from typing import Any

from accounts import runs
from accounts.models import Run
from holdings import canonical
from holdings.market.panel import MissingChunk, read_panel
from holdings.models import Instrument
from optimizer.engine.plan import Progress
from optimizer.engine.snapshot import Panel
from optimizer.engine.validate.path import Path
from optimizer.engine.validate.walked import walked
from optimizer.inputs.evidence.frozen import Frozen


def read(run: Run) -> Frozen:
    path: Path = canonical.decode(Path, json.loads(run.snapshot))
    known = {str(each.uuid): each for each in Instrument.objects.filter(uuid__in=path.ids)}
    try:
        panel, _ = read_panel([known[key] for key in path.ids], path.last, set(path.chunks), run.household)
    except MissingChunk as error:
        raise runs.CannotFinish("Prices were replaced meanwhile. Compute it again.") from error
    return Frozen(path.last, run.snapshot_hash, (path, Panel(panel.dates, panel.ids, panel.closes)))


def compute(inputs: tuple[Path, Panel], progress: Progress) -> dict[str, Any]:
    return walked(*inputs, progress)
