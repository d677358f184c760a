"""Does this model still hold?"""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from optimizer.models import ModelReview


class ReviewForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=ModelReview.Verdict.choices, label="Does it still hold?")
    answer = forms.CharField(
        max_length=2000,
        label="What you looked at",
        help_text="The figures, the page, what changed.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a sentence what the answer rests on."},
    )
    days = forms.IntegerField(min_value=1, max_value=1096, label="Ask again in", help_text="Days.")

    def __init__(self, data: Any = None, *, days: int) -> None:
        super().__init__(data, initial={"key": uuid.uuid4(), "days": days})
