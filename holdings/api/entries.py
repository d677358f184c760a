"""A transaction as a caller enters it: signed as it is stored, its instruments by UUID or by symbol."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from accounts.api.serializers import ExactField
from holdings.ledger.types import Pick
from holdings.models import BrokerageAccount, Instrument, Transaction
from holdings.services.ledger import NewTransaction

NOT_NEGATIVE = {"min_value": Decimal(0)}
PLAIN = (
    "kind",
    "trade_date",
    "trade_time",
    "quantity",
    "price",
    "fees",
    "cash",
    "currency",
    "rate",
    "other_quantity",
    "other_currency",
    "other_cash",
    "basis_fraction",
    "fair_value",
    "origin",
    "character",
    "basis",
    "acquired",
    "order",
    "note",
)
"""Fields that go into a draft as they are."""


class PickSerializer(serializers.Serializer[Any]):
    lot = serializers.CharField(max_length=80)
    quantity = ExactField()
    piece = serializers.CharField(
        max_length=80, allow_blank=True, allow_null=True, default=None, help_text="Of `tax/lots`; null: by the method."
    )


class EntrySerializer(serializers.Serializer[Any]):
    """What is left out takes the value that the kind implies: nothing, or the account's currency."""

    kind = serializers.ChoiceField(choices=Transaction.Kind.choices)
    trade_date = serializers.DateField()
    trade_time = serializers.TimeField(required=False, allow_null=True)
    instrument = serializers.UUIDField(required=False, allow_null=True)
    symbol = serializers.CharField(max_length=24, required=False, help_text="Where `instrument` is not given.")
    quantity = ExactField(required=False)
    price = ExactField(required=False, allow_null=True, **NOT_NEGATIVE)
    fees = ExactField(required=False, **NOT_NEGATIVE)
    cash = ExactField(required=False)
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)
    rate = ExactField(required=False, allow_null=True, **NOT_NEGATIVE)
    other_instrument = serializers.UUIDField(required=False, allow_null=True)
    other_symbol = serializers.CharField(max_length=24, required=False)
    other_quantity = ExactField(required=False, **NOT_NEGATIVE)
    other_currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)
    other_cash = ExactField(required=False)
    basis_fraction = ExactField(required=False, allow_null=True, min_value=Decimal(0), max_value=Decimal(1))
    fair_value = ExactField(required=False, allow_null=True, **NOT_NEGATIVE)
    origin = serializers.ChoiceField(choices=Transaction.Origin.choices, required=False)
    character = serializers.ChoiceField(
        choices=Transaction.Character.choices, required=False, allow_blank=True, help_text="Of a dividend or interest."
    )
    basis = ExactField(required=False, allow_null=True, **NOT_NEGATIVE)
    acquired = serializers.DateField(required=False, allow_null=True)
    order = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text="The account's order that it fills."
    )
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    picks = PickSerializer(many=True, required=False)

    def validate_trade_date(self, day: dt.date) -> dt.date:
        today = self.context["household"].as_of
        if day > today:
            raise serializers.ValidationError(f"That day is still to come; today is {today:%-d %b %Y}.")
        return day

    def draft(self, account: BrokerageAccount) -> NewTransaction:
        """Raises ValidationError for an instrument that does not exist."""
        values = self.validated_data
        return NewTransaction(
            source=Transaction.Source.MANUAL,
            instrument=self._instrument("instrument", "symbol", account),
            other_instrument=self._instrument("other_instrument", "other_symbol", account),
            picks=tuple(Pick(pick["lot"], pick["quantity"], pick["piece"]) for pick in values.get("picks", ())),
            **{name: values[name] for name in PLAIN if name in values},
        )

    def _instrument(self, named: str, by_symbol: str, account: BrokerageAccount) -> Instrument | None:
        values = self.validated_data
        if values.get(named):
            found = Instrument.objects.filter(uuid=values[named]).first()
            if found is None:
                raise serializers.ValidationError({named: ["No such instrument. Leave it out and give its symbol."]})
            return found
        symbol, currency = values.get(by_symbol, ""), values.get("currency") or account.currency
        if not symbol:
            return None
        known = Instrument.objects.filter(symbol__iexact=symbol, currency=currency).first()
        return known or Instrument(symbol=symbol.upper(), currency=currency)


class NewEntrySerializer(EntrySerializer):
    account = serializers.UUIDField()


class CorrectionSerializer(EntrySerializer):
    """The whole transaction as it should have been; it replaces the one that is named."""

    reason = serializers.CharField(max_length=200)
