"""What a broker says that an account holds, and where the ledger differs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models.base import PublicModel
from holdings.models.account import BrokerageAccount
from holdings.models.imports import Import
from holdings.models.instrument import Instrument


class Statement(PublicModel):
    """A positions, lot or gains file of an account on a day; the newest of a kind counts."""

    class Kind(models.TextChoices):
        POSITIONS = "positions", "Positions"
        LOTS = "lots", "Lots"
        GAINS = "gains", "Realised gains"

    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="statements")
    kind = models.CharField(max_length=10, choices=Kind)
    as_of = models.DateField()
    batch = models.ForeignKey(Import, null=True, on_delete=models.CASCADE, related_name="statements")
    created_at = models.DateTimeField(default=timezone.now)
    compared_revision = models.PositiveIntegerField(null=True, help_text="The ledger's, when it was last compared.")

    class Meta:
        ordering = ["-as_of", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.as_of}"


class StatementLine(models.Model):
    """A position, lot, cash balance or closed lot, as the broker states it."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(help_text="Line of the file.")
    instrument = models.ForeignKey(
        Instrument, null=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: cash."
    )
    currency = models.CharField(max_length=3, default="USD")
    quantity = ExactDecimalField(help_text="Shares, or the amount of cash.")
    basis = ExactDecimalField(null=True, help_text="Total; empty when the broker does not say.")
    value = ExactDecimalField(null=True)
    acquired = models.DateField(null=True)
    sold = models.DateField(null=True, help_text="Closed lots.")
    proceeds = ExactDecimalField(null=True, help_text="Closed lots.")
    disallowed = ExactDecimalField(null=True, help_text="Wash-sale loss that the broker put into basis, or deferred.")

    class Meta:
        ordering = ["number", "id"]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.quantity}"


class Difference(PublicModel):
    """Where a statement and the ledger disagree. While open it keeps the account out of proposals."""

    class Kind(models.TextChoices):
        SHARES = "shares", "Shares"
        BASIS = "basis", "Basis"
        CASH = "cash", "Cash"
        LOT = "lot", "Lot"
        GAIN = "gain", "Realised gain"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SETTLED = "settled", "Settled"
        ACCEPTED = "accepted", "Accepted"

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=8, choices=Kind)
    instrument = models.ForeignKey(Instrument, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=120, help_text="What is compared, such as the currency or the lot's day.")
    stated = ExactDecimalField(null=True)
    ledger = ExactDecimalField(null=True)
    explanation = models.CharField(max_length=300, blank=True)
    remedy = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.stated} {self.ledger}"
