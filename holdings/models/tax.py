"""A household's history under its country's tax rules: computed by a worker, read by pages. Nobody edits these rows."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models import Household
from holdings.models.account import BrokerageAccount
from holdings.models.instrument import Instrument
from holdings.models.transaction import Transaction


class TaxState(models.Model):
    """What the rows of a household's tax rest on, and what they leave out."""

    household = models.OneToOneField(Household, on_delete=models.CASCADE, related_name="tax_state")
    country = models.CharField(max_length=2)
    as_of = models.DateField(help_text="The last day that counted.")
    inputs_hash = models.CharField(max_length=64, help_text="Of all that it was computed from.")
    failure = models.TextField(blank=True, help_text="For the user: why nothing could be computed, and what to do.")
    content = models.JSONField(default=dict, help_text="Pools, events left out, rules that are unsure or missing.")
    computed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.country} {self.as_of}"


class TaxReport(models.Model):
    """The assessment of one tax year."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="tax_reports")
    label = models.CharField(max_length=8, help_text="2025, or 2024-25.")
    first = models.DateField()
    last = models.DateField()
    content = models.JSONField()
    digest = models.CharField(max_length=64, help_text="Of the year's slices, so that equal ones stay as they are.")

    class Meta:
        ordering = ["-first"]
        constraints = [models.UniqueConstraint(fields=["household", "label"], name="tax_report_unique")]

    def __str__(self) -> str:
        return self.label


class TaxSlice(models.Model):
    """Shares of a disposal matched with one lot, one pool or one acquisition, in the household's base currency."""

    report = models.ForeignKey(TaxReport, on_delete=models.CASCADE, related_name="slices")
    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="+")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    sale = models.ForeignKey(
        Transaction, null=True, on_delete=models.CASCADE, related_name="+", help_text="Empty: income that nobody paid."
    )
    lot_key = models.CharField(max_length=80, blank=True, help_text="Empty: a pool, or shares that nobody held.")
    piece = models.CharField(max_length=80, blank=True)
    quantity = ExactDecimalField()
    acquired = models.DateField(null=True)
    sold = models.DateField()
    proceeds = ExactDecimalField(help_text="Net of costs.")
    basis = ExactDecimalField(null=True, help_text="Adjusted by earlier replacements; empty when unknown.")
    gain = ExactDecimalField(null=True, help_text="Before what is disallowed.")
    disallowed = ExactDecimalField(default=0, help_text="Part of the loss that does not count, positive.")
    exempt = ExactDecimalField(default=0, help_text="Part of the gain that is not taxed; of a loss, with a minus.")
    recognised = ExactDecimalField(null=True, help_text="What counts in the year.")
    gain_class = models.CharField(max_length=12)
    rule = models.CharField(max_length=80, blank=True)
    final_after = models.DateField(null=True, help_text="A purchase until then may change it; empty: final.")
    reported = models.BooleanField(default=True, help_text="Whether the broker is likely to have reported the basis.")
    holder = models.CharField(max_length=40, blank=True, help_text="Whose, where a country taxes persons one by one.")
    turned = models.BooleanField(default=False, help_text="Whether what was paid on the shares made it long-term.")
    notes = models.JSONField(default=list)

    class Meta:
        ordering = ["sold", "id"]

    def __str__(self) -> str:
        return f"{self.sold} {self.recognised}"


class TaxLot(models.Model):
    """Open shares with the basis that counts for tax; pieces of a lot add up to it."""

    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="tax_lots")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    lot_key = models.CharField(max_length=80)
    piece = models.CharField(max_length=80, blank=True)
    quantity = ExactDecimalField()
    basis = ExactDecimalField(null=True, help_text="Total in base currency, deferred losses included.")
    deferred = ExactDecimalField(default=0, help_text="Losses of replaced shares that are part of the basis.")
    acquired = models.DateField(null=True)
    tacked_days = models.PositiveIntegerField(default=0)
    long_from = models.DateField(null=True, help_text="First day of a long-term sale.")
    replaces_until = models.DateField(
        null=True, help_text="Last day on which these shares would replace shares sold at a loss; empty: they do not."
    )

    class Meta:
        ordering = ["acquired", "id"]
        constraints = [models.UniqueConstraint(fields=["lot_key", "piece"], name="tax_lot_unique")]

    def __str__(self) -> str:
        return f"{self.lot_key} {self.piece}"


class Replacement(models.Model):
    """Shares that were bought in place of shares sold at a loss."""

    class Effect(models.TextChoices):
        DEFERRED = "deferred", "Deferred into the new shares"
        PERMANENT = "permanent", "Lost for good"

    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="replacements")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    sale = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="+")
    sold = models.DateField()
    sold_lot = models.CharField(max_length=80, blank=True)
    bought = models.ForeignKey(Transaction, on_delete=models.CASCADE, related_name="+")
    acquired = models.DateField()
    lot_key = models.CharField(max_length=80, blank=True)
    quantity = ExactDecimalField(help_text="Shares as counted on the day of the sale.")
    amount = ExactDecimalField(help_text="The loss that does not count, positive.")
    effect = models.CharField(max_length=10, choices=Effect)

    class Meta:
        ordering = ["sold", "id"]

    def __str__(self) -> str:
        return f"{self.sold} {self.amount}"
