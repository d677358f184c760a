"""Accounts, lots, transactions, gains, valuations and imports."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, parsers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import HouseholdScoped
from holdings import selectors
from holdings.api import serializers
from holdings.importers.base import ImportFailed
from holdings.models import BrokerageAccount, Import, ImportRow, Lot, PerformanceReport, RealisedGain, Valuation
from holdings.services import imports
from holdings.services.ledger import BookingRefused


class AccountList(HouseholdScoped, generics.ListAPIView[BrokerageAccount]):
    serializer_class = serializers.AccountSerializer

    def get_queryset(self) -> QuerySet[BrokerageAccount]:
        return selectors.brokerage_accounts(self.household)

    def get_serializer_context(self) -> dict[str, Any]:
        household = getattr(self, "household", None)
        return {**super().get_serializer_context(), "cash": selectors.cash(household) if household else {}}


class LotList(HouseholdScoped, generics.ListAPIView[Lot]):
    serializer_class = serializers.LotSerializer

    def get_queryset(self) -> QuerySet[Lot]:
        return selectors.lots(self.household)


class GainList(HouseholdScoped, generics.ListAPIView[RealisedGain]):
    serializer_class = serializers.GainSerializer

    def get_queryset(self) -> QuerySet[RealisedGain]:
        return selectors.realised_gains(self.household)


class ValuationList(HouseholdScoped, generics.ListAPIView[Valuation]):
    serializer_class = serializers.ValuationSerializer

    def get_queryset(self) -> QuerySet[Valuation]:
        return selectors.valuations(self.household)


class ReportList(HouseholdScoped, generics.ListAPIView[PerformanceReport]):
    """Stored performance reports: returns, contributions and risk of each scope and period; `?scope=` narrows them."""

    serializer_class = serializers.ReportSerializer

    def get_queryset(self) -> QuerySet[PerformanceReport]:
        scope = self.request.query_params.get("scope")
        rows = selectors.reports(self.household)
        return rows.filter(scope=scope) if scope else rows


class ImportList(HouseholdScoped, generics.ListAPIView[Import]):
    """Past imports; POST a file to preview a new one.

    A long file is read by a worker: its status is `reading` first.
    """

    serializer_class = serializers.ImportSerializer
    parser_classes = [parsers.MultiPartParser]

    def get_queryset(self) -> QuerySet[Import]:
        return selectors.imports(self.household)

    @extend_schema(request=serializers.UploadSerializer, responses={201: serializers.ImportSerializer})
    def post(self, request: Request, **kwargs: Any) -> Response:
        upload = serializers.UploadSerializer(data=request.data)
        upload.is_valid(raise_exception=True)
        accounts = selectors.brokerage_accounts(self.household)
        file = upload.validated_data["file"]
        try:
            batch = imports.upload(
                account=get_object_or_404(accounts, uuid=upload.validated_data["account"]),
                user=request.user,  # type: ignore[arg-type]
                file_name=file.name,
                content=file.read(),
            )
        except ImportFailed as error:
            raise ValidationError({"file": [str(error)]}) from error
        return Response(self.get_serializer(batch).data, status=status.HTTP_201_CREATED)


class ImportRows(HouseholdScoped, generics.ListAPIView[ImportRow]):
    """The rows of an import, with their problems."""

    serializer_class = serializers.ImportRowSerializer

    def get_queryset(self) -> QuerySet[ImportRow]:
        batch = get_object_or_404(selectors.imports(self.household), uuid=self.kwargs["uuid"])
        return batch.rows.select_related("account")


class ImportRowEdit(HouseholdScoped):
    """Correct fields of a row, tick or untick it. The row is judged anew at once; what the file said stays with it."""

    serializer_class = serializers.ImportRowSerializer

    @extend_schema(request=serializers.RowChangeSerializer)
    def patch(self, request: Request, **kwargs: Any) -> Response:
        batch = get_object_or_404(selectors.imports(self.household), uuid=kwargs["uuid"])
        row = get_object_or_404(batch.rows.select_related("account"), pk=kwargs["row"])
        form = serializers.RowChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        chosen = values.pop("chosen", None)
        user: Any = request.user
        try:
            if values:
                imports.edit_row(batch=batch, row=row, user=user, values=values)
            if chosen is not None:
                imports.choose(batch=batch, user=user, ticks={row.pk: chosen})
        except imports.EditRefused as refused:
            raise ValidationError({name or "detail": [message] for name, message in refused.faults}) from refused
        except imports.NotWaiting as error:
            raise ValidationError({"detail": str(error)}) from error
        row.refresh_from_db()
        return Response(self.get_serializer(row).data)


class ImportAction(HouseholdScoped):
    """Confirm or undo an import; each does nothing the second time."""

    serializer_class = serializers.ImportSerializer

    def batch(self) -> Import:
        return get_object_or_404(selectors.imports(self.household), uuid=self.kwargs["uuid"])


class ImportConfirm(ImportAction):
    """Book the ticked rows. A long import is booked by a worker: its status is `booking` first."""

    @extend_schema(request=None)
    def post(self, request: Request, **kwargs: Any) -> Response:
        try:
            batch = imports.book(batch=self.batch(), user=request.user)  # type: ignore[arg-type]
        except BookingRefused as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(self.get_serializer(batch).data)


class ImportUndo(ImportAction):
    @extend_schema(request=serializers.ReasonSerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        found = self.batch()
        form = serializers.ReasonSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            batch = imports.undo(batch=found, user=request.user, **form.validated_data)  # type: ignore[arg-type]
        except BookingRefused as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response(self.get_serializer(batch).data)
