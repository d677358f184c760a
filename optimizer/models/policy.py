from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.fields import ExactDecimalField
from accounts.models import Household
from accounts.models.base import PublicModel
from holdings.models import Instrument
from optimizer.models.strategy import Estimator, Strategy


class Policy(PublicModel):
    """The household's rules. What they say stands in versions, which are never changed."""

    household = models.OneToOneField(Household, on_delete=models.CASCADE, related_name="policy")

    class Meta:
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return f"policy of household {self.household_id}"


class PolicyVersion(PublicModel):
    """The rules as saved once. Immutable: saving the form makes the next version."""

    Strategy, Estimator = Strategy, Estimator

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    strategy = models.CharField(max_length=30, choices=Strategy, default=Strategy.FIXED)
    estimator = models.CharField(max_length=20, choices=Estimator, default=Estimator.NONLINEAR)
    aversion = ExactDecimalField(null=True, blank=True, help_text="Mean-variance: return given up per half variance.")
    target_return = ExactDecimalField(null=True, blank=True, help_text="Mean-variance: above cash, annual, a fraction.")
    target_volatility = ExactDecimalField(null=True, blank=True, help_text="Mean-variance: annual, a fraction.")
    risk_aversion = ExactDecimalField(default=Decimal(20), help_text="Money of risk per annual variance and dollar.")
    idle_cash_rate = ExactDecimalField(default=Decimal("0.03"), help_text="Cost of cash above its target, a fraction.")
    minimum_trade = ExactDecimalField(default=Decimal(0), help_text="Money, per account, instrument and side.")
    drift_band = ExactDecimalField(default=Decimal("0.03"), help_text="Tolerated distance from target, a fraction.")
    signals = models.BooleanField(default=False, help_text="Whether signals tilt expected returns, as supported.")
    reserve_tax = models.BooleanField(default=False, help_text="The tax that a plan adds stays in cash.")
    reason = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="policy_version_unique")]

    def __str__(self) -> str:
        return f"version {self.number}"


class TargetWeight(models.Model):
    """The target of an instrument, or of cash where none is named. Other strategies read the universe only."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="targets")
    instrument = models.ForeignKey(Instrument, null=True, on_delete=models.PROTECT, related_name="+")
    weight = ExactDecimalField(help_text="Fraction of the household.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "instrument"], name="target_weight_unique"),
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(instrument__isnull=True), name="target_weight_one_cash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id}: {self.weight}"


class PolicyConstraint(models.Model):
    """One limit of a version; diagnosis and rule sentences point at this row."""

    class Kind(models.TextChoices):
        INSTRUMENT_WEIGHT = "instrument_weight", "Weight of an instrument"
        EACH_STOCK = "each_stock", "Weight of each stock"
        ISSUER_WEIGHT = "issuer_weight", "Weight of an issuer"
        CLASS_WEIGHT = "class_weight", "Weight of an asset class"
        SECTOR_WEIGHT = "sector_weight", "Weight of a sector"
        REGION_WEIGHT = "region_weight", "Weight of a region"
        CURRENCY_WEIGHT = "currency_weight", "Weight of a currency"
        THEME_WEIGHT = "theme_weight", "Weight of a theme"
        CUSTOM = "custom", "Sum of weights"
        EXCLUDE_INSTRUMENT = "exclude_instrument", "Exclude an instrument"
        EXCLUDE_SECTOR = "exclude_sector", "Exclude a sector"
        EXCLUDE_THEME = "exclude_theme", "Exclude a theme"
        DO_NOT_SELL = "do_not_sell", "Do not sell"
        DO_NOT_BUY = "do_not_buy", "Do not buy"
        NOT_BEFORE = "not_before", "Not before a date"
        BUY_ONLY = "buy_only", "Buy only"
        TURNOVER = "turnover", "Turnover"
        TRADES = "trades", "Number of trades"
        FRACTIONAL = "fractional", "Fractions of shares"
        MINIMUM_CASH = "minimum_cash", "Minimum cash"
        WITHDRAWAL = "withdrawal", "Planned withdrawal"
        LIQUIDATION = "liquidation", "Days to sell a position"
        TAX_BUDGET = "tax_budget", "Tax budget"
        GAIN_BUDGET = "gain_budget", "Budget of net gains"
        NO_SHORT_GAINS = "no_short_gains", "No short-term gains"
        HARVEST_LEAST = "harvest_least", "Smallest loss worth a sale"
        NOT_IN_ACCOUNT = "not_in_account", "Not available in an account"
        LOCATION = "location", "Preferred kind of account"
        AFTER_TAX = "after_tax", "Tax-deferred accounts counted after tax"
        TRACKING_ERROR = "tracking_error", "Tracking error"
        VOLATILITY = "volatility", "Volatility"
        BETA = "beta", "Beta"
        CVAR = "cvar", "Loss in the worst 5% of months"
        DRAWDOWN = "drawdown", "Drawdown"

    class Unit(models.TextChoices):
        FRACTION = "fraction", "Fraction"
        MONEY = "money", "Money"
        COUNT = "count", "Count"
        DAYS = "days", "Days"
        RATIO = "ratio", "Ratio"

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="constraints")
    kind = models.CharField(max_length=20, choices=Kind)
    subject = models.CharField(
        max_length=80,
        blank=True,
        help_text="UUID of instrument or account, key of a lot, or a name.",
    )
    place = models.CharField(max_length=36, blank=True, help_text="In which account (UUID) or kind of account.")
    low = ExactDecimalField(null=True, blank=True)
    high = ExactDecimalField(null=True, blank=True)
    rate = ExactDecimalField(null=True, blank=True, help_text="Part of a day's volume, or tax rate; a fraction.")
    terms = models.JSONField(default=dict, blank=True, help_text="Coefficient, as text, by UUID of instrument.")
    unit = models.CharField(max_length=8, choices=Unit, default=Unit.FRACTION)
    date = models.DateField(null=True, blank=True, help_text="Of a planned withdrawal; or the day a lock ends.")
    hard = models.BooleanField(default=True)
    priority = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
