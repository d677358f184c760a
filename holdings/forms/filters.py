"""What lists of transactions and gains show; an impossible choice shows everything."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import Household
from holdings.models import BrokerageAccount, Import, Transaction
from holdings.selectors import brokerage_accounts, imports

Kind = Transaction.Kind
GROUPS: dict[str, tuple[str, tuple[Kind, ...]]] = {
    "trades": ("Trades", (Kind.BUY, Kind.SELL, Kind.REINVEST)),
    "income": ("Income", (Kind.DIVIDEND, Kind.INTEREST)),
    "money": ("Cash", (Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.FEE, Kind.TAX, Kind.EXCHANGE)),
    "moves": ("Openings and transfers", (Kind.OPENING, Kind.TRANSFER_IN, Kind.TRANSFER_OUT)),
    "actions": (
        "Corporate actions",
        (
            Kind.SPLIT,
            Kind.SPIN_OFF,
            Kind.MERGER,
            Kind.SYMBOL_CHANGE,
            Kind.RETURN_OF_CAPITAL,
            Kind.CASH_IN_LIEU,
            Kind.WORTHLESS,
        ),
    ),
    "apart": ("Kept apart", (Kind.SHORT, Kind.OPTION)),
    "edits": ("Adjustments", (Kind.ADJUST,)),
}


def kind_choices() -> list[Any]:
    """Groups to choose whole, each with its kinds."""
    groups = [
        (word, [(name, f"All: {word.lower()}"), *((kind.value, kind.label) for kind in kinds)])
        for name, (word, kinds) in GROUPS.items()
    ]
    return [("", "All kinds"), *groups]


class TransactionFilter(forms.Form):
    account = forms.ModelChoiceField(
        queryset=BrokerageAccount.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label="All accounts",
        widget=forms.Select(attrs={"aria-label": "Account"}),
    )
    kind = forms.ChoiceField(choices=kind_choices, required=False, widget=forms.Select(attrs={"aria-label": "Kind"}))
    year = forms.ChoiceField(required=False, widget=forms.Select(attrs={"aria-label": "Year"}))
    batch = forms.ModelChoiceField(
        queryset=Import.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label="All imports",
        widget=forms.Select(attrs={"aria-label": "Import"}),
    )
    symbol = forms.CharField(
        max_length=24,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Symbol", "aria-label": "Symbol"}),
    )

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["account"].queryset = brokerage_accounts(household)
        fields["batch"].queryset = imports(household).filter(status=Import.Status.CONFIRMED)
        days = Transaction.objects.filter(account__household=household).dates("trade_date", "year", order="DESC")
        fields["year"].choices = [("", "All years"), *((str(day.year), str(day.year)) for day in days)]

    def narrowed(self, rows: QuerySet[Transaction]) -> QuerySet[Transaction]:
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if "kind" in chosen:
            kind = chosen["kind"]
            rows = rows.filter(kind__in=GROUPS[kind][1] if kind in GROUPS else [kind])
        wanted = {name: chosen[key] for key, name in COLUMNS.items() if key in chosen}
        return rows.filter(**wanted)


COLUMNS = {
    "account": "account",
    "year": "trade_date__year",
    "batch": "import_rows__batch",
    "symbol": "instrument__symbol__iexact",
}
