"""The saved policy as the engine reads it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from holdings.models import Instrument
from optimizer import selectors
from optimizer.engine.types import CASH, ConstraintInput, PolicyInput, ViewInput
from optimizer.models import Evidence, PolicyConstraint, PolicyVersion, PolicyView

NOT_ROWS = {PolicyConstraint.Kind.WITHDRAWAL, PolicyConstraint.Kind.AFTER_TAX}  # read with the accounts


def policy(version: PolicyVersion, instruments: Mapping[int, Instrument]) -> PolicyInput:
    target = {
        CASH if row.instrument_id is None else str(instruments[row.instrument_id].uuid): row.weight
        for row in version.targets.all()
    }
    supported = _supported(version)
    return PolicyInput(
        strategy=version.strategy,  # type: ignore[arg-type]
        target={CASH: Decimal(0)} | target,
        params=_params(version),
        minimum_trade=version.minimum_trade,
        risk_aversion=version.risk_aversion,
        idle_cash_rate=version.idle_cash_rate,
        drift_band=version.drift_band,
        reserve_tax=version.reserve_tax,
        estimator=version.estimator,  # type: ignore[arg-type]
        views=tuple(_view(row) for row in version.views.select_related("instrument", "against")),
        signals={each["name"]: _exact(each["shrunk"]) for each in supported},
        given={
            each["name"]: {asset: _exact(score) for asset, score in sorted(each["given"].items())}
            for each in supported
            if "given" in each
        },
    )


def _supported(version: PolicyVersion) -> list[dict[str, Any]]:
    """The signals that the record of the last weeks supports, where the policy reads any."""
    row = selectors.fresh_evidence(version.policy.household, Evidence.Kind.FACTORS) if version.signals else None
    return [each for each in row.result["signals"] if _exact(each["shrunk"])] if row else []


def _exact(number: float) -> Decimal:
    return Decimal(f"{number:.6f}")


def _params(version: PolicyVersion) -> dict[str, Decimal]:
    values = {
        "risk_aversion": version.aversion,
        "target_return": version.target_return,
        "target_volatility": version.target_volatility,
    }
    return {name: value for name, value in values.items() if value is not None}


def _view(row: PolicyView) -> ViewInput:
    return ViewInput(
        id=str(row.pk),
        asset=str(row.instrument.uuid),
        by=row.by,
        confidence=row.confidence,
        against=str(row.against.uuid) if row.against else "",
    )


def constraints(version: PolicyVersion) -> tuple[ConstraintInput, ...]:
    rows = version.constraints.exclude(kind__in=NOT_ROWS)
    return tuple(
        ConstraintInput(
            id=str(row.pk),
            kind=row.kind,  # type: ignore[arg-type]
            subject=row.subject,
            low=row.low,
            high=row.high,
            unit=row.unit,
            hard=row.hard,
            priority=row.priority,
            place=row.place,
            rate=row.rate,
            until=row.date,
            terms={asset: Decimal(coefficient) for asset, coefficient in row.terms.items()},
        )
        for row in rows
    )
