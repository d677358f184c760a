"""A lot as a page shows it: its figures, its term, its days to long-term."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from holdings.models import BrokerageAccount, Lot, Term
from holdings.taxation.lots import Standing, turns_long

ZERO = Decimal(0)
NO_TERM = {
    BrokerageAccount.Kind.TRADITIONAL_IRA: "No term in an IRA",
    BrokerageAccount.Kind.ROTH_IRA: "No term in an IRA",
    BrokerageAccount.Kind.K401: "No term in a 401(k)",
    BrokerageAccount.Kind.HSA: "No term in an HSA",
    BrokerageAccount.Kind.PLAN_529: "No term in a 529 plan",
    BrokerageAccount.Kind.ISA: "No term in an ISA",
    BrokerageAccount.Kind.SIPP: "No term in a SIPP",
    BrokerageAccount.Kind.RRSP: "No term in an RRSP",
    BrokerageAccount.Kind.TFSA: "No term in a TFSA",
}


@dataclass(frozen=True, slots=True)
class LotLine:
    """Value, basis and gain in whole units, as shown; None where they are unknown.

    standing: the lot under the tax rules; None where that is not computed or no longer agrees with the lot.
    """

    lot: Lot
    close: Decimal | None
    value: Decimal | None
    basis: Decimal | None
    as_of: dt.date
    sale_day: dt.date
    standing: Standing | None = None

    @property
    def gain(self) -> Decimal | None:
        return None if self.value is None or self.basis is None else self.value - self.basis

    @property
    def exact_value(self) -> Decimal | None:
        return None if self.close is None else self.close * self.lot.quantity

    @property
    def exact_gain(self) -> Decimal | None:
        basis = None if self.exact_value is None else self.lot.basis_at(self.exact_value)
        return None if self.exact_value is None or basis is None else self.exact_value - basis

    @property
    def paid(self) -> Decimal | None:
        """Basis a share."""
        return None if self.lot.basis is None else self.lot.basis / self.lot.quantity

    @property
    def is_taxable(self) -> bool:
        return self.lot.account.is_taxable

    @property
    def no_term(self) -> str:
        return "" if self.is_taxable else NO_TERM[BrokerageAccount.Kind(self.lot.account.kind)]

    @property
    def tacked_days(self) -> int:
        """Days of shares sold at a loss that count for this lot, which replaced them (IRC 1223(3))."""
        return self.standing.tacked_days if self.standing and self.is_taxable else 0

    @property
    def turns(self) -> dt.date | None:
        """The first day of a long-term sale of all of it, past or to come; None without a term or with unknown date."""
        return turns_long(self.lot, self.standing) if self.is_taxable else None

    @property
    def is_long(self) -> bool | None:
        """As sold on the next session; None without a term or with an unknown date. What is inherited always is."""
        if self.tacked_days and self.turns:
            return self.turns <= self.sale_day
        term = self.lot.term_on(self.sale_day) if self.is_taxable else None
        return None if term is None else term == Term.LONG

    @property
    def term(self) -> str:
        if self.is_long is None:
            return self.no_term or "unknown"
        return "Long-term" if self.is_long else "Short-term"

    @property
    def long_from(self) -> dt.date | None:
        """The day from which a sale would be long-term, while that is still to come."""
        return self.turns if self.is_long is False else None

    @property
    def earlier(self) -> Decimal:
        """Shares that turn before `long_from`, as they replaced others."""
        return self.standing.earlier if self.standing and self.long_from else ZERO

    @property
    def days_left(self) -> int:
        """From the household's date to the first long-term day; 0 where there is none to wait for."""
        return max((self.long_from - self.as_of).days, 0) if self.long_from else 0

    @property
    def days_held(self) -> int:
        """Those of replaced shares counted."""
        return 0 if self.lot.acquired is None else (self.as_of - self.lot.acquired).days + self.tacked_days

    @property
    def days_needed(self) -> int:
        return self.days_held + self.days_left
