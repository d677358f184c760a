"""A series to be judged as a signal."""

from __future__ import annotations

from django import forms

from holdings.forms.prices import CsvForm

LONGEST_LAG = 370


class OwnSeriesForm(CsvForm):
    field_order = ("key", "name", "meaning", "lag", "file", "order", "skip")
    too_large = "Monthly values are enough: thin it out."
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
