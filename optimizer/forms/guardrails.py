"""Guardrails, and what halts automated proposals, as people type them."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from optimizer.forms.fields import NumberField, PercentField
from optimizer.models import Guardrails
from optimizer.services.guardrails import HALTS, RAILS

SETTINGS = (*RAILS, *HALTS)


class GuardrailsForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    position = PercentField(required=False, label="One stock, at most", help_text="Funds are not meant.")
    turnover = PercentField(required=False, label="Turnover, at most", help_text="Half of what is sold and bought.")
    volume = PercentField(
        high=1000,
        required=False,
        label="Share of a day's trade, at most",
        help_text="Of each order, where the average daily volume is known.",
    )
    age = forms.IntegerField(
        min_value=1,
        max_value=366,
        required=False,
        label="Age of prices, at most",
        help_text="Of the last close of what is traded.",
    )
    tax = PercentField(required=False, label="Tax added, at most", help_text="This year, by one plan.")
    quantile = PercentField(
        high=10,
        required=False,
        label="Return outside the quantile",
        help_text="On either side of what was predicted, over 1, 5 and 21 sessions.",
    )
    risk_ratio = NumberField(
        low=1,
        high=20,
        required=False,
        label="Realised risk over predicted",
        help_text="Volatility of the last 63 sessions.",
    )
    drawdown = forms.BooleanField(
        required=False, label="Drawdown beyond a goal's", help_text="The least acceptable one of all goals."
    )

    def __init__(self, data: Any = None, *, stored: Guardrails) -> None:
        initial = {name: getattr(stored, name) for name in SETTINGS} | {"key": uuid.uuid4()}
        super().__init__(data, initial=initial)

    @property
    def settings(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SETTINGS}
