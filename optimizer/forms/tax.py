from __future__ import annotations

from django import forms

from accounts.models import TaxProfile
from optimizer.forms.fields import MoneyField, PercentField


class TaxProfileForm(forms.Form):
    filing_status = forms.ChoiceField(label="Filing status", choices=TaxProfile.FilingStatus.choices)
    short_rate = PercentField(label="Short-term rate", help_text="Marginal federal rate on ordinary income.")
    long_rate = PercentField(label="Long-term rate", help_text="Federal rate on gains held for more than a year.")
    state_rate = PercentField(label="State rate", help_text="On gains; 0 where there is none.")
    carry_short = MoneyField(
        low=0, label="Short-term loss carried in", help_text="From last year’s return, as a positive amount."
    )
    carry_long = MoneyField(
        low=0, label="Long-term loss carried in", help_text="From last year’s return, as a positive amount."
    )
