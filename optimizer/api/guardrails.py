"""The outer limits of every plan and what halts automated proposals, as JSON."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import FRACTION, ExactModelSerializer
from accounts.api.views import HouseholdScoped
from optimizer import selectors
from optimizer.models import Guardrails
from optimizer.services.guardrails import HALTS, RAILS, save_guardrails

SETTINGS = (*RAILS, *HALTS)


class GuardrailsSerializer(ExactModelSerializer):
    """A limit that is null is off; what is not named stays as it is. Fractions, 0.5 for 50 %; age in days."""

    key = serializers.UUIDField(write_only=True, required=False, help_text="The same key never saves a second version.")

    class Meta:
        model = Guardrails
        fields = ["key", "number", *SETTINGS, "created_at"]
        read_only_fields = ["number", "created_at"]
        extra_kwargs = {
            "position": FRACTION,
            "turnover": FRACTION,
            "volume": FRACTION | {"max_value": Decimal(10)},
            "tax": FRACTION,
            "quantile": FRACTION | {"max_value": Decimal("0.1")},
            "risk_ratio": {"min_value": Decimal(1), "max_value": Decimal(20)},
        }

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        known = f"The settings are {', '.join(SETTINGS)}."
        if unknown := sorted(set(self.initial_data) - set(self.fields)):
            raise serializers.ValidationError({name: [f"There is no such setting. {known}"] for name in unknown})
        if not said.keys() - {"key"}:
            raise serializers.ValidationError(f"Nothing to change was named. {known}")
        return said


class GuardrailsDetail(HouseholdScoped):
    """The newest version, 0 where none was saved yet; PUT saves the next one. Leverage is 1 and no setting."""

    serializer_class = GuardrailsSerializer
    pagination_class = None

    def get(self, request: Request, **kwargs: Any) -> Response:
        return Response(self.get_serializer(selectors.guardrails(self.household)).data)

    def put(self, request: Request, **kwargs: Any) -> Response:
        form = self.get_serializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        said = dict(form.validated_data)
        key = uuid.uuid5(self.household.uuid, f"guardrails {said.pop('key', uuid.uuid4())}")
        save_guardrails(household=self.household, user=request.user, key=key, settings=said)  # type: ignore[arg-type]
        return self.get(request)
