from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Household


class ModelReview(models.Model):
    """A dated answer to "does this model still hold?", with the date of the next time it is asked. Append-only."""

    class Verdict(models.TextChoices):
        HOLDS = "holds", "It still holds"
        FAILS = "fails", "It does not hold"
        CHANGED = "changed", "It holds, and something changed"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="model_reviews")
    model = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.HOLDS)
    answer = models.TextField(blank=True)
    key = models.UUIDField(null=True, unique=True, help_text="Of the form: one form makes one review.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reviewed_on = models.DateField()
    next_on = models.DateField()

    class Meta:
        ordering = ["-reviewed_on", "-id"]

    def __str__(self) -> str:
        return f"{self.model} {self.reviewed_on}"
