"""How a member wants to hear of each kind of alert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from optimizer.models import Alert, AlertSetting
from optimizer.services.alerts import webhook

Kind = Alert.Kind


class AlertForm(forms.Form):
    url = forms.CharField(
        required=False,
        max_length=500,
        label="Webhook",
        help_text="Each alert is a signed POST to this address. Another address gets another secret.",
    )

    def __init__(self, data: Any = None, *, stored: Mapping[str, AlertSetting], url: str) -> None:
        super().__init__(data, initial={"url": url})
        for kind, label in Kind.choices:
            self.fields[f"email_{kind}"] = forms.ChoiceField(
                choices=AlertSetting.Email.choices, label=label, initial=stored[kind].email
            )
            self.fields[f"webhook_{kind}"] = forms.BooleanField(
                required=False, label=f"Webhook: {label}", initial=stored[kind].webhook
            )

    @property
    def kinds(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [(label, self[f"email_{kind}"], self[f"webhook_{kind}"]) for kind, label in Kind.choices]

    @property
    def chosen(self) -> dict[str, tuple[str, bool]]:
        said = self.cleaned_data
        return {kind: (said[f"email_{kind}"], said[f"webhook_{kind}"]) for kind in Kind.values}

    def clean_url(self) -> str:
        """An address that could be posted to; whether it is public is looked up when it is."""
        url: str = self.cleaned_data["url"].strip()
        if url:
            try:
                webhook.checked(url)
            except webhook.Refused as refused:
                raise forms.ValidationError(str(refused)) from refused
        return url
