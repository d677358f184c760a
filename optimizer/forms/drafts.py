"""From a stored version to the form, and from the form to the next version."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from copy import copy
from decimal import Decimal
from typing import Any

from optimizer.forms.limits import LINES, ConstraintLine, Given, strength_of
from optimizer.forms.limits.trading import TotalLine
from optimizer.forms.policy import Initial, PolicyBundle
from optimizer.models import PolicyConstraint, PolicyVersion, PolicyView
from optimizer.models.strategy import AIMS
from optimizer.services.policies import PolicyDraft

Kind = PolicyConstraint.Kind
NUMBERS = ("minimum_trade", "risk_aversion", "idle_cash_rate", "drift_band")
FIELDS = ("strategy", "estimator", *AIMS, *NUMBERS, "signals", "reserve_tax")
OFFERED = {limit for line in LINES.values() if issubclass(line, TotalLine) for limit in line.limits}
FIRST = {
    "strategy": PolicyVersion.Strategy.FIXED,
    "estimator": PolicyVersion.Estimator.NONLINEAR,
    "minimum_trade": Decimal(0),
    "risk_aversion": Decimal(20),
    "idle_cash_rate": Decimal("0.03"),
    "drift_band": Decimal("0.03"),
    "signals": False,
    "reserve_tax": False,
    "cash_target": Decimal(0),
}


def initial(version: PolicyVersion | None, given: Given) -> Initial:
    """The form of a version; of none, the defaults."""
    start = {"key": uuid.uuid4(), "base": version.number if version else 0}
    if version is None:
        return Initial(FIRST | start)
    constraints = list(_sides(version))
    main = start | {name: getattr(version, name) for name in FIELDS}
    main["after_tax"] = next((row.rate for row in constraints if row.kind == Kind.AFTER_TAX), None)
    targets = list(version.targets.all())
    main["cash_target"] = sum((row.weight for row in targets if row.instrument_id is None), Decimal(0))
    return Initial(
        main,
        targets=[{"symbol": row.instrument.symbol, "weight": row.weight} for row in targets if row.instrument],
        views=[_view(row) for row in version.views.all()],
        constraints={
            prefix: [_shown(line, row, given) for row in constraints if row.kind in line.kinds]
            for prefix, line in LINES.items()
        },
    )


def _sides(version: PolicyVersion) -> Iterator[PolicyConstraint]:
    """Its constraints as lines say them: of a beta between two limits, each has its own; no side that a limit lacks."""
    for row in map(_offered, version.constraints.all()):
        if row.kind != Kind.BETA or row.low is None or row.high is None:
            yield row
            continue
        floor, ceiling = copy(row), copy(row)
        floor.high = ceiling.low = None
        yield from (floor, ceiling)


def _offered(row: PolicyConstraint) -> PolicyConstraint:
    """Without the side that no line of its kind has, which older rows may bear and no plan reads."""
    sides = {side for side in ("low", "high") if f"{row.kind}:{side}" in OFFERED}
    if not sides:
        return row
    kept = copy(row)
    for side in {"low", "high"} - sides:
        setattr(kept, side, None)
    return kept


def _view(row: PolicyView) -> dict[str, Any]:
    return {
        "symbol": row.instrument.symbol,
        "by": row.by,
        "against": row.against.symbol if row.against else "",
        "confidence": row.confidence,
    }


def _shown(line: type[ConstraintLine], row: PolicyConstraint, given: Given) -> dict[str, Any]:
    return dict(line.initial_of(row, given)) | {"strength": strength_of(row)}


def draft(bundle: PolicyBundle) -> PolicyDraft:
    """The version that a valid form asks for. Its key becomes the version's uuid, so that it is made once."""
    main = bundle.main.cleaned_data
    targets = [(line.instrument, line.cleaned_data["weight"] or Decimal(0)) for line in bundle.filled(bundle.targets)]
    return PolicyDraft(
        fields={"uuid": main["key"]} | {name: main[name] for name in FIELDS},
        targets=[*targets, (None, main["cash_target"])],
        constraints=list(_constraints(bundle)),
        views=[
            {
                "instrument": line.instrument,
                "against": line.against_instrument,
                "by": line.cleaned_data["by"],
                "confidence": line.cleaned_data["confidence"],
            }
            for line in bundle.filled(bundle.views)
        ],
        reason=main["reason"],
    )


def _constraints(bundle: PolicyBundle) -> Iterator[dict[str, Any]]:
    for formset in bundle.lines.values():
        yield from (line.stored() for line in bundle.filled(formset))
    rate = bundle.main.cleaned_data["after_tax"]
    if rate is not None:
        yield {"kind": Kind.AFTER_TAX, "rate": rate}


def is_unchanged(version: PolicyVersion | None, new: PolicyDraft) -> bool:
    """Whether a draft says what the version says already."""
    if version is None or any(getattr(version, name) != new.fields[name] for name in FIELDS):
        return False
    targets = {(row.instrument_id, row.weight) for row in version.targets.all()}
    if targets != {(instrument and instrument.pk, weight) for instrument, weight in new.targets}:
        return False
    if [_said(row) for row in version.views.all()] != [_said(PolicyView(**row)) for row in new.views]:
        return False
    stored = [_content(row) for row in _sides(version)]
    return sorted(stored) == sorted(_content(PolicyConstraint(**row)) for row in new.constraints)


def _said(row: PolicyView) -> tuple[Any, ...]:
    return row.instrument_id, row.against_id, row.by, row.confidence


def _content(row: PolicyConstraint) -> tuple[str, ...]:
    values = (row.kind, row.subject, row.place, row.low, row.high, row.rate, row.unit, row.date, row.hard, row.priority)
    return tuple(str(value) for value in (*values, *sorted(row.terms.items())))
