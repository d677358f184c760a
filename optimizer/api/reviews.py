"""The registry of models with their reviews, as JSON."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import ExactModelSerializer
from accounts.api.views import HouseholdScoped
from optimizer.models import ModelReview
from optimizer.registry import card
from optimizer.services import reviews


class ReviewSerializer(ExactModelSerializer):
    class Meta:
        model = ModelReview
        fields = ["model", "version", "verdict", "answer", "reviewed_on", "next_on"]


class ModelSerializer(serializers.Serializer[Any]):
    """A card, and when it is asked about."""

    key = serializers.CharField(source="card.key")
    name = serializers.CharField(source="card.name")
    version = serializers.CharField(source="card.version")
    due_on = serializers.DateField()
    overdue = serializers.BooleanField()
    last = ReviewSerializer(allow_null=True)


class NewReviewSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField(required=False, help_text="The same key never records a second review.")
    verdict = serializers.ChoiceField(choices=ModelReview.Verdict.choices)
    answer = serializers.CharField(max_length=2000)
    days = serializers.IntegerField(min_value=1, max_value=1096, required=False)


class ModelList(HouseholdScoped):
    """Every model, with its last review and the day of the next."""

    serializer_class = ModelSerializer
    pagination_class = None

    @extend_schema(responses=ModelSerializer(many=True))
    def get(self, request: Request, **kwargs: Any) -> Response:
        return Response(ModelSerializer(reviews.standings(self.household), many=True).data)


class ModelReviewList(HouseholdScoped):
    """Records a review of a model."""

    serializer_class = NewReviewSerializer
    pagination_class = None

    @extend_schema(request=NewReviewSerializer, responses={201: ReviewSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        shown = card(kwargs["model"])
        if shown is None:
            raise Http404("No such model.")
        form = NewReviewSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said = {"key": uuid.uuid4(), **form.validated_data}
        made = reviews.review(household=self.household, user=request.user, card=shown, **said)  # type: ignore[arg-type]
        return Response(ReviewSerializer(made).data, status=status.HTTP_201_CREATED)
