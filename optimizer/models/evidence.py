from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.models import Household, Run
from accounts.models.base import PublicModel


class Rhythm(models.TextChoices):
    """How often a walk-forward brings a policy back to its target."""

    MONTH = "month", "Every month"
    QUARTER = "quarter", "Every quarter"
    YEAR = "year", "Every year"
    BAND = "band", "Beyond 3 points"


class Evidence(PublicModel):
    """What a worker found about a household's plan, holdings or models. Its content never changes.

    Equal inputs give equal results: one row for a kind, a subject and a fingerprint of inputs.
    """

    class Kind(models.TextChoices):
        CONCENTRATION = "concentration", "Concentration"
        FACTORS = "factors", "Signals"
        WALK_FORWARD = "walk_forward", "Walk-forward"
        WALK = "walk", "One path of a walk-forward"
        VOLATILITY = "volatility", "Volatility"
        REGIMES = "regimes", "Regimes"
        CORRELATION = "correlation", "Correlation"
        WATCH = "watch", "Watch"
        STRESS = "stress", "Stress"
        GOALS = "goals", "Goals"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=16, choices=Kind)
    subject = models.CharField(max_length=60, blank=True, help_text="What it is about, where a kind has many.")
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="evidence")
    as_of = models.DateField()
    inputs_hash = models.CharField(max_length=64)
    result = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(default=timezone.now, help_text="When its inputs were last seen to be these.")

    class Meta:
        ordering = ["-confirmed_at"]
        constraints = [
            models.UniqueConstraint(fields=["household", "kind", "subject", "inputs_hash"], name="evidence_unique")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.as_of}"
