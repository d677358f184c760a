"""Stopping automated proposals, and letting them go on: each with a reason."""

from __future__ import annotations

from django import forms


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=300,
        label="Why",
        error_messages={"required": "Say why."},
        help_text="Kept with your name and the time.",
    )
