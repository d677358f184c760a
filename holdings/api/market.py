"""Feeds, findings and the household's own prices."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import ExactField, ExactModelSerializer
from accounts.api.views import HouseholdScoped
from holdings.market import series
from holdings.market.held import held_by
from holdings.models import Feed, HouseholdPrice, Instrument, Liquidity, PriceFinding
from holdings.pages.findings import line
from holdings.services.prices import PriceRefused, enter_price


class FeedSerializer(ExactModelSerializer):
    source = serializers.CharField(source="source.name", read_only=True)  # type: ignore[assignment]
    licence = serializers.CharField(source="source.licence", read_only=True)
    update_rate = serializers.CharField(source="source.update_rate", read_only=True)
    instrument = serializers.UUIDField(source="instrument.uuid", read_only=True, allow_null=True, default=None)
    macro = serializers.CharField(source="macro.slug", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Feed
        fields = [
            "source",
            "licence",
            "update_rate",
            "instrument",
            "currency",
            "macro",
            "position",
            "symbol",
            "unit",
            "active",
            "last_date",
            "succeeded_at",
            "failures",
            "error",
            "try_after",
        ]


class FindingSerializer(serializers.ModelSerializer[PriceFinding]):
    instrument = serializers.UUIDField(source="instrument.uuid", read_only=True)
    symbol = serializers.CharField(source="instrument.symbol", read_only=True)
    sentence = serializers.SerializerMethodField()
    blocks = serializers.SerializerMethodField()

    class Meta:
        model = PriceFinding
        fields = ["instrument", "symbol", "kind", "first", "last", "sentence", "blocks"]

    def get_sentence(self, row: PriceFinding) -> str:
        return line(row).sentence

    def get_blocks(self, row: PriceFinding) -> str:
        return line(row).blocks


class OwnPriceSerializer(ExactModelSerializer):
    instrument = serializers.UUIDField(source="instrument.uuid")
    close = ExactField(min_value=Decimal("1e-18"))
    currency = serializers.RegexField(r"^[A-Za-z]{3}$", required=False, default="")
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")

    class Meta:
        model = HouseholdPrice
        fields = ["instrument", "date", "close", "currency", "origin", "note"]
        read_only_fields = ["origin"]


class LiquiditySerializer(ExactModelSerializer):
    instrument = serializers.UUIDField(source="instrument.uuid", read_only=True)
    symbol = serializers.CharField(source="instrument.symbol", read_only=True)

    class Meta:
        model = Liquidity
        fields = [
            "instrument",
            "symbol",
            "as_of",
            "last",
            "sessions",
            "ranges",
            "volumes",
            "left_out",
            "source",
            "half_spread",
            "half_spread_most",
            "months",
            "daily_volume",
            "daily_value",
            "volume_days",
        ]


class FeedList(HouseholdScoped, generics.ListAPIView[Feed]):
    """Sources of everything that the household reads, each chain in its order, with the state of the last fetch."""

    serializer_class = FeedSerializer

    def get_queryset(self) -> QuerySet[Feed]:
        return series.feeds_of(self.household)


class LiquidityList(HouseholdScoped, generics.ListAPIView[Liquidity]):
    """Half-spreads and daily volumes as the stored prices tell them until the household's date; null: they do not."""

    serializer_class = LiquiditySerializer

    def get_queryset(self) -> QuerySet[Liquidity]:
        rows = self.household.liquidity.filter(as_of__lte=self.household.as_of)
        return rows.select_related("instrument").order_by("instrument__symbol", "pk")


class FindingList(HouseholdScoped, generics.ListAPIView[PriceFinding]):
    """Open findings of the price checks that concern the household."""

    serializer_class = FindingSerializer

    def get_queryset(self) -> QuerySet[PriceFinding]:
        return series.findings(self.household)


class PriceList(HouseholdScoped, generics.ListAPIView[HouseholdPrice]):
    """Prices of the household's own; POST one. A price of the same day is replaced."""

    serializer_class = OwnPriceSerializer

    def get_queryset(self) -> QuerySet[HouseholdPrice]:
        rows = HouseholdPrice.objects.filter(household=self.household)
        return rows.select_related("instrument").order_by("-date", "-pk")

    @extend_schema(request=OwnPriceSerializer, responses={201: OwnPriceSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        sent = OwnPriceSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        wanted: uuid.UUID = values.pop("instrument")["uuid"]
        instrument: Instrument = get_object_or_404(held_by(self.household), uuid=wanted)
        try:
            row = enter_price(household=self.household, user=request.user, instrument=instrument, **values)  # type: ignore[arg-type]
        except PriceRefused as refusal:
            raise ValidationError({"date": [str(refusal)]}) from refusal
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)
