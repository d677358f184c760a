from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Household
from accounts.models.base import PublicModel


class Halt(PublicModel):
    """Automated proposals stopped, by a rule or a person, until a person resumes them with a reason."""

    class Cause(models.TextChoices):
        RETURN = "return", "Return outside what was predicted"
        DRAWDOWN = "drawdown", "Drawdown beyond a goal's"
        RISK = "risk", "Risk above what was predicted"
        PERSON = "person", "Stopped by a person"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="halts")
    cause = models.CharField(max_length=8, choices=Cause)
    as_of = models.DateField(help_text="The last session that it rests on.")
    reason = models.TextField(help_text="In sentences.")
    figures = models.JSONField(default=list, help_text="Every check of that look: value, limits, where they come from.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    resumed_at = models.DateTimeField(null=True)
    resumed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    resumed_on = models.DateField(null=True, help_text="The last session with a value then: only later ones count.")
    resume_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=models.Q(resumed_at__isnull=True), name="halt_one_standing"
            ),
            models.UniqueConstraint(
                fields=["household", "cause", "as_of"], condition=~models.Q(cause="person"), name="halt_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.as_of}"

    @property
    def stands(self) -> bool:
        return self.resumed_at is None
