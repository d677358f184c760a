from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Household


class ModelReview(models.Model):
    """A dated answer to "does this model still hold?", with the date of the next time it is asked."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="model_reviews")
    model = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    answer = models.TextField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reviewed_on = models.DateField()
    next_on = models.DateField()

    class Meta:
        ordering = ["-reviewed_on"]

    def __str__(self) -> str:
        return f"{self.model} {self.reviewed_on}"
