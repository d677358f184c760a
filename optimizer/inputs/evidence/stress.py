"""What the household would lose, now and after its open proposal."""

from __future__ import annotations

import hashlib
from typing import Any

from accounts.locks import holding
from accounts.models import Household, Run
from holdings import canonical
from optimizer import selectors
from optimizer.engine.plan import Progress
from optimizer.engine.types import CASH
from optimizer.engine.validate.stress import stress
from optimizer.engine.validate.stress.types import Move, OwnScenario
from optimizer.inputs.evidence.frozen import Frozen
from optimizer.inputs.evidence.held import Held, held

METHOD = 2
"""Of the stress test; a change of it, or of the data that it ships with, computes anew."""


def read(run: Run) -> Frozen:
    with holding(run.household):
        found = held(run.household, _own(run.household))
    return Frozen(found.book.as_of, _digest(found), found)


def compute(inputs: Held, progress: Progress) -> dict[str, Any]:
    progress("Compute", 0.3)
    found: dict[str, Any] = canonical.encode(stress(inputs.book, inputs.panel))
    return found | {
        "assets": {row.id: {"symbol": row.symbol, "name": row.name} for row in inputs.book.assets},
        "cash": CASH,
        "accounts": {str(row.uuid): row.name for row in inputs.accounts},
        "currency": inputs.book.currency,
        "proposal": inputs.proposal.number if inputs.proposal else None,
        "missing": list(inputs.missing),
    }


def _own(household: Household) -> tuple[OwnScenario, ...]:
    return tuple(
        OwnScenario(str(row.key), row.name, tuple(canonical.decode(tuple[Move, ...], row.moves)))
        for row in selectors.stress_scenarios(household)
    )


def _digest(found: Held) -> str:
    number = found.proposal.number if found.proposal else 0
    text = canonical.dump((METHOD, found.book, found.chunks, number, found.missing))
    return hashlib.sha256(text.encode()).hexdigest()
