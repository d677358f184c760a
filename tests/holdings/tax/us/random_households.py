"""Random households that trade the same few things in several accounts: dense in wash sales, never oversold.

Every entry has a time, so that the order of the history is the order of the list.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Protocol

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind, Pick, Relief

ACCOUNTS = ["taxable", "other", "spouse", "ira"]
TAXED = ACCOUNTS[:3]
INSTRUMENTS = ["VOO", "VFIAX", "KO"]
FIRST = date(2022, 1, 3)


class Chance(Protocol):
    """What is used of `random.Random`."""

    def randrange(self, start: int, stop: int) -> int: ...
    def choice(self, among: list[Any]) -> Any: ...


@dataclass
class Maker:
    chance: Chance
    accounts: list[str]
    picks_pieces: bool = False
    day: date = FIRST
    minute: int = 0
    entries: list[Entry] = field(default_factory=list)
    held: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def book(self, kind: Kind, account: str, instrument: str, quantity: Decimal, cash: Decimal, **more: Any) -> Entry:
        at = time(9 + self.minute // 60, self.minute % 60)
        id = f"e{len(self.entries):02}"
        entry = Entry(id, account, kind, self.day, instrument, quantity, cash, trade_time=at, **more)
        self.entries.append(entry)
        self.held[account, instrument] += quantity
        return entry

    def pass_time(self) -> None:
        days = self.chance.choice([0, 0, 1, 2, 3, 5, 8, 15, 29, 30, 31, 200])
        self.day += timedelta(days)
        self.minute = 0 if days else self.minute + 1

    def money(self, shares: Decimal) -> Decimal:
        return shares * self.chance.randrange(500, 1500) / 100

    def buy(self) -> None:
        shares = Decimal(self.chance.randrange(1, 12))
        kind = self.chance.choice([Kind.BUY, Kind.BUY, Kind.REINVEST])
        where = self.chance.choice(self.accounts), self.chance.choice(INSTRUMENTS)
        self.book(kind, *where, shares, -self.money(shares))

    def sell(self) -> None:
        if where := self.somewhere():
            shares = self.some(self.held[where])
            relief = self.chance.choice([Relief.FIFO, Relief.LIFO])
            picks = self.picks(*where, shares) if self.picks_pieces else ()
            self.book(Kind.SELL, *where, -shares, self.money(shares), relief=relief, picks=picks)

    def picks(self, account: str, instrument: str, shares: Decimal) -> tuple[Pick, ...]:
        """Shares of any lots, of pieces that are there, have been there, or never were."""
        lots = [lot for lot in replay(self.entries).lots if (lot.account, lot.instrument) == (account, instrument)]
        labels = [None, "", *(entry.id for entry in self.entries if entry.kind is Kind.SELL)]
        found: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
        while lots:
            lot = lots.pop(self.chance.randrange(0, len(lots)))
            taken = min(shares, lot.quantity)
            for part in (taken / 2, taken / 2):
                found[lot.key, self.chance.choice(labels)] += part
            shares -= taken
        return tuple(Pick(lot, part, piece) for (lot, piece), part in found.items() if part)

    def split(self) -> None:
        """Two for one, or one for two, in every account that holds any, on one day."""
        instrument = self.chance.choice(INSTRUMENTS)
        factor = self.chance.choice([Decimal(1), Decimal("-0.5")])
        for account in self.accounts:
            if shares := self.held[account, instrument]:
                self.book(Kind.SPLIT, account, instrument, shares * factor, Decimal(0))
        self.day += timedelta(11)

    def transfer(self) -> None:
        if where := self.somewhere(TAXED):
            shares = self.some(self.held[where])
            out = self.book(Kind.TRANSFER_OUT, *where, -shares, Decimal(0))
            there = self.chance.choice([account for account in TAXED if account != where[0]])
            self.book(Kind.TRANSFER_IN, there, where[1], shares, Decimal(0), sender=out.id)

    def some(self, held: Decimal) -> Decimal:
        return held if self.chance.randrange(0, 3) == 0 else held / self.chance.choice([2, 4])

    def somewhere(self, accounts: list[str] | None = None) -> tuple[str, str] | None:
        places = [at for at, shares in self.held.items() if shares > 0 and at[0] in (accounts or self.accounts)]
        return self.chance.choice(places) if places else None

    def sell_all(self) -> None:
        """The end of the household, long after its last trade."""
        self.day += timedelta(400)
        for at, shares in list(self.held.items()):
            if shares:
                self.book(Kind.SELL, *at, -shares, self.money(shares))
                self.day += timedelta(40)


def trades(chance: Chance, accounts: list[str] = ACCOUNTS, most: int = 26, *, picks_pieces: bool = False) -> Maker:
    """A household of purchases, sales, splits and transfers."""
    maker = Maker(chance, accounts, picks_pieces)
    for _ in range(chance.randrange(4, most)):
        what: Callable[[Maker], None] = chance.choice(
            [Maker.buy, Maker.buy, Maker.buy, Maker.sell, Maker.sell, Maker.split, Maker.transfer]
        )
        what(maker)
        maker.pass_time()
    return maker
