from __future__ import annotations

from typing import Any

from django import forms

from holdings.models import AssetClass, Sector
from optimizer.forms.fields import NumberField, PercentField
from optimizer.forms.rows import Line
from optimizer.forms.subjects import Subjects

BLANK_TAGS = 3


class ClassificationLine(forms.Form):
    """How the household sees one instrument; the prefix names the instrument."""

    asset_class = forms.ChoiceField(label="Class", choices=AssetClass.choices)
    sector = forms.ChoiceField(choices=Sector.choices)
    region = forms.CharField(max_length=40, required=False)
    identity_group = forms.CharField(label="Identity group", max_length=40, required=False)
    collectible = forms.TypedChoiceField(
        label="Holds metal",
        choices=[(False, "No"), (True, "Yes")],
        coerce=lambda said: said == "True",
    )
    issuer = forms.CharField(max_length=60, required=False)
    daily_volume = NumberField(low=0, label="Shares a day", required=False)
    expense_ratio = PercentField(label="Costs, % a year", low=0, high=10, required=False)
    half_spread = PercentField(label="Half-spread, %", low=0, high=20, required=False)
    duration = NumberField(low=0, high=40, label="Duration, years", required=False)


class TagLine(Line):
    counts = ("symbol", "theme", "reason")
    symbol = forms.CharField(label="Instrument", max_length=24, required=False)
    theme = forms.CharField(max_length=40, required=False)
    reason = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, subjects: Subjects, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = subjects
        self.fields["symbol"].widget.attrs |= {"list": "symbols", "autocomplete": "off"}

    def clean_theme(self) -> str:
        return " ".join(self.cleaned_data["theme"].lower().split())

    def check(self, values: dict[str, Any]) -> None:
        if not values["theme"]:
            self.add_error("theme", "Name the theme, or clear the line.")
        if values["symbol"].upper() not in self.subjects.by_symbol:
            words = f"No instrument {values['symbol']} is known." if values["symbol"] else "Name the instrument."
            self.add_error("symbol", f"{words} Check the symbol, or clear the line.")

    @property
    def tag(self) -> tuple[int, str, str]:
        values = self.cleaned_data
        return self.subjects.by_symbol[values["symbol"].upper()].pk, values["theme"], values["reason"]


TagLines = forms.formset_factory(TagLine, extra=BLANK_TAGS, max_num=2_000, absolute_max=2_000)
