"""What comes out of it: the plan with its evidence, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from optimizer.engine.types.names import ZERO, RuleState, Side, Term


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
    lot: str | None  # sells only: the key of its LotInput, so of a piece where the lot is in pieces
    quantity: Decimal
    price: Decimal
    value: Decimal  # quantity x price, to the cent, positive
    cost: Decimal  # half of the spread, the impact and the fee
    term: Term | None = None  # taxed sells only
    gain: Decimal | None = None
    disallowed: Decimal = ZERO  # loss without value, replaced by a purchase of the last 30 days
    tax: Decimal = ZERO  # this trade's share of the plan's tax; the shares add up to it
    reason: str = ""
    why: Why | None = None
    fee: Decimal = ZERO  # this trade's share of its order's fee, part of the cost
    impact: Decimal = ZERO  # what the orders of its asset and side move the price, this trade's share, part of the cost
    piece: str | None = None  # as LotInput.piece
    number: int = 0  # as LotInput.number
    exempt: Decimal = ZERO  # part of the gain, or with its minus of the loss, that the law leaves out


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
    day: date | None = None  # the trade date that it is of, where that is a later one
    note: str = ""


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
    `uncounted`: the most that losses which recent purchases wash could save. Plan and bound count them as nothing;
    where other lots go first, or the purchases themselves, some would count.
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
    reserved: Decimal | None = None  # tax that stays in cash in taxed accounts; None: the policy keeps none back
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
