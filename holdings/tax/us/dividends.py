"""How long shares have to be held for their dividend to be qualified (IRC 1(h)(11)(B)(iii), 246(c)).

More than 60 days of the 121-day period that begins 60 days before the ex-dividend date; for preferred stock whose
dividend is for more than 366 days, more than 90 of 181. The day of disposal counts and the day of acquisition does not
(246(c)(3)(A)). The first two examples of Pub. 550 for 2025 print another period than the statute's; the statute is
followed. Days with a reduced risk of loss do not count (246(c)(4)) and are not known here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO


@dataclass(frozen=True, slots=True)
class Held:
    """Shares by trade dates. `acquired` is the purchase itself: the time of shares that were sold at a washed loss is
    not added (246(c)(3)(B)); a donor's or an exchanged share's is. `disposed`: None while held."""

    quantity: Decimal
    acquired: date
    disposed: date | None = None


@dataclass(frozen=True, slots=True)
class DividendShares:
    """Shares that the dividend was paid on. `pending` are held and qualify if they are kept long enough."""

    qualified: Decimal
    failed: Decimal
    pending: Decimal


def qualified_from(acquired: date, ex_date: date, *, preferred: bool = False) -> date:
    """The first day of disposal on which the dividend is qualified."""
    needed = timedelta(days=91 if preferred else 61)
    return max(acquired, ex_date - needed) + needed


def qualified_shares(held: Iterable[Held], ex_date: date, *, as_of: date, preferred: bool = False) -> DividendShares:
    """The shares of a dividend by what is known through `as_of`.

    Shares get the dividend that were acquired before the ex-dividend date and disposed of on it or later.
    """
    sums = {"qualified": ZERO, "failed": ZERO, "pending": ZERO}
    with localcontext(exact):
        for shares in held:
            if shares.acquired < ex_date and (shares.disposed is None or shares.disposed >= ex_date):
                sums[_standing(shares, ex_date, as_of, preferred)] += shares.quantity
    return DividendShares(**sums)


def _standing(shares: Held, ex_date: date, as_of: date, preferred: bool) -> str:
    sold = shares.disposed if shares.disposed is not None and shares.disposed <= as_of else None
    if (sold or as_of) >= qualified_from(shares.acquired, ex_date, preferred=preferred):
        return "qualified"
    return "failed" if sold else "pending"
