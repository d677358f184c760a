"""The rules of section 4 as they are told, one share block after another, in fractions and without any index.

Written against the regulation alone: it relieves lots by itself and shares no code with what it judges.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from holdings.ledger.types import Entry, Kind, Relief

SHELTERED = {"ira"}


@dataclass
class Block:
    """Shares that are alike. `cost` and `tacked`: a share's, deferred losses included."""

    origin: str
    account: str
    instrument: str
    bought: date
    arrived: int
    shares: Fraction
    cost: Fraction
    tacked: int = 0
    used: bool = False
    number: int = 0


@dataclass
class Open:
    """A loss that still looks for replacements."""

    sale: str
    origin: str
    instrument: str
    sold: date
    shares: Fraction
    each: Fraction
    held: int
    term: dict[str, Fraction]


@dataclass
class Outcome:
    """By sale: what was disallowed, and recognised short and long. By lot: basis and tacked share-days."""

    disallowed: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    short: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    long: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    basis: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    tacked: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))


class Oracle:
    def __init__(self, groups: Mapping[str, str]) -> None:
        self.groups = groups
        self.blocks: list[Block] = []
        self.open: list[Open] = []
        self.outcome = Outcome()
        self.count = 0
        self.split_days: set[tuple[str, date]] = set()

    def run(self, entries: Iterable[Entry]) -> Outcome:
        sent: list[Block] = []
        for entry in entries:
            if entry.kind in {Kind.BUY, Kind.REINVEST}:
                self.buy(entry)
            elif entry.kind is Kind.SELL:
                self.sell(entry)
            elif entry.kind is Kind.SPLIT:
                self.split(entry)
            elif entry.kind is Kind.TRANSFER_OUT:
                sent = self.relieve(entry)
            elif entry.kind is Kind.TRANSFER_IN:
                arrived: dict[str, int] = {}
                for block in sent:
                    arrived.setdefault(block.origin, self.next())
                    moved = replace(block, account=entry.account, arrived=arrived[block.origin])
                    self.blocks.append(moved)
        for block in self.blocks:
            self.outcome.basis[block.origin] += block.shares * block.cost
            self.outcome.tacked[block.origin] += block.shares * block.tacked
        return self.outcome

    def next(self) -> int:
        self.count += 1
        return self.count

    def buy(self, entry: Entry) -> None:
        shares, number = Fraction(entry.quantity), self.next()
        where = entry.account, entry.instrument or "", entry.trade_date
        block = Block(entry.id, *where, number, shares, Fraction(-entry.cash) / shares, number=number)
        self.blocks.append(block)
        for loss in self.open:
            age = (entry.trade_date - loss.sold).days
            if self.same(loss.instrument, block.instrument) and 0 <= age <= 30:
                self.replace_by(loss, block.origin)

    def sell(self, entry: Entry) -> None:
        sold = self.relieve(entry)
        price = Fraction(entry.cash) / Fraction(-entry.quantity)
        if entry.account in SHELTERED:
            return
        for block in sorted(sold, key=lambda b: (b.bought, b.number)):
            gain = block.shares * (price - block.cost)
            start = block.bought - timedelta(block.tacked)
            term = self.outcome.long if is_long(start, entry.trade_date) else self.outcome.short
            term[entry.id] += gain
            if gain < 0:
                held = (entry.trade_date - block.bought).days + block.tacked
                where = entry.id, block.origin, block.instrument, entry.trade_date
                self.lose(Open(*where, block.shares, block.cost - price, held, term))

    def lose(self, loss: Open) -> None:
        recent = [b for b in self.blocks if 0 <= (loss.sold - b.bought).days <= 30]
        for origin in dict.fromkeys(b.origin for b in sorted(recent, key=lambda b: (b.bought, b.number))):
            if any(self.same(loss.instrument, b.instrument) for b in recent if b.origin == origin):
                self.replace_by(loss, origin)
        self.open.append(loss)

    def replace_by(self, loss: Open, origin: str) -> None:
        if origin == loss.origin:
            return
        for block in [b for b in self.blocks if b.origin == origin and not b.used]:
            shares = min(block.shares, loss.shares)
            if not shares:
                continue
            used = replace(block, shares=shares, used=True)
            block.shares -= shares
            self.blocks.append(used)
            if used.account not in SHELTERED:
                used.cost += loss.each
                used.tacked += loss.held
            loss.shares -= shares
            self.outcome.disallowed[loss.sale] += shares * loss.each
            loss.term[loss.sale] += shares * loss.each
        self.blocks = [b for b in self.blocks if b.shares]

    def split(self, entry: Entry) -> None:
        mine = [b for b in self.blocks if (b.account, b.instrument) == (entry.account, entry.instrument)]
        before = sum((b.shares for b in mine), Fraction())
        factor = (before + Fraction(entry.quantity)) / before
        for block in mine:
            block.shares *= factor
            block.cost /= factor
        if (day := (entry.instrument or "", entry.trade_date)) not in self.split_days:
            self.split_days.add(day)
            for loss in self.open:
                if loss.instrument == entry.instrument:
                    loss.shares *= factor
                    loss.each /= factor

    def relieve(self, entry: Entry) -> list[Block]:
        """Whole lots by age, the youngest first under LIFO; within a lot the longest tacked first, under LIFO last."""
        mine = [b for b in self.blocks if (b.account, b.instrument) == (entry.account, entry.instrument)]
        if entry.relief is Relief.LIFO:
            order = sorted(mine, key=lambda b: (-b.bought.toordinal(), b.arrived, b.tacked))
        else:
            order = sorted(mine, key=lambda b: (b.bought, b.arrived, -b.tacked))
        wanted, taken = -Fraction(entry.quantity), []
        for block in order:
            shares = min(block.shares, wanted)
            if shares:
                taken.append(replace(block, shares=shares))
                block.shares -= shares
                wanted -= shares
        self.blocks = [b for b in self.blocks if b.shares]
        return taken

    def same(self, one: str, other: str) -> bool:
        return self.groups.get(one, one) == self.groups.get(other, other)


def is_long(start: date, sold: date) -> bool:
    """More than a year from the day after the start."""
    first = start + timedelta(1)
    try:
        anniversary = first.replace(year=first.year + 1)
    except ValueError:
        anniversary = date(first.year + 1, 3, 1)
    return sold >= anniversary
