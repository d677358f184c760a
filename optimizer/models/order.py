from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models import Household
from accounts.models.base import PublicModel
from holdings.ledger.types import Pick
from holdings.models import BrokerageAccount, Instrument, Transaction
from optimizer.models.proposal import Alternative, Side, Trade


class Decision(models.Model):
    """A person's word on a trade, or on an alternative that takes the proposal's place. Append-only, one for each."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        CHOSEN = "chosen", "Chosen"

    trade = models.OneToOneField(Trade, null=True, on_delete=models.CASCADE, related_name="decision")
    alternative = models.OneToOneField(Alternative, null=True, on_delete=models.CASCADE, related_name="decision")
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.CharField(max_length=300, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(trade__isnull=False, alternative__isnull=True)
                | models.Q(trade__isnull=True, alternative__isnull=False),
                name="decision_on_one",
            )
        ]

    def __str__(self) -> str:
        return self.verdict


class Order(PublicModel):
    """An approved trade on its way to the broker: its lot or its cash is reserved until it is filled or closed."""

    class Status(models.TextChoices):
        APPROVED = "approved", "Approved"
        PLACED = "placed", "Placed"
        PARTIAL = "partial", "Partly filled"
        FILLED = "filled", "Filled"
        CANCELLED = "cancelled", "Cancelled"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="orders")
    trade = models.OneToOneField(Trade, on_delete=models.PROTECT, related_name="order")
    number = models.PositiveIntegerField()
    account = models.ForeignKey(BrokerageAccount, on_delete=models.PROTECT, related_name="+")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=4, choices=Side)
    lot_key = models.CharField(max_length=80, blank=True)
    piece = models.CharField(max_length=80, null=True)  # noqa: DJ001 - "" names a piece
    quantity = ExactDecimalField()
    filled = ExactDecimalField(default=0)
    limit_price = ExactDecimalField(help_text="The price that the proposal was computed with.")
    status = models.CharField(max_length=10, choices=Status, default=Status.APPROVED)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["household", "number"], name="order_number_unique")]

    def __str__(self) -> str:
        return f"order {self.number}"

    def pick(self, quantity: Decimal) -> Pick:
        """So many of the shares that it sells."""
        return Pick(self.lot_key, quantity, self.piece)

    @property
    def is_open(self) -> bool:
        return self.status in {self.Status.APPROVED, self.Status.PLACED, self.Status.PARTIAL}


class Fill(PublicModel):
    """Shares of an order that were traded; each has its transaction in the ledger."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="fills")
    transaction = models.OneToOneField(Transaction, on_delete=models.PROTECT, related_name="fill")
    idempotency_key = models.UUIDField(unique=True)
    date = models.DateField()
    quantity = ExactDecimalField()
    price = ExactDecimalField()
    fees = ExactDecimalField(default=0)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.quantity} at {self.price}"
