"""Projections of the replay: nobody edits them."""

from __future__ import annotations

from django.db import models

from accounts.fields import ExactDecimalField
from holdings.models.account import BrokerageAccount
from holdings.models.instrument import Instrument
from holdings.models.transaction import Transaction


class Term(models.TextChoices):
    SHORT = "short", "Short-term"
    LONG = "long", "Long-term"


class Lot(models.Model):
    """Shares that are held and were acquired together. Its basis is economic, not wash-sale adjusted."""

    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="lots")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    opening = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80, unique=True)
    quantity = ExactDecimalField()
    basis = ExactDecimalField(null=True, help_text="Total, in the account's currency; empty when unknown.")
    acquired = models.DateField(null=True, help_text="Empty when unknown.")
    disallowed = ExactDecimalField(null=True)

    class Meta:
        ordering = ["acquired", "key"]
        indexes = [models.Index(fields=["account", "instrument"])]

    def __str__(self) -> str:
        return self.key

    @property
    def is_incomplete(self) -> bool:
        return self.basis is None or self.acquired is None


class RealisedGain(models.Model):
    """What the sale of a piece of a lot brought."""

    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="realised_gains")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    sale = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="+")
    lot_key = models.CharField(max_length=80)
    quantity = ExactDecimalField()
    proceeds = ExactDecimalField(help_text="Net of fees.")
    basis = ExactDecimalField(null=True)
    gain = ExactDecimalField(null=True, help_text="Empty when the basis is unknown.")
    acquired = models.DateField(null=True)
    sold = models.DateField()
    term = models.CharField(max_length=5, choices=Term, blank=True)

    class Meta:
        ordering = ["sold", "id"]
        constraints = [models.UniqueConstraint(fields=["sale", "lot_key"], name="realised_gain_unique")]

    def __str__(self) -> str:
        return f"{self.sold} {self.gain}"


class CashBalance(models.Model):
    """Cash of an account in one currency."""

    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="cash_balances")
    currency = models.CharField(max_length=3)
    amount = ExactDecimalField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "currency"], name="cash_balance_unique")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
