"""Where a year stands among the edges of the schedules, and how far it is to the next one."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.outcome import Band, Schedule
from holdings.tax.us.liability import Liability


@dataclass(frozen=True, slots=True)
class Position:
    """The place of a year in each schedule. A base below zero is deductions left over, which fit in before any tax.

    ordinary: income other than net capital gain and qualified dividends, after deductions. preferential: all income
    after deductions, as gain is stacked on top. A dollar of the one moves the other as well: see `marginal_rates` for
    what it costs. niit: modified adjusted gross income; `room` is that of interest or dividends. loss_room: net loss
    that would still come off this year's income. sheltered: gain that would only lower the loss carried on.
    """

    ordinary: Schedule
    preferential: Schedule
    niit: Schedule
    loss_room: Decimal
    sheltered: Decimal


def position(liability: Liability) -> Position:
    """The position of a year, at the rates that it was computed with."""
    edges = liability.rates.statuses[liability.income.status]
    limit, total = edges.loss_limit, liability.net.total
    with localcontext(exact):
        ordinary = liability.after_deductions - liability.net.net_capital_gain - liability.income.qualified
        return Position(
            ordinary=_schedule("ordinary", "Ordinary income and short-term gains", ordinary, edges.ordinary),
            preferential=_schedule(
                "preferential",
                "Long-term gains, on top of ordinary income",
                liability.after_deductions,
                edges.preferential,
            ),
            niit=_niit(liability, edges.niit_threshold),
            loss_room=max(ZERO, limit + total),
            sheltered=max(ZERO, -limit - total),
        )


def _niit(liability: Liability, threshold: Decimal) -> Schedule:
    """Both the threshold and a loss that outweighs the investment income keep the next dollar free."""
    free = max(threshold - liability.magi, -liability.investment_income)
    return Schedule(
        code="niit",
        label="Adjusted gross income, for the investment tax",
        base=liability.magi,
        bands=(Band(ZERO, threshold), Band(liability.rates.niit, None)),
        next_rate=ZERO if free > 0 else liability.rates.niit,
        room=free if free > 0 else None,
    )


def _schedule(code: str, label: str, base: Decimal, bands: tuple[Band, ...]) -> Schedule:
    if base < 0:
        return Schedule(code, label, base, bands, next_rate=ZERO, room=-base)
    band = next(band for band in bands if band.upto is None or base < band.upto)
    return Schedule(code, label, base, bands, band.rate, None if band.upto is None else band.upto - base)
