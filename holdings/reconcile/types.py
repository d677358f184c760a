"""What a broker states, what the ledger holds on that day, and where the two differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from holdings.ledger.types import Entry, Lot, RealisedGain


class Kind(StrEnum):
    """What differs. The strings are those of the stored differences."""

    SHARES = "shares"
    BASIS = "basis"
    CASH = "cash"
    LOT = "lot"
    GAIN = "gain"


@dataclass(frozen=True, slots=True)
class Stated:
    """A line of a statement: a position, lot or closed lot; without an instrument a cash balance.

    quantity: shares, or the amount of cash. basis: total, None where the broker does not say.
    disallowed: wash-sale loss that the broker put into `basis`.
    """

    instrument: str | None
    quantity: Decimal
    currency: str = "USD"
    basis: Decimal | None = None
    value: Decimal | None = None
    acquired: date | None = None
    sold: date | None = None
    proceeds: Decimal | None = None
    disallowed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """A split that the market knows: `ratio` new shares for an old one."""

    day: date
    ratio: Decimal


@dataclass(frozen=True, slots=True)
class Books:
    """One account's ledger at the end of `day`.

    flagged: instrument -> short shares or contracts, which are kept apart from lots.
    entries: the whole history, later days included: it explains differences.
    splits: instrument -> splits known from market data.
    """

    day: date
    lots: tuple[Lot, ...] = ()
    cash: Mapping[str, Decimal] = field(default_factory=dict)
    gains: tuple[RealisedGain, ...] = ()
    flagged: Mapping[str, Decimal] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    splits: Mapping[str, tuple[Split, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """Why two figures may differ, as far as the history tells, and what to do about it."""

    explanation: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Found:
    """A difference. `stated` or `ledger` is None where that side does not know the figure.

    subject: what is compared within the instrument: a currency, a lot's day, a day of sale.
    """

    kind: Kind
    instrument: str | None
    subject: str
    stated: Decimal | None
    ledger: Decimal | None
    note: Note = Note("", "")
