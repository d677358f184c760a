from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
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
    monthly_contribution = MoneyField(
        low=0, label="Paid in each month", required=False, help_text="Until the date. In today’s money."
    )
    contribution_indexed = forms.TypedChoiceField(
        label="Payments grow with inflation",
        choices=[(True, "Yes"), (False, "No, they stay the same")],
        coerce=lambda said: said == "True",
        initial=True,
    )
    monthly_withdrawal = MoneyField(
        low=0,
        label="Withdrawn each month",
        required=False,
        help_text="From the date on, after tax, in today’s money.",
    )
    withdrawal_years = forms.IntegerField(
        label="Withdrawn for", required=False, min_value=0, max_value=LONGEST, help_text="From the date on."
    )
    acceptable_drawdown = PercentField(
        label="Acceptable fall from a peak", required=False, help_text="At any time before then."
    )
    target_volatility = PercentField(
        label="Target volatility",
        required=False,
        help_text="Shown beside the forecast on the overview; goes with your target return into its odds.",
    )
    target_return = PercentField(
        label="Target return", required=False, help_text="Before inflation. One way of computing the odds counts on it."
    )
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

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("monthly_withdrawal") and not values.get("withdrawal_years"):
            self.add_error("withdrawal_years", "Say for how many years it is withdrawn, or clear the amount.")
        if values.get("withdrawal_years") and not values.get("monthly_withdrawal"):
            self.add_error("monthly_withdrawal", "Say how much is withdrawn each month, or clear the years.")
        return values

    @property
    def values(self) -> dict[str, Any]:
        """The goal's fields, the horizon counted from the date where none is typed; no amount is none paid."""
        left_out = {"key", "accounts"}
        values = {name: value for name, value in self.cleaned_data.items() if name not in left_out}
        for name in ("monthly_contribution", "monthly_withdrawal"):
            values[name] = values[name] or Decimal(0)
        values["withdrawal_years"] = values["withdrawal_years"] or 0
        if values["horizon_years"] is None:
            values["horizon_years"] = round((values["date"] - self.as_of).days / 365.25)
        return values

    @property
    def linked(self) -> list[BrokerageAccount]:
        return [self.known[key] for key in self.cleaned_data["accounts"]]
