"""What is stored of a household's tax: years, their sales, open lots, replacements, and what the figures rest on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import ExactField, ExactModelSerializer
from accounts.api.views import HouseholdScoped
from accounts.fields import round_to_field
from holdings.models import Replacement, TaxLot, TaxReport, TaxSlice, TaxState
from holdings.tax.outcome import Unknown
from holdings.taxation import stored

PLACES = ("account", "instrument")


class ComputedField(ExactField):
    """A computed number, rounded as a column would hold it."""

    def to_representation(self, value: Any) -> str:
        return super().to_representation(round_to_field(Decimal(value)))


class SentencesField(serializers.ListField):
    child = serializers.CharField()


class ByPotField(serializers.DictField):
    """Amounts or rates by pot: short, long, collectible, general, shares, private."""

    child = ComputedField()


class TotalsSerializer(serializers.Serializer[Any]):
    """A pot's year. disallowed: losses that do not count, positive; net: what is left, before losses carried in."""

    gains = ComputedField()
    losses = ComputedField()
    disallowed = ComputedField()
    exempt = ComputedField()
    net = ComputedField()


class LineSerializer(serializers.Serializer[Any]):
    """A line of the computation; `amount` is in the currency, or a rate where `is_rate`."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    amount = ComputedField()
    is_rate = serializers.BooleanField()


class BandSerializer(serializers.Serializer[Any]):
    rate = ComputedField()
    upto = ComputedField(allow_null=True, help_text="Null: no end.")


class ScheduleSerializer(serializers.Serializer[Any]):
    """A schedule of rates and where the year stands in it; `room` is what is left until the next threshold."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    base = ComputedField()
    bands = BandSerializer(many=True)
    next_rate = ComputedField()
    room = ComputedField(allow_null=True)


class AssessmentSerializer(serializers.Serializer[Any]):
    """An estimate. marginal: the tax of one more unit of gain, by pot; rates_of: the year of the rates, or `own`."""

    currency = serializers.CharField()
    rates_of = serializers.CharField()
    tax = ComputedField()
    without_gains = ComputedField()
    tax_on_gains = ComputedField()
    net = ByPotField(help_text="By pot, carried losses used.")
    carried = ByPotField(help_text="Losses that go on to the next year, positive.")
    marginal = ByPotField()
    parts = LineSerializer(many=True)
    schedules = ScheduleSerializer(many=True)
    notes = SentencesField()


class TaxYearListSerializer(serializers.ModelSerializer[TaxReport]):
    class Meta:
        model = TaxReport
        fields = ["label", "first", "last"]


class SpouseYearSerializer(serializers.Serializer[Any]):
    """The year of a spouse who is taxed apart."""

    totals = serializers.DictField(child=TotalsSerializer(), help_text="By pot.")
    unknown_proceeds = ComputedField(source="unknown")
    carried_in = ByPotField()
    carried_in_entered = serializers.BooleanField(source="is_entered")
    assessment = AssessmentSerializer(allow_null=True)


class TaxYearReportSerializer(serializers.Serializer[Any]):
    """A tax year. assessment: null where `failure` says why there is none."""

    label = serializers.CharField(source="report.label")  # type: ignore[assignment]
    first = serializers.DateField(source="report.first")
    last = serializers.DateField(source="report.last")
    totals = serializers.DictField(child=TotalsSerializer(), source="year.totals", help_text="By pot.")
    unknown_proceeds = ComputedField(source="year.unknown", help_text="Of sales whose gain nobody knows; in no total.")
    carried_in = ByPotField(source="year.carried_in", help_text="Losses brought into the year, positive.")
    carried_in_entered = serializers.BooleanField(source="year.is_entered", help_text="Else the year before left them.")
    assessment = AssessmentSerializer(source="year.assessment", allow_null=True)
    spouse = SpouseYearSerializer(source="year.spouse", allow_null=True, help_text="Null: one return is filed.")
    coverage_gaps = SentencesField(source="year.facts.coverage_gaps")
    failure = serializers.CharField(source="year.failure", allow_blank=True)


class SliceSerializer(ExactModelSerializer):
    symbol = serializers.CharField(source="instrument.symbol", read_only=True)
    notes = SentencesField(read_only=True)

    class Meta:
        model = TaxSlice
        fields = [
            "sale",
            "account",
            "instrument",
            "symbol",
            "holder",
            "lot_key",
            "piece",
            "quantity",
            "acquired",
            "sold",
            "proceeds",
            "basis",
            "gain",
            "disallowed",
            "exempt",
            "recognised",
            "gain_class",
            "rule",
            "final_after",
            "reported",
            "notes",
        ]


class TaxLotSerializer(ExactModelSerializer):
    symbol = serializers.CharField(source="instrument.symbol", read_only=True)

    class Meta:
        model = TaxLot
        fields = [
            "lot_key",
            "piece",
            "account",
            "instrument",
            "symbol",
            "quantity",
            "basis",
            "deferred",
            "acquired",
            "tacked_days",
            "long_from",
            "replaces_until",
        ]


class ReplacementSerializer(ExactModelSerializer):
    symbol = serializers.CharField(source="instrument.symbol", read_only=True)

    class Meta:
        model = Replacement
        fields = [
            "sale",
            "sold",
            "sold_lot",
            "bought",
            "acquired",
            "lot_key",
            "account",
            "instrument",
            "symbol",
            "quantity",
            "amount",
            "effect",
        ]


class PoolSerializer(serializers.Serializer[Any]):
    """Averaged shares, where the country averages them; holder: whose, empty for the taxpayer's own."""

    holder = serializers.CharField(allow_blank=True)
    instrument = serializers.UUIDField()
    quantity = ComputedField()
    cost = ComputedField(allow_null=True)


class LeftOutSerializer(serializers.Serializer[Any]):
    """A transaction, or the year of a fund, that is in no figure, and why."""

    transaction = serializers.SerializerMethodField()
    account = serializers.UUIDField()
    instrument = serializers.UUIDField(allow_null=True)
    day = serializers.DateField()
    proceeds = ComputedField()
    reason = serializers.CharField()

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_transaction(self, each: Unknown) -> str | None:
        return each.entry or None


class TaxStateSerializer(serializers.Serializer[Any]):
    """What every figure of the household's tax rests on; null and empty while nothing has been computed."""

    country = serializers.CharField(source="row.country", default="", allow_blank=True, help_text="ISO 3166 code.")
    as_of = serializers.DateField(source="row.as_of", default=None, allow_null=True)
    computed_at = serializers.DateTimeField(source="row.computed_at", default=None, allow_null=True)
    is_current = serializers.BooleanField(help_text="False: something changed since; a worker computes it again.")
    failure = serializers.CharField(source="row.failure", default="", allow_blank=True)
    pools = PoolSerializer(source="content.pools", many=True, default=[])
    left_out = LeftOutSerializer(source="content.left_out", many=True, default=[])
    unsure = SentencesField(source="content.unsure", default=[])
    not_covered = SentencesField(source="content.not_covered", default=[])


@extend_schema_view(get=extend_schema(operation_id="households_tax_reports_list"))
class TaxYearList(HouseholdScoped, generics.ListAPIView[TaxReport]):
    """Tax years that are stored, newest first."""

    serializer_class = TaxYearListSerializer

    def get_queryset(self) -> QuerySet[TaxReport]:
        return TaxReport.objects.filter(household=self.household)


class TaxYearDetail(HouseholdScoped):
    """A tax year: totals by pot, losses carried, the estimate and its parts, and what cannot be known."""

    serializer_class = TaxYearReportSerializer

    def get(self, request: Request, **kwargs: Any) -> Response:
        report = get_object_or_404(TaxReport, household=self.household, label=kwargs["label"])
        return Response(self.get_serializer({"report": report, "year": stored.year(report)}).data)


class SliceList(HouseholdScoped, generics.ListAPIView[TaxSlice]):
    """Sales of a tax year, piece by piece, oldest first."""

    serializer_class = SliceSerializer

    def get_queryset(self) -> QuerySet[TaxSlice]:
        report = get_object_or_404(TaxReport, household=self.household, label=self.kwargs["label"])
        return report.slices.select_related("sale", *PLACES)


class TaxLotList(HouseholdScoped, generics.ListAPIView[TaxLot]):
    """Open shares with the basis that counts for tax; pieces of a lot add up to it."""

    serializer_class = TaxLotSerializer

    def get_queryset(self) -> QuerySet[TaxLot]:
        return TaxLot.objects.filter(account__household=self.household).select_related(*PLACES)


class ReplacementList(HouseholdScoped, generics.ListAPIView[Replacement]):
    """Purchases in place of shares sold at a loss."""

    serializer_class = ReplacementSerializer

    def get_queryset(self) -> QuerySet[Replacement]:
        rows = Replacement.objects.filter(account__household=self.household)
        return rows.select_related("sale", "bought", *PLACES)


class TaxStateDetail(HouseholdScoped):
    """Whether the stored tax is current, what it leaves out, and which rules are unsure or missing."""

    serializer_class = TaxStateSerializer

    def get(self, request: Request, **kwargs: Any) -> Response:
        row = TaxState.objects.filter(household=self.household).first()
        found: dict[str, Any] = {"is_current": stored.is_current(row, self.household)}
        if row is not None:
            found |= {"row": row, "content": stored.state(row)}
        return Response(self.get_serializer(found).data)
