from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models.base import PublicModel
from holdings.models.account import BrokerageAccount
from holdings.models.transaction import Transaction


class Import(PublicModel):
    """A broker file: first a preview, then booked, and undone as a whole if need be."""

    class Status(models.TextChoices):
        PREVIEW = "preview", "Preview"
        CONFIRMED = "confirmed", "Imported"
        UNDONE = "undone", "Undone"
        DISCARDED = "discarded", "Discarded"

    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="imports")
    format = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status, default=Status.PREVIEW)
    problems = models.JSONField(default=list, help_text="Of the file as a whole.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """A row of the file as it stands there, what it was read as, and what became of it."""

    class Status(models.TextChoices):
        READY = "ready", "Ready"
        WARNING = "warning", "Ready, with a warning"
        DUPLICATE = "duplicate", "Already imported"
        CONFIRMS = "confirms", "Confirms a recorded fill"
        ERROR = "error", "Cannot be imported"
        IGNORED = "ignored", "Kept, not booked"

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="Line of the file.")
    raw = models.JSONField()
    draft = models.JSONField(help_text="The row as it would be booked.")
    status = models.CharField(max_length=10, choices=Status)
    problems = models.JSONField(default=list, help_text="Field, message and remedy of each.")
    fingerprint = models.CharField(max_length=64, blank=True)
    transaction = models.ForeignKey(
        Transaction, null=True, blank=True, on_delete=models.SET_NULL, related_name="import_rows"
    )

    class Meta:
        ordering = ["number", "id"]

    def __str__(self) -> str:
        return f"{self.number} {self.status}"


class FillConfirmation(models.Model):
    """An imported trade that turned out to be a fill recorded before; it books nothing."""

    transaction = models.OneToOneField(Transaction, on_delete=models.CASCADE, related_name="confirmation")
    row = models.OneToOneField(ImportRow, on_delete=models.CASCADE, related_name="confirmation")
    price_difference = ExactDecimalField(help_text="Imported price less recorded price, a share.")

    def __str__(self) -> str:
        return f"{self.transaction_id} {self.price_difference}"
