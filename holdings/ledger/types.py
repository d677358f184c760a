"""What the ledger reads and what it gives back: plain, exact, and free of any model.

Identifiers are strings (`str(pk)`), money, prices and quantities are `Decimal`, dates are trade dates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

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


class Character(StrEnum):
    """What a dividend, or interest, is for tax, as the payer says it.

    capital_gain: of long-term gains of a fund; one of short-term gains is ordinary. exempt: interest that is free of
    federal tax in the United States.
    """

    UNKNOWN = ""
    ORDINARY = "ordinary"
    QUALIFIED = "qualified"
    CAPITAL_GAIN = "capital_gain"
    EXEMPT = "exempt"


class Relief(StrEnum):
    """Which lots a sale takes that names none, and under average basis, what each of their shares cost."""

    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"
    MIN_TAX = "min_tax"
    AVERAGE = "average"


class Term(StrEnum):
    """Short-term or long-term, as of the sale."""

    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Pick:
    """Shares of one lot: taken by a sell or a transfer out, or the signed change of an adjustment.

    piece: the part of the lot that a tax adjustment made and that is meant ("" is what none has touched). The ledger
    does not look at it: its lots are economic.
    """

    lot: str
    quantity: Decimal
    piece: str | None = None

    @property
    def key(self) -> str:
        """Of the shares that are meant, as `TaxLot.key`."""
        return f"{self.lot}~{self.piece}" if self.piece else self.lot


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
    buy, reinvest, sell: `other_cash` (minus) is a fee in another currency, part of cost or proceeds at `other_rate`.
    short, option: signed shares or contracts; kept apart as flagged positions.
    transfer in: `sender` names the transfer out of another own account whose lots it receives.

    rate: base currency for a unit of `currency` at the trade date; None where nobody knows it.
    other_rate: the same for a unit of `other_currency`.
    origin, fair_value: for openings and transfers in; a gift's fair value is that of its day.
    relief: the account's method for the instrument on that day. marginal: for least tax, the rates of a short-term and
    of a long-term gain; None where nobody knows them.
    character: of dividends and interest; lots and cash do not depend on it.
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
    other_rate: Decimal | None = None
    relief: Relief = Relief.FIFO
    marginal: tuple[Decimal, Decimal] | None = None
    character: Character = Character.UNKNOWN


@dataclass(frozen=True, slots=True)
class Lot:
    """Open shares of one acquisition. Every basis is the total of the lot, None when unknown.

    base_basis: in base currency at the rate of the purchase. loss_basis: of a gift, the lower basis for a loss.
    """

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
    base_basis: Decimal | None = None
    loss_basis: Decimal | None = None
    origin: Origin = Origin.PURCHASE

    @property
    def key(self) -> str:
        """The opening transaction and, for a piece of a lot, its path of events: `id`, `id.a`, `id.a.b`."""
        return f"{self.opened_by}.{self.piece}" if self.piece else self.opened_by

    @property
    def unknown(self) -> bool:
        """Whether basis or acquisition date is missing, so that no plan may sell it."""
        return self.basis is None or self.acquired is None


@dataclass(frozen=True, slots=True)
class RealisedGain:
    """One lot's part of a sale, on its economic basis.

    `lot` is None for shares that were sold without having been held (see `ProblemCode.OVERSOLD`); their basis, and so
    their gain, is unknown. `proceeds` is net of fees. `quantity` is zero where cash came without shares leaving: boot
    of a merger, return of capital beyond the basis, cash for a fraction that was never booked.
    base_proceeds, base_basis: in base currency, at the rate of the sale and of the purchase.
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
    base_proceeds: Decimal | None = None
    base_basis: Decimal | None = None

    @property
    def gain(self) -> Decimal | None:
        return None if self.basis is None else exact.subtract(self.proceeds, self.basis)


@dataclass(frozen=True, slots=True)
class Flagged:
    """Short shares or an option, in no lot. quantity: signed. cash: what opening it brought in, or cost (minus)."""

    account: str
    instrument: str
    currency: str
    quantity: Decimal
    cash: Decimal


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
    """One line of a lot's trail: the change, and what stood after it, in `instrument` of `account`.

    base_basis_after: in base currency, None where it is unknown.
    """

    entry: str
    kind: Kind
    account: str
    instrument: str
    day: date
    quantity: Decimal
    quantity_after: Decimal
    basis_after: Decimal | None
    base_basis_after: Decimal | None = None


class Step(NamedTuple):
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
    NOTHING_HELD = "nothing_held"
    INCOMPLETE = "incomplete"
    UNKNOWN_RATE = "unknown_rate"
    NO_SENDER = "no_sender"
    TRANSFER_DIFFERS = "transfer_differs"
    WRONG_CURRENCY = "wrong_currency"


REFUSED = {
    ProblemCode.SPLIT_OF_NOTHING,
    ProblemCode.SPLIT_TOO_LARGE,
    ProblemCode.INCOMPLETE,
    ProblemCode.NOTHING_HELD,
    ProblemCode.WRONG_ADJUSTMENT,
    ProblemCode.WRONG_QUANTITY,
    ProblemCode.NO_INSTRUMENT,
}
"""Problems of an entry that the ledger left out, so that taxes leave it out too."""


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

    entries: those that were replayed, in the order in which they happened.
    lots: open lots, first in first out within account and instrument.
    cash: (account, currency) -> balance.
    trail: lot key -> its events, closed lots included.
    holdings: (account, instrument) -> steps of the quantity held.
    balances: (account, currency) -> steps of the cash balance.
    flagged: short shares and options. flagged_holdings: (account, instrument) -> steps of their signed quantity.
    chosen: entry -> lots that the replay chose for shares that left without naming theirs.
    parents: lot key -> the lot that it is a piece of, for pieces that transfers, spin-offs and mergers made.
    """

    entries: tuple[Entry, ...] = ()
    lots: tuple[Lot, ...] = ()
    realised: tuple[RealisedGain, ...] = ()
    cash: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()
    problems: tuple[Problem, ...] = ()
    trail: Mapping[str, tuple[LotEvent, ...]] = field(default_factory=dict)
    holdings: Mapping[tuple[str, str], tuple[Step, ...]] = field(default_factory=dict)
    balances: Mapping[tuple[str, str], tuple[Step, ...]] = field(default_factory=dict)
    flagged: tuple[Flagged, ...] = ()
    flagged_holdings: Mapping[tuple[str, str], tuple[Step, ...]] = field(default_factory=dict)
    chosen: Mapping[str, tuple[Pick, ...]] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
