from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Household
from accounts.models.base import PublicModel


class StressScenario(PublicModel):
    """A stress scenario that a person wrote. Saving one makes its next version; versions never change."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="stress_scenarios")
    key = models.UUIDField(default=uuid.uuid4, help_text="What the versions of one scenario share.")
    number = models.PositiveIntegerField(help_text="Of the version.")
    name = models.CharField(max_length=80)
    moves = models.JSONField(help_text="Lines of axis, subject and change, a fraction as text.")
    is_retired = models.BooleanField(default=False, help_text="Whether this version takes it out of the tests.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "-number"]
        constraints = [models.UniqueConstraint(fields=["household", "key", "number"], name="stress_scenario_version")]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"
