from __future__ import annotations

from decimal import Decimal

from django.db import models

from accounts.fields import ExactDecimalField
from accounts.models.household import Household


class TaxProfile(models.Model):
    """What the household says of its taxes. Rates are fractions, losses positive amounts.

    A tax year is named by the calendar year in which it begins: 2024 is the British 2024-25.
    """

    class FilingStatus(models.TextChoices):
        SINGLE = "single", "Single"
        JOINT = "joint", "Married filing jointly"
        SEPARATE = "separate", "Married filing separately"
        HEAD = "head", "Head of household"
        SURVIVOR = "survivor", "Qualifying surviving spouse"

    household = models.OneToOneField(Household, on_delete=models.CASCADE, related_name="tax_profile")
    country = models.CharField(max_length=2, default="US", help_text="ISO 3166 code.")
    filing_status = models.CharField(max_length=12, choices=FilingStatus, default=FilingStatus.SINGLE)
    other_income = ExactDecimalField(
        default=Decimal("0"), help_text="Wages and all else a year that the accounts do not show."
    )
    deductions = ExactDecimalField(null=True, blank=True, help_text="A year's total; empty for the standard one.")
    use_own_rates = models.BooleanField(
        default=True, help_text="Whether the two rates below stand in for computed ones."
    )
    short_rate = ExactDecimalField(default=Decimal("0.24"))
    long_rate = ExactDecimalField(default=Decimal("0.15"))
    state_name = models.CharField(max_length=40, blank=True, help_text="State or province.")
    state_rate = ExactDecimalField(default=Decimal("0"), help_text="Flat, of the state or province.")
    church_rate = ExactDecimalField(default=Decimal("0"), help_text="Of income tax, in Germany.")
    carry_short = ExactDecimalField(default=Decimal("0"), help_text="Short-term loss carried in, as a positive amount.")
    carry_long = ExactDecimalField(default=Decimal("0"), help_text="Long-term loss carried in, as a positive amount.")
    carry_year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The tax year that the losses are carried into."
    )

    spouse_income = ExactDecimalField(
        default=Decimal("0"), help_text="The spouse's wages and all else a year, where spouses are taxed apart."
    )
    spouse_deductions = ExactDecimalField(
        null=True, blank=True, help_text="The spouse's, where spouses are taxed apart; empty for the standard ones."
    )
    spouse_carry = ExactDecimalField(
        default=Decimal("0"), help_text="The spouse's short-term loss carried in, where spouses are taxed apart."
    )
    spouse_carry_long = ExactDecimalField(
        default=Decimal("0"), help_text="The spouse's long-term loss carried in, where spouses are taxed apart."
    )
    lists_harvests = models.BooleanField(default=True, help_text="Whether the tax page lists losses worth taking.")

    def __str__(self) -> str:
        return f"{self.country} {self.filing_status}"


class TaxYearFacts(models.Model):
    """Income and deductions of one tax year, where they differ from the profile's."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="tax_years")
    year = models.PositiveSmallIntegerField(help_text="The calendar year in which the tax year begins.")
    other_income = ExactDecimalField(help_text="Wages and all else that the accounts do not show.")
    deductions = ExactDecimalField(null=True, blank=True, help_text="The total; empty for the standard one.")
    qualified_fraction = ExactDecimalField(
        null=True, blank=True, help_text="The part of dividends that was qualified (box 1b / 1a of Form 1099-DIV)."
    )

    class Meta:
        ordering = ["year"]
        constraints = [models.UniqueConstraint(fields=["household", "year"], name="tax_year_facts_unique")]

    def __str__(self) -> str:
        return str(self.year)
