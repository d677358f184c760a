"""A long, lot-true history out of a seed: every sale names lots that are open, no cash is ever missing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from holdings.synthetic.market import CENT, RATIO, Listing

ZERO = Decimal(0)
FEE = Decimal("1.95")
WEIGHTS = {"buy": 46, "sell": 22, "dividend": 18, "reinvest": 8, "interest": 3, "fee": 2, "transfer": 1}


@dataclass(frozen=True, slots=True)
class Event:
    """What happens in an account on a session. Cash is signed, in the listing's or the account's currency.

    picks: (position of the opening event, shares) of a sale. into: the account that receives a transfer in kind.
    """

    at: int
    account: int
    kind: str
    listing: int | None = None
    quantity: Decimal = ZERO
    price: Decimal | None = None
    fees: Decimal = ZERO
    cash: Decimal = ZERO
    picks: tuple[tuple[int, Decimal], ...] = ()
    into: int | None = None


@dataclass
class _Open:
    opened_by: int
    quantity: Decimal


@dataclass
class _Account:
    listings: Sequence[int]
    cash: Decimal = ZERO
    lots: dict[int, list[_Open]] = field(default_factory=dict)

    def held(self, listing: int) -> Decimal:
        return sum((lot.quantity for lot in self.lots.get(listing, [])), ZERO)


def history(rng: Random, listings: Sequence[Listing], owners: Sequence[Sequence[int]], count: int) -> list[Event]:
    """About `count` events in order of time. `owners` are the listings that each account trades.

    Buys that lack cash are preceded by a deposit of their session. Splits happen in every account that holds the share.
    What was transferred in kind is held by its new account to the end.
    """
    sessions = len(listings[0].closes)
    made = _Maker(rng, listings, [_Account(own) for own in owners])
    days = sorted(rng.randrange(sessions) for _ in range(count))
    splits = sorted((each.splits_at, number) for number, each in enumerate(listings) if each.splits_at is not None)
    for at in days:
        while splits and splits[0][0] <= at:
            made.split(*splits.pop(0))
        made.step(at)
    for at, number in splits:
        made.split(at, number)
    return made.events


class _Maker:
    def __init__(self, rng: Random, listings: Sequence[Listing], accounts: Sequence[_Account]) -> None:
        self.rng, self.listings, self.accounts = rng, listings, accounts
        self.received: dict[tuple[int, int], Decimal] = {}
        self.events: list[Event] = []

    def step(self, at: int) -> None:
        account = self.rng.randrange(len(self.accounts))
        (kind,) = self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()))
        held = [listing for listing in self.accounts[account].listings if self.accounts[account].held(listing)]
        if kind == "buy" or not held:
            self.buy(at, account)
        elif kind in {"interest", "fee"}:
            self.paid(at, account, kind)
        else:
            getattr(self, kind)(at, account, self.rng.choice(held))

    def book(self, event: Event) -> int:
        self.events.append(event)
        self.accounts[event.account].cash += event.cash
        return len(self.events) - 1

    def buy(self, at: int, account: int) -> None:
        listing = self.rng.choice(self.accounts[account].listings)
        price, quantity = self.listings[listing].closes[at], Decimal(self.rng.randrange(1, 60))
        cost = (price * quantity).quantize(CENT) + FEE
        self.opened(Event(at, account, "buy", listing, quantity, price, FEE, -cost))

    def opened(self, event: Event) -> None:
        own = self.accounts[event.account]
        if own.cash + event.cash < 0:
            missing = -(own.cash + event.cash)
            self.book(Event(event.at, event.account, "deposit", cash=missing.quantize(Decimal(1000)) + 1000))
        opened_by = self.book(event)
        own.lots.setdefault(event.listing or 0, []).append(_Open(opened_by, event.quantity))

    def sell(self, at: int, account: int, listing: int) -> None:
        own, price = self.accounts[account], self.listings[listing].closes[at]
        quantity = Decimal(self.rng.randrange(1, int(own.held(listing)) + 1))
        picks = _take(own.lots[listing], quantity, newest_first=self.rng.random() < 0.4)
        proceeds = (price * quantity).quantize(CENT) - FEE
        self.book(Event(at, account, "sell", listing, -quantity, price, FEE, proceeds, tuple(picks)))

    def dividend(self, at: int, account: int, listing: int) -> None:
        amount = self.accounts[account].held(listing) * self.listings[listing].closes[at] / 200
        self.book(Event(at, account, "dividend", listing, cash=amount.quantize(CENT)))

    def reinvest(self, at: int, account: int, listing: int) -> None:
        """A dividend, and one share bought with it."""
        price = self.listings[listing].closes[at]
        self.book(Event(at, account, "dividend", listing, cash=price))
        self.opened(Event(at, account, "reinvest", listing, Decimal(1), price, ZERO, -price))

    def paid(self, at: int, account: int, kind: str) -> None:
        amount = Decimal(self.rng.randrange(100, 5000)) / 100
        self.book(
            Event(at, account, kind, cash=min(amount, self.accounts[account].cash) * (-1 if kind == "fee" else 1))
        )

    def transfer(self, at: int, account: int, listing: int) -> None:
        """All of a holding to another account; with one account alone nothing moves."""
        others = [number for number in range(len(self.accounts)) if number != account]
        if not others:
            return
        into, own = self.rng.choice(others), self.accounts[account]
        quantity = own.held(listing)
        own.lots[listing] = []
        self.received[into, listing] = self.received.get((into, listing), ZERO) + quantity
        self.book(Event(at, account, "transfer_out", listing, -quantity, into=into))

    def split(self, at: int, listing: int) -> None:
        for number, account in enumerate(self.accounts):
            more = (RATIO - 1) * (account.held(listing) + self.received.get((number, listing), ZERO))
            if not more:
                continue
            self.book(Event(at, number, "split", listing, more))
            for lot in account.lots.get(listing, []):
                lot.quantity *= RATIO
            if (number, listing) in self.received:
                self.received[number, listing] *= RATIO


def _take(lots: list[_Open], quantity: Decimal, *, newest_first: bool) -> list[tuple[int, Decimal]]:
    picks, left = [], quantity
    for lot in list(reversed(lots)) if newest_first else list(lots):
        taken = min(lot.quantity, left)
        if taken:
            picks.append((lot.opened_by, taken))
            lot.quantity -= taken
            left -= taken
    lots[:] = [lot for lot in lots if lot.quantity]
    return picks
