"""How exact amounts travel, and the people of a household."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from accounts.fields import PLACES, WHOLE_DIGITS, ExactDecimalField, canonical
from accounts.models import Activity, Goal, Household, TaxProfile

LONGEST_HORIZON = 80  # years
AMOUNT = {"min_value": Decimal(0)}
FRACTION = {"min_value": Decimal(0), "max_value": Decimal(1)}


class ExactField(serializers.DecimalField):
    """A decimal number as text, every digit kept, one spelling."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", PLACES + WHOLE_DIGITS)
        kwargs.setdefault("decimal_places", PLACES)
        super().__init__(**kwargs)

    def to_representation(self, value: Any) -> str:
        return format(canonical(Decimal(value)), "f")


class ExactModelSerializer(serializers.ModelSerializer[Any]):
    """Model fields by their own names, money as text, rows named by UUID."""

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {ExactDecimalField: ExactField}
    serializer_related_field = serializers.SlugRelatedField

    def build_relational_field(self, field_name: str, relation_info: Any) -> tuple[Any, dict[str, Any]]:
        field_class, kwargs = super().build_relational_field(field_name, relation_info)
        return field_class, {k: v for k, v in kwargs.items() if k != "view_name"} | {"slug_field": "uuid"}


class HouseholdSerializer(ExactModelSerializer):
    as_of = serializers.DateField(read_only=True)

    class Meta:
        model = Household
        fields = ["uuid", "name", "kind", "base_currency", "as_of"]


class GoalSerializer(ExactModelSerializer):
    class Meta:
        model = Goal
        fields = [
            "uuid",
            "name",
            "kind",
            "amount",
            "date",
            "target_return",
            "acceptable_drawdown",
            "target_volatility",
            "horizon_years",
        ]
        extra_kwargs = {
            "amount": {"min_value": Decimal(1)},
            "target_return": FRACTION,
            "acceptable_drawdown": FRACTION,
            "target_volatility": FRACTION,
            "horizon_years": {"max_value": LONGEST_HORIZON},
        }


class TaxProfileSerializer(ExactModelSerializer):
    class Meta:
        model = TaxProfile
        fields = ["country", "filing_status", "short_rate", "long_rate", "state_rate", "carry_short", "carry_long"]
        read_only_fields = ["country"]
        extra_kwargs = {
            "short_rate": FRACTION,
            "long_rate": FRACTION,
            "state_rate": FRACTION,
            "carry_short": AMOUNT,
            "carry_long": AMOUNT,
        }


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    class Meta:
        model = Activity
        fields = ["seq", "at", "actor", "verb", "subject", "fields", "content_hash", "prev_hash", "hash"]
