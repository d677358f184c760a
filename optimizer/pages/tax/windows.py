"""Wash-sale windows that are open: what was sold at a loss, what was bought lately, what the proposal would sell."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TypeVar

from accounts.models import Household
from accounts.templatetags.formats import day, quantity
from holdings import selectors as holdings
from holdings.figures.windows import Mark, Window
from holdings.models import Classification, Instrument, TaxLot, TaxSlice
from holdings.tax.us.wash import WINDOW
from optimizer.pages.tax.year import YearShown

DAY = dt.timedelta(days=1)
Key = tuple[str, dt.date]
Row = TypeVar("Row", TaxSlice, TaxLot)


def windows(household: Household, shown: YearShown) -> list[Window]:
    """Of the United States, by day; a row for each identity group and day. Three queries."""
    if shown.rules.country != "US":
        return []
    classes = holdings.classifications(household)
    found = [*_sold(household, classes), *_bought(household, classes), *_proposed(shown)]
    return sorted(found, key=lambda each: (each.mark is Mark.PROPOSED, each.day, each.name))


def _sold(household: Household, classes: Mapping[int, Classification]) -> Iterator[Window]:
    rows = TaxSlice.objects.filter(account__household=household, sold__gte=household.as_of - WINDOW)
    losses = [row for row in rows.select_related("instrument") if row.gain is not None and row.gain < 0]
    for (group, sold), own in _grouped(losses, classes, "sold").items():
        yield Window(
            name=_names(own),
            what=f"Sold at a loss, {day(sold)}",
            mark=Mark.SOLD,
            day=sold,
            words=f"Do not buy before {day(sold + WINDOW + DAY)}",
            group=group,
        )


def _bought(household: Household, classes: Mapping[int, Classification]) -> Iterator[Window]:
    lots = list(
        TaxLot.objects.filter(account__household=household, replaces_until__gte=household.as_of).select_related(
            "instrument", "account"
        )
    )
    for (group, until), own in _grouped(lots, classes, "replaces_until").items():
        shares = quantity(sum((lot.quantity for lot in own), Decimal(0)))
        is_lost = not all(lot.account.is_taxable for lot in own)
        effect = "lost for good" if is_lost else "deferred"
        yield Window(
            name=_names(own),
            what=f"{own[0].account.name} bought {shares} shares, {day(until - WINDOW)}",
            mark=Mark.BOUGHT,
            day=until - WINDOW,
            words=f"A loss on {shares} shares would be {effect} before {day(until + DAY)}",
            group=group,
        )


def _proposed(shown: YearShown) -> Iterator[Window]:
    if shown.proposal is None:
        return
    symbols = holdings.symbols(each.instrument for each in shown.proposed)
    losing = {each.instrument for each in shown.proposed if each.gain is not None and each.gain < 0}
    for instrument in sorted(losing, key=lambda each: symbols[each]):
        sold = shown.proposal.trade_date
        yield Window(
            name=symbols[instrument],
            what=f"Would be sold, {day(sold)}",
            mark=Mark.PROPOSED,
            day=sold,
            words=f"Would not be bought before {day(sold + WINDOW + DAY)}",
            group=instrument,
        )


def _grouped(rows: Iterable[Row], classes: Mapping[int, Classification], field: str) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[_group(row.instrument, classes), getattr(row, field)].append(row)
    return found


def _group(instrument: Instrument, classes: Mapping[int, Classification]) -> str:
    return holdings.identity_group(instrument, classes.get(instrument.pk))


def _names(rows: Iterable[TaxSlice | TaxLot]) -> str:
    return ", ".join(sorted({row.instrument.symbol for row in rows}))
