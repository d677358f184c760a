"""What a stress test reads and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from optimizer.engine.types import AssetInput

Proxy = Literal["equity", "bond", "gold", "cash", "none"]  # none: left as it is, and named
Axis = Literal["class", "sector", "currency", "instrument"]


@dataclass(frozen=True, slots=True)
class Position:
    """Money of one asset in one account, in base currency: as held, and after a proposal's trades."""

    account: str
    asset: str  # id, or CASH
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Move:
    """A shock that a person chose: what `subject` of the axis loses or gains, a fraction."""

    axis: Axis
    subject: str
    change: Decimal


@dataclass(frozen=True, slots=True)
class OwnScenario:
    key: str
    name: str
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A household as a stress test sees it. `proposed`: whether `after` is a proposal's."""

    as_of: date
    currency: str
    assets: tuple[AssetInput, ...]
    positions: tuple[Position, ...]
    proposed: bool = False
    metal: tuple[str, ...] = ()  # ids of what holds metal
    durations: Mapping[str, Decimal] = field(default_factory=dict)  # years, by asset, as the household says
    benchmark: str = ""  # id in the panel of what beta is measured against
    own: tuple[OwnScenario, ...] = ()


@dataclass(frozen=True, slots=True)
class Amounts:
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One holding in one scenario: the change of its price, and of its money."""

    asset: str
    change: float
    amounts: Amounts
    basis: str = ""  # by what the change was found, in words; empty: its own prices


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scenario in money. `lines` from the largest loss; `by_account`: account id -> money."""

    key: str
    name: str
    kind: Literal["history", "shock", "own"]
    said: tuple[str, ...]  # assumptions, sentences
    total: Amounts
    lines: tuple[Line, ...]
    by_account: Mapping[str, Amounts]


@dataclass(frozen=True, slots=True)
class Tail:
    """Risk a month ahead, in money: standard deviation, and the loss of the worst 5 %: its mildest and its mean."""

    volatility: Amounts
    var: Amounts
    cvar: Amounts


@dataclass(frozen=True, slots=True)
class TailOutcome:
    key: str
    name: str
    said: tuple[str, ...]
    tail: Tail


@dataclass(frozen=True, slots=True)
class Stress:
    """All scenarios of a household. `value`: its worth; `unpriced`: symbols that no price history counts in `tails`."""

    value: Amounts
    outcomes: tuple[Outcome, ...]
    tails: tuple[TailOutcome, ...]
    traits: tuple[str, ...]  # what was taken of each kind of holding, sentences
    unpriced: tuple[str, ...] = ()
