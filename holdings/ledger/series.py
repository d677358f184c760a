"""What a valuation needs of a ledger: levels and flows by day, account by account."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import attrgetter

from holdings.ledger.types import ZERO, Flow, Ledger, Step

_day = attrgetter("day")


@dataclass(frozen=True)
class AccountSeries:
    """One account through time.

    quantities: instrument -> steps of shares. cash: currency -> steps of the balance.
    flows: day -> external flows of that day, in money and in kind.
    """

    quantities: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    cash: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    flows: Mapping[date, Sequence[Flow]] = field(default_factory=dict)

    @property
    def first_day(self) -> date | None:
        """The day on which the account's history begins."""
        starts = [steps[0].day for steps in (*self.quantities.values(), *self.cash.values()) if steps]
        return min(starts, default=None)


def series_by_account(ledger: Ledger) -> dict[str, AccountSeries]:
    """Series of every account in the ledger; linear in its steps and flows."""
    quantities: dict[str, dict[str, Sequence[Step]]] = defaultdict(dict)
    cash: dict[str, dict[str, Sequence[Step]]] = defaultdict(dict)
    flows: dict[str, dict[date, list[Flow]]] = defaultdict(lambda: defaultdict(list))
    for (account, instrument), steps in ledger.holdings.items():
        quantities[account][instrument] = steps
    for (account, currency), steps in ledger.balances.items():
        cash[account][currency] = steps
    for flow in ledger.flows:
        flows[flow.account][flow.day].append(flow)
    accounts = sorted({*quantities, *cash, *flows})
    return {a: AccountSeries(quantities.get(a, {}), cash.get(a, {}), dict(flows.get(a, {}))) for a in accounts}


def level_on(steps: Sequence[Step], day: date) -> Decimal:
    """The level at the end of a day, 0 before the first step."""
    index = bisect_right(steps, day, key=_day)
    return steps[index - 1].level if index else ZERO


def levels_on(steps: Sequence[Step], days: Sequence[date]) -> list[Decimal]:
    """The levels at the end of each of the days, which must ascend; linear in them and in the steps among them."""
    index = bisect_right(steps, days[0], key=_day) if days else 0
    level = steps[index - 1].level if index else ZERO
    levels = []
    for day in days:
        while index < len(steps) and steps[index].day <= day:
            level = steps[index].level
            index += 1
        levels.append(level)
    return levels
