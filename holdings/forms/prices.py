"""Prices of the household's own, and what a person says of findings and feeds."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Household
from holdings.importers.cells import DateOrder
from holdings.market.held import held_by
from holdings.models import Instrument

MAX_BYTES = 5_000_000


class OfInstrument(forms.Form):
    instrument = forms.ModelChoiceField(
        queryset=Instrument.objects.none(), to_field_name="uuid", empty_label=None, help_text="Held or classified."
    )

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.household = household
        instruments: Any = self.fields["instrument"]
        instruments.queryset = held_by(household).order_by("symbol")


class PriceForm(OfInstrument):
    date = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), help_text="The day of the price.")
    close = forms.DecimalField(
        label="Price", max_digits=38, decimal_places=18, help_text="Of one share or unit; for a home its whole value."
    )
    currency = forms.RegexField(
        regex=r"^[A-Za-z]{3}$",
        required=False,
        help_text="Empty: the instrument's own. GBX is pence.",
        error_messages={"invalid": "Three letters, such as USD or GBX."},
    )
    note = forms.CharField(max_length=200, required=False, help_text="Where it comes from. Optional.")

    def clean_close(self) -> Any:
        close = self.cleaned_data["close"]
        if close <= 0:
            raise forms.ValidationError("A price is above zero. To write something off, sell it at 0 instead.")
        return close

    def clean_date(self) -> Any:
        date = self.cleaned_data["date"]
        if date > self.household.as_of:
            raise forms.ValidationError(f"Choose a day until {self.household.as_of:%-d %b %Y}.")
        return date


class CsvForm(forms.Form):
    """How a file of dates and values is read. `too_large`: what to do about one that is."""

    too_large = ""
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
            raise forms.ValidationError(f"The file is larger than 5 MB. {self.too_large}")
        return file


class SeriesForm(OfInstrument, CsvForm):
    field_order = ("instrument", "file", "order", "skip")
    too_large = "One instrument's closes are smaller: split it."
    file = forms.FileField(
        help_text="CSV with a date and a close, and open, high, low and volume if it has them. Up to 5 MB.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )


class FeedForm(forms.Form):
    symbol = forms.CharField(max_length=40, help_text="The source's own name of the series.")
    active = forms.BooleanField(required=False, label="Ask this source", help_text="Off: it is asked no more.")


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200, help_text="Kept with the finding.")
