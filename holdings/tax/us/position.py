"""Where a year stands among the edges of the brackets, and how far it is to the next one."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.us.liability import Liability
from holdings.tax.us.rates import Bracket


@dataclass(frozen=True, slots=True)
class Place:
    """`rate` is the bracket of the next dollar, `room` how many dollars fit before the next edge; None above the last.

    base: what is compared with the edges. It is negative where deductions are left; those fit in before the first edge.
    """

    base: Decimal
    rate: Decimal
    room: Decimal | None


@dataclass(frozen=True, slots=True)
class Position:
    """The place of a year in each schedule.

    ordinary: income other than net capital gain and qualified dividends, after deductions.
    preferential: all income after deductions, as gain is stacked on top. A dollar of the one moves the other as well:
    see `marginal_rates` for what it costs.
    niit: modified adjusted gross income, and where the next dollar of interest or dividends begins to bear this tax.
    loss_room: net loss that would still come off this year's income. sheltered: gain that would only lower the loss
    carried on.
    """

    ordinary: Place
    preferential: Place
    niit: Place
    loss_room: Decimal
    sheltered: Decimal


def position(liability: Liability) -> Position:
    """The position of a year, at the rates that it was computed with."""
    edges = liability.rates.statuses[liability.income.status]
    with localcontext(exact):
        ordinary = liability.after_deductions - liability.net.net_capital_gain - liability.income.qualified
        until_niit = max(edges.niit_threshold - liability.magi, -liability.investment_income)
        limit, total = edges.loss_limit, liability.net.total
        return Position(
            ordinary=_place(ordinary, edges.ordinary),
            preferential=_place(liability.after_deductions, edges.preferential),
            niit=Place(liability.magi, ZERO, until_niit)
            if until_niit > 0
            else Place(liability.magi, liability.rates.niit, None),
            loss_room=max(ZERO, limit + total),
            sheltered=max(ZERO, -limit - total),
        )


def _place(base: Decimal, brackets: tuple[Bracket, ...]) -> Place:
    """The bracket in which the next dollar is taxed. Below zero the next dollar meets no tax."""
    if base < 0:
        return Place(base, ZERO, -base)
    bracket = next(bracket for bracket in brackets if bracket.end is None or base < bracket.end)
    return Place(base, bracket.rate, None if bracket.end is None else bracket.end - base)
