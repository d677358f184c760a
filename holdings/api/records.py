"""Transactions by hand, the broker's statements, and where the ledger differs from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import HouseholdScoped
from holdings import selectors
from holdings.api.entries import CorrectionSerializer, NewEntrySerializer
from holdings.api.serializers import (
    DifferenceSerializer,
    GivenReasonSerializer,
    OtherSideSerializer,
    SettleSerializer,
    StatementSerializer,
    TransactionSerializer,
)
from holdings.models import Difference, Statement, Transaction
from holdings.services import reconcile, records, settle
from holdings.services.ledger import BookingRefused
from holdings.services.settle import Answers, Fix


def or_refused(act: Callable[[], Any]) -> Any:
    """Do it; what the ledger refuses becomes an answer in words."""
    try:
        return act()
    except BookingRefused as refusal:
        raise ValidationError({"detail": str(refusal)}) from refusal


class TransactionList(HouseholdScoped, generics.ListAPIView[Transaction]):
    """Newest first, taken out ones with their reason; POST books one."""

    serializer_class = TransactionSerializer

    def get_queryset(self) -> QuerySet[Transaction]:
        return selectors.transactions(self.household)

    @extend_schema(request=NewEntrySerializer, responses={201: TransactionSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        entry = NewEntrySerializer(data=request.data, context={"household": self.household})
        entry.is_valid(raise_exception=True)
        account = get_object_or_404(selectors.brokerage_accounts(self.household), uuid=entry.validated_data["account"])
        draft = entry.draft(account)
        row = or_refused(lambda: records.record(account=account, user=request.user, draft=draft))  # type: ignore[arg-type]
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)


class TransactionScoped(HouseholdScoped):
    serializer_class: type[serializers.BaseSerializer[Any]] = TransactionSerializer

    def get_queryset(self) -> QuerySet[Transaction]:
        return selectors.transactions(self.household)

    def row(self) -> Transaction:
        return get_object_or_404(self.get_queryset(), uuid=self.kwargs["uuid"])

    def answer(self, row: Transaction) -> Response:
        return Response(TransactionSerializer(self.get_queryset().get(pk=row.pk)).data)


class TransactionDetail(TransactionScoped, generics.RetrieveAPIView[Transaction]):
    pass


class TransactionVoid(TransactionScoped):
    """Take a transaction out of the ledger; it does nothing the second time."""

    @extend_schema(request=GivenReasonSerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        row, form = self.row(), GivenReasonSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        or_refused(lambda: records.void(row=row, user=request.user, **form.validated_data))  # type: ignore[arg-type]
        return self.answer(row)


class TransactionCorrect(TransactionScoped):
    """Put another transaction in the place of one; the answer is the new one."""

    @extend_schema(request=CorrectionSerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        row, entry = self.row(), CorrectionSerializer(data=request.data, context={"household": self.household})
        entry.is_valid(raise_exception=True)
        draft, reason = entry.draft(row.account), entry.validated_data["reason"]
        made = or_refused(lambda: records.correct(row=row, user=request.user, draft=draft, reason=reason))  # type: ignore[arg-type]
        return self.answer(made)


class TransactionLink(TransactionScoped):
    """Say that a transfer and one of another own account are the same; the answer is the new transfer in."""

    @extend_schema(request=OtherSideSerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        row, form = self.row(), OtherSideSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        other = get_object_or_404(self.get_queryset(), uuid=form.validated_data["other"])
        made = or_refused(lambda: records.link(row=row, other=other, user=request.user))  # type: ignore[arg-type]
        return self.answer(made)


class StatementList(HouseholdScoped, generics.ListAPIView[Statement]):
    """Positions, lot and gains files that the ledger is compared with, newest first."""

    serializer_class = StatementSerializer

    def get_queryset(self) -> QuerySet[Statement]:
        return selectors.statements(self.household)


class DifferenceList(HouseholdScoped, generics.ListAPIView[Difference]):
    """Where a statement and the ledger disagree or did, oldest first."""

    serializer_class = DifferenceSerializer

    def get_queryset(self) -> QuerySet[Difference]:
        return selectors.differences(self.household)


class DifferenceScoped(HouseholdScoped):
    serializer_class = DifferenceSerializer

    def difference(self) -> Difference:
        return get_object_or_404(selectors.differences(self.household), uuid=self.kwargs["uuid"])


class DifferenceAccept(DifferenceScoped):
    """Live with a difference, for a reason; it does nothing the second time."""

    @extend_schema(request=GivenReasonSerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        row, form = self.difference(), GivenReasonSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        accepted = reconcile.accept(difference=row, user=request.user, **form.validated_data)  # type: ignore[arg-type]
        return Response(self.get_serializer(accepted).data)


class DifferenceSettle(DifferenceScoped):
    """Book what settles a difference."""

    @extend_schema(request=SettleSerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        row, form = self.difference(), SettleSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        fix, reason = Fix(values.pop("fix")), values.pop("reason")
        user, answers = request.user, Answers(**values)
        or_refused(lambda: settle.settle(difference=row, user=user, fix=fix, reason=reason, answers=answers))  # type: ignore[arg-type]
        row.refresh_from_db()
        return Response(self.get_serializer(row).data)
