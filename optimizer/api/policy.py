"""A policy as JSON, checked as the form checks it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.api.serializers import AMOUNT, FRACTION, ExactModelSerializer
from accounts.models import Household
from holdings import selectors as holdings
from holdings.models import AssetClass, Instrument, Sector
from optimizer.models import PolicyConstraint, PolicyVersion, PolicyView, Strategy, TargetWeight
from optimizer.models.strategy import AIMS

Kind = PolicyConstraint.Kind
TRADED = Instrument.objects.exclude(kind=Instrument.Kind.INDEX)
BETWEEN = {Kind.INSTRUMENT_WEIGHT, Kind.SECTOR_WEIGHT, Kind.CLASS_WEIGHT, Kind.THEME_WEIGHT}
AT_LEAST = {Kind.MINIMUM_CASH, Kind.WITHDRAWAL}
AT_MOST = {Kind.TAX_BUDGET, Kind.TURNOVER, Kind.TRACKING_ERROR}
MONEY = {Kind.MINIMUM_CASH, Kind.WITHDRAWAL, Kind.TAX_BUDGET}


class TargetSerializer(ExactModelSerializer):
    """A target weight; `instrument` is null for cash."""

    instrument = serializers.SlugRelatedField(
        slug_field="uuid",
        queryset=Instrument.objects.exclude(kind=Instrument.Kind.INDEX),
        allow_null=True,
        default=None,
    )

    class Meta:
        model = TargetWeight
        fields = ["instrument", "weight"]
        extra_kwargs = {"weight": FRACTION}


class ConstraintSerializer(ExactModelSerializer):
    """A limit; `subject` is the UUID of an instrument or account, a sector, a class or a theme, as the kind asks."""

    class Meta:
        model = PolicyConstraint
        fields = ["kind", "subject", "low", "high", "unit", "date", "hard", "priority"]
        read_only_fields = ["unit"]
        extra_kwargs = {"low": AMOUNT, "high": AMOUNT, "priority": {"min_value": 1, "max_value": 3}}

    def validate(self, row: dict[str, Any]) -> dict[str, Any]:
        if errors := dict(_faults(row["kind"], row.get("low"), row.get("high"))):
            raise serializers.ValidationError(errors)
        return row | {"unit": "money" if row["kind"] in MONEY else "fraction"}


def _faults(kind: str, low: Decimal | None, high: Decimal | None) -> Iterator[tuple[str, str]]:
    if kind in BETWEEN and low is None and high is None:
        yield "high", "Give a lower or an upper limit."
    if kind in AT_LEAST and low is None:
        yield "low", "Give the amount."
    if kind in AT_MOST and high is None:
        yield "high", "Give the upper limit."
    if low is not None and high is not None and low > high:
        yield "low", f"The lower limit, {low}, is above the upper one, {high}."
    if kind not in MONEY:
        for name, value in (("low", low), ("high", high)):
            if value is not None and value > 1:
                yield name, "A fraction: at most 1."


class ViewSerializer(ExactModelSerializer):
    """A view: `instrument` earns `by` a year above `against`, or above cash where that is null."""

    instrument = serializers.SlugRelatedField(slug_field="uuid", queryset=TRADED)
    against = serializers.SlugRelatedField(slug_field="uuid", queryset=TRADED, allow_null=True, default=None)

    class Meta:
        model = PolicyView
        fields = ["instrument", "against", "by", "confidence"]
        extra_kwargs = {
            "by": {"min_value": Decimal("-0.5"), "max_value": Decimal("0.5")},
            "confidence": {"min_value": Decimal("0.01"), "max_value": Decimal("0.99")},
        }


class PolicySerializer(ExactModelSerializer):
    key = serializers.UUIDField(write_only=True, required=False, help_text="The same key never saves a second version.")
    targets = TargetSerializer(many=True)
    constraints = ConstraintSerializer(many=True)
    views = ViewSerializer(many=True, default=list)

    class Meta:
        model = PolicyVersion
        fields = [
            "uuid",
            "key",
            "number",
            "strategy",
            "estimator",
            *AIMS,
            "risk_aversion",
            "idle_cash_rate",
            "minimum_trade",
            "drift_band",
            "reason",
            "created_at",
            "targets",
            "views",
            "constraints",
        ]
        read_only_fields = ["number", "created_at"]
        extra_kwargs = {
            "aversion": {"min_value": Decimal("0.1"), "max_value": Decimal(1_000)},
            "target_return": FRACTION,
            "target_volatility": FRACTION,
            "risk_aversion": AMOUNT | {"max_value": Decimal(10_000)},
            "idle_cash_rate": FRACTION,
            "minimum_trade": AMOUNT,
            "drift_band": FRACTION,
        }

    def validate_targets(self, targets: list[dict[str, Any]]) -> list[dict[str, Any]]:
        named = [row["instrument"] for row in targets]
        if len(named) != len(set(named)):
            raise serializers.ValidationError("An instrument, or cash, stands there twice. Keep one of the targets.")
        return targets

    def validate_constraints(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        known = _subjects(self.context["view"].household, {row.get("subject", "") for row in rows})
        for row in rows:
            if row.get("subject", "") not in known.get(row["kind"], {""}):
                raise serializers.ValidationError(f"{row['kind']}: there is no “{row.get('subject', '')}” to limit.")
        return rows

    def validate(self, policy: dict[str, Any]) -> dict[str, Any]:
        targets = policy["targets"]
        if not any(row["instrument"] for row in targets):
            raise serializers.ValidationError({"targets": ["Name at least one instrument."]})
        strategy, total = Strategy(policy.get("strategy", Strategy.FIXED)), sum(row["weight"] for row in targets)
        if strategy.adds_up and total != 1:
            raise serializers.ValidationError({"targets": [f"Targets add up to {total:%}; they must add up to 100%."]})
        if strategy == Strategy.MEAN_VARIANCE and sum(policy.get(name) is not None for name in AIMS) > 1:
            raise serializers.ValidationError({AIMS[0]: [f"Give one of {', '.join(AIMS)}."]})
        _check_views(policy.get("views", []), [row["instrument"] for row in targets])
        return policy


def _check_views(views: Sequence[dict[str, Any]], targeted: Sequence[Instrument | None]) -> None:
    for row in views:
        if row["instrument"] == row["against"]:
            raise serializers.ValidationError({"views": ["An instrument does not earn more than itself."]})
        for side in (row["instrument"], row["against"]):
            if side is not None and side not in targeted:
                raise serializers.ValidationError(
                    {"views": [f"{side.symbol} has no target. Give it one, 0 if need be."]}
                )


def _subjects(household: Household, asked: set[str]) -> dict[str, Collection[str]]:
    """What each kind of constraint may be about; a kind that is missing here is about the household."""
    instruments = {str(pk) for pk in Instrument.objects.filter(uuid__in=_uuids(asked)).values_list("uuid", flat=True)}
    accounts = {str(account.uuid) for account in holdings.brokerage_accounts(household)}
    themes = asked - {""}
    return {
        Kind.INSTRUMENT_WEIGHT: instruments,
        Kind.EXCLUDE_INSTRUMENT: instruments,
        Kind.SECTOR_WEIGHT: Sector.values,
        Kind.EXCLUDE_SECTOR: Sector.values,
        Kind.CLASS_WEIGHT: AssetClass.values,
        Kind.THEME_WEIGHT: themes,
        Kind.EXCLUDE_THEME: themes,
        Kind.MINIMUM_CASH: accounts | {""},
        Kind.WITHDRAWAL: accounts,
    }


def _uuids(texts: set[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
