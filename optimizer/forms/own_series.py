"""A series to be judged as a signal."""

from __future__ import annotations

from typing import Any

from django import forms

from holdings.forms.prices import MAX_BYTES
from holdings.importers.cells import DateOrder

LONGEST_LAG = 370


class OwnSeriesForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=40, help_text="As it shall stand among the signals; the same name replaces it.")
    meaning = forms.CharField(
        max_length=120, required=False, help_text="What a high value promises, and whose figure it is. Optional."
    )
    lag = forms.IntegerField(
        label="Known after, days",
        min_value=0,
        max_value=LONGEST_LAG,
        help_text="Days from a value’s date until it was published; a quarter’s book value: 90. Too few look ahead.",
    )
    file = forms.FileField(
        help_text="CSV with Date and Value, and Symbol where each instrument has its own score. Up to 5 MB.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )
    order = forms.ChoiceField(
        label="Dates",
        required=False,
        choices=[
            ("", "As the file shows"),
            (DateOrder.DMY, "Day before month"),
            (DateOrder.MDY, "Month before day"),
            (DateOrder.YMD, "Year first"),
        ],
        help_text="Needed where 03/04/2024 could be two days.",
    )
    skip = forms.BooleanField(
        label="Leave out rows with faults", required=False, help_text="Otherwise a fault keeps the whole file out."
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError("The file is larger than 5 MB. Monthly values are enough: thin it out.")
        return file
