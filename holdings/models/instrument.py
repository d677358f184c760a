from __future__ import annotations

from typing import Any

from django.db import models

from accounts.fields import ExactDecimalField
from accounts.models import Household
from accounts.models.base import PublicModel
from holdings.reference import CALENDARS

NEW_YORK = "XNYS"


class Instrument(PublicModel):
    """A security that anybody may hold; how a household classifies it is a Classification."""

    class Kind(models.TextChoices):
        STOCK = "stock", "Stock"
        ETF = "etf", "ETF"
        FUND = "fund", "Fund"
        BOND = "bond", "Bond"
        INDEX = "index", "Index"
        OPTION = "option", "Option"
        CRYPTO = "crypto", "Digital asset"
        PRIVATE = "private", "Home or private fund"
        OTHER = "other", "Other"

    symbol = models.CharField(max_length=24)
    name = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.STOCK)
    currency = models.CharField(max_length=3, default="USD")
    cusip = models.CharField(max_length=9, blank=True)
    isin = models.CharField(max_length=12, blank=True)
    calendar = models.CharField(max_length=8, default=NEW_YORK, help_text="Exchange calendar (MIC).")
    delisted_on = models.DateField(null=True, blank=True, help_text="No price is expected after this day.")

    class Meta:
        ordering = ["symbol"]
        constraints = [models.UniqueConstraint(fields=["symbol", "currency"], name="instrument_symbol_unique")]

    def __str__(self) -> str:
        return self.symbol

    def save(self, **kwargs: Any) -> None:
        """A new instrument whose exchange nobody named follows the calendar of its currency."""
        if self._state.adding and self.calendar == NEW_YORK:
            self.calendar = CALENDARS.get(self.currency, NEW_YORK)
        super().save(**kwargs)

    @property
    def tradable(self) -> bool:
        return self.kind not in {self.Kind.INDEX, self.Kind.OPTION, self.Kind.PRIVATE}


class AssetClass(models.TextChoices):
    EQUITY = "equity", "Stocks"
    FACTOR = "factor", "Factor ETFs"
    BOND = "bond", "Bonds"
    CASH = "cash", "Cash"
    OTHER = "other", "Other"


class Sector(models.TextChoices):
    """Sector tokens; each has its colour in static/css/tokens.css.

    Broad market is the sector of funds that hold every sector; nothing looks through them.
    """

    BROAD = "broad", "Broad market"
    FACTOR = "factor", "Factor ETFs"
    TECHNOLOGY = "tech", "Technology"
    HEALTH = "health", "Health care"
    STAPLES = "staples", "Consumer staples"
    DISCRETIONARY = "discretionary", "Consumer discretionary"
    FINANCIALS = "financials", "Financials"
    ENERGY = "energy", "Energy"
    INDUSTRIALS = "industrials", "Industrials"
    COMMUNICATION = "communication", "Communication"
    UTILITIES = "utilities", "Utilities"
    MATERIALS = "materials", "Materials"
    REAL_ESTATE = "realestate", "Real estate"
    BONDS = "bonds", "Bonds"
    CASH = "cash", "Cash"
    UNKNOWN = "unknown", "Unclassified"


class Classification(models.Model):
    """How a household sees an instrument. Without a row it is unclassified and named so.

    What a person chose is kept; what came from the reference list or a file may be refreshed.
    """

    class Origin(models.TextChoices):
        REFERENCE = "reference", "Reference list"
        FILE = "file", "Imported file"
        USER = "user", "Chosen by you"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="classifications")
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="classifications")
    asset_class = models.CharField(max_length=8, choices=AssetClass, default=AssetClass.OTHER)
    sector = models.CharField(max_length=16, choices=Sector, default=Sector.UNKNOWN)
    region = models.CharField(max_length=40, blank=True)
    identity_group = models.CharField(
        max_length=40, blank=True, help_text="Substantially identical instruments share it; empty: the symbol alone."
    )
    issuer = models.CharField(max_length=60, blank=True, help_text="Whose promise it is; empty: not known.")
    daily_volume = ExactDecimalField(
        null=True, blank=True, help_text="Shares traded on an average day; empty: not known."
    )
    half_spread = ExactDecimalField(null=True, blank=True, help_text="Fraction of the price; empty: the class default.")
    expense_ratio = ExactDecimalField(null=True, blank=True, help_text="Fraction a year; empty: not known.")
    duration = ExactDecimalField(
        null=True, blank=True, help_text="Years, of a bond or bond fund; empty: as listed, or assumed."
    )
    collectible = models.BooleanField(default=False, help_text="Holds metal or the like: long-term gains at 28 % (US).")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.USER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "instrument"], name="classification_unique")]

    def __str__(self) -> str:
        return f"{self.instrument_id}: {self.sector}"


class ThemeTag(models.Model):
    """A theme that a household sees in an instrument (fossil fuel, tobacco…), with the reason."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="theme_tags")
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="theme_tags")
    theme = models.CharField(max_length=40)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["theme", "instrument"]
        constraints = [models.UniqueConstraint(fields=["household", "instrument", "theme"], name="theme_tag_unique")]

    def __str__(self) -> str:
        return self.theme
