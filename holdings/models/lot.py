"""Projections of the replay: nobody edits them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import models

from accounts.fields import ExactDecimalField
from holdings.ledger import gains
from holdings.ledger.types import Origin
from holdings.models.account import BrokerageAccount
from holdings.models.instrument import Instrument
from holdings.models.transaction import Transaction
from holdings.tax.us import gift_basis


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
    basis = ExactDecimalField(null=True, help_text="Total, in the lot's currency; empty when unknown.")
    currency = models.CharField(max_length=3, default="USD")
    base_basis = ExactDecimalField(null=True, help_text="Basis in base currency at the rate of the purchase.")
    loss_basis = ExactDecimalField(null=True, help_text="Gifts: total basis for a loss, where it is the lower one.")
    origin = models.CharField(max_length=12, choices=Transaction.Origin, default=Transaction.Origin.PURCHASE)
    acquired = models.DateField(null=True, help_text="Empty when unknown.")
    disallowed = ExactDecimalField(null=True)

    class Meta:
        ordering = ["acquired", "key"]
        indexes = [models.Index(fields=["account", "instrument"])]

    def __str__(self) -> str:
        return self.key

    @property
    def is_incomplete(self) -> bool:
        return self.basis is None or (self.acquired is None and not self.is_inherited)

    @property
    def is_inherited(self) -> bool:
        return self.origin == Transaction.Origin.INHERITANCE

    def term_on(self, sold: dt.date) -> Term | None:
        """Of a sale on that day, the donor's days of a gift counted; None where it is unknown."""
        found = gains.term(Origin(self.origin), self.acquired, sold)
        return None if found is None else Term(found.value)

    def basis_at(self, value: Decimal) -> Decimal | None:
        """The basis that counts when the whole lot is worth `value`, in the lot's currency: a gift may have two."""
        return None if self.basis is None else gift_basis(self.basis, self.loss_basis, value)

    def held_from(self, value: Decimal) -> dt.date | None:
        """Where the holding period starts at that value: of a gift at a loss on its own day, else as `acquired`."""
        if self.basis is not None and self.loss_basis is not None and value < self.loss_basis:
            return self.opening.trade_date
        return self.acquired


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
    currency = models.CharField(max_length=3, default="USD")
    base_proceeds = ExactDecimalField(null=True, help_text="In base currency at the rate of the sale.")
    base_basis = ExactDecimalField(null=True, help_text="In base currency at the rate of the purchase.")

    class Meta:
        ordering = ["sold", "id"]
        constraints = [models.UniqueConstraint(fields=["sale", "lot_key"], name="realised_gain_unique")]

    def __str__(self) -> str:
        return f"{self.sold} {self.gain}"


class LotEvent(models.Model):
    """One line of a lot's trail: what a transaction did to it, and what stood after."""

    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="lot_events")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    lot_key = models.CharField(max_length=80)
    transaction = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="+")
    date = models.DateField()
    quantity = ExactDecimalField(help_text="Change of shares.")
    quantity_after = ExactDecimalField()
    basis_after = ExactDecimalField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["account", "lot_key"])]

    def __str__(self) -> str:
        return f"{self.date} {self.quantity}"


class FlaggedPosition(models.Model):
    """Short shares or an option: kept and shown, in no tax figure and in no proposal."""

    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="flagged_positions")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    quantity = ExactDecimalField(help_text="Signed: negative is short.")
    cash = ExactDecimalField(help_text="What opening it brought in, or cost with a minus sign.")
    currency = models.CharField(max_length=3, default="USD")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "instrument"], name="flagged_position_unique")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.instrument_id}"


class ReliefMethod(models.Model):
    """Which lots a sale of an account takes where it names none; the newest row that has begun counts.

    Average is an election for funds; the others become lot picks when a sale is ordered or booked.
    """

    class Method(models.TextChoices):
        FIFO = "fifo", "First in, first out"
        LIFO = "lifo", "Last in, first out"
        HIFO = "hifo", "Highest basis first"
        MIN_TAX = "min_tax", "Least tax"
        AVERAGE = "average", "Average basis (funds)"

    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="relief_methods")
    instrument = models.ForeignKey(
        Instrument, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: all."
    )
    method = models.CharField(max_length=8, choices=Method)
    since = models.DateField()

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "instrument", "since"], name="relief_method_unique"),
            models.UniqueConstraint(
                fields=["account", "since"],
                name="relief_of_account_unique",
                condition=models.Q(instrument__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} since {self.since}"


class CashBalance(models.Model):
    """Cash of an account in one currency."""

    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="cash_balances")
    currency = models.CharField(max_length=3)
    amount = ExactDecimalField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "currency"], name="cash_balance_unique")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
