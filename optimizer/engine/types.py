"""What goes into a plan and what comes out of it: plain frozen values, open to every layer.

Money, prices and quantities are exact Decimals in the base currency; fractions entered by a person are Decimals,
measured fractions (weights, volatility) are floats. Asset ids are instrument uuids; `CASH` stands for cash in targets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from holdings.tax.facts import TaxFacts
from holdings.tax.outcome import GainClass, Income, TaxYear
from holdings.tax.shape import Shape

CASH = "cash"
ZERO = Decimal(0)
TAXED_KINDS = frozenset({"taxable", "custodial", "other"})

Side = Literal["sell", "buy"]
Term = Literal["short", "long"]
RuleState = Literal["pass", "near", "partial", "fail"]  # partial: kept as far as it could be checked
StrategyName = Literal[
    "fixed_weights",
    "equal_weight",
    "inverse_volatility",
    "minimum_variance",
    "mean_variance",  # params: risk_aversion, target_return or target_volatility
    "maximum_sharpe",
    "risk_parity",
    "risk_budgets",  # the entered weights are shares of risk
    "hierarchical_risk_parity",
    "minimum_cvar",
    "minimum_cdar",
    "black_litterman",
    "benchmark_tracking",  # the entered weights are the benchmark's
]
EstimatorName = Literal["nonlinear", "constant_correlation", "sample"]
ConstraintKind = Literal[
    "instrument_weight",  # subject: asset id; low and high: fractions of the household
    "each_stock",  # high: of every single stock
    "issuer_weight",  # subject: issuer
    "class_weight",  # subject: asset class
    "sector_weight",  # subject: sector
    "region_weight",  # subject: region
    "currency_weight",  # subject: currency
    "theme_weight",  # subject: theme
    "custom",  # terms: coefficient by asset id; low and high of their sum over weights
    "exclude_instrument",  # never bought; high = 0: sold down as far as locks allow; high = None: held as it is
    "exclude_sector",
    "exclude_theme",
    "do_not_sell",  # subject: asset id, account id or lot key; until: the day it ends; None: never
    "do_not_buy",  # subject: asset id or account id; until as above
    "not_before",  # neither sold nor bought before `until`; subject as do_not_sell
    "buy_only",  # subject: account id, or "" for the household: nothing is sold
    "turnover",  # high: (sold + bought) / 2 as a fraction of the household
    "trades",  # high: count of accounts x assets x sides that are traded
    "fractional",  # subject: account id, or "" for all: shares are traded in fractions
    "minimum_cash",  # subject: account id, or "" for the household; low: money
    "liquidation",  # high: days to sell each position; rate: part of a day's volume that may be traded
    "tax_budget",  # high: money of tax that this plan may add this year
    "gain_budget",  # high: money of net gains of the year, what is realised already included
    "no_short_gains",  # high: money of short-term gains that the plan may realise; None: none
    "harvest_least",  # low: money of loss below which no loss is realised, per account and asset
    "not_in_account",  # subject: asset id; place: account id in which it cannot be bought
    "location",  # subject: asset class; place: kind of account; high: most of it elsewhere, a fraction
    "tracking_error",  # high: annual fraction
    "volatility",  # high: annual fraction
    "beta",  # low and high: against the benchmark
    "cvar",  # high: mean loss of the worst 5 % of months, a fraction
    "drawdown",  # high: mean of the worst 5 % of drawdowns on history, a fraction
]


# --- Inputs -----------------------------------------------------------------------------------------------------------


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
    daily_volume: Decimal | None = None  # shares traded on an average day; None: not known
    themes: tuple[str, ...] = ()
    group: str = ""  # wash-sale identity group; empty: the asset stands alone
    half_spread: Decimal = Decimal("0.0005")  # fraction of the traded value
    spread_source: str = "class"  # class: assumed for the asset class; own: set by the household
    expense_ratio: Decimal = ZERO  # what a fund costs a year, a fraction
    tradable: bool = True
    whole_shares: bool = True

    @property
    def identity(self) -> str:
        return self.group or self.id


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

    @property
    def known(self) -> bool:
        """Whether basis and term are known, so that a plan may sell it."""
        return self.basis is not None and (self.acquired is not None or self.inherited)


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


# --- The plan ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Why:
    """The numbers behind a trade's reason. Weights are fractions of the household."""

    cause: str  # over, under, harvest, limit, cash, fixed
    subject: str  # what is over or under: a symbol, sector or account name
    before: float
    target: float
    after: float


@dataclass(frozen=True, slots=True)
class PlanTrade:
    account: str
    asset: str
    side: Side
    lot: str | None  # sells only
    quantity: Decimal
    price: Decimal
    value: Decimal  # quantity x price, to the cent, positive
    cost: Decimal  # half of the spread, and the fee
    term: Term | None = None  # taxed sells only
    gain: Decimal | None = None
    disallowed: Decimal = ZERO  # loss without value, replaced by a purchase of the last 30 days
    tax: Decimal = ZERO  # this trade's share of the plan's tax; the shares add up to it
    reason: str = ""
    why: Why | None = None
    fee: Decimal = ZERO  # this trade's share of its order's fee, part of the cost


@dataclass(frozen=True, slots=True)
class Measures:
    """One allocation, measured. Risk is of the tradable part with a price history; cash has none."""

    value: Decimal
    cash: Decimal
    account_cash: Mapping[str, Decimal]
    by_asset: Mapping[str, float]  # CASH included
    by_class: Mapping[str, float]
    by_sector: Mapping[str, float]
    by_account: Mapping[str, float]
    volatility: float  # annual
    cvar_95: float  # loss of the worst 5 % of overlapping 21-session periods, positive
    tracking_error: float  # against the target, annual
    largest: str
    largest_weight: float
    turnover: float
    cost: Decimal
    tax: Decimal  # added this year by the trades; negative: saved
    gains: Decimal = ZERO  # net, of the year with the trades, before losses of earlier years
    beta: float | None = None  # against the benchmark; None: not known
    expenses: Decimal = ZERO  # what its funds take a year at their expense ratios
    drawdown: float | None = None  # mean of the worst 5 % of drawdowns on history, positive


@dataclass(frozen=True, slots=True)
class RuleCheck:
    id: str  # constraint id, or the name of a fixed guardrail
    kind: str
    subject: str
    hard: bool
    state: RuleState
    sentence: str
    value: Decimal | None = None
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another course of action, scored by the same function as the plan."""

    name: str
    measures: Measures
    objective: Decimal  # money: risk, cost, tax now and later, idle cash; lower is preferred
    trades: tuple[PlanTrade, ...] = ()
    budget: Decimal | None = None  # money of tax that it might add; None: it had no budget of its own


@dataclass(frozen=True, slots=True)
class LimitPrice:
    """What one limit costs: with it at `moved`, and all else as it is, a plan was found that is better by `saving`."""

    constraint: str
    moved: Decimal
    saving: Decimal  # money, by the objective
    sentence: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """One part of the objective in money, without and with the trades."""

    name: str
    nothing: Decimal
    plan: Decimal

    @property
    def moved(self) -> Decimal:
        return self.plan - self.nothing


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """An efficient allocation of the household: annual fractions, the return above cash."""

    expected: float
    volatility: float


@dataclass(frozen=True, slots=True)
class ViewEffect:
    """What one view did. Returns are annual and above cash; the factors, 0 to 1, multiply the stated confidence."""

    view: str
    used: bool  # whether the strategy reads expected returns and may hold what the view is about
    implied: float = 0.0  # of what the view is about, by the market's equilibrium
    expected: float = 0.0  # after all views
    downside: float = 1.0
    tail: float = 1.0
    liquidity: float = 1.0
    confidence: float = 0.0  # as counted
    moved: Mapping[str, float] = field(default_factory=dict)  # target weight with the view less that without, by asset


@dataclass(frozen=True, slots=True)
class Solve:
    purpose: str
    solver: str
    status: str
    iterations: int


@dataclass(frozen=True, slots=True)
class Trace:
    solves: tuple[Solve, ...]
    versions: Mapping[str, str]
    seconds: float = field(default=0.0, compare=False)  # never hashed


@dataclass(frozen=True, slots=True)
class Certificate:
    """How far the continuous plan, before minimum trades and whole shares, can be from the best that there is.

    `objective` and `bound` in money: no plan of this household is below `bound`. `gap` in basis points of its value.
    `uncounted`: the most that losses beside recent purchases could save; plan and bound alike count them as nothing.
    """

    objective: Decimal
    bound: Decimal
    gap: float
    goal: float  # the gap at which the search stops, basis points
    capped: bool  # whether it stopped at its cap of nodes instead
    pieces: int  # convex pieces of the tax within reach
    relaxations: int
    nodes: int
    uncounted: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Plan:
    snapshot_hash: str
    trades: tuple[PlanTrade, ...]
    target_weights: Mapping[str, float]
    before: Measures
    after: Measures
    target: Measures
    objective: Decimal
    do_nothing: Alternative
    rules: tuple[RuleCheck, ...]
    headline: str
    benefit: str
    held: tuple[str, ...]  # what is not traded and why: waits, wash windows, locks
    notes: tuple[str, ...]  # what could be wrong
    rounding_cost: Decimal  # money that whole shares and minimum trades cost against the continuous plan
    certificate: Certificate | None  # None where no solver bounded the plan
    trace: Trace
    views: tuple[ViewEffect, ...] = ()
    frontier: tuple[FrontierPoint, ...] = ()  # empty where the strategy reads no expected returns
    chosen: FrontierPoint | None = None  # the target, where there is a frontier
    calibration: float = 1.0  # trailing realised over predicted volatility; every volatility here is multiplied by it
    weighed: tuple[Weighed, ...] = ()  # the parts of the objective
    version: int = 1


@dataclass(frozen=True, slots=True)
class Give:
    """How far one member of a conflict must move if it alone moves; `needed` is None where no size helps.

    `side`: what the policy's row changes: its low or high becomes `needed`; freeze: what is excluded is kept; drop: the
    row goes; wait: nothing but time; empty: the policy's form.
    """

    constraint: str
    kind: str
    limit: Decimal
    needed: Decimal | None
    sentence: str
    side: str = ""

    @property
    def helps(self) -> bool:
        return self.needed is not None or self.side in ("drop", "wait")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Limits that cannot hold together, while all but any one of them can; `laws`: what else would let them."""

    constraints: tuple[str, ...]
    gives: tuple[Give, ...]
    sentence: str
    laws: tuple[Give, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why there is no plan. `mix`: what would give at once where the most important limits give least."""

    conflicts: tuple[Conflict, ...]
    mix: tuple[Give, ...] = ()
