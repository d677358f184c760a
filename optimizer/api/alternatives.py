"""Choosing a point of the frontier, and two plans compared."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import HouseholdScoped
from optimizer import selectors
from optimizer.api import serializers
from optimizer.pages import compare as page
from optimizer.services.choosing import choose
from optimizer.services.decisions import DecisionRefused


class Choose(HouseholdScoped):
    """Compute the next proposal of an alternative's trades."""

    serializer_class = serializers.RunSerializer

    @extend_schema(request=serializers.ChoiceSerializer, responses={202: serializers.RunSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        found = selectors.proposals(self.household).select_related("household", "run")
        proposal = get_object_or_404(found, number=kwargs["number"])
        form = serializers.ChoiceSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            run = choose(proposal=proposal, user=request.user, **form.validated_data)  # type: ignore[arg-type]
        except DecisionRefused as error:
            raise ValidationError({"detail": error.sentences}) from error
        return Response(self.get_serializer(run).data, status=status.HTTP_202_ACCEPTED)


PLAN = "A proposal's number, or number-name for one of its alternatives: 14, 14-frontier_c. Without: of the last two."


class Compare(HouseholdScoped):
    """Two plans: what only one trades, what both trade in another size, and what the goals say differently."""

    serializer_class = serializers.ComparedSerializer
    pagination_class = None

    @extend_schema(parameters=[OpenApiParameter(name, str, description=PLAN) for name in ("a", "b")])
    def get(self, request: Request, **kwargs: Any) -> Response:
        pair = page.pair(self.household, request.query_params.dict())
        if pair is None:
            raise Http404
        a, b = pair
        found = page.compare(self.household, a, b)
        shown = {name: getattr(found, name) for name in ("only_a", "only_b", "both", "same", "goals")}
        return Response(self.get_serializer({**shown, "a": a.measures, "b": b.measures}).data)
