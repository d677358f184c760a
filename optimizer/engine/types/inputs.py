"""What goes into a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from holdings.tax.facts import TaxFacts
from holdings.tax.outcome import GainClass, Income, TaxYear
from holdings.tax.shape import Shape
from optimizer.engine.types.names import TAXED_KINDS, ZERO, ConstraintKind, EstimatorName, Side, StrategyName, Term

IMPACT = Decimal(1)
"""Of the square-root law. The last share pays this much and the mean one two thirds; all count as the last."""


@dataclass(frozen=True, slots=True)
class FeeSchedule:
    """What a broker charges for one order: money, money a share, and a fraction of the value, between two amounts."""

    ticket: Decimal = ZERO
    share: Decimal = ZERO
    rate: Decimal = ZERO
    least: Decimal = ZERO
    most: Decimal | None = None

    def of(self, value: Decimal, shares: Decimal) -> Decimal:
        """The fee of an order of so many shares worth `value`."""
        fee = max(self.least, self.ticket + self.share * shares + self.rate * value)
        return fee if self.most is None else min(fee, self.most)

    @property
    def free(self) -> bool:
        return not (self.ticket or self.share or self.rate or self.least)


@dataclass(frozen=True, slots=True)
class AssetInput:
    """One instrument. `tradable=False` (a home, a private fund) counts in wealth and weights and is never traded."""

    id: str
    symbol: str
    name: str
    price: Decimal  # base currency per share
    currency: str  # in which it is quoted; not traded where that is not the base currency
    asset_class: str
    kind: str = ""  # stock, etf, fund, bond…
    issuer: str = ""  # empty: not known
    sector: str = ""
    region: str = ""
    daily_volume: Decimal | None = None  # shares traded on a usual day; None: not known
    volume_source: str = ""  # own: said by the household; estimated: from stored volumes; empty: not known
    most_traded: Decimal | None = None  # shares that one plan may trade, by the guardrail; None: as many as it likes
    daily_volatility: Decimal | None = None  # standard deviation of a day's return; None: not known
    themes: tuple[str, ...] = ()
    group: str = ""  # wash-sale identity group; empty: the asset stands alone
    half_spread: Decimal = Decimal("0.0005")  # fraction of the traded value
    spread_source: str = "class"  # class: assumed for it; estimated: from highs and lows; own: set by the household
    expense_ratio: Decimal = ZERO  # what a fund costs a year, a fraction
    tradable: bool = True
    whole_shares: bool = True

    @property
    def identity(self) -> str:
        return self.group or self.id

    def impact(self, value: Decimal) -> Decimal:
        """The part of its value by which an order moves the price against itself; zero where nobody knows the volume.

        The square-root law: daily volatility x sqrt(value / value of a day's volume), its coefficient, about one in
        markets of all kinds, taken as IMPACT (Toth et al., Physical Review X 1, 2011; Bouchaud, Bonart, Donier and
        Gould, "Trades, Quotes and Prices", 2018, chapter 12).
        """
        if not self.daily_volume or not self.daily_volatility:
            return ZERO
        return IMPACT * self.daily_volatility * (value / (self.daily_volume * self.price)).sqrt()


@dataclass(frozen=True, slots=True)
class AccountInput:
    id: str
    name: str
    kind: str  # one of TAXED_KINDS, or of a sheltered account: traditional_ira, isa, rrsp, …
    cash: Decimal  # settled and unsettled, before open orders
    reserved_cash: Decimal = ZERO  # promised to open buy orders
    cash_min: Decimal = ZERO
    planned_withdrawal: Decimal = ZERO  # within the horizon; kept in cash
    weight: Decimal = Decimal(1)  # how much of a dollar here counts for the household (asset location)
    closed: str = ""  # why nothing is traded here, a sentence; empty: it is open to trades
    owner: str = ""  # id of the person
    fees: FeeSchedule = FeeSchedule()

    @property
    def taxed(self) -> bool:
        return self.kind in TAXED_KINDS


@dataclass(frozen=True, slots=True)
class LotInput:
    """A lot, or one of the pieces that wash sales made of it: shares with a basis and a holding period of their own.

    key: of the lot, `lot~piece` of a piece. piece: its name, "" for what nothing has touched of a lot in pieces; None:
    the lot is one. number: of the piece among those of its lot, from 1. pot: which of the year's two nets a gain is in,
    where the time held does not say it. free: the part of a gain or loss that the law leaves out.
    """

    key: str
    account: str
    asset: str
    quantity: Decimal
    basis: Decimal | None  # total, tax-adjusted; None: unknown, never sold
    acquired: date | None  # start of the holding period, tacked days included; None: unknown, only sold if inherited
    bought: date | None = None  # actual purchase date for wash windows, where it differs from `acquired`
    reserved: Decimal = ZERO  # quantity promised to open sell orders
    locked: bool = False  # "never sell this"
    inherited: bool = False  # long-term from the first day (IRC 1223(9))
    piece: str | None = None
    number: int = 0
    deferred: Decimal = ZERO  # losses of replaced shares that are in the basis
    pot: Term | None = None
    free: Decimal = ZERO

    @property
    def lot(self) -> str:
        """The key of the lot that the shares are of."""
        return lot_of(self.key)

    @property
    def known(self) -> bool:
        """Whether basis and term are known, so that a plan may sell it."""
        return self.basis is not None and (self.acquired is not None or self.inherited)


def lot_of(key: str) -> str:
    """The lot that a key of a lot or of a piece is of."""
    return key.partition("~")[0]


@dataclass(frozen=True, slots=True)
class ConstraintInput:
    """One row of the policy. A soft row (`hard=False`) costs money when broken; priority 1 costs most."""

    id: str
    kind: ConstraintKind
    subject: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = "fraction"  # fraction, money, count, days or ratio
    hard: bool = True
    priority: int = 1
    place: str = ""
    rate: Decimal | None = None
    until: date | None = None  # the day on which a lock ends
    terms: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ViewInput:
    """A person's view: `asset` earns `by` a year above cash, or above `against` where that names an asset."""

    id: str
    asset: str
    by: Decimal
    confidence: Decimal  # 0 to 1: how far the view moves its expected return from what the market implies
    against: str = ""


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """How the target is made and how much a deviation from it is worth.

    `target` gives weights for `fixed_weights` (asset id or CASH, sum 1); for other strategies its keys name the
    universe and the value at CASH is the cash weight to hold. Limits are ConstraintInput rows, never fields here.
    """

    strategy: StrategyName
    target: Mapping[str, Decimal]
    params: Mapping[str, Decimal] = field(default_factory=dict)
    minimum_trade: Decimal = ZERO  # money, per account, asset and side; selling out a position is exempt
    risk_aversion: Decimal = Decimal(20)  # money of risk per unit of annual variance and dollar of wealth
    idle_cash_rate: Decimal = Decimal("0.03")  # cost of cash above its target, a fraction of it
    drift_band: Decimal | None = None  # fraction of the household; no trade leaves the band around its target
    estimator: EstimatorName = "nonlinear"
    views: tuple[ViewInput, ...] = ()
    signals: Mapping[str, Decimal] = field(default_factory=dict)  # shrunk monthly rank correlation by signal
    given: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)  # standard scores by signal and asset
    reserve_tax: bool = False  # the tax that the plan adds stays in cash in taxed accounts


@dataclass(frozen=True, slots=True)
class Realised:
    """What disposals of one pot, day and person gained this year, as far as it counts."""

    pot: GainClass
    sold: date
    holder: str
    gain: Decimal


@dataclass(frozen=True, slots=True)
class YearInput:
    """A tax year as the tax engine assesses it: its exact tax is that engine's, and `shape` the same as a function.

    so_far: what is realised. carried: losses brought into the year by pot, positive. planned: withdrawals still to
    come that are income of the year, which the facts count already. apart: whether a spouse has a return of their own.
    """

    country: str
    year: TaxYear
    facts: TaxFacts
    income: Income
    carried: Mapping[GainClass, Decimal]
    so_far: tuple[Realised, ...]
    shape: Shape
    planned: Decimal = ZERO
    apart: bool = False


@dataclass(frozen=True, slots=True)
class TaxInput:
    """Rates as entered, and the year so far. Net gains are signed; carried losses are positive.

    Where the tax engine assessed the year, the rates and carried losses are not used: the whole of `year` is.
    """

    short_rate: Decimal
    long_rate: Decimal
    state_rate: Decimal = ZERO
    ordinary_rate: Decimal | None = None  # what a deductible loss saves; None: the short rate
    short_to_date: Decimal = ZERO
    long_to_date: Decimal = ZERO
    short_carry: Decimal = ZERO
    long_carry: Decimal = ZERO
    loss_limit: Decimal = Decimal(3000)
    deferral: Decimal = Decimal("0.09")  # later tax that a dollar of gain realised now removes
    carry_value: Decimal = Decimal("0.13")  # worth of a dollar of loss carried forward; at least `deferral`
    said: str = ""  # fingerprint of all that the household says of its taxes
    year: YearInput | None = None


@dataclass(frozen=True, slots=True)
class LossSale:
    """A loss sale that still blocks purchases of its identity group, in every account, to `blocked_until` inclusive."""

    group: str
    sold: date
    blocked_until: date


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase of the last 30 days whose shares may replace shares now sold at a loss."""

    group: str
    account: str
    lot: str
    quantity: Decimal
    bought: date


@dataclass(frozen=True, slots=True)
class WashInput:
    loss_sales: tuple[LossSale, ...] = ()
    purchases: tuple[Purchase, ...] = ()


@dataclass(frozen=True, slots=True)
class Forbidden:
    account: str
    asset: str
    side: Side


@dataclass(frozen=True, slots=True)
class FixedTrade:
    """An approved trade: in every plan with exactly this quantity, and nothing more of its account, asset, side."""

    account: str
    asset: str
    side: Side
    lot: str | None
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class InFlightBuy:
    """An open buy order: counted as held, its cash as spent."""

    account: str
    asset: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Locks:
    forbidden: tuple[Forbidden, ...] = ()
    fixed: tuple[FixedTrade, ...] = ()
    buying: tuple[InFlightBuy, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a plan depends on except the price panel, of which it keeps the chunk hashes."""

    as_of: date
    trade_date: date
    base_currency: str
    accounts: tuple[AccountInput, ...]
    assets: tuple[AssetInput, ...]
    lots: tuple[LotInput, ...]
    policy: PolicyInput
    tax: TaxInput
    constraints: tuple[ConstraintInput, ...] = ()
    wash: WashInput = WashInput()
    locks: Locks = Locks()
    price_chunks: tuple[str, ...] = ()
    benchmark: str = ""  # id in the price panel of the index that beta is against; empty: none
    seed: int = 0
    version: int = 1
