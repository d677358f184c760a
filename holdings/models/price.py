from __future__ import annotations

from django.db import models

from accounts.fields import ExactDecimalField
from accounts.models import Household
from holdings.models.instrument import Instrument
from holdings.models.source import PriceSource


class Bar(models.Model):
    """What a day traded at first, at most and least, a share, and how many shares, all raw; empty where nobody says."""

    open = ExactDecimalField(null=True, blank=True)
    high = ExactDecimalField(null=True, blank=True)
    low = ExactDecimalField(null=True, blank=True)
    volume = ExactDecimalField(null=True, blank=True, help_text="Shares, of that day.")

    class Meta:
        abstract = True


class Price(Bar):
    """A raw close: the truth that everything derived is made of."""

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="prices")
    date = models.DateField()
    close = ExactDecimalField()
    currency = models.CharField(max_length=3)
    source = models.ForeignKey(PriceSource, on_delete=models.PROTECT, related_name="prices")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instrument", "date"], name="price_unique")]
        indexes = [models.Index(fields=["date"])]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.date} {self.close}"


class HouseholdPrice(Bar):
    """A close that a household entered or uploaded; before other households it stays its own, and it goes first."""

    class Origin(models.TextChoices):
        MANUAL = "manual", "Entered by hand"
        UPLOAD = "upload", "Uploaded series"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="prices")
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="+")
    date = models.DateField()
    close = ExactDecimalField()
    currency = models.CharField(max_length=3)
    origin = models.CharField(max_length=8, choices=Origin)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household", "instrument", "date"], name="household_price_unique")
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.date} {self.close}"


class PriceChunk(models.Model):
    """A year of an instrument's closes as the engine reads them; immutable, named by its content.

    ``days`` has a bit for each day of the year, set where there is a close; ``closes`` are float64, little-endian.
    A restated year makes a new row; the newest row of a year is the current one.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="chunks")
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="Of its own prices."
    )
    year = models.PositiveSmallIntegerField()
    days = models.BinaryField()
    closes = models.BinaryField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instrument", "household", "year", "hash"], name="chunk_of_own_unique"),
            models.UniqueConstraint(
                fields=["instrument", "year", "hash"], name="chunk_unique", condition=models.Q(household__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.year} {self.hash[:8]}"


class InstrumentEvent(models.Model):
    """A split or dividend that a source tells of. Adjusted prices are derived from these, never stored as truth."""

    class Kind(models.TextChoices):
        SPLIT = "split", "Split"
        DIVIDEND = "dividend", "Dividend"

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind)
    ex_date = models.DateField()
    ratio = ExactDecimalField(null=True, blank=True, help_text="Split: new shares for one old share.")
    amount = ExactDecimalField(null=True, blank=True, help_text="Dividend a share.")
    currency = models.CharField(max_length=3, blank=True)
    source = models.ForeignKey(PriceSource, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["ex_date"]
        constraints = [models.UniqueConstraint(fields=["instrument", "kind", "ex_date"], name="event_unique")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.kind} {self.ex_date}"


class TradingSession(models.Model):
    """A day on which an exchange trades."""

    calendar = models.CharField(max_length=8)
    date = models.DateField()

    class Meta:
        ordering = ["calendar", "date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="session_unique")]

    def __str__(self) -> str:
        return f"{self.calendar} {self.date}"
