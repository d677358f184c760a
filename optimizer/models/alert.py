from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Household
from accounts.models.base import PublicModel


class AlertKind(models.TextChoices):
    PROPOSAL = "proposal", "A proposal was drafted by itself"
    HALT = "halt", "Automated proposals were halted"
    EXPIRING = "expiring", "A proposal is about to expire"
    REVIEW = "review", "A model review is overdue"
    DATA = "data", "Prices hold back trades"
    WASH = "wash", "A wash-sale window ends"
    FAILED = "failed", "A computation failed"


class Alert(PublicModel):
    """One thing that a household is told, once: kind and subject name it."""

    Kind = AlertKind

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=8, choices=AlertKind)
    subject = models.CharField(max_length=120, help_text="What it is about: a public id, or a name and a day.")
    sentence = models.TextField()
    path = models.CharField(max_length=200, help_text="The page that shows it.")
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["household", "kind", "subject"], name="alert_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class AlertSetting(models.Model):
    """How a member wants to hear of a kind; without a row the defaults of the kind hold."""

    class Email(models.TextChoices):
        OFF = "off", "No e-mail"
        ONCE = "once", "At once"
        DIGEST = "digest", "Once a day"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alert_settings")
    kind = models.CharField(max_length=8, choices=AlertKind)
    email = models.CharField(max_length=6, choices=Email)
    webhook = models.BooleanField(default=True, help_text="Where the member has set one.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household", "user", "kind"], name="alert_setting_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.email}"


def new_secret() -> str:
    return secrets.token_hex(32)


class Webhook(PublicModel):
    """Where a member's own program hears of alerts: each is a POST signed with the secret."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=64, default=new_secret)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "user"], name="webhook_unique")]

    def __str__(self) -> str:
        return f"webhook {self.uuid}"


class Delivery(models.Model):
    """An alert on its way to a member by one channel. The row is the job: it is tried until it is sent or given up."""

    class Channel(models.TextChoices):
        EMAIL = "email", "E-mail"
        DIGEST = "digest", "Daily e-mail"
        WEBHOOK = "webhook", "Webhook"

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Given up"

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="Sent along, so that a receiver sees repeats.")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "deliveries"
        indexes = [models.Index(fields=["status", "due_at"], name="delivery_due")]
        constraints = [models.UniqueConstraint(fields=["alert", "user", "channel"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.channel} {self.status}"
