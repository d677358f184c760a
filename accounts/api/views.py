"""Households, persons, goals, tax profile and the activity log."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, pagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts import selectors, services
from accounts.api.security import HouseholdMember
from accounts.api.serializers import (
    ActivitySerializer,
    GoalSerializer,
    HouseholdSerializer,
    PersonSerializer,
    TaxProfileSerializer,
    TaxYearSerializer,
)
from accounts.models import Activity, ApiToken, Goal, Household, Person, TaxProfile


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


class PersonList(HouseholdScoped, generics.ListCreateAPIView[Person]):
    serializer_class = PersonSerializer

    def get_queryset(self) -> QuerySet[Person]:
        return selectors.persons(self.household)

    def perform_create(self, serializer: BaseSerializer[Person]) -> None:
        serializer.instance = services.add_person(
            household=self.household,
            user=self.request.user,  # type: ignore[arg-type]
            **serializer.validated_data,
        )


class PersonDetail(HouseholdScoped, generics.RetrieveUpdateAPIView[Person]):
    serializer_class = PersonSerializer

    def get_queryset(self) -> QuerySet[Person]:
        return selectors.persons(self.household).select_related("household")

    def perform_update(self, serializer: BaseSerializer[Person]) -> None:
        serializer.instance = services.change_person(
            person=self.get_object(),
            user=self.request.user,  # type: ignore[arg-type]
            fields=serializer.validated_data,
        )


class TaxYears(HouseholdScoped):
    """The years whose facts differ from the profile's; PUT replaces them all."""

    serializer_class = TaxYearSerializer
    pagination_class = None

    @extend_schema(responses=TaxYearSerializer(many=True))
    def get(self, request: Request, **kwargs: Any) -> Response:
        return Response(self.get_serializer(self.household.tax_years.all(), many=True).data)

    @extend_schema(request=TaxYearSerializer(many=True), responses=TaxYearSerializer(many=True))
    def put(self, request: Request, **kwargs: Any) -> Response:
        form = self.get_serializer(data=request.data, many=True)
        form.is_valid(raise_exception=True)
        empty = dict.fromkeys(services.YEAR_FIELDS)
        years = {row["year"]: empty | {k: v for k, v in row.items() if k != "year"} for row in form.validated_data}
        services.save_tax_years(household=self.household, user=request.user, years=years)  # type: ignore[arg-type]
        return self.get(request)


class ActivityList(HouseholdScoped, generics.ListAPIView[Activity]):
    serializer_class = ActivitySerializer

    def get_queryset(self) -> QuerySet[Activity]:
        return selectors.activities(self.household)
