from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from accounts.api.serializers import AMOUNT, ExactField, ExactModelSerializer
from accounts.models import Run
from optimizer.api.policy import ConstraintSerializer
from optimizer.models import (
    Alternative,
    Fill,
    LimitPrice,
    Order,
    Proposal,
    Trade,
)


class RunSerializer(ExactModelSerializer):
    proposal = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields = [
            "uuid",
            "kind",
            "status",
            "stage",
            "progress",
            "attempt",
            "error",
            "detail",
            "created_at",
            "started_at",
            "finished_at",
            "cancel_requested_at",
            "proposal",
        ]

    def get_proposal(self, run: Run) -> int | None:
        proposal = getattr(run, "proposal", None)
        return proposal.number if proposal else None


class RunRequestSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField(help_text="The same key never starts a second run.")


class RelaxSerializer(serializers.Serializer[Any]):
    choice = serializers.CharField(max_length=12, help_text='"mix", or conflict and way out, as in "0-1".')


class TradeSerializer(ExactModelSerializer):
    symbol = serializers.CharField(source="instrument.symbol", read_only=True)
    verdict = serializers.CharField(source="decision.verdict", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Trade
        fields = [
            "uuid",
            "number",
            "account",
            "instrument",
            "symbol",
            "side",
            "lot_key",
            "piece",
            "lot_acquired",
            "quantity",
            "price",
            "value",
            "cost",
            "fee",
            "impact",
            "term",
            "gain",
            "disallowed",
            "exempt",
            "tax",
            "reason",
            "verdict",
        ]


class ProposalSerializer(ExactModelSerializer):
    class Meta:
        model = Proposal
        fields = ["uuid", "number", "status", "headline", "as_of", "trade_date", "expires_on", "created_at"]


class AlternativeSerializer(ExactModelSerializer):
    class Meta:
        model = Alternative
        fields = ["name", "budget", "day", "note", "measures", "objective", "trades"]


class LimitPriceSerializer(ExactModelSerializer):
    constraint = ConstraintSerializer(read_only=True)

    class Meta:
        model = LimitPrice
        fields = ["constraint", "moved", "saving", "sentence"]


class ProposalDetailSerializer(ProposalSerializer):
    trades = TradeSerializer(many=True)
    alternatives = AlternativeSerializer(many=True)
    limit_prices = LimitPriceSerializer(many=True)

    class Meta(ProposalSerializer.Meta):
        fields = [
            *ProposalSerializer.Meta.fields,
            "benefit",
            "timing",
            "measures",
            "rules",
            "held",
            "notes",
            "evidence",
            "snapshot_hash",
            "trades",
            "alternatives",
            "limit_prices",
        ]


class RejectionSerializer(serializers.Serializer[Any]):
    trade = serializers.UUIDField()
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")


class DecisionSerializer(serializers.Serializer[Any]):
    approved = serializers.ListField(child=serializers.UUIDField(), default=list)
    rejected = RejectionSerializer(many=True, default=list)


class ResolveSerializer(DecisionSerializer):
    key = serializers.UUIDField(help_text="The same key never starts a second run.")


class FillSerializer(ExactModelSerializer):
    key = serializers.UUIDField(source="idempotency_key", help_text="The same key never records a second fill.")

    class Meta:
        model = Fill
        fields = ["uuid", "key", "date", "quantity", "price", "fees"]
        extra_kwargs = {"fees": {"default": 0}}


class OrderSerializer(ExactModelSerializer):
    symbol = serializers.CharField(source="instrument.symbol", read_only=True)
    fills = FillSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = [
            "uuid",
            "number",
            "account",
            "instrument",
            "symbol",
            "side",
            "lot_key",
            "piece",
            "quantity",
            "filled",
            "limit_price",
            "status",
            "created_at",
            "closed_at",
            "fills",
        ]


class NewFillSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    date = serializers.DateField()
    quantity = ExactField(**AMOUNT)
    price = ExactField(**AMOUNT)
    fees = ExactField(default=Decimal(0), **AMOUNT)


class ChoiceSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField(help_text="The same key never starts a second run.")
    name = serializers.CharField(max_length=24, help_text="Of an alternative of the proposal.")


class TicketSerializer(serializers.Serializer[Any]):
    shares = ExactField(**AMOUNT)
    value = ExactField(**AMOUNT)
    tax = ExactField(**AMOUNT)


class TradeDifferenceSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    account = serializers.CharField()
    a = TicketSerializer(allow_null=True)
    b = TicketSerializer(allow_null=True)


class ComparedSerializer(serializers.Serializer[Any]):
    """`a` and `b` are measures after the trades; differences are by account, instrument and side."""

    a = serializers.JSONField()
    b = serializers.JSONField()
    only_a = TradeDifferenceSerializer(many=True)
    only_b = TradeDifferenceSerializer(many=True)
    both = TradeDifferenceSerializer(many=True)
    same = serializers.IntegerField()
    goals = serializers.ListField(child=serializers.CharField())
