from __future__ import annotations

from django.db import models
from django.utils import timezone

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
    currency_gain = ExactDecimalField(default=0, help_text="What moves of exchange rates since the day before gave.")

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["account", "date"], name="valuation_unique")]

    def __str__(self) -> str:
        return f"{self.date} {self.value}"


class PerformanceReport(models.Model):
    """Returns, contributions and risk of a scope and period: computed by a worker, read by pages."""

    class Scope(models.TextChoices):
        HOUSEHOLD = "household", "Household"
        ACCOUNT = "account", "Account"
        GOAL = "goal", "Goal"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="reports")
    scope = models.CharField(max_length=10, choices=Scope)
    subject = models.UUIDField(null=True, help_text="The account or goal.")
    first = models.DateField(help_text="Values count from the close before this day.")
    last = models.DateField()
    inputs_hash = models.CharField(max_length=64, help_text="Of all that it was computed from.")
    content = models.JSONField()
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-computed_at"]
        constraints = [
            models.UniqueConstraint(fields=["household", "scope", "subject", "first", "last"], name="report_unique"),
            models.UniqueConstraint(
                fields=["household", "first", "last"],
                name="report_of_household_unique",
                condition=models.Q(subject__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.first} {self.last}"


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
