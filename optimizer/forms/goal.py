from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import Goal
from accounts.templatetags.formats import day
from holdings.models import BrokerageAccount
from optimizer.forms.fields import MoneyField, PercentField

LONGEST = 80  # years


class GoalForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=80)
    kind = forms.ChoiceField(choices=Goal.Kind.choices, help_text="What the money is for while it waits.")
    amount = MoneyField(low=1, label="Target amount", help_text="In today’s money.")
    date = forms.DateField(
        label="Needed by", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text="As 2036-06-30."
    )
    horizon_years = forms.IntegerField(
        label="Horizon", required=False, min_value=0, max_value=LONGEST, help_text="Empty: counted from the date."
    )
    acceptable_drawdown = PercentField(
        label="Acceptable fall from a peak", required=False, help_text="At any time before then."
    )
    target_volatility = PercentField(
        label="Target volatility", required=False, help_text="Shown beside the forecast on the overview."
    )
    target_return = PercentField(label="Target return", required=False, help_text="What the plan counts on.")
    accounts = forms.MultipleChoiceField(
        label="Accounts that save for it",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None: the whole household.",
    )

    def __init__(self, *args: Any, accounts: Sequence[BrokerageAccount], as_of: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of
        self.known = {str(account.uuid): account for account in accounts}
        self.fields["accounts"].choices = [(key, row.name) for key, row in self.known.items()]  # type: ignore[attr-defined]

    def clean_date(self) -> dt.date:
        needed: dt.date = self.cleaned_data["date"]
        if needed <= self.as_of:
            raise forms.ValidationError(
                f"{day(needed)} is not after {day(self.as_of)}. Give a later date, or archive the goal."
            )
        return needed

    @property
    def values(self) -> dict[str, Any]:
        """The goal's fields, the horizon counted from the date where none is typed."""
        left_out = {"key", "accounts"}
        values = {name: value for name, value in self.cleaned_data.items() if name not in left_out}
        if values["horizon_years"] is None:
            values["horizon_years"] = round((values["date"] - self.as_of).days / 365.25)
        return values

    @property
    def linked(self) -> list[BrokerageAccount]:
        return [self.known[key] for key in self.cleaned_data["accounts"]]
