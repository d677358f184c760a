from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models import Household
from holdings.models.instrument import Instrument


class Liquidity(models.Model):
    """What a household's prices tell, until its date, of the spread and volume of an instrument. Derived by workers.

    A figure that the prices do not tell is empty; the counts say why.
    """

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="liquidity")
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="liquidity")
    as_of = models.DateField(help_text="The household's date: nothing later was read.")
    last = models.DateField(null=True, help_text="The last day with a high, low or volume.")
    sessions = models.PositiveSmallIntegerField(default=0, help_text="Of the exchange, in the window.")
    ranges = models.PositiveSmallIntegerField(default=0, help_text="Days with a high and a low.")
    volumes = models.PositiveSmallIntegerField(default=0, help_text="Days with a volume.")
    left_out = models.PositiveSmallIntegerField(default=0, help_text="Days that contradict themselves.")
    source = models.CharField(max_length=200, blank=True)
    half_spread = ExactDecimalField(null=True, help_text="Fraction of the price.")
    half_spread_most = ExactDecimalField(null=True, help_text="What it is at most, by the same estimate.")
    months = models.PositiveSmallIntegerField(default=0, help_text="That the half-spread rests on.")
    daily_volume = ExactDecimalField(null=True, help_text="Shares, in those of its date.")
    daily_value = ExactDecimalField(null=True, help_text="Money, in the instrument's currency.")
    volume_days = models.PositiveSmallIntegerField(default=0, help_text="That the daily volume rests on.")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "instrument"], name="liquidity_unique")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.as_of}"
