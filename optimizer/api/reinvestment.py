"""Reinvestment to turn off at a broker, so that a loss is not undone: what is asked, and the tick beside it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import ExactModelSerializer
from accounts.api.views import HouseholdScoped
from optimizer import selectors
from optimizer.models import ReinvestmentTask
from optimizer.services.reinvestment import tick


class TaskSerializer(ExactModelSerializer):
    """Either `account` or, of one that is not imported, `place` says where."""

    symbol = serializers.CharField(source="instrument.symbol", read_only=True)

    class Meta:
        model = ReinvestmentTask
        fields = ["uuid", "trade", "account", "place", "instrument", "symbol", "until", "done_at", "created_at"]


class TickSerializer(serializers.Serializer[Any]):
    done = serializers.BooleanField(help_text="Whether reinvestment is off; false takes the tick back.")


class TaskList(HouseholdScoped, generics.ListAPIView[ReinvestmentTask]):
    """Tasks that still count, those that end first before the others."""

    serializer_class = TaskSerializer

    def get_queryset(self) -> QuerySet[ReinvestmentTask]:
        return selectors.reinvestment_tasks(self.household).select_related("trade")


class Tick(HouseholdScoped):
    """Note that reinvestment was turned off, or take the note back. A second call changes nothing."""

    serializer_class = TaskSerializer

    @extend_schema(request=TickSerializer, responses=TaskSerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        task = get_object_or_404(selectors.reinvestment_tasks(self.household), uuid=kwargs["uuid"])
        form = TickSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        task.household = self.household
        tick(task=task, user=request.user, done=form.validated_data["done"])  # type: ignore[arg-type]
        task.refresh_from_db()
        return Response(self.get_serializer(task).data)
