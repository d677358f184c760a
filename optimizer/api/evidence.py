"""Evidence as JSON: what was found, and asking for it anew."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import ExactModelSerializer
from accounts.api.views import HouseholdScoped
from optimizer import selectors
from optimizer.api.serializers import RunSerializer
from optimizer.models import Evidence
from optimizer.pages.evidence import PARTS
from optimizer.services.evidence import request as ask


class EvidenceSerializer(ExactModelSerializer):
    class Meta:
        model = Evidence
        fields = ["uuid", "kind", "subject", "as_of", "inputs_hash", "made_at", "confirmed_at"]


class EvidenceInFullSerializer(EvidenceSerializer):
    class Meta(EvidenceSerializer.Meta):
        fields = [*EvidenceSerializer.Meta.fields, "result"]


class FindSerializer(serializers.Serializer[Any]):
    part = serializers.ChoiceField([part.slug for part in PARTS])
    subject = serializers.CharField(required=False, help_text="Which one, where a part has many: a goal's uuid.")
    key = serializers.UUIDField(help_text="The same key never starts a second run.")


class EvidenceList(HouseholdScoped, generics.ListAPIView[Evidence]):
    """What was found, newest first; POST asks for a part of it anew."""

    serializer_class = EvidenceSerializer

    def get_queryset(self) -> QuerySet[Evidence]:
        found = Evidence.objects.filter(household=self.household).exclude(kind=Evidence.Kind.WALK)
        return found.defer("result")

    @extend_schema(request=FindSerializer, responses={202: RunSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        form = FindSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        part = next(each for each in PARTS if each.slug == form.validated_data["part"])
        known = [subject for subject, _ in part.subjects(self.household)]
        subject = form.validated_data.get("subject", known[0] if known else None)
        if subject not in known:
            raise serializers.ValidationError({"subject": [f"{part.word} has none such here."]})
        run = ask(
            household=self.household,
            user=request.user,  # type: ignore[arg-type]
            kind=part.kind,
            subject=subject,
            key=form.validated_data["key"],
        )
        found = selectors.runs(self.household).get(pk=run.pk)
        return Response(RunSerializer(found).data, status=status.HTTP_202_ACCEPTED)


class EvidenceDetail(HouseholdScoped):
    """One result in full."""

    serializer_class = EvidenceInFullSerializer
    pagination_class = None

    def get(self, request: Request, **kwargs: Any) -> Response:
        row = get_object_or_404(Evidence, household=self.household, uuid=kwargs["uuid"])
        return Response(self.get_serializer(row).data)
