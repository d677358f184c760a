"""Whose accounts are whose, and which ones are not imported."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import AMOUNT, FRACTION, ExactModelSerializer
from accounts.api.views import HouseholdScoped
from accounts.models import Person
from accounts.selectors import persons
from holdings import selectors
from holdings.api.serializers import AccountSerializer
from holdings.models import AccountElsewhere, BrokerageAccount
from holdings.models.account import FEES
from holdings.services.accounts import change_account
from holdings.services.elsewhere import Elsewhere, save_accounts_elsewhere
from holdings.taxation.facts import coverage_gaps


class PersonField(serializers.SlugRelatedField[Person]):
    """A person of the household, by uuid."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="uuid", queryset=Person.objects.none(), **kwargs)

    def get_queryset(self) -> Any:
        household = getattr(self.context.get("view"), "household", None)
        return persons(household) if household else Person.objects.none()

    def to_internal_value(self, data: Any) -> Person:
        return super().to_internal_value(serializers.UUIDField().run_validation(data))


class OwnerSerializer(serializers.Serializer[Any]):
    person = PersonField()


class AccountOwner(HouseholdScoped):
    """Say whose an account is; the answer is the account."""

    serializer_class = AccountSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        household = getattr(self, "household", None)
        return {**super().get_serializer_context(), "cash": selectors.cash(household) if household else {}}

    def found(self, uuid: UUID) -> BrokerageAccount:
        accounts = selectors.brokerage_accounts(self.household).select_related("household")
        return get_object_or_404(accounts, uuid=uuid)

    @extend_schema(request=OwnerSerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        account = self.found(kwargs["uuid"])
        form = OwnerSerializer(data=request.data, context=super().get_serializer_context())
        form.is_valid(raise_exception=True)
        owner = form.validated_data["person"]
        change_account(account=account, user=request.user, fields={"owner": owner})  # type: ignore[arg-type]
        return Response(self.get_serializer(account).data)


class FeesSerializer(ExactModelSerializer):
    """What the broker charges for an order: money, money a share, a fraction of the value, between two amounts."""

    class Meta:
        model = BrokerageAccount
        fields = FEES
        extra_kwargs = dict.fromkeys(FEES, AMOUNT) | {"fee_rate": FRACTION}

    def validate(self, fees: dict[str, Any]) -> dict[str, Any]:
        most = fees.get("fee_most")
        if most is not None and most < fees.get("fee_least", 0):
            raise serializers.ValidationError({"fee_most": ["The maximum is below the minimum."]})
        return fees


class AccountFees(AccountOwner):
    """Say what an account's broker charges; fees that are not named are none. The answer is the account."""

    @extend_schema(request=FeesSerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        account = self.found(kwargs["uuid"])
        form = FeesSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        fields = dict.fromkeys(FEES, Decimal(0)) | {"fee_most": None} | form.validated_data
        change_account(account=account, user=request.user, fields=fields)  # type: ignore[arg-type]
        return Response(self.get_serializer(account).data)


class ElsewhereList(serializers.ListSerializer[Any]):
    def validate(self, attrs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        named = [(row["owner"], row["name"]) for row in attrs]
        if len(set(named)) < len(named):
            raise serializers.ValidationError("Two accounts of one owner have the same name.")
        return attrs


class ElsewhereSerializer(ExactModelSerializer):
    owner = PersonField()
    reinvests = serializers.ChoiceField(
        choices=AccountElsewhere.Reinvests.choices, default=AccountElsewhere.Reinvests.UNKNOWN
    )

    class Meta:
        model = AccountElsewhere
        list_serializer_class = ElsewhereList
        fields = ["owner", "name", "kind", "reinvests"]


class CoverageSerializer(serializers.Serializer[Any]):
    """gaps: what cannot be known, a sentence each."""

    accounts = ElsewhereSerializer(many=True)
    gaps = serializers.ListField(child=serializers.CharField(), read_only=True)


class AccountsElsewhere(HouseholdScoped):
    """Accounts that are not imported, and what cannot be known because of them; PUT replaces them all."""

    serializer_class = CoverageSerializer
    pagination_class = None

    def get(self, request: Request, **kwargs: Any) -> Response:
        rows = self.household.accounts_elsewhere.select_related("owner")
        return Response(self.get_serializer({"accounts": rows, "gaps": coverage_gaps(self.household)}).data)

    def put(self, request: Request, **kwargs: Any) -> Response:
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        accounts = [Elsewhere(**row) for row in form.validated_data["accounts"]]
        save_accounts_elsewhere(household=self.household, user=request.user, accounts=accounts)  # type: ignore[arg-type]
        return self.get(request)
