"""What factor signals and a household's own series said of its instruments, and how often they were right."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from accounts.models import Household, Run
from holdings import canonical
from holdings.market.providers.scores import WHOLE
from holdings.models import MacroSeries
from optimizer import selectors
from optimizer.engine.plan import Progress
from optimizer.engine.risk.returns import Floats, closes, is_told
from optimizer.engine.signals import given
from optimizer.engine.signals.record import Month, Record, record, record_of, sure
from optimizer.engine.signals.scores import SIGNALS, scores, standard
from optimizer.engine.snapshot import Panel
from optimizer.engine.types import AssetInput
from optimizer.engine.validate.decay import REFERENCE, cusum, half_years
from optimizer.inputs.evidence.frozen import Frozen, household_now

OWN = "own:"
"""Goes before the uuid in the name of a signal that a household uploaded."""

LAGS = {"us-consumer-prices": 45}
"""Days from the date of a public series' value until it is published, where that is more than one."""


@dataclass(frozen=True, slots=True)
class Series:
    """points: by instrument id, or under the empty name where it has one value a day. revised: values may have been."""

    name: str
    label: str
    meaning: str
    lag: int
    points: Mapping[str, given.Points]
    revised: bool = False

    @property
    def ranks_instruments(self) -> bool:
        return WHOLE not in self.points


@dataclass(frozen=True, slots=True)
class Universe:
    """The tradable instruments of a household, in the order of the panel's ids, and the series beside their prices.

    young: symbols of those with too few closes, which are left out.
    """

    assets: tuple[AssetInput, ...]
    young: tuple[str, ...]
    panel: Panel
    series: tuple[Series, ...]

    @property
    def tried(self) -> int:
        return len(SIGNALS) + len(self.series)


def read(run: Run) -> Frozen:
    snapshot, panel = household_now(run)
    panel = panel.until(snapshot.as_of)
    tradable = [asset for asset in snapshot.assets if asset.tradable and asset.id in panel.assets]
    assets = tuple(asset for asset in tradable if is_told(panel, asset.id))
    young = tuple(asset.symbol for asset in tradable if asset not in assets)
    series = (*_own(run.household), *_public(snapshot.as_of))
    costs = tuple((asset.id, asset.half_spread) for asset in assets)
    beside = tuple((each.name, each.label, each.meaning, each.lag, _digest(each.points)) for each in series)
    digest = hashlib.sha256(
        canonical.dump((snapshot.as_of, snapshot.price_chunks, costs, young, beside)).encode()
    ).hexdigest()
    return Frozen(snapshot.as_of, digest, Universe(assets, young, panel, series if panel.dates else ()))


def _own(household: Household) -> Iterator[Series]:
    for row in selectors.own_series(household):
        points = {
            key: [(dt.date.fromisoformat(day), float(value)) for day, value in of] for key, of in row.points.items()
        }
        yield Series(f"{OWN}{row.uuid}", row.name, row.meaning, row.lag, points)


def _public(as_of: dt.date) -> Iterator[Series]:
    """The economic series that are stored, as they read today."""
    for row in MacroSeries.objects.order_by("slug"):
        rows = row.points.filter(date__lte=as_of).values_list("date", "value")
        points = [(day, float(value)) for day, value in rows.order_by("date")]
        if points:
            lag = LAGS.get(row.slug, 1)
            yield Series(row.slug, row.name, row.unit, lag, {WHOLE: points}, revised=row.slug in LAGS)


def _digest(points: Mapping[str, given.Points]) -> str:
    return hashlib.sha256(repr(sorted((key, list(of)) for key, of in points.items())).encode()).hexdigest()


def compute(inputs: Universe, progress: Progress) -> dict[str, Any]:
    assets = inputs.assets
    history = closes(inputs.panel, [asset.id for asset in assets], [asset.symbol for asset in assets])
    half_spread = float(median(asset.half_spread for asset in assets)) if assets else 0.0
    made = []
    for at, name in enumerate(SIGNALS):
        progress("Compute", 0.1 + 0.8 * at / len(SIGNALS))
        found = record(name, inputs.panel.dates, history.values, half_spread, inputs.tried)
        made.append(_said(found) | {"scores": _scores(scores(name, history.values), assets)})
    progress("Compute", 0.9)
    ranking = [each for each in inputs.series if each.ranks_instruments and assets]
    return {
        "signals": [*made, *(_ranking(each, inputs, history.values, half_spread) for each in ranking)],
        "series": [_foretold(each, inputs, history.values) for each in inputs.series if not each.ranks_instruments],
        "sure": sure(inputs.tried),
        "tried": inputs.tried,
        "assets": len(assets),
        "young": list(inputs.young),
        "first": inputs.panel.dates[0].isoformat() if inputs.panel.dates else "",
        "half_spread": half_spread,
    }


def _ranking(series: Series, inputs: Universe, history: Floats, half_spread: float) -> dict[str, Any]:
    """A series that scores instruments, judged as the signals are; `given` is what a plan may read of it."""
    days, ids = inputs.panel.dates, [asset.id for asset in inputs.assets]
    known = given.known(series.points, ids, days, series.lag)
    found = record_of(series.name, known, days, history, half_spread, inputs.tried)
    standing = standard(known[-1])
    return {
        **_said(found),
        "label": series.label,
        "meaning": series.meaning,
        "lag": series.lag,
        "scores": _scores(known[-1], inputs.assets),
        "given": {key: float(score) for key, score in zip(ids, standing, strict=True) if score == score},
    }


def _foretold(series: Series, inputs: Universe, history: Floats) -> dict[str, Any]:
    days = inputs.panel.dates
    known = given.known(series.points, [WHOLE], days, series.lag)[:, 0]
    found = given.foretold(known, days, history, inputs.tried)
    return {
        **asdict(found),
        "first": found.first.isoformat() if found.first else "",
        "name": series.name,
        "label": series.label,
        "meaning": series.meaning,
        "lag": series.lag,
        "revised": series.revised,
    }


def _said(found: Record) -> dict[str, Any]:
    return {
        "name": found.name,
        "months": len(found.months),
        "first": found.months[0].day.isoformat() if found.months else "",
        "ic": found.ic,
        "t": found.t,
        "low": found.low,
        "high": found.high,
        "halves": found.halves,
        "turnover": found.turnover,
        "gross": found.gross,
        "net": found.net,
        "shrunk": found.shrunk,
        "why": found.why,
        "cusum": _cusum(found.months),
        "half_years": [
            canonical.encode(each) for each in half_years([m.day for m in found.months], [m.ic for m in found.months])
        ],
    }


def _cusum(months: Sequence[Month]) -> dict[str, Any] | None:
    """`on`: the month whose return took it beyond the limit for the first time."""
    found = cusum([month.ic for month in months])
    if found is None:
        return None
    on = None if found.alarm is None else months[REFERENCE + found.alarm].day.isoformat()
    return {"now": found.now, "alarm": found.alarm is not None, "on": on, "limit": found.limit}


def _scores(now: Floats, assets: Sequence[AssetInput]) -> dict[str, float]:
    """Standard scores now, by symbol, of the assets that have one."""
    found = standard(now)
    return {asset.symbol: float(score) for asset, score in zip(assets, found, strict=True) if score == score}
