from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from accounts.models import ApiToken, Household, Person, User
from accounts.selectors import households, persons, spouse, tokens


class HouseholdForm(forms.Form):
    name = forms.CharField(max_length=80, label="Name of the household", help_text="Shown in the bar of each page.")
    person = forms.CharField(max_length=80, label="Your name", help_text="The first owner of accounts.")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if households(self.user).filter(name__iexact=name).exists():
            raise forms.ValidationError(f"You have a household called {name} already. Open it, or choose another name.")
        return name


class PersonForm(forms.Form):
    name = forms.CharField(max_length=80)
    relation = forms.ChoiceField(choices=Person.Relation.choices, initial=Person.Relation.SPOUSE)

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "person_%s", **kwargs})
        self.household = household

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if persons(self.household).filter(name__iexact=name).exists():
            raise forms.ValidationError(f"{name} is in the household already. Choose a name that tells them apart.")
        return name

    def clean_relation(self) -> str:
        relation: str = self.cleaned_data["relation"]
        if relation == Person.Relation.SPOUSE and (found := spouse(self.household)):
            raise forms.ValidationError(f"{found.name} is the spouse. Choose another relation, or change the name.")
        return relation


class TokenForm(forms.Form):
    DAYS = [("30", "30 days"), ("90", "90 days"), ("365", "1 year"), ("", "Never")]

    name = forms.CharField(max_length=60, help_text="What will use it.")
    scope = forms.ChoiceField(choices=ApiToken.Scope.choices, label="May")
    days = forms.ChoiceField(choices=DAYS, required=False, initial="90", label="Expires after")

    def __init__(self, *args: Any, household: Household, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "token_%s", **kwargs})
        self.active = tokens(household, user)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.active.filter(name__iexact=name).exists():
            raise forms.ValidationError(f"You have a token called {name}. Revoke it first, or choose another name.")
        return name

    def lifetime(self) -> dt.timedelta | None:
        days = self.cleaned_data["days"]
        return dt.timedelta(days=int(days)) if days else None
