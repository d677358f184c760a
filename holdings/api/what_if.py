"""What a sale would cost in tax; nothing is written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import AMOUNT, FRACTION, ExactField
from accounts.api.views import HouseholdScoped
from holdings import selectors
from holdings.ledger.types import Pick
from holdings.models import Instrument
from holdings.pages.what_if import shown
from holdings.tax.jurisdiction import UnknownYear, UnsupportedHistory
from holdings.taxation.situation import NotComputed
from holdings.taxation.what_if import Horizon, Method, Position, Question, WhatIfRefused


class ChosenLotSerializer(serializers.Serializer[Any]):
    lot = serializers.CharField(max_length=80)
    shares = ExactField(**AMOUNT)
    piece = serializers.CharField(
        max_length=80, allow_blank=True, allow_null=True, default=None, help_text="Of `tax/lots`; null: by the method."
    )


class HorizonSerializer(serializers.Serializer[Any]):
    years = serializers.IntegerField(min_value=0, max_value=80, default=10)
    discount = ExactField(default=Decimal("0.05"), **FRACTION)
    later_rate = ExactField(default=None, allow_null=True, **FRACTION)


class QuestionSerializer(serializers.Serializer[Any]):
    account = serializers.UUIDField()
    instrument = serializers.UUIDField()
    method = serializers.ChoiceField(choices=[method.value for method in Method], default=Method.LOTS)
    shares = ExactField(default=None, allow_null=True, help_text="Of the sale, unless lots are named.", **AMOUNT)
    lots = ChosenLotSerializer(many=True, default=list)
    price = ExactField(default=None, allow_null=True, help_text="Left out: the last close.", **AMOUNT)
    horizon = HorizonSerializer(default=dict)

    def question(self) -> Question:
        values = self.validated_data
        return Question(
            method=Method(values["method"]),
            shares=values["shares"],
            picks=tuple(Pick(row["lot"], row["shares"], row["piece"]) for row in values["lots"]),
            price=values["price"],
            horizon=Horizon(**values["horizon"]),
        )


class SoldSerializer(serializers.Serializer[Any]):
    lot = serializers.CharField(source="slice.lot", allow_null=True)
    piece = serializers.CharField(source="slice.piece")
    acquired = serializers.DateField(source="slice.acquired", allow_null=True)
    shares = ExactField()
    proceeds = ExactField(source="slice.proceeds")
    basis = ExactField(source="slice.basis", allow_null=True)
    gain = ExactField(source="slice.gain", allow_null=True)
    disallowed = ExactField(source="slice.disallowed")
    gain_class = serializers.CharField(source="slice.gain_class")
    replaced = serializers.ListField(child=serializers.CharField())
    long_from = serializers.DateField(source="wait.until", default=None, allow_null=True)
    waiting_saves = ExactField(source="wait.saved", default=None, allow_null=True)


class HarvestSerializer(serializers.Serializer[Any]):
    loss = ExactField()
    saved = ExactField(source="value.saved")
    owed_later = ExactField(source="value.owed_later")
    value = ExactField(source="value.value")
    years = serializers.IntegerField(source="horizon.years")
    discount = ExactField(source="horizon.discount")
    later_rate = ExactField()


class AnswerSerializer(serializers.Serializer[Any]):
    """Amounts in the household's currency; a minus sign saves tax."""

    date = serializers.DateField()
    is_current = serializers.BooleanField()
    shares = ExactField(source="shown.answer.shares")
    price = ExactField(source="shown.answer.price")
    proceeds = ExactField(source="shown.answer.proceeds")
    low = ExactField(source="shown.answer.sale.low")
    expected = ExactField(source="shown.answer.sale.expected")
    upper = ExactField(source="shown.answer.sale.upper")
    not_to_buy_before = serializers.DateField(source="shown.answer.free_from", allow_null=True)
    loss_counts_from = serializers.DateField(source="shown.answer.counts_from", allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField(), source="shown.sentences")
    lots = SoldSerializer(many=True, source="shown.lines")
    harvest = HarvestSerializer(source="shown.answer.harvest", allow_null=True)


class WhatIf(HouseholdScoped):
    """The tax that a sale on the next session would add to its year: low, expected and upper, with the reasons."""

    serializer_class = AnswerSerializer
    pagination_class = None
    only_asks = True

    @extend_schema(request=QuestionSerializer, responses=AnswerSerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        form = QuestionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        accounts = selectors.brokerage_accounts(self.household)
        account = get_object_or_404(accounts, uuid=form.validated_data["account"])
        instrument = get_object_or_404(Instrument, uuid=form.validated_data["instrument"])
        try:
            position = Position(self.household, account, instrument)
            answer = position.answer(form.question())
        except WhatIfRefused as refusal:
            name = "lots" if refusal.field.startswith("pick") else refusal.field or "detail"
            raise ValidationError({name: [str(refusal)]}) from refusal
        except (NotComputed, UnsupportedHistory, UnknownYear) as failure:
            raise ValidationError({"detail": [str(failure)]}) from failure
        values = {
            "date": position.day,
            "is_current": position.situated.is_current,
            "shown": shown(position, answer),
        }
        return Response(self.get_serializer(values).data)
