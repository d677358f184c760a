from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models import Household, Run
from accounts.models.base import PublicModel
from optimizer.models.policy import PolicyVersion


class Timing(models.Model):
    """When a proposal is drafted by itself under a policy version. A threshold that is empty: its trigger is off."""

    version = models.OneToOneField(PolicyVersion, on_delete=models.CASCADE, related_name="timing")
    active = models.BooleanField(default=True)
    least_days = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(1), MaxValueValidator(366)], help_text="Between two drafts."
    )
    drift = ExactDecimalField(null=True, blank=True, default=Decimal("0.03"), help_text="Of the household.")
    relative = ExactDecimalField(null=True, blank=True, default=Decimal("0.25"), help_text="Of the target.")
    tracking_error = ExactDecimalField(null=True, blank=True, default=Decimal("0.02"), help_text="A year.")
    benefit = ExactDecimalField(null=True, blank=True, default=Decimal("0.002"), help_text="Of the household.")
    volatility = ExactDecimalField(null=True, blank=True, default=Decimal("0.25"), help_text="Relative.")
    cash = ExactDecimalField(null=True, blank=True, default=Decimal("0.02"), help_text="Of the household.")
    harvest = ExactDecimalField(null=True, blank=True, default=Decimal(5000), help_text="Money of losses.")
    long_term = models.PositiveSmallIntegerField(
        null=True, blank=True, default=7, validators=[MinValueValidator(1), MaxValueValidator(60)], help_text="Days."
    )

    def __str__(self) -> str:
        return f"timing of version {self.version_id}"


class TimingCheck(PublicModel):
    """One look at a household's triggers, kept so that a page can say what was found on a day."""

    class Outcome(models.TextChoices):
        DRAFTED = "drafted", "Proposal drafted"
        NOTHING = "nothing", "Nothing to do"
        WAITING = "waiting", "Another proposal waits"
        SOON = "soon", "Too soon after the last"
        FAILED = "failed", "Could not be checked"
        HALTED = "halted", "Automated proposals are halted"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="timing_checks")
    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")
    as_of = models.DateField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.TextField(help_text="In one or two sentences.")
    findings = models.JSONField(default=list, help_text="Of each trigger: its name, whether it fired, a clause.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-as_of", "-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["household", "as_of", "version"], name="timing_checked_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.as_of}: {self.outcome}"
