from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models import Household, Run
from accounts.models.base import PublicModel
from holdings.ledger.types import Pick
from holdings.models import BrokerageAccount, Instrument, Term
from optimizer.models.policy import PolicyConstraint, PolicyVersion


class Side(models.TextChoices):
    SELL = "sell", "Reduce"
    BUY = "buy", "Increase"


class Proposal(PublicModel):
    """What a run proposed. Its content never changes; only its status moves."""

    class Status(models.TextChoices):
        OPEN = "open", "Waiting for your decision"
        DECIDED = "decided", "Decided"
        SUPERSEDED = "superseded", "Superseded"
        EXPIRED = "expired", "Expired"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="proposals")
    number = models.PositiveIntegerField()
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="proposal")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="proposals")
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="children")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    as_of = models.DateField()
    trade_date = models.DateField()
    expires_on = models.DateField()
    snapshot_hash = models.CharField(max_length=64)
    headline = models.CharField(max_length=300)
    benefit = models.CharField(max_length=400)
    timing = models.TextField(blank=True, help_text="Why it was drafted on its day; empty: somebody asked for it.")
    measures = models.JSONField(help_text="Of before, after and target.")
    rules = models.JSONField(default=list)
    held = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    evidence = models.JSONField(default=dict, help_text="Solver trace, versions, rounding cost, objective.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["household", "number"], name="proposal_number_unique")]

    def __str__(self) -> str:
        return f"proposal {self.number}"


class Trade(PublicModel):
    """A proposed trade of one lot, or a proposed purchase."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="trades")
    number = models.PositiveIntegerField()
    account = models.ForeignKey(BrokerageAccount, on_delete=models.PROTECT, related_name="+")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=4, choices=Side)
    lot_key = models.CharField(max_length=80, blank=True)
    piece = models.CharField(  # noqa: DJ001 - "" names a piece
        max_length=80, null=True, help_text="Of the lot, as a wash sale parted it; null: the lot is one."
    )
    piece_number = models.PositiveIntegerField(default=0, help_text="Of the piece among those of its lot, from 1.")
    lot_acquired = models.DateField(null=True)
    quantity = ExactDecimalField()
    price = ExactDecimalField()
    value = ExactDecimalField()
    cost = ExactDecimalField(help_text="Half of the spread, the impact and the fee.")
    fee = ExactDecimalField(default=0, help_text="Part of the cost: what the broker charges.")
    impact = ExactDecimalField(default=0, help_text="Part of the cost: what the order moves its own price.")
    term = models.CharField(max_length=5, choices=Term, blank=True)
    gain = ExactDecimalField(null=True)
    disallowed = ExactDecimalField(default=0)
    exempt = ExactDecimalField(default=0, help_text="Part of the gain, or of the loss, that the law leaves out.")
    tax = ExactDecimalField(default=0)
    reason = models.CharField(max_length=500)
    why = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="trade_number_unique")]

    def __str__(self) -> str:
        return f"{self.side} {self.quantity}"

    @property
    def pick(self) -> Pick:
        """The shares that it sells."""
        return Pick(self.lot_key, self.quantity, self.piece)


class Alternative(models.Model):
    """Another course of action beside the proposal, stored whole."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="alternatives")
    name = models.CharField(max_length=24)
    measures = models.JSONField()
    objective = ExactDecimalField()
    trades = models.JSONField(default=list)
    budget = ExactDecimalField(null=True, help_text="Money of tax that it might add; null where it had no budget.")
    day = models.DateField(null=True, help_text="The trade date that it is of; null: the proposal's.")
    note = models.CharField(max_length=600, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["proposal", "name"], name="alternative_unique")]

    def __str__(self) -> str:
        return self.name


class LimitPrice(models.Model):
    """What one limit of the policy costs a proposal: a plan that is better by `saving` was found with it at `moved`."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="limit_prices")
    constraint = models.ForeignKey(PolicyConstraint, on_delete=models.PROTECT, related_name="+")
    moved = ExactDecimalField()
    saving = ExactDecimalField(help_text="Money, by the objective of the plan.")
    sentence = models.CharField(max_length=300)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["proposal", "constraint"], name="limit_price_unique")]

    def __str__(self) -> str:
        return self.sentence
