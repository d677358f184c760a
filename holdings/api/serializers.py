from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from accounts.api.serializers import ExactField, ExactModelSerializer
from holdings.models import (
    BrokerageAccount,
    Difference,
    Import,
    ImportRow,
    Lot,
    PerformanceReport,
    RealisedGain,
    Statement,
    Transaction,
    Valuation,
)
from holdings.models.account import FEES
from holdings.services.settle import Fix


class AccountSerializer(ExactModelSerializer):
    owner = serializers.CharField(source="owner.name", read_only=True)
    cash = serializers.SerializerMethodField()

    class Meta:
        model = BrokerageAccount
        fields = ["uuid", "name", "kind", "broker", "number_tail", "currency", "owner", "cash", "stale_from", *FEES]

    def get_cash(self, account: BrokerageAccount) -> str:
        return ExactField().to_representation(self.context["cash"].get(account.pk, 0))


class LotSerializer(ExactModelSerializer):
    symbol = serializers.CharField(source="instrument.symbol", read_only=True)

    class Meta:
        model = Lot
        fields = ["key", "account", "instrument", "symbol", "quantity", "basis", "acquired", "disallowed"]


class TransactionSerializer(ExactModelSerializer):
    symbol = serializers.CharField(source="instrument.symbol", read_only=True, default="")
    void_reason = serializers.CharField(source="void.reason", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Transaction
        fields = [
            "uuid",
            "account",
            "kind",
            "instrument",
            "symbol",
            "trade_date",
            "quantity",
            "price",
            "fees",
            "cash",
            "currency",
            "rate",
            "other_instrument",
            "other_quantity",
            "other_currency",
            "other_cash",
            "basis_fraction",
            "fair_value",
            "origin",
            "character",
            "counterpart",
            "basis",
            "acquired",
            "order",
            "source",
            "note",
            "void_reason",
        ]


class GainSerializer(ExactModelSerializer):
    symbol = serializers.CharField(source="instrument.symbol", read_only=True)

    class Meta:
        model = RealisedGain
        fields = [
            "account",
            "instrument",
            "symbol",
            "lot_key",
            "quantity",
            "proceeds",
            "basis",
            "gain",
            "acquired",
            "sold",
            "term",
        ]


class ValuationSerializer(ExactModelSerializer):
    class Meta:
        model = Valuation
        fields = ["account", "date", "value", "cash", "inflow", "outflow"]


class ReportSerializer(serializers.ModelSerializer[PerformanceReport]):
    class Meta:
        model = PerformanceReport
        fields = ["scope", "subject", "first", "last", "inputs_hash", "computed_at", "content"]


class ImportSerializer(ExactModelSerializer):
    class Meta:
        model = Import
        fields = [
            "uuid",
            "account",
            "format",
            "file_name",
            "file_hash",
            "status",
            "created_at",
            "confirmed_at",
            "undone_at",
        ]


class ImportRowSerializer(serializers.ModelSerializer[ImportRow]):
    class Meta:
        model = ImportRow
        fields = ["id", "number", "account", "status", "chosen", "raw", "draft", "edits", "problems"]

    account = serializers.SlugRelatedField[BrokerageAccount](slug_field="uuid", read_only=True)


class RowChangeSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is; null empties a field."""

    chosen = serializers.BooleanField(required=False)
    kind = serializers.ChoiceField(choices=Transaction.Kind.choices, required=False)
    trade_date = serializers.DateField(required=False)
    symbol = serializers.CharField(max_length=160, required=False, allow_blank=True)
    quantity = ExactField(required=False)
    price = ExactField(required=False, allow_null=True)
    fees = ExactField(required=False)
    cash = ExactField(required=False)
    currency = serializers.RegexField(regex=r"^[A-Z]{3}$", required=False)
    basis = ExactField(required=False, allow_null=True)
    acquired = serializers.DateField(required=False, allow_null=True)


class UploadSerializer(serializers.Serializer[Any]):
    account = serializers.UUIDField()
    file = serializers.FileField()


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")


class GivenReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class OtherSideSerializer(serializers.Serializer[Any]):
    other = serializers.UUIDField(help_text="The transfer of the other account.")


class StatementSerializer(ExactModelSerializer):
    batch: Any = serializers.SlugRelatedField(
        "uuid", read_only=True, allow_null=True, help_text="The import of the file."
    )

    class Meta:
        model = Statement
        fields = ["uuid", "account", "kind", "as_of", "batch", "compared_revision"]


class DifferenceSerializer(ExactModelSerializer):
    """`stated` is the broker's figure; either one is null where that side does not know it."""

    account = serializers.UUIDField(source="statement.account.uuid", read_only=True)
    as_of = serializers.DateField(source="statement.as_of", read_only=True)
    symbol = serializers.CharField(source="instrument.symbol", read_only=True, default="")

    class Meta:
        model = Difference
        fields = [
            "uuid",
            "account",
            "statement",
            "as_of",
            "kind",
            "instrument",
            "symbol",
            "subject",
            "stated",
            "ledger",
            "explanation",
            "remedy",
            "state",
            "reason",
            "closed_at",
        ]


class SettleSerializer(GivenReasonSerializer):
    fix = serializers.ChoiceField(choices=[fix.value for fix in Fix])
    day = serializers.DateField(required=False, help_text="Of a split.")
    basis = ExactField(
        required=False, min_value=Decimal(0), help_text="Of an opening lot, in all; unknown if left out."
    )
    acquired = serializers.DateField(required=False, help_text="Of an opening lot; unknown if left out.")
