from __future__ import annotations

from decimal import Decimal

from django.db import models

from accounts.fields import ExactDecimalField
from accounts.models.base import PublicModel
from accounts.models.household import Household


class Goal(PublicModel):
    """What the household saves for, by when, and how much it could bear to lose on the way."""

    class Kind(models.TextChoices):
        GROWTH = "growth", "Growth"
        INCOME = "income", "Income"
        PRESERVATION = "preservation", "Preservation"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="goals")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.GROWTH)
    amount = ExactDecimalField(help_text="In the household's base currency.")
    date = models.DateField()
    target_return = ExactDecimalField(null=True, blank=True, help_text="Fraction a year.")
    acceptable_drawdown = ExactDecimalField(null=True, blank=True, help_text="Fraction of the highest value.")
    target_volatility = ExactDecimalField(null=True, blank=True, help_text="Fraction a year.")
    horizon_years = models.PositiveSmallIntegerField(help_text="Years until the money is needed.")
    monthly_contribution = ExactDecimalField(default=Decimal("0"), help_text="Until the date, in today's money.")
    contribution_indexed = models.BooleanField(default=True, help_text="Whether contributions grow with inflation.")
    monthly_withdrawal = ExactDecimalField(
        default=Decimal("0"), help_text="From the date on, after tax, in today's money."
    )
    withdrawal_years = models.PositiveSmallIntegerField(default=0, help_text="How long money is withdrawn.")
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["date", "id"]

    def __str__(self) -> str:
        return self.name
