"""What happens to a class of shares, in the currency of the history. Accounts that are not taxed are outside.

`holder`: the id of a person. `share`: the class, named by the instrument that it has become. Quantities are positive.
Amounts that are None are unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from holdings.ledger.types import ZERO


class Manner(StrEnum):
    """How shares were disposed of."""

    SALE = "sale"
    WORTHLESS = "worthless"
    INTO_SHELTER = "into shelter"
    GIVEN = "given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    entry: str
    account: str
    holder: str
    share: str
    instrument: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquired(Happened):
    """Bought, reinvested, given, inherited, brought in. sheltered: by an account that is not taxed.

    known: when the ledger begins to hold it, on or after `day`. dated: whether `day` is when it was acquired.
    """

    quantity: Fraction
    cost: Decimal | None
    known: date
    dated: bool = True
    sheltered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed(Happened):
    """proceeds: net of costs."""

    quantity: Fraction
    proceeds: Decimal | None
    manner: Manner = Manner.SALE


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled(Happened):
    """A split as one account's entry tells it: `before` shares became `after`. sheltered: as of an acquisition."""

    before: Fraction
    after: Fraction
    sheltered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Happened):
    """A split of a class as accounts book it on a day.

    held: holder -> shares before it in all his accounts. added: how many more (signed) the booking brought him.
    ratio: new shares for an old one, of shares that no account holds: those that a purchase of later puts back, and
    those that the ledger begins to know later. One where another account booked the same split some days before.
    """

    ratio: Fraction
    held: Mapping[str, Fraction]
    added: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(Happened):
    """A person's change of the number of shares (signed). closes: the lot is gone, and its cost with it."""

    change: Fraction
    closes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifted(Happened):
    """Shares that went to the taxed account of the spouse. Those that left the household have no `receiver`."""

    quantity: Fraction
    receiver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carved(Happened):
    """A spin-off: `fraction` of the cost of `held` shares goes over to `received` shares of the class `other`."""

    other: str
    held: Fraction
    received: Fraction
    fraction: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged(Happened):
    """A merger: `held` shares became `received` shares of the class `other`, worth `value`, and `cash`."""

    other: str
    held: Fraction
    received: Fraction
    cash: Decimal | None = ZERO
    value: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(Happened):
    """Capital paid back on shares that stay, worth `value` after it; or cash for a fraction that was never booked."""

    cash: Decimal | None
    value: Decimal | None = None
    in_lieu: bool = False


Event = Acquired | Disposed | Split | Corrected | Shifted | Carved | Exchanged | Returned

Told = Event | Scaled
"""What entries tell before the splits of a class are put together."""
