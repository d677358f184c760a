from __future__ import annotations

from django.db import models

from accounts.fields import ExactDecimalField
from accounts.models import Household
from holdings.models.account import BrokerageAccount
from holdings.models.instrument import Instrument


class Valuation(models.Model):
    """An account's value at a day's close and what flowed over its border that day. Computed by a worker."""

    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="valuations")
    date = models.DateField()
    value = ExactDecimalField(help_text="Securities and cash, in the household's base currency.")
    cash = ExactDecimalField()
    inflow = ExactDecimalField(default=0)
    outflow = ExactDecimalField(default=0, help_text="A positive amount.")

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["account", "date"], name="valuation_unique")]

    def __str__(self) -> str:
        return f"{self.date} {self.value}"


class Benchmark(models.Model):
    """The household's baseline: an index beside cash at a stated rate, with the household's own flows."""

    household = models.OneToOneField(Household, on_delete=models.CASCADE, related_name="benchmark")
    name = models.CharField(max_length=80)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    weight = ExactDecimalField(help_text="Fraction held in the instrument; the rest is cash.")
    cash_rate = ExactDecimalField(help_text="Fraction a year.")

    def __str__(self) -> str:
        return self.name


class BenchmarkValuation(models.Model):
    """What the baseline would be worth at a day's close. Computed by a worker."""

    benchmark = models.ForeignKey(Benchmark, on_delete=models.CASCADE, related_name="valuations")
    date = models.DateField()
    value = ExactDecimalField()

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["benchmark", "date"], name="benchmark_valuation_unique")]

    def __str__(self) -> str:
        return f"{self.date} {self.value}"
