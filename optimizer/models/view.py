from __future__ import annotations

from django.db import models

from accounts.fields import ExactDecimalField
from holdings.models import Instrument
from optimizer.models.policy import PolicyVersion


class PolicyView(models.Model):
    """A view of a version: an instrument earns so much a year above cash, or above another instrument."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="views")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    against = models.ForeignKey(Instrument, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = ExactDecimalField(help_text="A year, a fraction.")
    confidence = ExactDecimalField(help_text="0 to 1.")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.instrument_id} over {self.against_id or 'cash'} by {self.by}"
