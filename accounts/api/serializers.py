"""How exact amounts travel, and the people of a household."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.countries import countries
from accounts.fields import PLACES, WHOLE_DIGITS, ExactDecimalField, canonical
from accounts.models import Activity, Goal, Household, Person, TaxProfile, TaxYearFacts

LONGEST_HORIZON = 80  # years
AMOUNT = {"min_value": Decimal(0)}
YEAR = {"min_value": 1990, "max_value": 2100}
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
            "monthly_contribution",
            "contribution_indexed",
            "monthly_withdrawal",
            "withdrawal_years",
        ]
        extra_kwargs = {
            "amount": {"min_value": Decimal(1)},
            "target_return": FRACTION,
            "acceptable_drawdown": FRACTION,
            "target_volatility": FRACTION,
            "horizon_years": {"max_value": LONGEST_HORIZON},
            "monthly_contribution": AMOUNT,
            "monthly_withdrawal": AMOUNT,
            "withdrawal_years": {"max_value": LONGEST_HORIZON},
        }


class PersonSerializer(ExactModelSerializer):
    class Meta:
        model = Person
        fields = ["uuid", "name", "relation"]
        extra_kwargs = {"relation": {"required": True}}

    def validate_name(self, name: str) -> str:
        if self._others().filter(name__iexact=name).exists():
            raise serializers.ValidationError(f"{name} is in the household already.")
        return name

    def validate_relation(self, relation: str) -> str:
        if relation == Person.Relation.SPOUSE and self._others().filter(relation=relation).exists():
            raise serializers.ValidationError("There is a spouse already.")
        return relation

    def _others(self) -> QuerySet[Person]:
        others: QuerySet[Person] = self.context["view"].get_queryset()
        return others.exclude(pk=self.instance.pk) if self.instance else others


class TaxProfileSerializer(ExactModelSerializer):
    country = serializers.CharField(min_length=2, max_length=2, help_text="ISO 3166 code.")

    class Meta:
        model = TaxProfile
        fields = [
            "country",
            "filing_status",
            "other_income",
            "deductions",
            "use_own_rates",
            "short_rate",
            "long_rate",
            "state_name",
            "state_rate",
            "church_rate",
            "carry_short",
            "carry_long",
            "carry_year",
            "spouse_income",
            "spouse_deductions",
            "spouse_carry",
            "spouse_carry_long",
            "lists_harvests",
        ]
        extra_kwargs = {
            "other_income": AMOUNT,
            "deductions": AMOUNT,
            "short_rate": FRACTION,
            "long_rate": FRACTION,
            "state_rate": FRACTION,
            "church_rate": FRACTION,
            "spouse_income": AMOUNT,
            "spouse_deductions": AMOUNT,
            "spouse_carry": AMOUNT,
            "spouse_carry_long": AMOUNT,
            "carry_short": AMOUNT,
            "carry_long": AMOUNT,
            "carry_year": YEAR,
        }

    def validate_country(self, code: str) -> str:
        if code not in countries():
            raise serializers.ValidationError(f"{code} is no ISO 3166 code of a country. Type it as in US.")
        return code


class YearList(serializers.ListSerializer[Any]):
    def validate(self, attrs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        years = [row["year"] for row in attrs]
        if len(set(years)) < len(years):
            raise serializers.ValidationError("A year stands here twice.")
        return attrs


class TaxYearSerializer(ExactModelSerializer):
    class Meta:
        model = TaxYearFacts
        list_serializer_class = YearList
        fields = ["year", "other_income", "deductions", "qualified_fraction"]
        extra_kwargs = {
            "year": YEAR,
            "other_income": AMOUNT,
            "deductions": AMOUNT,
            "qualified_fraction": FRACTION,
        }


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    class Meta:
        model = Activity
        fields = ["seq", "at", "actor", "verb", "subject", "fields", "content_hash", "prev_hash", "hash"]
