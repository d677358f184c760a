"""The disposals of a tax year, piece by piece, with what replaced the shares of a loss."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import Household
from holdings.models import Replacement, TaxReport, TaxSlice
from holdings.tax.outcome import GainClass
from optimizer.pages.tax.gains import POTS


@dataclass(frozen=True, slots=True)
class Sale:
    """A slice, the name of its pot, and the purchases that replaced its shares."""

    row: TaxSlice
    pot: str
    replaced_by: list[Replacement]


def rows(report: TaxReport) -> QuerySet[TaxSlice]:
    """Newest first."""
    found = report.slices.select_related("account", "instrument", "sale")
    return found.order_by("-sold", "-id")


def lump_sums(report: TaxReport) -> list[TaxSlice]:
    """What funds count as having brought, though nobody paid it, by fund. One query."""
    found = report.slices.filter(sale=None).select_related("account", "instrument")
    return sorted(found, key=lambda row: (row.instrument.symbol, row.account.name, row.pk))


def shown(slices: Iterable[TaxSlice], household: Household) -> list[Sale]:
    """One query more, for the replacements of all of them."""
    found = list(slices)
    by_sale: dict[tuple[int | None, str], list[Replacement]] = defaultdict(list)
    replacements = Replacement.objects.filter(account__household=household, sale__in={row.sale_id for row in found})
    for each in replacements.select_related("account", "instrument", "bought"):
        by_sale[each.sale_id, each.sold_lot].append(each)
    return [
        Sale(row, POTS.get(GainClass(row.gain_class), "Unknown"), by_sale.get((row.sale_id, row.lot_key), []))
        for row in found
    ]
