"""What a person says to a difference: a reason, and what a fix needs besides."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from holdings.models import Difference
from holdings.services.settle import Answers, Fix

ASKED = {
    Fix.SPLIT: ("day",),
    Fix.OPENING: ("acquired", "basis"),
}
"""The fields that each fix asks for besides its reason; those of a stated lot are known."""


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200, help_text="Kept with what it changes.")


class SettleForm(ReasonForm):
    day = forms.DateField(
        label="Day of the split",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Its ex-date.",
    )
    acquired = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Day of purchase. Empty: unknown, and no plan sells the lot.",
    )
    basis = forms.DecimalField(
        label="Basis in all", required=False, min_value=0, help_text="Empty: unknown, and the gain is unknown."
    )
    field_order = ["day", "acquired", "basis", "reason"]

    def __init__(self, data: Any = None, *, difference: Difference, fix: Fix, **kwargs: Any) -> None:
        super().__init__(data, prefix=fix, **kwargs)
        self.fix, self.difference = fix, difference
        known = difference.kind == Difference.Kind.LOT
        for name in ("day", "acquired", "basis"):
            if name not in ASKED.get(fix, ()) or known:
                del self.fields[name]

    def _not_later(self, name: str, what: str) -> dt.date | None:
        day: dt.date | None = self.cleaned_data[name]
        last = self.difference.statement.as_of
        if day and day > last:
            raise forms.ValidationError(f"{what} cannot be after the statement's day, {last:%-d %b %Y}.")
        return day

    def clean_day(self) -> dt.date | None:
        return self._not_later("day", "The split")

    def clean_acquired(self) -> dt.date | None:
        return self._not_later("acquired", "The purchase")

    @property
    def answers(self) -> Answers:
        return Answers(**{name: self.cleaned_data.get(name) for name in ("day", "basis", "acquired")})
