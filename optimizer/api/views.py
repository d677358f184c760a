"""Policy, runs, proposals with their decisions, orders with their fills."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import runs
from accounts.api.views import HouseholdScoped
from accounts.models import Run
from holdings.services.ledger import BookingRefused
from optimizer import selectors
from optimizer.api import serializers
from optimizer.api.policy import PolicySerializer
from optimizer.models import Order, PolicyVersion, Proposal
from optimizer.services import decisions, orders, relaxation
from optimizer.services.decisions import DecisionRefused
from optimizer.services.orders import FillRefused
from optimizer.services.policies import PolicyDraft, save_version


class PolicyList(HouseholdScoped, generics.ListCreateAPIView[PolicyVersion]):
    """Versions, newest first; POST saves the next one."""

    serializer_class = PolicySerializer

    def get_queryset(self) -> QuerySet[PolicyVersion]:
        return selectors.versions_in_full(self.household)

    def perform_create(self, serializer: Any) -> None:
        data = dict(serializer.validated_data)
        uid = uuid.uuid5(self.household.uuid, str(data.pop("key", uuid.uuid4())))
        draft = PolicyDraft(
            targets=[(row["instrument"], row["weight"]) for row in data.pop("targets")],
            constraints=data.pop("constraints"),
            views=data.pop("views"),
            reason=data.pop("reason", ""),
            fields=data | {"uuid": uid},
        )
        user: Any = self.request.user
        serializer.instance = save_version(household=self.household, user=user, draft=draft)


class RunList(HouseholdScoped, generics.ListAPIView[Run]):
    """Runs, newest first; POST asks for a proposal under the current policy."""

    serializer_class = serializers.RunSerializer

    def get_queryset(self) -> QuerySet[Run]:
        return selectors.runs(self.household)

    @extend_schema(request=serializers.RunRequestSerializer, responses={202: serializers.RunSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        form = serializers.RunRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        version = selectors.current_version(self.household)
        if version is None:
            raise ValidationError({"detail": "There is no policy yet. Save one first."})
        run = runs.request(
            household=self.household,
            user=request.user,  # type: ignore[arg-type]
            kind=Run.Kind.PROPOSE,
            key=form.validated_data["key"],
            params={"version": str(version.uuid)},
        )
        return Response(self.get_serializer(run).data, status=status.HTTP_202_ACCEPTED)


class RunDetail(HouseholdScoped, generics.RetrieveAPIView[Run]):
    serializer_class = serializers.RunSerializer

    def get_queryset(self) -> QuerySet[Run]:
        return selectors.runs(self.household)


class RunRelax(HouseholdScoped):
    """Apply a change that a failed run proposes; the version that it makes, the same one when asked again.

    `choice` is "mix", or the number of the conflict and that of its way out, as in "0-1", laws after gives.
    """

    serializer_class = PolicySerializer

    @extend_schema(request=serializers.RelaxSerializer, responses=PolicySerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        found = get_object_or_404(selectors.runs(self.household), uuid=kwargs["uuid"])
        form = serializers.RelaxSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            made = relaxation.relax(run=found, user=request.user, choice=form.validated_data["choice"])  # type: ignore[arg-type]
        except relaxation.RelaxationRefused as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(self.get_serializer(made).data)


class RunCancel(HouseholdScoped):
    serializer_class = serializers.RunSerializer

    @extend_schema(request=None)
    def post(self, request: Request, **kwargs: Any) -> Response:
        found = get_object_or_404(selectors.runs(self.household), uuid=kwargs["uuid"])
        runs.cancel(run=found, user=request.user)  # type: ignore[arg-type]
        found.refresh_from_db()
        return Response(self.get_serializer(found).data)


class ProposalList(HouseholdScoped, generics.ListAPIView[Proposal]):
    serializer_class = serializers.ProposalSerializer

    def get_queryset(self) -> QuerySet[Proposal]:
        return selectors.proposals(self.household)


class ProposalDetail(HouseholdScoped, generics.RetrieveAPIView[Proposal]):
    serializer_class = serializers.ProposalDetailSerializer
    lookup_field = "number"

    def get_queryset(self) -> QuerySet[Proposal]:
        trades = ("trades__account", "trades__instrument", "trades__decision")
        return selectors.proposals(self.household).prefetch_related(*trades, "alternatives", "limit_prices__constraint")


class Decide(HouseholdScoped):
    """Approve and reject a set of trades at once; the orders that came of it."""

    serializer_class = serializers.OrderSerializer
    pagination_class = None

    @extend_schema(request=serializers.DecisionSerializer, responses=serializers.OrderSerializer(many=True))
    def post(self, request: Request, **kwargs: Any) -> Response:
        proposal = _proposal(self)
        form = serializers.DecisionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            made = decisions.decide(
                proposal=proposal,
                user=request.user,  # type: ignore[arg-type]
                approved=form.validated_data["approved"],
                rejected=_reasons(form.validated_data),
            )
        except DecisionRefused as error:
            raise ValidationError({"detail": error.sentences}) from error
        return Response(self.get_serializer(made, many=True).data)


class Resolve(HouseholdScoped):
    """Reject trades and compute the next proposal with the rest."""

    serializer_class = serializers.RunSerializer

    @extend_schema(request=serializers.ResolveSerializer, responses={202: serializers.RunSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        proposal = _proposal(self)
        form = serializers.ResolveSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            run = decisions.resolve(
                proposal=proposal,
                user=request.user,  # type: ignore[arg-type]
                key=form.validated_data["key"],
                approved=form.validated_data["approved"],
                rejected=_reasons(form.validated_data),
            )
        except DecisionRefused as error:
            raise ValidationError({"detail": error.sentences}) from error
        return Response(self.get_serializer(run).data, status=status.HTTP_202_ACCEPTED)


def _proposal(view: HouseholdScoped) -> Proposal:
    found = selectors.proposals(view.household).select_related("household").filter(number=view.kwargs["number"]).first()
    if found is None:
        raise Http404
    return found


def _reasons(data: dict[str, Any]) -> dict[Any, str]:
    return {row["trade"]: row["reason"] for row in data["rejected"]}


class OrderList(HouseholdScoped, generics.ListAPIView[Order]):
    serializer_class = serializers.OrderSerializer

    def get_queryset(self) -> QuerySet[Order]:
        return selectors.orders(self.household)


class OrderFill(HouseholdScoped):
    """Record that shares of an order were traded."""

    serializer_class = serializers.FillSerializer

    @extend_schema(request=serializers.NewFillSerializer, responses={201: serializers.FillSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        order = get_object_or_404(selectors.orders(self.household), uuid=kwargs["uuid"])
        form = serializers.NewFillSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            fill = orders.record_fill(order=order, user=request.user, **form.validated_data)  # type: ignore[arg-type]
        except (FillRefused, BookingRefused) as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(self.get_serializer(fill).data, status=status.HTTP_201_CREATED)


class OrderCancel(HouseholdScoped):
    serializer_class = serializers.OrderSerializer

    @extend_schema(request=None)
    def post(self, request: Request, **kwargs: Any) -> Response:
        order = get_object_or_404(selectors.orders(self.household), uuid=kwargs["uuid"])
        try:
            orders.cancel(order=order, user=request.user)  # type: ignore[arg-type]
        except FillRefused as error:
            raise ValidationError({"detail": str(error)}) from error
        order.refresh_from_db()
        return Response(self.get_serializer(order).data)


class PaperFill(HouseholdScoped):
    """Fill every open order of a paper household; the orders that were open."""

    serializer_class = serializers.OrderSerializer
    pagination_class = None

    @extend_schema(request=None, responses=serializers.OrderSerializer(many=True))
    def post(self, request: Request, **kwargs: Any) -> Response:
        was_open = list(selectors.open_orders(self.household).values_list("pk", flat=True))
        try:
            orders.fill_paper(household=self.household, user=request.user)  # type: ignore[arg-type]
        except (FillRefused, BookingRefused) as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(self.get_serializer(selectors.orders(self.household).filter(pk__in=was_open), many=True).data)
