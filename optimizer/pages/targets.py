"""Target weights by instrument, for whichever strategy the policy names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from holdings.models import Instrument
from optimizer.engine.types import CASH
from optimizer.models import PolicyVersion, Proposal

THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Targets:
    """Fractions of the household by instrument id, and of cash; `origin` says where they come from."""

    weights: Mapping[int, Decimal]
    cash: Decimal
    band: Decimal
    origin: str

    def by(self, token: Callable[[int], str], cash: str) -> dict[str, Decimal]:
        """Added up by class or sector, to the thousandth that pages show."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for pk, weight in self.weights.items():
            sums[token(pk)] += weight
        sums[cash] += self.cash
        return {name: weight.quantize(THOUSANDTH) for name, weight in sums.items()}


def of(version: PolicyVersion | None, last: Proposal | None) -> Targets | None:
    """The entered weights, or for another strategy those that the last proposal computed; None where there are none."""
    if version is None:
        return None
    if version.strategy == PolicyVersion.Strategy.FIXED:
        return _entered(version)
    return _computed(version, last) if last else None


def _entered(version: PolicyVersion) -> Targets | None:
    rows = list(version.targets.all())
    weights = {row.instrument_id: row.weight for row in rows if row.instrument_id}
    cash = sum((row.weight for row in rows if row.instrument_id is None), Decimal(0))
    return Targets(weights, cash, version.drift_band, f"Target: version {version.number}.") if rows else None


def _computed(version: PolicyVersion, last: Proposal) -> Targets:
    stored = {asset: Decimal(str(weight)) for asset, weight in last.evidence.get("target_weights", {}).items()}
    found = Instrument.objects.filter(uuid__in=stored.keys() - {CASH})
    weights = {instrument.pk: stored[str(instrument.uuid)] for instrument in found}
    origin = f"Target: {version.get_strategy_display().lower()} as computed for proposal {last.number}."
    return Targets(weights, stored.get(CASH, Decimal(0)), version.drift_band, origin)
