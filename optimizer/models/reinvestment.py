from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Household
from accounts.models.base import PublicModel
from holdings.models import BrokerageAccount, Instrument
from optimizer.models.proposal import Trade


class ReinvestmentTask(PublicModel):
    """Something for a person to do at a broker: turn reinvestment off, so that a loss is not undone."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="reinvestment_tasks")
    trade = models.ForeignKey(
        Trade, on_delete=models.CASCADE, related_name="reinvestment_tasks", help_text="The sale at a loss."
    )
    account = models.ForeignKey(BrokerageAccount, null=True, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=80, blank=True, help_text="Name of an account that is not imported.")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(help_text="The last day on which a purchase would undo the loss.")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["until", "id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "instrument", "until"], name="reinvestment_task_unique"),
            models.UniqueConstraint(
                fields=["household", "place", "instrument", "until"],
                condition=models.Q(account__isnull=True),
                name="reinvestment_task_elsewhere_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} until {self.until}"
