"""Exchange rates and economic series."""

from __future__ import annotations

from django.db import models

from accounts.fields import ExactDecimalField
from holdings.models.source import PriceSource


class FxRate(models.Model):
    """Units of a currency for one euro, as reference rates are published; other pairs are crossed."""

    currency = models.CharField(max_length=3)
    date = models.DateField()
    per_euro = ExactDecimalField()
    source = models.ForeignKey(PriceSource, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["currency", "date"], name="fx_rate_unique")]

    def __str__(self) -> str:
        return f"{self.currency} {self.date} {self.per_euro}"


class MacroSeries(models.Model):
    """An economic series, such as a risk-free rate or a price index."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=40, help_text="For example percent a year, or index points.")

    def __str__(self) -> str:
        return self.name


class MacroPoint(models.Model):
    series = models.ForeignKey(MacroSeries, on_delete=models.CASCADE, related_name="points")
    date = models.DateField()
    value = ExactDecimalField()
    source = models.ForeignKey(PriceSource, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["series", "date"], name="macro_point_unique")]

    def __str__(self) -> str:
        return f"{self.date} {self.value}"
