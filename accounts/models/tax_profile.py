from __future__ import annotations

from decimal import Decimal

from django.db import models

from accounts.fields import ExactDecimalField
from accounts.models.household import Household


class TaxProfile(models.Model):
    """The household's tax rates and losses carried in, as entered by the user. Rates are fractions."""

    class FilingStatus(models.TextChoices):
        SINGLE = "single", "Single"
        JOINT = "joint", "Married filing jointly"
        SEPARATE = "separate", "Married filing separately"
        HEAD = "head", "Head of household"

    household = models.OneToOneField(Household, on_delete=models.CASCADE, related_name="tax_profile")
    country = models.CharField(max_length=2, default="US", help_text="ISO 3166 code.")
    filing_status = models.CharField(max_length=12, choices=FilingStatus, default=FilingStatus.SINGLE)
    short_rate = ExactDecimalField(default=Decimal("0.24"))
    long_rate = ExactDecimalField(default=Decimal("0.15"))
    state_rate = ExactDecimalField(default=Decimal("0"))
    carry_short = ExactDecimalField(default=Decimal("0"), help_text="Short-term loss carried in, as a positive amount.")
    carry_long = ExactDecimalField(default=Decimal("0"), help_text="Long-term loss carried in, as a positive amount.")

    def __str__(self) -> str:
        return f"{self.country} {self.filing_status}"
