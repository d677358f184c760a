"""From a stored version to the form, and from the form to the next version."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from optimizer.forms import rows
from optimizer.forms.policy import Initial, PolicyBundle
from optimizer.forms.subjects import EXCLUDE, WEIGHT, Subjects
from optimizer.models import PolicyConstraint, PolicyVersion, PolicyView
from optimizer.models.strategy import AIMS
from optimizer.services.policies import PolicyDraft

Kind, Unit = PolicyConstraint.Kind, PolicyConstraint.Unit
SINGLES = {
    "tax_budget": (Kind.TAX_BUDGET, Unit.MONEY),
    "turnover": (Kind.TURNOVER, Unit.FRACTION),
    "tracking_error": (Kind.TRACKING_ERROR, Unit.FRACTION),
}
FIELDS = ("strategy", "estimator", *AIMS, "minimum_trade", "risk_aversion", "idle_cash_rate", "drift_band")
FIRST = {
    "strategy": PolicyVersion.Strategy.FIXED,
    "estimator": PolicyVersion.Estimator.NONLINEAR,
    "minimum_trade": Decimal(0),
    "risk_aversion": Decimal(20),
    "idle_cash_rate": Decimal("0.03"),
    "drift_band": Decimal("0.03"),
    "cash_target": Decimal(0),
}


def initial(version: PolicyVersion | None, subjects: Subjects, stocks: frozenset[str]) -> Initial:
    """The form of a version; of none, the defaults."""
    start = {"key": uuid.uuid4(), "base": version.number if version else 0}
    if version is None:
        return Initial(FIRST | start)
    constraints = list(version.constraints.all())
    common, others = one_stock(constraints, stocks)
    main = start | {name: getattr(version, name) for name in FIELDS} | _singles(constraints) | {"one_stock": common}
    targets = list(version.targets.all())
    main["cash_target"] = sum((row.weight for row in targets if row.instrument_id is None), Decimal(0))
    return Initial(
        main,
        targets=[{"symbol": row.instrument.symbol, "weight": row.weight} for row in targets if row.instrument],
        limits=[_limit(row, subjects) for row in others if row.kind in WEIGHT.values()],
        exclusions=[_exclusion(row, subjects) for row in others if row.kind in EXCLUDE.values()],
        views=[_view(row) for row in version.views.all()],
        cash=[{"account": row.subject, "amount": row.low} for row in others if row.kind == Kind.MINIMUM_CASH],
        withdrawals=[
            {"account": row.subject, "amount": row.low, "date": row.date}
            for row in others
            if row.kind == Kind.WITHDRAWAL
        ],
    )


def one_stock(
    constraints: Sequence[PolicyConstraint], stocks: frozenset[str]
) -> tuple[Decimal | None, list[PolicyConstraint]]:
    """The limit that all stocks share, where every one of them has a limit, and the rows that say something else."""
    plain = [row for row in constraints if row.kind == Kind.INSTRUMENT_WEIGHT and row.hard and row.low is None]
    named = {row.subject for row in constraints if row.kind == Kind.INSTRUMENT_WEIGHT}
    common = Counter(row.high for row in plain if row.subject in stocks).most_common(1)
    if not common or common[0][1] < 2 or not stocks <= named:
        return None, list(constraints)
    high = common[0][0]
    shared = {row.pk for row in plain if row.high == high}
    return high, [row for row in constraints if row.pk not in shared]


def _singles(constraints: Iterable[PolicyConstraint]) -> dict[str, Decimal | None]:
    found = {row.kind: row.high for row in constraints}
    return {name: found.get(kind) for name, (kind, _) in SINGLES.items()}


def _view(row: PolicyView) -> dict[str, Any]:
    return {
        "symbol": row.instrument.symbol,
        "by": row.by,
        "against": row.against.symbol if row.against else "",
        "confidence": row.confidence,
    }


def _limit(row: PolicyConstraint, subjects: Subjects) -> dict[str, Any]:
    strength = rows.HARD if row.hard else str(row.priority)
    label = subjects.stored(row.kind, row.subject).label
    return {"subject": label, "low": row.low, "high": row.high, "strength": strength}


def _exclusion(row: PolicyConstraint, subjects: Subjects) -> dict[str, Any]:
    mode = rows.FROZEN if row.high is None else rows.SOLD
    return {"subject": subjects.stored(row.kind, row.subject).label, "mode": mode}


def draft(bundle: PolicyBundle) -> PolicyDraft:
    """The version that a valid form asks for. Its key becomes the version's uuid, so that it is made once."""
    main = bundle.main.cleaned_data
    targets = [(line.instrument, line.cleaned_data["weight"] or Decimal(0)) for line in bundle.filled(bundle.targets)]
    return PolicyDraft(
        fields={"uuid": main["key"]} | {name: main[name] for name in FIELDS},
        targets=[*targets, (None, main["cash_target"])],
        constraints=list(_constraints(bundle, {str(row.uuid) for row, _ in targets if row.kind == "stock"})),
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


def _constraints(bundle: PolicyBundle, targeted: set[str]) -> Iterator[dict[str, Any]]:
    main = bundle.main.cleaned_data
    limits = [_limit_row(line) for line in bundle.filled(bundle.limits)]
    yield from limits
    if main["one_stock"] is not None:
        own = {row["subject"] for row in limits if row["kind"] == Kind.INSTRUMENT_WEIGHT}
        for token in sorted((bundle.given.stocks | targeted) - own):
            yield {"kind": Kind.INSTRUMENT_WEIGHT, "subject": token, "high": main["one_stock"]}
    for line in bundle.filled(bundle.exclusions):
        high = None if line.cleaned_data["mode"] == rows.FROZEN else Decimal(0)
        yield {"kind": EXCLUDE[line.found.about], "subject": line.found.token, "high": high}
    for line in bundle.filled(bundle.cash):
        values = line.cleaned_data
        yield {
            "kind": Kind.MINIMUM_CASH,
            "subject": values["account"],
            "low": values["amount"],
            "unit": Unit.MONEY,
        }
    for line in bundle.filled(bundle.withdrawals):
        values = line.cleaned_data
        yield {
            "kind": Kind.WITHDRAWAL,
            "subject": values["account"],
            "low": values["amount"],
            "date": values["date"],
            "unit": Unit.MONEY,
        }
    for name, (kind, unit) in SINGLES.items():
        if main[name] is not None:
            yield {"kind": kind, "high": main[name], "unit": unit}


def _limit_row(line: rows.LimitLine) -> dict[str, Any]:
    found, values = line.found, line.cleaned_data
    assert found is not None  # noqa: S101 - of a valid line
    strength = {"hard": True} if line.is_hard else {"hard": False, "priority": int(values["strength"])}
    return {
        "kind": WEIGHT[found.about],
        "subject": found.token,
        "low": values["low"],
        "high": values["high"],
        **strength,
    }


def is_unchanged(version: PolicyVersion | None, new: PolicyDraft) -> bool:
    """Whether a draft says what the version says already."""
    if version is None or any(getattr(version, name) != new.fields[name] for name in FIELDS):
        return False
    targets = {(row.instrument_id, row.weight) for row in version.targets.all()}
    if targets != {(instrument and instrument.pk, weight) for instrument, weight in new.targets}:
        return False
    if [_said(row) for row in version.views.all()] != [_said(PolicyView(**row)) for row in new.views]:
        return False
    stored = [_content(row) for row in version.constraints.all()]
    return sorted(stored) == sorted(_content(PolicyConstraint(**row)) for row in new.constraints)


def _said(row: PolicyView) -> tuple[Any, ...]:
    return row.instrument_id, row.against_id, row.by, row.confidence


def _content(row: PolicyConstraint) -> tuple[str, ...]:
    values = (row.kind, row.subject, row.low, row.high, row.unit, row.date, row.hard, row.priority)
    return tuple(str(value) for value in values)
