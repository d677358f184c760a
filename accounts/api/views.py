"""Households, goals, tax profile and the activity log."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import generics, pagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.serializers import BaseSerializer

from accounts import selectors, services
from accounts.api.security import HouseholdMember
from accounts.api.serializers import (
    ActivitySerializer,
    GoalSerializer,
    HouseholdSerializer,
    TaxProfileSerializer,
)
from accounts.models import Activity, ApiToken, Goal, Household, TaxProfile


class Pages(pagination.PageNumberPagination):
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000


class HouseholdScoped(generics.GenericAPIView[Any]):
    """A view under /households/<uuid>/; `household` is set once the caller is known to belong to it."""

    permission_classes = [IsAuthenticated, HouseholdMember]
    pagination_class: type[Pages] | None = Pages
    lookup_field = "uuid"
    household: Household


class HouseholdList(generics.ListAPIView[Household]):
    """The caller's households; a token sees its own alone."""

    permission_classes = [IsAuthenticated]
    serializer_class = HouseholdSerializer
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Household]:
        found = selectors.households(self.request.user)  # type: ignore[arg-type]
        token = self.request.auth
        return found.filter(pk=token.household_id) if isinstance(token, ApiToken) else found


class HouseholdDetail(HouseholdScoped, generics.RetrieveAPIView[Household]):
    serializer_class = HouseholdSerializer

    def get_object(self) -> Household:
        return self.household


class GoalList(HouseholdScoped, generics.ListCreateAPIView[Goal]):
    serializer_class = GoalSerializer

    def get_queryset(self) -> QuerySet[Goal]:
        return selectors.goals(self.household)

    def perform_create(self, serializer: BaseSerializer[Goal]) -> None:
        serializer.instance = services.save_goal(
            household=self.household,
            user=self.request.user,  # type: ignore[arg-type]
            goal=Goal(),
            fields=serializer.validated_data,
        )


class GoalDetail(HouseholdScoped, generics.RetrieveUpdateDestroyAPIView[Goal]):
    serializer_class = GoalSerializer

    def get_queryset(self) -> QuerySet[Goal]:
        return selectors.goals(self.household)

    def perform_update(self, serializer: BaseSerializer[Goal]) -> None:
        serializer.instance = services.save_goal(
            household=self.household,
            user=self.request.user,  # type: ignore[arg-type]
            goal=self.get_object(),
            fields=serializer.validated_data,
        )

    def perform_destroy(self, instance: Goal) -> None:
        services.archive_goal(goal=instance, user=self.request.user)  # type: ignore[arg-type]


class TaxProfileDetail(HouseholdScoped, generics.RetrieveUpdateAPIView[TaxProfile]):
    serializer_class = TaxProfileSerializer

    def get_object(self) -> TaxProfile:
        return self.household.tax_profile

    def perform_update(self, serializer: BaseSerializer[TaxProfile]) -> None:
        serializer.instance = services.save_tax_profile(
            household=self.household,
            user=self.request.user,  # type: ignore[arg-type]
            fields=serializer.validated_data,
        )


class ActivityList(HouseholdScoped, generics.ListAPIView[Activity]):
    serializer_class = ActivitySerializer

    def get_queryset(self) -> QuerySet[Activity]:
        return selectors.activities(self.household)
