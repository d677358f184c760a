"""When a proposal is drafted by itself: the thresholds as people type them."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from optimizer.forms.fields import MoneyField, PercentField
from optimizer.models import Timing

SETTINGS = (
    "active",
    "least_days",
    "drift",
    "relative",
    "tracking_error",
    "benefit",
    "volatility",
    "cash",
    "harvest",
    "long_term",
)


class TimingForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    active = forms.BooleanField(
        required=False, label="Draft proposals", help_text="Looked at once a day. Nothing is traded before you approve."
    )
    least_days = forms.IntegerField(
        min_value=1, max_value=366, label="Days between proposals, at least", help_text="Counted from the last one."
    )
    drift = PercentField(required=False, label="Drift", help_text="A holding so many points from its target.")
    relative = PercentField(
        high=1000,
        required=False,
        label="Drift, of the target",
        help_text="A holding so far from its target, as part of it; from half a point on.",
    )
    tracking_error = PercentField(
        required=False, label="Tracking error", help_text="Against the target, a year, of all holdings together."
    )
    benefit = PercentField(
        required=False,
        label="Benefit of a rebalance",
        help_text="What a plan would be worth after tax and cost, of the household.",
    )
    volatility = PercentField(
        high=1000,
        required=False,
        label="Change of volatility",
        help_text="Of the forecast, since the last proposal, up or down.",
    )
    cash = PercentField(
        required=False, label="Idle or missing cash", help_text="Above the target, or below what must be kept."
    )
    harvest = MoneyField(low=0, required=False, label="Losses to take", help_text="Unrealised, in taxable accounts.")
    long_term = forms.IntegerField(
        min_value=1,
        max_value=60,
        required=False,
        label="Before a lot turns long-term",
        help_text="Of lots whose tax would differ.",
    )

    def __init__(self, data: Any = None, *, stored: Timing) -> None:
        initial = {name: getattr(stored, name) for name in SETTINGS} | {"key": uuid.uuid4()}
        super().__init__(data, initial=initial)

    @property
    def settings(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SETTINGS}
