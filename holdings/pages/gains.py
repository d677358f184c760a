"""Realised gains of a year, lot by lot, on economic basis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.exports import Cell
from accounts.models import Household
from holdings import selectors
from holdings.models import BrokerageAccount, RealisedGain, Term

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of a year: taxable gains by term, and those that are not taxed; unknown ones are counted, not added."""

    short: Decimal
    long: Decimal
    untaxed: Decimal
    unknown: int


def years(household: Household) -> list[int]:
    """Years in which something was sold, newest first."""
    days = RealisedGain.objects.filter(account__household=household).dates("sold", "year", order="DESC")
    return [day.year for day in days]


def of_year(household: Household, year: int, account: BrokerageAccount | None) -> list[RealisedGain]:
    rows = selectors.realised_gains(household, year).select_related("account", "instrument", "sale")
    return list((rows if account is None else rows.filter(account=account)).order_by("-sold", "-id"))


def totals(rows: Sequence[RealisedGain]) -> Totals:
    taxed = [row for row in rows if row.account.is_taxable and row.gain is not None]
    return Totals(
        short=_sum(row for row in taxed if row.term == Term.SHORT),
        long=_sum(row for row in taxed if row.term == Term.LONG),
        untaxed=_sum(row for row in rows if not row.account.is_taxable),
        unknown=sum(row.gain is None or (row.account.is_taxable and not row.term) for row in rows),
    )


def _sum(rows: Iterable[RealisedGain]) -> Decimal:
    return sum((row.gain for row in rows if row.gain is not None), ZERO)


EXPORT = [
    "Account", "Taxed", "Symbol", "Name", "Lot", "Acquired", "Sold", "Quantity", "Proceeds", "Economic basis", "Gain",
    "Term", "Currency",
]  # fmt: skip


def export_rows(rows: Iterable[RealisedGain]) -> Iterable[Sequence[Cell]]:
    for row in rows:
        yield [
            row.account.name,
            "yes" if row.account.is_taxable else "no",
            row.instrument.symbol,
            row.instrument.name,
            row.lot_key,
            row.acquired,
            row.sold,
            row.quantity,
            row.proceeds,
            row.basis,
            row.gain,
            row.get_term_display() if row.account.is_taxable else "",
            row.currency,
        ]


def chosen_year(asked: str | None, known: Sequence[int], today: dt.date) -> int:
    """The year asked for where something was sold in it, else the last one."""
    wanted = int(asked) if asked and asked.isdecimal() else today.year
    return wanted if wanted in known else (known[0] if known else today.year)
