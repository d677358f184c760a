"""Where series come from, and what is known of them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models import Household
from holdings.models.instrument import Instrument


class PriceSource(models.Model):
    """Where a price series comes from, under which licence, how often it moves and what it lacks."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    licence = models.CharField(max_length=120)
    update_rate = models.CharField(max_length=80)
    known_gaps = models.TextField(blank=True)
    label = models.CharField(max_length=160, blank=True, help_text="Shown wherever its prices show.")
    updated_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Feed(models.Model):
    """One series as one source gives it: the data policy of that series, and how its last fetch went.

    Exactly one of instrument, currency and macro names what it brings; feeds of one subject are tried by `position`.
    """

    source = models.ForeignKey(PriceSource, on_delete=models.PROTECT, related_name="feeds")
    instrument = models.ForeignKey(Instrument, null=True, blank=True, on_delete=models.CASCADE, related_name="feeds")
    currency = models.CharField(max_length=3, blank=True)
    macro = models.ForeignKey("MacroSeries", null=True, blank=True, on_delete=models.CASCADE, related_name="feeds")
    position = models.PositiveSmallIntegerField(default=1)
    symbol = models.CharField(max_length=40, help_text="The source's own name of the series.")
    unit = ExactDecimalField(default=1, help_text="What a quoted number is multiplied by; 0.01 for pence.")
    active = models.BooleanField(default=True)
    known_gaps = models.TextField(blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    last_date = models.DateField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row.")
    error = models.CharField(max_length=300, blank=True, help_text="For the user: what the last fetch met.")
    try_after = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="feed_one_subject",
                condition=(
                    models.Q(instrument__isnull=False, currency="", macro__isnull=True)
                    | models.Q(instrument__isnull=True, macro__isnull=True) & ~models.Q(currency="")
                    | models.Q(instrument__isnull=True, currency="", macro__isnull=False)
                ),
            ),
            models.UniqueConstraint(fields=["source", "instrument"], name="feed_of_instrument_unique"),
            models.UniqueConstraint(fields=["source", "macro"], name="feed_of_macro_unique"),
            models.UniqueConstraint(
                fields=["source", "currency"], name="feed_of_currency_unique", condition=~models.Q(currency="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.symbol}"


class PriceFinding(models.Model):
    """What a quality check found in a series; without a household it concerns everybody who holds it."""

    class Kind(models.TextChoices):
        MISSING = "missing", "Missing days"
        STALE = "stale", "Stale"
        OUTLIER = "outlier", "Outlier"
        UNADJUSTED_SPLIT = "unadjusted_split", "Unadjusted split"
        MINOR_UNIT = "minor_unit", "Price in pence"
        DUPLICATE = "duplicate", "Duplicated days"
        RANGE = "range", "Prices outside their day’s range"
        SPLIT_NOT_BOOKED = "split_not_booked", "Split missing from the ledger"
        SPLIT_NOT_IN_FEED = "split_not_in_feed", "Split missing from the prices"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SETTLED = "settled", "Settled"
        ACCEPTED = "accepted", "Accepted"

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="findings")
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.CASCADE, related_name="price_findings"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    first = models.DateField()
    last = models.DateField()
    detail = models.JSONField(default=dict, help_text="Figures that the sentence names.")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=200, blank=True)
    found_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["instrument", "first"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "household", "kind", "first"], name="finding_unique"),
            models.UniqueConstraint(
                fields=["instrument", "kind", "first"],
                name="finding_of_all_unique",
                condition=models.Q(household__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.kind} {self.first}"
