"""A policy as JSON, checked as the form checks it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.api.serializers import AMOUNT, FRACTION, ExactModelSerializer
from accounts.models import Household
from holdings import selectors as holdings
from holdings.models import AssetClass, Instrument, Sector
from optimizer.models import PolicyConstraint, PolicyVersion, TargetWeight

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


class PolicySerializer(ExactModelSerializer):
    key = serializers.UUIDField(write_only=True, required=False, help_text="The same key never saves a second version.")
    targets = TargetSerializer(many=True)
    constraints = ConstraintSerializer(many=True)

    class Meta:
        model = PolicyVersion
        fields = [
            "uuid",
            "key",
            "number",
            "strategy",
            "risk_aversion",
            "idle_cash_rate",
            "minimum_trade",
            "drift_band",
            "reason",
            "created_at",
            "targets",
            "constraints",
        ]
        read_only_fields = ["number", "created_at"]
        extra_kwargs = {
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
        total = sum(row["weight"] for row in targets)
        if policy.get("strategy", PolicyVersion.Strategy.FIXED) == PolicyVersion.Strategy.FIXED and total != 1:
            raise serializers.ValidationError({"targets": [f"Targets add up to {total:%}; they must add up to 100%."]})
        return policy


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
