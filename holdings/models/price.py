from __future__ import annotations

from django.db import models

from accounts.fields import ExactDecimalField
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


class Price(models.Model):
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


class PriceChunk(models.Model):
    """A year of an instrument's closes as the engine reads them; immutable, named by its content.

    ``days`` holds int32 proleptic ordinals, ``closes`` float64, both little-endian and of equal length.
    A restated year makes a new row; the newest row of a year is the current one.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="chunks")
    year = models.PositiveSmallIntegerField()
    days = models.BinaryField()
    closes = models.BinaryField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instrument", "year", "hash"], name="chunk_unique")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.year} {self.hash[:8]}"


class TradingSession(models.Model):
    """A day on which an exchange trades."""

    calendar = models.CharField(max_length=8)
    date = models.DateField()

    class Meta:
        ordering = ["calendar", "date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="session_unique")]

    def __str__(self) -> str:
        return f"{self.calendar} {self.date}"
