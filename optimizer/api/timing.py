"""When proposals are drafted by themselves, and what each day's look found, as JSON."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import AMOUNT, FRACTION, ExactModelSerializer
from accounts.api.views import HouseholdScoped
from optimizer import selectors
from optimizer.forms.timing import SETTINGS
from optimizer.models import PolicyVersion, Timing, TimingCheck
from optimizer.services.timing import save_timing


class TimingSerializer(ExactModelSerializer):
    """A threshold that is null: its trigger is off. What is not named stays as it is."""

    key = serializers.UUIDField(write_only=True, required=False, help_text="The same key never saves a second version.")

    class Meta:
        model = Timing
        fields = ["key", *SETTINGS]
        extra_kwargs = {
            "drift": FRACTION,
            "relative": AMOUNT,
            "tracking_error": FRACTION,
            "benefit": FRACTION,
            "volatility": AMOUNT,
            "cash": FRACTION,
            "harvest": AMOUNT,
        }


class TimingDetail(HouseholdScoped):
    """When proposals are drafted under the newest policy; PUT saves its next version with other settings."""

    serializer_class = TimingSerializer
    pagination_class = None

    def get(self, request: Request, **kwargs: Any) -> Response:
        return Response(self.get_serializer(selectors.timing_of(self._version())).data)

    def put(self, request: Request, **kwargs: Any) -> Response:
        self._version()
        form = self.get_serializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        said = dict(form.validated_data)
        key = uuid.uuid5(self.household.uuid, f"timing {said.pop('key', uuid.uuid4())}")
        save_timing(household=self.household, user=request.user, key=key, settings=said)  # type: ignore[arg-type]
        return self.get(request)

    def _version(self) -> PolicyVersion:
        version = selectors.current_version(self.household)
        if version is None:
            raise Http404("The household has no policy yet.")
        return version


class TimingCheckSerializer(ExactModelSerializer):
    version = serializers.SlugRelatedField[PolicyVersion](slug_field="number", read_only=True)
    run = serializers.SlugRelatedField[Any](slug_field="uuid", read_only=True)

    class Meta:
        model = TimingCheck
        fields = ["uuid", "as_of", "version", "outcome", "reason", "findings", "run", "created_at"]


class TimingCheckList(HouseholdScoped, generics.ListAPIView[TimingCheck]):
    """What each day's look found, newest first."""

    serializer_class = TimingCheckSerializer

    def get_queryset(self) -> QuerySet[TimingCheck]:
        return selectors.timing_checks(self.household)
