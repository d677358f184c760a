"""Open wash-sale windows of the household, by what the user calls the instruments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from accounts.models import Household
from holdings import selectors as holdings
from holdings.models import Lot, RealisedGain, TaxState
from holdings.tax.us import WashWindows
from holdings.tax.us.windows import do_not_buy
from holdings.taxation import windows
from optimizer.pages.position import Position

Dated = list[tuple[str, dt.date]]


def open_windows(household: Household, position: Position, realised: Iterable[RealisedGain]) -> tuple[Dated, Dated]:
    """Names not to be bought, and names whose loss would not count, each with the first free day."""
    found = windows.read(household, TaxState.objects.filter(household=household).first(), realised)
    sold = {each.group: each.free_from for each in do_not_buy(found)}
    bought = _void(position, found)
    names = holdings.group_symbols(household, {*sold, *bought})
    return _by_date(sold, names), _by_date(bought, names)


def _void(position: Position, found: WashWindows) -> dict[str, dt.date]:
    """Groups of which a lot that stands at a loss would be replaced by what was bought lately."""
    bought: dict[str, dt.date] = {}
    for lot in position.lots:
        group = holdings.identity_group(lot.instrument, position.classes.get(lot.instrument_id))
        free = found.loss_counts_from(group, lot.key)
        if free and lot.account.is_taxable and _loses(position, lot):
            bought[group] = max(free, bought.get(group, free))
    return bought


def _loses(position: Position, lot: Lot) -> bool:
    worth = position.worth(lot)
    basis = lot.basis_at(worth)
    return basis is not None and Decimal(0) < worth < basis


def _by_date(days: Mapping[str, dt.date], names: Mapping[str, str]) -> Dated:
    named = [(names.get(group, ""), free) for group, free in days.items()]
    return sorted(named, key=lambda item: (item[1], item[0]))
