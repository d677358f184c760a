"""Alerts, as JSON."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import ExactModelSerializer
from accounts.api.views import HouseholdScoped
from optimizer import selectors
from optimizer.models import Alert
from optimizer.services.alerts import rows


class AlertSerializer(ExactModelSerializer):
    class Meta:
        model = Alert
        fields = ["uuid", "kind", "sentence", "path", "made_at", "read_at"]


class AlertList(HouseholdScoped, generics.ListAPIView[Alert]):
    """What the household was told, newest first."""

    serializer_class = AlertSerializer

    def get_queryset(self) -> QuerySet[Alert]:
        return selectors.alerts(self.household)


class AlertRead(HouseholdScoped):
    """Marks an alert as read; a second call changes nothing."""

    serializer_class = AlertSerializer

    @extend_schema(request=None, responses=AlertSerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        found = get_object_or_404(selectors.alerts(self.household), uuid=kwargs["uuid"])
        rows.read(household=self.household, user=request.user, alerts=[found])  # type: ignore[arg-type]
        found.refresh_from_db()
        return Response(self.get_serializer(found).data)
