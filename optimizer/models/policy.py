from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models import Household
from accounts.models.base import PublicModel
from holdings.models import AssetClass, Instrument, Sector


class Policy(PublicModel):
    """The household's rules. What they say stands in versions, which are never changed."""

    household = models.OneToOneField(Household, on_delete=models.CASCADE, related_name="policy")

    class Meta:
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return f"policy of household {self.household_id}"


class PolicyVersion(PublicModel):
    """The rules as saved once. Immutable: saving the form makes the next version."""

    class Strategy(models.TextChoices):
        FIXED = "fixed_weights", "Target weights that I enter"
        EQUAL = "equal_weight", "Equal weights"
        MIN_VARIANCE = "minimum_variance", "Minimum variance"
        MEAN_VARIANCE = "mean_variance", "Mean-variance"
        RISK_PARITY = "risk_parity", "Risk parity"

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    strategy = models.CharField(max_length=20, choices=Strategy, default=Strategy.FIXED)
    risk_aversion = ExactDecimalField(default=Decimal(20), help_text="Money of risk per annual variance and dollar.")
    idle_cash_rate = ExactDecimalField(default=Decimal("0.03"), help_text="Cost of cash above its target, a fraction.")
    minimum_trade = ExactDecimalField(default=Decimal(0), help_text="Money, per account, instrument and side.")
    drift_band = ExactDecimalField(default=Decimal("0.03"), help_text="Tolerated distance from target, a fraction.")
    reason = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="policy_version_unique")]

    def __str__(self) -> str:
        return f"version {self.number}"


class TargetWeight(models.Model):
    """The target of an instrument, or of cash where none is named. Other strategies read the universe only."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="targets")
    instrument = models.ForeignKey(Instrument, null=True, on_delete=models.PROTECT, related_name="+")
    weight = ExactDecimalField(help_text="Fraction of the household.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "instrument"], name="target_weight_unique"),
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(instrument__isnull=True), name="target_weight_one_cash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id}: {self.weight}"


class PolicyConstraint(models.Model):
    """One limit of a version; diagnosis and rule sentences point at this row."""

    class Kind(models.TextChoices):
        INSTRUMENT_WEIGHT = "instrument_weight", "Weight of an instrument"
        SECTOR_WEIGHT = "sector_weight", "Weight of a sector"
        CLASS_WEIGHT = "class_weight", "Weight of an asset class"
        THEME_WEIGHT = "theme_weight", "Weight of a theme"
        EXCLUDE_INSTRUMENT = "exclude_instrument", "Exclude an instrument"
        EXCLUDE_SECTOR = "exclude_sector", "Exclude a sector"
        EXCLUDE_THEME = "exclude_theme", "Exclude a theme"
        MINIMUM_CASH = "minimum_cash", "Minimum cash"
        WITHDRAWAL = "withdrawal", "Planned withdrawal"
        TAX_BUDGET = "tax_budget", "Tax budget"
        TURNOVER = "turnover", "Turnover"
        TRACKING_ERROR = "tracking_error", "Tracking error"

    class Unit(models.TextChoices):
        FRACTION = "fraction", "Fraction"
        MONEY = "money", "Money"

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="constraints")
    kind = models.CharField(max_length=20, choices=Kind)
    subject = models.CharField(max_length=60, blank=True, help_text="UUID of instrument or account, sector, theme.")
    low = ExactDecimalField(null=True, blank=True)
    high = ExactDecimalField(null=True, blank=True)
    unit = models.CharField(max_length=8, choices=Unit, default=Unit.FRACTION)
    date = models.DateField(null=True, blank=True, help_text="Of a planned withdrawal.")
    hard = models.BooleanField(default=True)
    priority = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    def subject_name(self) -> str:
        """What the row limits, as a person would say it."""
        if self.kind in {self.Kind.INSTRUMENT_WEIGHT, self.Kind.EXCLUDE_INSTRUMENT}:
            return Instrument.objects.get(uuid=self.subject).symbol
        if self.kind in {self.Kind.SECTOR_WEIGHT, self.Kind.EXCLUDE_SECTOR}:
            return Sector(self.subject).label
        if self.kind == self.Kind.CLASS_WEIGHT:
            return AssetClass(self.subject).label
        return self.subject
