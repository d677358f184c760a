"""A policy as JSON, checked as the form checks it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.api.serializers import AMOUNT, FRACTION, ExactField, ExactModelSerializer
from accounts.fields import canonical
from accounts.models import Household
from holdings import selectors as holdings
from holdings.models import AssetClass, BrokerageAccount, Instrument, Sector
from optimizer.forms.limits.trading import UNITS as FORM_UNITS
from optimizer.forms.subjects import WEIGHT
from optimizer.models import PolicyConstraint, PolicyVersion, PolicyView, Strategy, TargetWeight
from optimizer.models.strategy import AIMS

Kind = PolicyConstraint.Kind
SIGNED = {"min_value": Decimal(-(10**15)), "max_value": Decimal(10**15)}
TRADED = Instrument.objects.exclude(kind=Instrument.Kind.INDEX)
BETWEEN = {*WEIGHT.values(), Kind.CUSTOM, Kind.BETA} - {Kind.EACH_STOCK}
AT_LEAST = {Kind.MINIMUM_CASH, Kind.WITHDRAWAL, Kind.HARVEST_LEAST}
AT_MOST = {
    *(Kind.TAX_BUDGET, Kind.GAIN_BUDGET, Kind.TURNOVER, Kind.TRADES, Kind.EACH_STOCK, Kind.LIQUIDATION),
    *(Kind.TRACKING_ERROR, Kind.VOLATILITY, Kind.CVAR, Kind.DRAWDOWN),
}
UNITS = FORM_UNITS | {Kind.MINIMUM_CASH: "money", Kind.WITHDRAWAL: "money", Kind.LIQUIDATION: "days"}
ASKED = {
    Kind.CUSTOM: ("terms", "Give the instruments with their coefficients."),
    Kind.LIQUIDATION: ("rate", "Give the part of a day's volume that may be traded, a fraction."),
    Kind.AFTER_TAX: ("rate", "Give the tax rate of later withdrawals, a fraction."),
    Kind.NOT_IN_ACCOUNT: ("place", "Give the UUID of the account."),
    Kind.LOCATION: ("place", "Give the kind of account."),
    Kind.NOT_BEFORE: ("date", "Give the day on which it may be traded again."),
    Kind.WITHDRAWAL: ("date", "Give the day."),
}


class TargetSerializer(ExactModelSerializer):
    """A target weight; `instrument` is null for cash."""

    instrument = serializers.SlugRelatedField(
        slug_field="uuid",
        queryset=TRADED,
        allow_null=True,
        default=None,
    )

    class Meta:
        model = TargetWeight
        fields = ["instrument", "weight"]
        extra_kwargs = {"weight": FRACTION}


class ConstraintSerializer(ExactModelSerializer):
    """A limit; `subject` is the UUID of an instrument or account, the key of a lot, or a name, as the kind asks."""

    terms = serializers.DictField(
        child=ExactField(),
        default=dict,
        help_text="Of a custom sum: coefficient by UUID of instrument.",
    )

    class Meta:
        model = PolicyConstraint
        fields = ["kind", "subject", "place", "low", "high", "rate", "terms", "unit", "date", "hard", "priority"]
        read_only_fields = ["unit"]
        extra_kwargs = {
            "low": SIGNED,
            "high": SIGNED,
            "rate": {"min_value": Decimal(0), "max_value": Decimal(1)},
            "priority": {"min_value": 1, "max_value": 3},
        }

    def validate(self, row: dict[str, Any]) -> dict[str, Any]:
        if errors := dict(_faults(row)):
            raise serializers.ValidationError(errors)
        terms = {asset: str(canonical(coefficient)) for asset, coefficient in row["terms"].items()}
        return row | {"unit": UNITS.get(row["kind"], "fraction"), "terms": terms}


def _faults(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    kind, low, high = row["kind"], row.get("low"), row.get("high")
    if kind in BETWEEN and low is None and high is None:
        yield "high", "Give a lower or an upper limit."
    if kind in AT_LEAST and low is None:
        yield "low", "Give the amount."
    if kind in AT_MOST and high is None:
        yield "high", "Give the upper limit."
    if kind in AT_LEAST and high is not None:
        yield "high", "This limit has no upper side. Leave it out."
    if kind in {*AT_MOST, Kind.NO_SHORT_GAINS} and low is not None:
        yield "low", "This limit has no lower side. Leave it out."
    if kind in ASKED and not row.get(ASKED[kind][0]):
        yield ASKED[kind]
    if low is not None and high is not None and low > high:
        yield "low", f"The lower limit, {low}, is above the upper one, {high}."
    yield from _out_of_reach(kind, {"low": low, "high": high})


def _out_of_reach(kind: str, sides: dict[str, Decimal | None]) -> Iterator[tuple[str, str]]:
    for name, value in sides.items():
        if value is not None and value < 0 and kind not in {Kind.CUSTOM, Kind.BETA, Kind.GAIN_BUDGET}:
            yield name, "At least 0."
        if value is not None and value > 1 and kind not in UNITS and kind != Kind.CUSTOM:
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
            "signals",
            *AIMS,
            "risk_aversion",
            "idle_cash_rate",
            "minimum_trade",
            "drift_band",
            "reserve_tax",
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
        known = Known(self.context["view"].household, rows)
        for row in rows:
            if (unknown := known.missing(row)) is not None:
                raise serializers.ValidationError(f"{row['kind']}: there is no “{unknown}” to limit.")
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


class Known:
    """What the constraints of a household may be about."""

    def __init__(self, household: Household, rows: list[dict[str, Any]]) -> None:
        asked = {text for row in rows for text in (row.get("subject", ""), *row.get("terms", {}))}
        found = TRADED.filter(uuid__in=_uuids(asked)).values_list("uuid", flat=True)
        self.instruments = {str(uuid) for uuid in found}
        self.accounts = {str(account.uuid) for account in holdings.brokerage_accounts(household)}
        self.lots = set(holdings.lots(household).filter(key__in=asked).values_list("key", flat=True))

    def missing(self, row: dict[str, Any]) -> str | None:
        """What the row names and nobody knows; None where all is known."""
        kind, subject, place = str(row["kind"]), str(row.get("subject", "")), str(row.get("place", ""))
        if not self._takes(kind, subject):
            return subject
        places: dict[str, set[str]] = {
            Kind.NOT_IN_ACCOUNT: self.accounts,
            Kind.LOCATION: set(BrokerageAccount.Kind.values),
        }
        if place and place not in places.get(kind, set()):
            return place
        return next((asset for asset in row["terms"] if asset not in self.instruments), None)

    def _takes(self, kind: str, subject: str) -> bool:
        if kind in NAMED:
            return bool(subject)
        locked = self.instruments | self.accounts | self.lots
        subjects: dict[str, Collection[str]] = {
            Kind.INSTRUMENT_WEIGHT: self.instruments,
            Kind.EXCLUDE_INSTRUMENT: self.instruments,
            Kind.NOT_IN_ACCOUNT: self.instruments,
            Kind.SECTOR_WEIGHT: Sector.values,
            Kind.EXCLUDE_SECTOR: Sector.values,
            Kind.CLASS_WEIGHT: AssetClass.values,
            Kind.LOCATION: AssetClass.values,
            Kind.MINIMUM_CASH: self.accounts | {""},
            Kind.WITHDRAWAL: self.accounts,
            Kind.DO_NOT_SELL: locked,
            Kind.NOT_BEFORE: locked,
            Kind.DO_NOT_BUY: self.instruments | self.accounts,
            Kind.BUY_ONLY: self.accounts | {""},
            Kind.FRACTIONAL: self.accounts | {""},
        }
        return subject in subjects.get(kind, {""})


NAMED = {Kind.THEME_WEIGHT, Kind.EXCLUDE_THEME, Kind.ISSUER_WEIGHT, Kind.REGION_WEIGHT, Kind.CURRENCY_WEIGHT}
"""Kinds about what people name as they like."""


def _uuids(texts: set[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
