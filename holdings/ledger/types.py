"""What the ledger reads and what it gives back: plain, exact, and free of any model.

Identifiers are strings (`str(pk)`), money, prices and quantities are `Decimal`, dates are trade dates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from holdings.ledger.exact import exact

ZERO = Decimal(0)


class Kind(StrEnum):
    """What happened. The strings are those of the stored transactions."""

    BUY = "buy"
    SELL = "sell"
    OPENING = "opening"
    DIVIDEND = "dividend"
    REINVEST = "reinvest"
    INTEREST = "interest"
    FEE = "fee"
    TAX = "tax"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    SPLIT = "split"
    SPIN_OFF = "spin_off"
    MERGER = "merger"
    SYMBOL_CHANGE = "symbol_change"
    RETURN_OF_CAPITAL = "return_of_capital"
    CASH_IN_LIEU = "cash_in_lieu"
    WORTHLESS = "worthless"
    EXCHANGE = "exchange"
    SHORT = "short"
    OPTION = "option"
    ADJUST = "adjust"


class Origin(StrEnum):
    """How shares that were brought in had been acquired."""

    PURCHASE = "purchase"
    GIFT = "gift"
    INHERITANCE = "inheritance"


class Term(StrEnum):
    """Short-term or long-term, as of the sale."""

    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Pick:
    """Shares of one lot: taken by a sell or a transfer out, or the signed change of an adjustment."""

    lot: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction.

    quantity: signed shares; for a split the additional shares (negative for a reverse split).
    cash: signed effect on the account's cash, fees included.
    basis, acquired, disallowed: openings and transfers in kind; None is unknown. `disallowed` is already in `basis`.
    For an adjustment, `picks` names the lots and their signed change of shares; `basis` and `acquired`, where given,
    replace those of the one lot it names.

    Corporate actions happen to `instrument`; `other` is what came of it:
    spin-off: `other_quantity` shares of the child come in, with `basis_fraction` of the parent's basis.
    merger: `quantity` (minus) shares leave, `other_quantity` come in, `cash` is the boot, `fair_value` the market value
    of the new shares. symbol change: the lots go on under `other`, share for share, or as `other_quantity` in all.
    worthless: `quantity` (minus) shares leave for nothing. cash in lieu: a fraction (minus) leaves for `cash`.
    return of capital: `cash` lowers the basis; what exceeds it is a gain.
    exchange: `cash` in `currency` against `other_cash` in `other_currency`.
    short, option: signed shares or contracts; kept apart as flagged positions.
    transfer in: `sender` names the transfer out of another own account whose lots it receives.

    rate: base currency for a unit of `currency` at the trade date; None where nobody knows it.
    origin, fair_value: for openings and transfers in; a gift's fair value is that of its day.
    """

    id: str
    account: str
    kind: Kind
    trade_date: date
    instrument: str | None = None
    quantity: Decimal = ZERO
    cash: Decimal = ZERO
    price: Decimal | None = None
    fees: Decimal = ZERO
    currency: str = "USD"
    trade_time: time | None = None
    occurrence: int = 1
    basis: Decimal | None = None
    acquired: date | None = None
    disallowed: Decimal | None = None
    picks: tuple[Pick, ...] = ()
    rate: Decimal | None = Decimal(1)
    other: str | None = None
    other_quantity: Decimal = ZERO
    other_currency: str = ""
    other_cash: Decimal = ZERO
    basis_fraction: Decimal | None = None
    fair_value: Decimal | None = None
    origin: Origin = Origin.PURCHASE
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Lot:
    """Open shares of one acquisition. `basis` is the total of the lot, None when unknown."""

    opened_by: str
    piece: str
    account: str
    instrument: str
    currency: str
    quantity: Decimal
    basis: Decimal | None
    acquired: date | None
    opened: date
    disallowed: Decimal

    @property
    def key(self) -> str:
        """The opening transaction and, for a piece of a lot, its path: `id`, `id.1`, `id.1.2`."""
        return f"{self.opened_by}.{self.piece}" if self.piece else self.opened_by

    @property
    def unknown(self) -> bool:
        """Whether basis or acquisition date is missing, so that no plan may sell it."""
        return self.basis is None or self.acquired is None


@dataclass(frozen=True, slots=True)
class RealisedGain:
    """One lot's part of a sale, on its economic basis.

    `lot` is None for shares that were sold without having been held (see `ProblemCode.OVERSOLD`); their basis, and so
    their gain, is unknown. `proceeds` is net of fees.
    """

    sale: str
    lot: str | None
    account: str
    instrument: str
    currency: str
    quantity: Decimal
    proceeds: Decimal
    basis: Decimal | None
    acquired: date | None
    sold: date
    term: Term | None

    @property
    def gain(self) -> Decimal | None:
        return None if self.basis is None else exact.subtract(self.proceeds, self.basis)


@dataclass(frozen=True, slots=True)
class Flow:
    """Money (`amount`) or securities (`instrument`, `quantity`) that crossed an account's boundary, signed inward.

    Securities are to be valued at that day's market value.
    """

    entry: str
    account: str
    day: date
    currency: str
    amount: Decimal
    instrument: str | None
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class LotEvent:
    """One line of a lot's trail: the change, and what stood after it."""

    entry: str
    kind: Kind
    day: date
    quantity: Decimal
    quantity_after: Decimal
    basis_after: Decimal | None


@dataclass(frozen=True, slots=True)
class Step:
    """A level that holds from the end of `day` until the next step."""

    day: date
    level: Decimal


class ProblemCode(StrEnum):
    """What a history can have wrong with it."""

    OVERSOLD = "oversold"
    UNKNOWN_LOT = "unknown_lot"
    PICK_TOO_LARGE = "pick_too_large"
    PICKS_DIFFER = "picks_differ"
    SPLIT_OF_NOTHING = "split_of_nothing"
    SPLIT_TOO_LARGE = "split_too_large"
    WRONG_QUANTITY = "wrong_quantity"
    NO_INSTRUMENT = "no_instrument"
    WRONG_ADJUSTMENT = "wrong_adjustment"


@dataclass(frozen=True, slots=True)
class Problem:
    """A named fault of the history. `quantity` counts the shares it concerns; `message` names no instrument."""

    code: ProblemCode
    entry: str
    account: str
    instrument: str | None
    day: date
    quantity: Decimal
    message: str
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The outcome of a replay.

    lots: open lots, first in first out within account and instrument.
    cash: (account, currency) -> balance.
    trail: lot key -> its events, closed lots included.
    holdings: (account, instrument) -> steps of the quantity held.
    balances: (account, currency) -> steps of the cash balance.
    """

    lots: tuple[Lot, ...] = ()
    realised: tuple[RealisedGain, ...] = ()
    cash: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()
    problems: tuple[Problem, ...] = ()
    trail: Mapping[str, tuple[LotEvent, ...]] = field(default_factory=dict)
    holdings: Mapping[tuple[str, str], tuple[Step, ...]] = field(default_factory=dict)
    balances: Mapping[tuple[str, str], tuple[Step, ...]] = field(default_factory=dict)
