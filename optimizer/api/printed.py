"""Reports as PDF files: asked for, listed, downloaded."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import ExactModelSerializer
from accounts.api.views import HouseholdScoped
from accounts.models import Household
from optimizer import selectors
from optimizer.api.serializers import RunSerializer
from optimizer.models import PrintedReport
from optimizer.pages.report import printed, quarters
from optimizer.services import printing


class PrintedReportSerializer(ExactModelSerializer):
    class Meta:
        model = PrintedReport
        fields = ["uuid", "subject", "title", "until", "size", "content_hash", "made_at"]


class PrintSerializer(serializers.Serializer[Any]):
    quarter = serializers.CharField(required=False, help_text="Like 2022-Q4; this or a proposal.")
    proposal = serializers.IntegerField(required=False, min_value=1, help_text="Its number; this or a quarter.")
    key = serializers.UUIDField(help_text="The same key never starts a second run.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("quarter" in attrs) == ("proposal" in attrs):
            raise serializers.ValidationError("Name a quarter or a proposal, one of the two.")
        return attrs

    def validate_quarter(self, text: str) -> str:
        try:
            return printed.of_quarter(quarters.named(text))
        except ValueError as error:
            raise serializers.ValidationError(f"{error} Write a quarter like 2022-Q4.") from error

    def validate_proposal(self, number: int) -> str:
        household: Household = self.context["household"]
        if not selectors.proposals(household).filter(number=number).exists():
            raise serializers.ValidationError(f"There is no proposal {number}.")
        return printed.of_proposal(number)


class PrintedReportList(HouseholdScoped, generics.ListAPIView[PrintedReport]):
    """The files that are there, newest first; POST asks for one of a quarter or a proposal."""

    serializer_class = PrintedReportSerializer

    def get_queryset(self) -> QuerySet[PrintedReport]:
        return PrintedReport.objects.filter(household=self.household).defer("content")

    @extend_schema(request=PrintSerializer, responses={202: RunSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        form = PrintSerializer(data=request.data, context={"household": self.household})
        form.is_valid(raise_exception=True)
        wanted = form.validated_data
        run = printing.request(
            household=self.household,
            user=request.user,  # type: ignore[arg-type]
            subject=wanted.get("quarter") or wanted["proposal"],
            key=wanted["key"],
        )
        found = selectors.runs(self.household).get(pk=run.pk)
        return Response(RunSerializer(found).data, status=status.HTTP_202_ACCEPTED)


class PrintedReportFile(HouseholdScoped):
    """One file."""

    serializer_class = PrintedReportSerializer
    pagination_class = None

    @extend_schema(responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)})
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        return printed.response(get_object_or_404(PrintedReport, household=self.household, uuid=kwargs["uuid"]))
