from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models import Household
from accounts.models.base import PublicModel
from holdings.models.account import BrokerageAccount
from holdings.models.instrument import Instrument
from holdings.models.transaction import Transaction


class Import(PublicModel):
    """A broker file: first a preview, then booked, and undone as a whole if need be."""

    class Status(models.TextChoices):
        READING = "reading", "Being read"
        MAPPING = "mapping", "Columns to be named"
        PREVIEW = "preview", "Preview"
        BOOKING = "booking", "Being booked"
        CONFIRMED = "confirmed", "Imported"
        UNDONE = "undone", "Undone"
        DISCARDED = "discarded", "Discarded"
        FAILED = "failed", "Could not be read"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="imports")
    account = models.ForeignKey(
        BrokerageAccount,
        null=True,
        on_delete=models.CASCADE,
        related_name="imports",
        help_text="Where rows go that name no account of their own.",
    )
    format = models.CharField(max_length=40, blank=True)
    mapping = models.ForeignKey("ColumnMapping", null=True, on_delete=models.SET_NULL, related_name="+")
    accounts = models.JSONField(default=dict, help_text="The file's name of an account -> uuid of the account here.")
    symbols = models.JSONField(default=dict, help_text="The file's symbol -> uuid of the instrument here.")
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status, default=Status.PREVIEW)
    problems = models.JSONField(default=list, help_text="Of the file as a whole.")
    has_statements = models.BooleanField(default=False, help_text="Whether it states positions, lots or gains.")
    outcome = models.JSONField(null=True, help_text="What a dry run found that booking would change.")
    error = models.CharField(max_length=600, blank=True, help_text="Why the file could not be read or booked.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name


class ImportFile(models.Model):
    """The uploaded bytes, kept while they may have to be read again; dropped once booked or put aside."""

    batch = models.OneToOneField(Import, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"file of import {self.batch_id}"


class ColumnMapping(PublicModel):
    """How a household reads a CSV file of no known format: which column means what."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="column_mappings")
    name = models.CharField(max_length=80)
    header_hash = models.CharField(max_length=64, help_text="Of the header; a file with the same one is read alike.")
    spec = models.JSONField(help_text="Columns by field, decimal sign, date order, words for each kind.")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["household", "header_hash"], name="column_mapping_unique")]

    def __str__(self) -> str:
        return self.name


class SymbolAlias(models.Model):
    """What a household decided that a file's symbol, CUSIP or name stands for."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="symbol_aliases")
    text = models.CharField(max_length=160)
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "text"], name="symbol_alias_unique")]

    def __str__(self) -> str:
        return self.text


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
    account = models.ForeignKey(BrokerageAccount, null=True, on_delete=models.CASCADE, related_name="import_rows")
    number = models.PositiveIntegerField(help_text="Line of the file.")
    raw = models.JSONField()
    draft = models.JSONField(help_text="The row as it would be booked.")
    status = models.CharField(max_length=10, choices=Status)
    problems = models.JSONField(default=list, help_text="Field, message and remedy of each.")
    edits = models.JSONField(default=dict, help_text="Fields that a person corrected here, as typed.")
    chosen = models.BooleanField(default=True, help_text="Whether to book it; duplicates are not, unless ticked.")
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
