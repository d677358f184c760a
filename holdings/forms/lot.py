"""A correction of a lot: what it should say, from a day on, for a reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from holdings.forms.difference import ReasonForm
from holdings.models import Lot
from holdings.services.records import LotChange

DATE = forms.DateInput(attrs={"type": "date"})


class LotForm(ReasonForm):
    quantity = forms.DecimalField(label="Shares", min_value=0, help_text="As the lot stands on that day.")
    basis = forms.DecimalField(
        label="Basis in all", required=False, min_value=0, help_text="Of all its shares. Empty: as it is."
    )
    acquired = forms.DateField(required=False, widget=DATE, help_text="Day of purchase. Empty: as it is.")
    day = forms.DateField(label="From", widget=DATE, help_text="What was sold out of it before keeps its gain.")
    field_order = ["quantity", "basis", "acquired", "day", "reason"]

    def __init__(self, data: Any = None, *, lot: Lot, since: dt.date) -> None:
        initial = {"quantity": lot.quantity, "basis": lot.basis, "acquired": lot.acquired, "day": since}
        super().__init__(data, initial=initial)
        self.lot, self.since = lot, since

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if day < self.since:
            raise forms.ValidationError(
                f"The lot changed on {self.since:%-d %b %Y}. Choose that day or a later one, "
                "or correct the transaction itself."
            )
        return day

    def clean_acquired(self) -> dt.date | None:
        acquired: dt.date | None = self.cleaned_data["acquired"]
        if acquired and acquired > self.lot.opening.trade_date:
            came = f"{self.lot.opening.trade_date:%-d %b %Y}"
            raise forms.ValidationError(f"The shares came in on {came}; they were not bought after that.")
        return acquired

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.change_of(values):
            raise forms.ValidationError("Nothing would change. Enter what the lot should say.")
        return values

    def change_of(self, values: dict[str, Any]) -> LotChange | None:
        """What differs from the lot as it stands; None where nothing does."""
        now = {"quantity": self.lot.quantity, "basis": self.lot.basis, "acquired": self.lot.acquired}
        wanted = {name: values[name] for name in now if values[name] is not None and values[name] != now[name]}
        return LotChange(day=values["day"], **wanted) if wanted else None
