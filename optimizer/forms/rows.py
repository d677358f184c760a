"""Lines of a form. An empty line says nothing; a half-filled one says what is missing."""

from __future__ import annotations

from typing import Any

from django import forms

from holdings.models import Instrument
from optimizer.forms.fields import PercentField
from optimizer.forms.subjects import Subjects


class Line(forms.Form):
    """`counts` names the fields that make a line more than empty."""

    use_required_attribute = False
    counts: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not self.errors and not any(self.cleaned_data.get(name) not in {None, ""} for name in self.counts)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and any(values.get(name) not in {None, ""} for name in self.counts):
            self.check(dict(values))  # a copy, since an error takes its value out
        return values

    def check(self, values: dict[str, Any]) -> None:
        """Of a line that is not empty and whose fields are each right."""


class TargetLine(Line):
    counts = ("symbol", "weight")
    symbol = forms.CharField(label="Instrument", required=False, max_length=24)
    weight = PercentField(label="Weight", required=False)

    def __init__(self, *args: Any, subjects: Subjects, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = subjects
        self.fields["symbol"].widget.attrs |= {"list": "symbols", "autocomplete": "off"}

    def check(self, values: dict[str, Any]) -> None:
        if not values["symbol"]:
            self.add_error("symbol", "Name the instrument of this weight, or clear the line.")
        elif self.instrument is None:
            words = f"No instrument {values['symbol']} is known. Check the symbol, or import a file that names it."
            self.add_error("symbol", words)

    @property
    def shown(self) -> str:
        return str(self.cleaned_data["symbol"])

    @property
    def instrument(self) -> Instrument | None:
        return self.subjects.by_symbol.get(str(self.cleaned_data.get("symbol", "")).upper())
