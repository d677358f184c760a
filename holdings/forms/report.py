from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from holdings.reports.stored import Dates


class DatesForm(forms.Form):
    """Dates of the user's own, both included."""

    first = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, known: Dates, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", "The last day lies before the first. Exchange them.")
        elif (first and first > self.known.last) or (last and last < self.known.first):
            ends = f"{_day(self.known.first)} to {_day(self.known.last)}"
            self.add_error("first", f"Nothing is valued in these dates. Values reach from {ends}.")
        return cleaned

    @property
    def dates(self) -> Dates:
        return Dates(self.cleaned_data["first"], self.cleaned_data["last"])


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"
