from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models import Household
from optimizer.models.proposal import Proposal


class ProposalScore(models.Model):
    """What became of the approved or the rejected trades of a proposal by a day, against making none of them.

    Money in the household's currency, positive where the trades were, or would have been, worth it.
    """

    class Verdict(models.TextChoices):
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="scores")
    verdict = models.CharField(max_length=8, choices=Verdict)
    as_of = models.DateField()
    trades = models.PositiveIntegerField()
    moved = ExactDecimalField(help_text="By prices and dividends since the proposal, at its own prices.")
    cost = ExactDecimalField(help_text="Paid, where filled: fees and what fills were worse than the proposal's prices.")
    estimated_cost = ExactDecimalField()
    tax = ExactDecimalField(help_text="As the proposal estimated it.")
    net = ExactDecimalField()
    predicted_volatility = models.FloatField(null=True, help_text="Annual, as the proposal predicted it.")
    realised_volatility = models.FloatField(null=True, help_text="Annual, of the household since then.")
    missing = models.JSONField(default=list, help_text="Symbols that have no price on either day.")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-as_of", "-proposal__number", "verdict"]
        constraints = [models.UniqueConstraint(fields=["proposal", "verdict", "as_of"], name="score_once_a_day")]

    def __str__(self) -> str:
        return f"{self.verdict} {self.as_of}"
