"""The protocol of a broker file reader, and the draft rows it gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from holdings.ledger.types import ZERO, Character, Kind, Origin

MAX_BYTES = 20 * 1024 * 1024


class ImportFailed(ValueError):
    """The file as a whole cannot be read. The message says what was expected, in words for the user."""


class UnknownFormat(ImportFailed):
    """No reader knows the file; a mapping of its columns may still read it."""


class Content(StrEnum):
    """What a file holds."""

    TRANSACTIONS = "transactions"
    LOTS = "lots"
    POSITIONS = "positions"
    GAINS = "gains"
    MIXED = "mixed"


class Severity(StrEnum):
    """An error keeps its row from being booked; a warning is shown beside it."""

    ERROR = "error"
    WARNING = "warning"


class Status(StrEnum):
    """What may be done with a row."""

    READY = "ready"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in one row (`row` counts lines of the file from 1), and what the user can do about it."""

    row: int
    field: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class AccountHint:
    """How the file names an account: perhaps a name, perhaps the last digits of its number."""

    name: str
    number_end: str


@dataclass(frozen=True, slots=True)
class Security:
    """What a file tells of an instrument besides its symbol; empty where it does not.

    kind: one of `holdings.models.Instrument.Kind`, such as `fund` or `option`.
    """

    name: str = ""
    kind: str = ""
    isin: str = ""
    cusip: str = ""
    exchange: str = ""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One row as it would be booked.

    rows: the lines of the file it came from, counted from 1.
    raw: the cells by column name, as written.
    kind: None when the row's meaning is unknown; such a row is kept and never booked.
    quantity, cash: signed as in `holdings.ledger.types.Entry`; price and fees are not negative.
    basis, acquired, disallowed: openings only; None is unknown.
    symbol: as the file names the instrument: a ticker, else a CUSIP, an ISIN or a name. Empty for cash.
    rate: base currency of the file for a unit of `currency`, where the broker says it; `rate_currency` is that base.
    other, …, character: as in `holdings.ledger.types.Entry`.
    external_id: the broker's own id of the transaction, where the file has one. order: of the order that it fills.
    """

    rows: tuple[int, ...]
    raw: Mapping[str, str]
    kind: Kind | None
    trade_date: date | None
    trade_time: time | None = None
    symbol: str = ""
    description: str = ""
    quantity: Decimal = ZERO
    price: Decimal | None = None
    fees: Decimal = ZERO
    cash: Decimal = ZERO
    currency: str = "USD"
    basis: Decimal | None = None
    acquired: date | None = None
    disallowed: Decimal | None = None
    account: AccountHint | None = None
    problems: tuple[RowProblem, ...] = ()
    security: Security = Security()
    rate: Decimal | None = None
    rate_currency: str = ""
    other: str = ""
    other_quantity: Decimal = ZERO
    other_currency: str = ""
    other_cash: Decimal = ZERO
    basis_fraction: Decimal | None = None
    fair_value: Decimal | None = None
    origin: Origin = Origin.PURCHASE
    character: Character = Character.UNKNOWN
    external_id: str = ""
    order: str = ""

    @property
    def status(self) -> Status:
        if any(p.severity is Severity.ERROR for p in self.problems):
            return Status.ERROR
        return Status.WARNING if self.problems else Status.READY

    @property
    def bookable(self) -> bool:
        """Whether the row can become a transaction as it stands."""
        return self.status is not Status.ERROR and self.kind is not None


@dataclass(frozen=True, slots=True)
class StatedLine:
    """A position, cash balance, open lot or closed lot as a broker states it; it is compared and never booked.

    symbol: empty for cash, whose `quantity` is its amount. Sweep and money-market positions are cash.
    basis: total; None when not said. sold, proceeds: closed lots. disallowed: deferred or already in `basis`.
    """

    rows: tuple[int, ...]
    raw: Mapping[str, str]
    symbol: str
    quantity: Decimal
    currency: str = "USD"
    description: str = ""
    price: Decimal | None = None
    value: Decimal | None = None
    basis: Decimal | None = None
    acquired: date | None = None
    sold: date | None = None
    proceeds: Decimal | None = None
    disallowed: Decimal | None = None
    account: AccountHint | None = None
    security: Security = Security()
    problems: tuple[RowProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """All that a file says. `problems` are those of the file itself; each row carries its own.

    rows: what can be booked (transactions, opening lots). stated: what the ledger is compared with, by kind:
    positions (with cash), open lots, realised gains. A lot file gives its lots as rows, and as stated lots too.
    as_of: the day of positions and lots, None where the file does not say it.
    """

    importer: str
    content: Content
    rows: tuple[DraftRow, ...]
    problems: tuple[RowProblem, ...] = ()
    accounts: tuple[AccountHint, ...] = ()
    as_of: date | None = None
    positions: tuple[StatedLine, ...] = ()
    lots: tuple[StatedLine, ...] = ()
    gains: tuple[StatedLine, ...] = ()


class Importer(Protocol):
    """A reader of one kind of file of one broker."""

    name: str
    """Stored with each import, for example `schwab_transactions`."""

    label: str
    """Shown to the user, for example `Schwab transactions`."""

    expects: str
    """What such a file has, in words that complete "expected is …"."""

    def detect(self, text: str) -> float:
        """How sure the content is of this kind, from 0 (not at all) to 1."""

    def parse(self, text: str) -> ParsedFile:
        """Read the whole text. Raises ImportFailed when it is not of this kind after all."""
