from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models.base import PublicModel
from holdings.ledger.types import Pick
from holdings.models.account import BrokerageAccount
from holdings.models.instrument import Instrument


class TransactionQuerySet(models.QuerySet["Transaction"]):
    def active(self) -> TransactionQuerySet:
        return self.filter(void__isnull=True)


class Transaction(PublicModel):
    """What happened in an account: the truth, never updated. A correction voids it and books another."""

    class Kind(models.TextChoices):
        BUY = "buy", "Buy"
        SELL = "sell", "Sell"
        OPENING = "opening", "Opening lot"
        DIVIDEND = "dividend", "Dividend"
        REINVEST = "reinvest", "Reinvestment"
        INTEREST = "interest", "Interest"
        FEE = "fee", "Fee"
        TAX = "tax", "Tax withheld"
        DEPOSIT = "deposit", "Deposit"
        WITHDRAWAL = "withdrawal", "Withdrawal"
        TRANSFER_IN = "transfer_in", "Transfer in"
        TRANSFER_OUT = "transfer_out", "Transfer out"
        SPLIT = "split", "Split"
        SPIN_OFF = "spin_off", "Spin-off"
        MERGER = "merger", "Merger"
        SYMBOL_CHANGE = "symbol_change", "Symbol change"
        RETURN_OF_CAPITAL = "return_of_capital", "Return of capital"
        CASH_IN_LIEU = "cash_in_lieu", "Cash in lieu"
        WORTHLESS = "worthless", "Worthless"
        EXCHANGE = "exchange", "Currency exchange"
        SHORT = "short", "Short sale"
        OPTION = "option", "Option trade"
        ADJUST = "adjust", "Adjustment"

    class Origin(models.TextChoices):
        """How shares that were brought in had been acquired."""

        PURCHASE = "purchase", "Purchase"
        GIFT = "gift", "Gift"
        INHERITANCE = "inheritance", "Inheritance"

    class Character(models.TextChoices):
        """What a dividend or interest is for tax, as the payer says it."""

        ORDINARY = "ordinary", "Ordinary, not qualified"
        QUALIFIED = "qualified", "Qualified dividend"
        CAPITAL_GAIN = "capital_gain", "Long-term capital gain distribution"
        EXEMPT = "exempt", "Exempt interest"

    class Source(models.TextChoices):
        IMPORT = "import", "Import"
        FILL = "fill", "Recorded fill"
        MANUAL = "manual", "Entered by hand"
        SAMPLE = "sample", "Sample"

    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="transactions")
    kind = models.CharField(max_length=20, choices=Kind)
    instrument = models.ForeignKey(Instrument, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    trade_date = models.DateField()
    trade_time = models.TimeField(null=True, blank=True)
    quantity = ExactDecimalField(default=0, help_text="Shares, signed.")
    price = ExactDecimalField(null=True, blank=True)
    fees = ExactDecimalField(default=0)
    cash = ExactDecimalField(default=0, help_text="Effect on the account's cash, fees included, signed.")
    currency = models.CharField(max_length=3, default="USD")
    base_amount = ExactDecimalField(null=True, blank=True, help_text="Cash in base currency, fixed at trade date.")
    rate = ExactDecimalField(
        null=True, blank=True, help_text="Base currency a unit of currency at the trade: the broker's, else that day's."
    )
    other_instrument = models.ForeignKey(
        Instrument, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="What came of it."
    )
    other_quantity = ExactDecimalField(default=0, help_text="Shares of the other instrument that came in.")
    other_currency = models.CharField(max_length=3, blank=True, help_text="Exchange: the currency of the other side.")
    other_cash = ExactDecimalField(default=0, help_text="Exchange: signed cash in the other currency.")
    basis_fraction = ExactDecimalField(
        null=True, blank=True, help_text="Spin-off: part of the basis that goes to the new shares."
    )
    fair_value = ExactDecimalField(
        null=True, blank=True, help_text="Total market value: of a merger's new shares, or of a gift on its day."
    )
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.PURCHASE)
    character = models.CharField(
        max_length=12, choices=Character, blank=True, help_text="Of a dividend or interest; empty when unknown."
    )
    counterpart = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="receivers",
        help_text="Transfer in: the transfer out of another own account whose lots it receives.",
    )
    basis = ExactDecimalField(null=True, blank=True, help_text="Opening lots: total basis; empty when unknown.")
    acquired = models.DateField(null=True, blank=True, help_text="Opening lots: empty when unknown.")
    disallowed = ExactDecimalField(null=True, blank=True, help_text="Wash-sale loss that the broker put into basis.")
    order = models.CharField(
        max_length=80, blank=True, help_text="The account's order that it fills, whole or in part; empty: of its own."
    )
    occurrence = models.PositiveSmallIntegerField(default=1)
    fingerprint = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=8, choices=Source)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TransactionQuerySet.as_manager()

    class Meta:
        ordering = ["trade_date", "id"]
        indexes = [models.Index(fields=["account", "trade_date"]), models.Index(fields=["account", "fingerprint"])]

    def __str__(self) -> str:
        return f"{self.trade_date} {self.kind}"


class LotPick(models.Model):
    """Shares of a lot that a sale takes: chosen when it is booked, never chosen again.

    piece: the part of the lot that a wash sale set apart, "" what none has touched; None is whichever the method takes.
    """

    transaction = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="picks")
    lot_key = models.CharField(max_length=80)
    piece = models.CharField(max_length=80, null=True)  # noqa: DJ001 - "" names a piece
    quantity = ExactDecimalField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["transaction", "lot_key", "piece"], name="pick_unique"),
            models.UniqueConstraint(
                fields=["transaction", "lot_key"], name="pick_of_lot_unique", condition=models.Q(piece__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.lot_key}"

    @property
    def pick(self) -> Pick:
        return Pick(self.lot_key, self.quantity, self.piece)


class Void(models.Model):
    """Takes a transaction out of the ledger, with the reason; the row itself stays."""

    transaction = models.OneToOneField(Transaction, on_delete=models.CASCADE, related_name="void")
    reason = models.CharField(max_length=200)
    replaced_by = models.ForeignKey(Transaction, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.reason
