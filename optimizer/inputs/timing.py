"""A household's triggers on its day. Workers only."""

from __future__ import annotations

from accounts.models import Household, Run
from optimizer import selectors
from optimizer.engine.errors import EngineError
from optimizer.engine.triggers import Finding, Thresholds, findings
from optimizer.engine.watch import observe, with_benefit
from optimizer.inputs import CannotPropose, read
from optimizer.models import Evidence, PolicyVersion, Timing, TimingCheck
from optimizer.services import timing as services


def check(household: Household) -> TimingCheck | None:
    """Look at the triggers once a day and version, and draft a proposal where one fires; None without a policy."""
    version = selectors.current_version(household)
    if version is None:
        return None
    if known := services.checked(household, version):
        return known
    try:
        found, problem = _found(household, version), ""
    except (CannotPropose, EngineError) as error:
        found, problem = (), str(error)
    return services.conclude(household=household, version=version, found=found, problem=problem)


def _found(household: Household, version: PolicyVersion) -> tuple[Finding, ...]:
    """The benefit is looked at last, by a plan: only where nothing else fires and a draft could follow."""
    timing = selectors.timing_of(version)
    limits = thresholds(timing)
    snapshot, panel = read(Run(household=household, params={"version": str(version.uuid)}))
    last = selectors.proposals(household).first()
    earlier = last.as_of if last and last.as_of < snapshot.as_of else None
    seen = observe(snapshot, panel, earlier, by_models=mean_is_supported(household))
    found = findings(seen, limits)
    if limits.benefit is None or any(each.fired for each in found) or services.gate(household, timing):
        return found
    return findings(with_benefit(seen, snapshot, panel), limits)


def mean_is_supported(household: Household) -> bool:
    """Whether the stored record of the last weeks supports the mean of five models as a forecast of volatility."""
    row = selectors.fresh_evidence(household, Evidence.Kind.VOLATILITY)
    return row is not None and bool(row.result.get("supported"))


def thresholds(timing: Timing) -> Thresholds:
    fractions = ("drift", "relative", "tracking_error", "benefit", "volatility", "cash")
    stated = {name: getattr(timing, name) for name in fractions}
    return Thresholds(
        **{name: None if value is None else float(value) for name, value in stated.items()},
        harvest=timing.harvest,
        long_term=timing.long_term,
    )
