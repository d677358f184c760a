"""Superficial losses (ITA 40(2)(g)(i), 54, 53(1)(f); IT-456R paragraph 12; CRA 2022-0940941C6).

A loss does not count as far as identical property was acquired from 30 days before to 30 days after, by the seller or
an affiliated person, and is still owned by one of them at the end of day 30: loss x min(S, P, B) / S, where S shares
were sold, P acquired in the period and B owned at its end, by all of them as if they were one person. What is denied
joins the cost of the property acquired, prorated by what each holds of it at the end; in a registered plan it is lost.

Affiliated are the spouses and the plans of each. Every share acquired is used for one loss, the earliest first.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from holdings.ledger.exact import spread
from holdings.tax.history import History, Relation
from holdings.tax.outcome import Effect, Replacement
from holdings.tax.pooled.events import Acquired, Disposed
from holdings.tax.pooled.shares import NONE, as_decimal, portion
from holdings.tax.pooled.stream import Stream

WINDOW = timedelta(days=30)
_COUPLE = "the couple"

Group = tuple[str, str]
"""Affiliated persons, and a class of shares."""


class Keeper(NamedTuple):
    """Who holds property: a person in all his taxed accounts, or a registered plan."""

    id: str
    is_plan: bool = False


@dataclass(slots=True)
class Bought:
    """A purchase. unused: shares of its day that have not replaced any others yet."""

    event: Acquired
    unused: Fraction

    @property
    def used(self) -> Fraction:
        return self.event.quantity - self.unused

    @property
    def keeper(self) -> Keeper:
        return Keeper(self.event.account, True) if self.event.sheltered else Keeper(self.event.holder)


@dataclass(frozen=True, slots=True)
class Addition:
    """A denied loss that joins the cost of a person's shares; `bought`: with that purchase, "" is at once."""

    holder: str
    amount: Decimal
    bought: str = ""


@dataclass(frozen=True, slots=True)
class Denial:
    """The part of a loss that does not count, positive, and what becomes of it."""

    amount: Decimal = Decimal(0)
    additions: tuple[Addition, ...] = ()
    replacements: tuple[Replacement, ...] = ()


class Superficial:
    """Purchases of every class by affiliated persons, and which of them have replaced shares sold at a loss."""

    def __init__(self, history: History, found: Stream) -> None:
        self._history, self._found = history, found
        self._bought: dict[Group, list[Bought]] = defaultdict(list)
        self._days: dict[Group, list[date]] = defaultdict(list)
        self._backdated: dict[Group, list[Bought]] = defaultdict(list)
        for event in found.events:
            if isinstance(event, Acquired):
                self._remember(self.group(event.account, event.share), Bought(event, event.quantity))

    def _remember(self, group: Group, bought: Bought) -> None:
        self._bought[group].append(bought)
        self._days[group].append(bought.event.day)
        if bought.event.day < bought.event.known:
            self._backdated[group].append(bought)

    def group(self, account: str, share: str) -> Group:
        known = self._history.accounts[account]
        return (known.owner if known.relation is Relation.DEPENDANT else _COUPLE), share

    def deny(self, event: Disposed, quantity: Fraction, loss: Decimal) -> Denial:
        """What of a loss on so many shares is superficial, as far as is known on the last day of the history."""
        window = self._window(event)
        held = self._held(event)
        acquired = sum((self._as_sold(event, each, each.unused) for each in window), NONE)
        used = sum((self._as_sold(event, each, each.used) for each in window if each.used), NONE)
        count = min(quantity, acquired, sum(held.values(), NONE) - used)
        if count <= 0:
            return Denial()
        amount = portion(loss, count / quantity)
        weights = self._weights(event, window, held)
        whole = sum(weights.values(), NONE)
        amounts = spread(amount, [as_decimal(each) for each in weights.values()])
        shares = {keeper: count * weight / whole for keeper, weight in weights.items()}
        additions: list[Addition] = []
        replacements: list[Replacement] = []
        for keeper, part in zip(weights, amounts, strict=True):
            used_now = self._use(event, window, keeper, shares[keeper])
            for (bought, taken), money in zip(used_now, _by_shares(part, used_now), strict=True):
                replacements.append(_replacement(event, bought.event, taken, money, keeper))
                if not keeper.is_plan:
                    with_ = bought.event.entry if bought.keeper == keeper else ""
                    additions.append(Addition(keeper.id, money, with_))
        return Denial(amount, tuple(additions), tuple(replacements))

    def _window(self, event: Disposed) -> list[Bought]:
        """Purchases of 30 days before to 30 days after, those that are held longest in the future first."""
        group = self.group(event.account, event.share)
        days = self._days[group]
        first, last = bisect_left(days, event.day - WINDOW), bisect_right(days, event.day + WINDOW)
        near = self._bought[group][first:last]
        return [each for each in reversed(near) if each.event.dated]

    def _growth(self, event: Disposed, bought: Bought) -> Fraction:
        """Shares of the day of a purchase for one of the day of the sale."""
        if bought.event.day >= event.day:
            return self._found.growth(event.share, event.day, bought.event.day)
        return 1 / self._found.growth(event.share, bought.event.day, event.day)

    def _as_sold(self, event: Disposed, bought: Bought, shares: Fraction) -> Fraction:
        """Shares of the day of a purchase, counted as on the day of the sale."""
        return shares / self._growth(event, bought) if event.share in self._found.splits else shares

    def _held(self, event: Disposed) -> dict[Keeper, Fraction]:
        """Shares of each keeper at the end of the period, counted as on the day of the sale."""
        group, end = self.group(event.account, event.share), min(event.day + WINDOW, self._history.as_of)
        found: dict[Keeper, Fraction] = defaultdict(Fraction)
        for account, shares in self._found.holdings.by_account(event.share, end).items():
            known = self._history.accounts[account]
            if self.group(account, event.share) == group:
                found[Keeper(known.owner) if known.taxed else Keeper(account, True)] += shares
        for each in self._backdated[group]:
            if each.event.day <= end < each.event.known:
                found[each.keeper] += each.event.quantity * self._found.growth(event.share, each.event.day, end)
        growth = self._found.growth(event.share, event.day, end)
        return {keeper: shares / growth for keeper, shares in sorted(found.items()) if shares > 0}

    def _weights(
        self, event: Disposed, window: Iterable[Bought], held: Mapping[Keeper, Fraction]
    ) -> Mapping[Keeper, Fraction]:
        """Property acquired in the period that each still holds; where none does, all that each holds."""
        acquired: dict[Keeper, Fraction] = defaultdict(Fraction)
        for each in window:
            acquired[each.keeper] += self._as_sold(event, each, each.unused)
        kept = {keeper: min(shares, acquired[keeper]) for keeper, shares in held.items() if acquired[keeper]}
        return kept or held

    def _use(
        self, event: Disposed, window: Sequence[Bought], keeper: Keeper, count: Fraction
    ) -> list[tuple[Bought, Fraction]]:
        """Purchases that replace so many of the shares sold: the keeper's own, then those of the others."""
        found: list[tuple[Bought, Fraction]] = []
        for bought in sorted(window, key=lambda each: each.keeper != keeper):
            if not count:
                break
            growth = self._growth(event, bought)
            taken = min(count, bought.unused / growth)
            if taken:
                bought.unused -= taken * growth
                count -= taken
                found.append((bought, taken))
        return found


def _by_shares(amount: Decimal, used: Sequence[tuple[Bought, Fraction]]) -> list[Decimal]:
    return spread(amount, [as_decimal(taken) for _, taken in used])


def _replacement(sold: Disposed, bought: Acquired, quantity: Fraction, amount: Decimal, keeper: Keeper) -> Replacement:
    return Replacement(
        sale=sold.entry,
        sold=sold.day,
        bought=bought.entry,
        acquired=bought.day,
        account=bought.account,
        instrument=bought.instrument,
        quantity=as_decimal(quantity),
        amount=amount,
        effect=Effect.PERMANENT if keeper.is_plan else Effect.DEFERRED,
    )
