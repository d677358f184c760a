"""A lot as a page shows it: its figures, its term, its days to long-term."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from holdings.models import BrokerageAccount, Lot, Term
from holdings.tax.us.holding import days_to_long_term, long_term_from

NO_TERM = {
    BrokerageAccount.Kind.TRADITIONAL_IRA: "No term in an IRA",
    BrokerageAccount.Kind.ROTH_IRA: "No term in an IRA",
    BrokerageAccount.Kind.K401: "No term in a 401(k)",
    BrokerageAccount.Kind.HSA: "No term in an HSA",
    BrokerageAccount.Kind.PLAN_529: "No term in a 529 plan",
}


@dataclass(frozen=True, slots=True)
class LotLine:
    """Value, basis and gain in whole units, as shown; None where they are unknown."""

    lot: Lot
    close: Decimal | None
    value: Decimal | None
    basis: Decimal | None
    as_of: dt.date
    sale_day: dt.date

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
    def is_long(self) -> bool | None:
        """As sold on the next session; None without a term or with an unknown date. What is inherited always is."""
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
        return None if self.is_long is not False or self.lot.acquired is None else long_term_from(self.lot.acquired)

    @property
    def days_left(self) -> int:
        """From the household's date to the first long-term day; 0 where there is none to wait for."""
        return (
            0
            if self.lot.acquired is None or self.is_long is not False
            else days_to_long_term(self.lot.acquired, self.as_of)
        )

    @property
    def days_held(self) -> int:
        return 0 if self.lot.acquired is None else (self.as_of - self.lot.acquired).days

    @property
    def days_needed(self) -> int:
        return self.days_held + self.days_left
