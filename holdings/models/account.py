from __future__ import annotations

from django.db import models

from accounts.fields import ExactDecimalField
from accounts.models import Goal, Household, Person
from accounts.models.base import PublicModel

FEES = ("fee_ticket", "fee_share", "fee_rate", "fee_least", "fee_most")


class BrokerageAccount(PublicModel):
    """An account at a broker, owned by one person of the household."""

    class Kind(models.TextChoices):
        TAXABLE = "taxable", "Taxable"
        TRADITIONAL_IRA = "traditional_ira", "Traditional IRA"
        ROTH_IRA = "roth_ira", "Roth IRA"
        K401 = "401k", "401(k)"
        HSA = "hsa", "HSA"
        PLAN_529 = "529", "529"
        ISA = "isa", "ISA"
        SIPP = "sipp", "SIPP"
        RRSP = "rrsp", "RRSP"
        TFSA = "tfsa", "TFSA"
        CUSTODIAL = "custodial", "Custodial"
        OTHER = "other", "Other"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="brokerage_accounts")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="brokerage_accounts")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.TAXABLE)
    broker = models.CharField(max_length=40, blank=True)
    number_tail = models.CharField(max_length=8, blank=True, help_text="The last digits of the account number.")
    currency = models.CharField(max_length=3, default="USD")
    fee_ticket = ExactDecimalField("Fee an order", default=0)
    fee_share = ExactDecimalField("Fee a share", default=0)
    fee_rate = ExactDecimalField("Fee of the value", default=0, help_text="Fraction of the traded value.")
    fee_least = ExactDecimalField("Fee, at least", default=0)
    fee_most = ExactDecimalField("Fee, at most", null=True, blank=True, help_text="Empty: no maximum.")
    stale_from = models.DateField(null=True, blank=True, help_text="First day whose valuation is out of date.")
    revision = models.PositiveIntegerField(default=0, help_text="Counts changes of the ledger.")
    projection = models.PositiveSmallIntegerField(
        default=0, help_text="Version of the replay that wrote the lots; an older one is written again."
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_taxable(self) -> bool:
        return self.kind in {self.Kind.TAXABLE, self.Kind.CUSTODIAL, self.Kind.OTHER}


class AccountElsewhere(models.Model):
    """An account that somebody of the household holds and that is not imported: what happens there is not known."""

    class Reinvests(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        UNKNOWN = "unknown", "Not known"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="accounts_elsewhere")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accounts_elsewhere")
    name = models.CharField(max_length=80, help_text="What it is for.")
    kind = models.CharField(max_length=16, choices=BrokerageAccount.Kind)
    reinvests = models.CharField(
        max_length=8,
        choices=Reinvests,
        default=Reinvests.UNKNOWN,
        help_text="Whether it buys with dividends by itself.",
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["household", "owner", "name"], name="account_elsewhere_unique")]

    def __str__(self) -> str:
        return self.name


class GoalAccount(models.Model):
    """A brokerage account that saves for a goal."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="goal_accounts")
    account = models.ForeignKey(BrokerageAccount, on_delete=models.CASCADE, related_name="goal_accounts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["goal", "account"], name="goal_account_unique")]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.account_id}"
