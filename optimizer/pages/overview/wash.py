"""Open wash-sale windows of the household, by what the user calls the instruments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from holdings import selectors as holdings
from holdings.models import Lot, RealisedGain
from holdings.tax.us.wash import WINDOW, wash_windows
from holdings.taxation.lots import Standing
from optimizer.pages.position import Position

Dated = list[tuple[str, dt.date]]


def open_windows(
    position: Position, realised: Iterable[RealisedGain], standings: Mapping[str, Standing]
) -> tuple[Dated, Dated]:
    """Names not to be bought, and names whose loss would not count, each with the first free day.

    Shares that have replaced others replace no more: a lot whose standing says so voids no further loss.
    """
    recent = [gain for gain in realised if gain.sold >= position.as_of - WINDOW]
    instruments = {lot.instrument_id: lot.instrument for lot in position.lots}
    instruments |= {gain.instrument_id: gain.instrument for gain in recent}
    groups = {str(row.uuid): holdings.identity_group(row, position.classes.get(pk)) for pk, row in instruments.items()}
    names = {groups[str(row.uuid)]: row.symbol for row in instruments.values()}
    windows = wash_windows(
        holdings.ledger_lots(lot for lot in position.lots if _may_replace(lot, standings)),
        holdings.ledger_gains(recent),
        taxable={str(account.uuid) for account in position.accounts if account.is_taxable},
        groups=groups,
        on=max([position.as_of, *(gain.sold for gain in recent)]),
    )
    sold = {names[group]: free for group in windows.loss_sales if (free := windows.blocked_until(group))}
    bought: dict[str, dt.date] = {}
    for lot in position.lots:
        group = groups[str(lot.instrument.uuid)]
        free = windows.loss_counts_from(group, lot.key)
        if free and lot.account.is_taxable and _loses(position, lot):
            bought[names[group]] = max(free, bought.get(names[group], free))
    return _by_date(sold), _by_date(bought)


def _may_replace(lot: Lot, standings: Mapping[str, Standing]) -> bool:
    standing = standings.get(lot.key)
    return standing is None or standing.replaces_until is not None


def _loses(position: Position, lot: Lot) -> bool:
    worth = position.worth(lot)
    basis = lot.basis_at(worth)
    return basis is not None and Decimal(0) < worth < basis


def _by_date(windows: dict[str, dt.date]) -> Dated:
    return sorted(windows.items(), key=lambda item: (item[1], item[0]))
