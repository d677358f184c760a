"""Halts of automated proposals, as JSON."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.serializers import ExactModelSerializer
from accounts.api.views import HouseholdScoped
from accounts.models import ApiToken
from optimizer import selectors
from optimizer.models import Halt
from optimizer.services import halts as services


class HaltSerializer(ExactModelSerializer):
    by_rule = serializers.SerializerMethodField()
    stands = serializers.BooleanField(read_only=True, help_text="Whether automated proposals wait for a person.")

    class Meta:
        model = Halt
        fields = [
            "uuid",
            "cause",
            "as_of",
            "reason",
            "figures",
            "by_rule",
            "stands",
            "made_at",
            "resumed_at",
            "resume_reason",
        ]

    def get_by_rule(self, halt: Halt) -> bool:
        return halt.user_id is None


class HaltReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class HaltList(HouseholdScoped, generics.ListAPIView[Halt]):
    """Halts, newest first; POST stops automated proposals, and gives the halt that stands where one does."""

    serializer_class = HaltSerializer

    def get_queryset(self) -> QuerySet[Halt]:
        return selectors.halts(self.household)

    @extend_schema(request=HaltReasonSerializer, responses={201: HaltSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        form = HaltReasonSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        made = services.halt(household=self.household, user=request.user, **form.validated_data)  # type: ignore[arg-type]
        return Response(HaltSerializer(made).data, status=status.HTTP_201_CREATED)


class IsPerson(BasePermission):
    message = "Only a person resumes, signed in: a token may not. Resume on the page Halts."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return not isinstance(request.auth, ApiToken)


class HaltResume(HouseholdScoped):
    """Lets automated proposals go on; the reason is kept. For a person who is signed in, not for a token."""

    permission_classes = [*HouseholdScoped.permission_classes, IsPerson]
    serializer_class = HaltReasonSerializer
    pagination_class = None

    @extend_schema(request=HaltReasonSerializer, responses={200: HaltSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        halt = get_object_or_404(selectors.halts(self.household), uuid=kwargs["uuid"])
        form = HaltReasonSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            done = services.resume(halt=halt, user=request.user, **form.validated_data)  # type: ignore[arg-type]
        except services.CannotResume as error:
            raise serializers.ValidationError({"detail": str(error)}) from error
        return Response(HaltSerializer(done).data)
