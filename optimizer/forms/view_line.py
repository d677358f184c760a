"""A line of the policy form that states a view: this, against that or cash, by how much, how sure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from holdings.models import Instrument
from optimizer.forms.fields import PercentField
from optimizer.forms.rows import Line
from optimizer.forms.subjects import Subjects


class ViewLine(Line):
    counts = ("symbol", "by", "against", "confidence")
    symbol = forms.CharField(label="This earns more", required=False, max_length=24)
    by = PercentField(label="By, a year", low=-50, high=50, required=False)
    against = forms.CharField(label="Than that; empty: cash", required=False, max_length=24)
    confidence = PercentField(label="How sure", low=1, high=99, required=False)

    def __init__(self, *args: Any, subjects: Subjects, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = subjects
        for name in ("symbol", "against"):
            self.fields[name].widget.attrs |= {"list": "symbols", "autocomplete": "off"}

    def check(self, values: dict[str, Any]) -> None:
        asked = {"symbol": "Name the instrument", "by": "Say by how much", "confidence": "Say how sure you are"}
        for name, words in asked.items():
            if values[name] in {None, ""}:
                self.add_error(name, f"{words}, or clear the line.")
        if self.instrument is not None and self.instrument == self.against_instrument:
            self.add_error("against", "An instrument does not earn more than itself. Name another, or leave it empty.")

    def check_named(self, targeted: Collection[Instrument | None]) -> None:
        """A view needs instruments that the target may hold."""
        for name in ("symbol", "against"):
            typed = self.cleaned_data.get(name)
            if typed and self._find(typed) not in targeted:
                words = f"{typed} is not among the targets. Add it there, with 0% if need be, or clear the view."
                self.add_error(name, words)

    @property
    def instrument(self) -> Instrument | None:
        return self._find(self.cleaned_data.get("symbol"))

    @property
    def against_instrument(self) -> Instrument | None:
        return self._find(self.cleaned_data.get("against"))

    def _find(self, typed: Any) -> Instrument | None:
        return self.subjects.by_symbol.get(str(typed or "").upper())
