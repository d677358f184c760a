from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import ExactField, ExactModelSerializer
from holdings.models import BrokerageAccount, Import, ImportRow, Lot, RealisedGain, Transaction, Valuation


class AccountSerializer(ExactModelSerializer):
    owner = serializers.CharField(source="owner.name", read_only=True)
    cash = serializers.SerializerMethodField()

    class Meta:
        model = BrokerageAccount
        fields = ["uuid", "name", "kind", "broker", "number_tail", "currency", "owner", "cash", "stale_from"]

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
            "basis",
            "acquired",
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
        fields = ["number", "status", "raw", "draft", "problems"]


class UploadSerializer(serializers.Serializer[Any]):
    account = serializers.UUIDField()
    file = serializers.FileField()


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")
