from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models import Household
from accounts.models.base import PublicModel


class Guardrails(PublicModel):
    """The household's outer limits as saved once, and what halts automated proposals. Immutable, like a policy version.

    A limit that is empty is off. Leverage has no column: it is 1.
    """

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="guardrails")
    number = models.PositiveIntegerField(default=0, help_text="0: the defaults, never saved.")
    position = ExactDecimalField(
        null=True, blank=True, default=Decimal("0.5"), help_text="One stock, of the household."
    )
    turnover = ExactDecimalField(
        null=True, blank=True, default=Decimal("0.75"), help_text="Of the household, one plan."
    )
    volume = ExactDecimalField(null=True, blank=True, default=Decimal("0.1"), help_text="Of a day's volume, one order.")
    age = models.PositiveSmallIntegerField(
        null=True, blank=True, default=7, validators=[MinValueValidator(1), MaxValueValidator(366)], help_text="Days."
    )
    tax = ExactDecimalField(null=True, blank=True, default=Decimal("0.05"), help_text="Of the household, one plan.")
    quantile = ExactDecimalField(
        null=True, blank=True, default=Decimal("0.001"), help_text="On either side of the predicted distribution."
    )
    risk_ratio = ExactDecimalField(null=True, blank=True, default=Decimal("2.5"), help_text="Realised over predicted.")
    drawdown = models.BooleanField(default=True, help_text="Halt beyond the acceptable drawdown of a goal.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "guardrails"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["household", "number"], name="guardrails_number_unique")]

    def __str__(self) -> str:
        return f"guardrails {self.number}"
