"""Two plans side by side: proposals, or a proposal and one of its alternatives.

They are compared by ticket: account, instrument and side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import Household
from holdings import selectors as holdings
from optimizer import selectors
from optimizer.forms.subjects import subjects
from optimizer.models import Alternative, Proposal
from optimizer.pages import policy as words
from optimizer.pages import position as positions
from optimizer.pages.comparison import Line, comparison, number
from optimizer.pages.frontier import title

Place = tuple[str, str, str]
VERBS = {"sell": "Reduce", "buy": "Increase"}


@dataclass(slots=True)
class Ticket:
    shares: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)

    def add(self, shares: Any, value: Any, tax: Any) -> None:
        self.shares, self.value, self.tax = (
            self.shares + number(shares),
            self.value + number(value),
            self.tax + number(tax),
        )


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two. `key`: as the address names it."""

    key: str
    label: str
    proposal: Proposal
    measures: Mapping[str, Any]
    tickets: Mapping[Place, Ticket]


@dataclass(frozen=True, slots=True)
class Difference:
    """A ticket that is not the same on both sides; None where a side has none. `moved`: value of b less that of a."""

    name: str
    account: str
    a: Ticket | None
    b: Ticket | None

    @property
    def values(self) -> tuple[Decimal | None, Decimal | None]:
        return self.a.value if self.a else None, self.b.value if self.b else None

    @property
    def taxes(self) -> tuple[Decimal | None, Decimal | None]:
        return self.a.tax if self.a else None, self.b.tax if self.b else None

    @property
    def moved(self) -> Decimal:
        a, b = (each or Decimal(0) for each in self.values)
        return b - a


@dataclass(frozen=True, slots=True)
class Compared:
    lines: list[Line]
    only_a: list[Difference]
    only_b: list[Difference]
    both: list[Difference]
    same: int
    goals: list[str]


def pair(household: Household, asked: Mapping[str, str]) -> tuple[Side, Side] | None:
    """The sides `a` and `b` that were asked for; without a choice the last two. None where one is not there."""
    latest = [str(number) for number in selectors.proposals(household).values_list("number", flat=True)[:2]]
    keys = asked.get("a", latest[-1] if latest else ""), asked.get("b", latest[0] if latest else "")
    a, b = (find(household, key) for key in keys)
    return (a, b) if a and b else None


def find(household: Household, key: str) -> Side | None:
    """A side by its key: `14`, or `14-frontier_c` for an alternative of proposal 14."""
    text, _, name = key.partition("-")
    proposal = selectors.proposals(household).filter(number=int(text)).first() if text.isdecimal() else None
    if proposal is None:
        return None
    proposal.household = household
    if not name:
        return _of_proposal(proposal)
    alternative = proposal.alternatives.filter(name=name).first()
    return _of_alternative(proposal, alternative) if alternative else None


def _of_proposal(proposal: Proposal) -> Side:
    tickets: dict[Place, Ticket] = defaultdict(Ticket)
    for trade in proposal.trades.select_related("account", "instrument"):
        place = str(trade.account.uuid), str(trade.instrument.uuid), trade.side
        tickets[place].add(trade.quantity, trade.value, trade.tax)
    return Side(str(proposal.number), f"Proposal {proposal.number}", proposal, proposal.measures["after"], tickets)


def _of_alternative(proposal: Proposal, row: Alternative) -> Side:
    tickets: dict[Place, Ticket] = defaultdict(Ticket)
    for trade in row.trades:
        tickets[trade["account"], trade["asset"], trade["side"]].add(trade["quantity"], trade["value"], trade["tax"])
    named = title(row, proposal.household.base_currency)
    return Side(
        f"{proposal.number}-{row.name}", f"{named}, beside proposal {proposal.number}", proposal, row.measures, tickets
    )


def compare(household: Household, a: Side, b: Side) -> Compared:
    accounts = {str(account.uuid): account.name for account in holdings.brokerage_accounts(household)}
    places = {*a.tickets, *b.tickets}
    symbols = holdings.symbols(
        {*(asset for _, asset, _ in places), a.measures["largest"], b.measures["largest"]} - {""}
    )
    rows = [
        Difference(
            f"{VERBS[side]} {symbols.get(asset, asset)}",
            accounts.get(account, ""),
            a.tickets.get(place),
            b.tickets.get(place),
        )
        for place in places
        for account, asset, side in [place]
    ]
    rows.sort(key=lambda row: (row.account, -abs(row.moved), row.name))
    return Compared(
        lines=comparison(a.measures, b.measures, b.proposal.rules, symbols, household.base_currency),
        only_a=[row for row in rows if row.b is None],
        only_b=[row for row in rows if row.a is None],
        both=[row for row in rows if row.a and row.b and row.a.shares != row.b.shares],
        same=sum(row.a is not None and row.b is not None and row.a.shares == row.b.shares for row in rows),
        goals=_goals(household, a.proposal, b.proposal),
    )


def _goals(household: Household, a: Proposal, b: Proposal) -> list[str]:
    """What the goals of b say differently from those of a."""
    if a.version_id == b.version_id:
        return []
    found = selectors.versions_in_full(household).in_bulk([a.version_id, b.version_id])
    position = positions.load(household)
    named = words.given(household, subjects(household, classes=position.classes.values()), position)
    return words.changes(*(words.facts(found[pk], named) for pk in (a.version_id, b.version_id)))


def choices(numbers: Iterable[int], *shown: Side) -> list[tuple[str, str]]:
    """Keys and names that the two fields offer: the proposals, and what is compared already."""
    listed = {str(number): f"Proposal {number}" for number in numbers}
    return list({**{side.key: side.label for side in shown}, **listed}.items())
