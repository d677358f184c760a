from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Household
from accounts.models.base import PublicModel


class OwnSeries(PublicModel):
    """A series that a person uploaded to be judged as a signal: a value a day, or a score a day and instrument."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="own_series")
    name = models.CharField(max_length=40)
    meaning = models.CharField(max_length=120, blank=True, help_text="What a high value says, and whose it is.")
    lag = models.PositiveSmallIntegerField(help_text="Days after its date on which a value is known.")
    points = models.JSONField(help_text="Day and value as text, by instrument uuid; the empty name: one series.")
    count = models.PositiveIntegerField()
    first = models.DateField()
    last = models.DateField()
    file_hash = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["household", "name"], name="own_series_unique")]

    def __str__(self) -> str:
        return self.name
