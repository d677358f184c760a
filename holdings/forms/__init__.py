from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Household, Person
from accounts.selectors import persons
from holdings.forms.account_kinds import kind_choices
from holdings.models import BrokerageAccount
from holdings.selectors import brokerage_accounts


class AccountForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="As you call it.")
    kind = forms.ChoiceField(help_text="Decides how gains are taxed.")
    broker = forms.CharField(max_length=40, required=False, help_text="Optional.")
    owner = forms.ModelChoiceField(
        queryset=Person.objects.none(), empty_label=None, help_text="A person of the household."
    )
    number_tail = forms.RegexField(
        regex=r"^[0-9A-Za-z]{2,8}$",
        required=False,
        label="Last digits",
        help_text="Optional. They tell accounts of one broker apart.",
        error_messages={"invalid": "The last two to eight digits of the account number; never the whole number."},
    )

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.household = household
        owners: Any = self.fields["owner"]
        owners.queryset = persons(household)
        kinds: Any = self.fields["kind"]
        kinds.choices = kind_choices(household)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if brokerage_accounts(self.household).filter(name__iexact=name).exists():
            raise forms.ValidationError(f"There is an account called {name} already. Choose another name.")
        return name


class UploadForm(forms.Form):
    account = forms.ModelChoiceField(
        queryset=BrokerageAccount.objects.none(),
        to_field_name="uuid",
        empty_label=None,
        help_text="For rows that name no account of their own.",
    )
    file = forms.FileField(
        help_text="As the broker exports it, up to 20 MB. Its kind is told by its content.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.json,.xml,.ofx,.qfx,text/csv,text/plain"}),
    )

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts: Any = self.fields["account"]
        accounts.queryset = brokerage_accounts(household)


class UndoForm(forms.Form):
    reason = forms.CharField(max_length=200, label="Reason", help_text="Kept with each row that is taken out.")
