"""How matching disposals with what replaced their shares grows, beside the plain replay of the same history.

    python benchmarks/tax.py [1000 2000 5000 10000 20000 40000]

A size is the number of disposals; there are twice as many purchases, each of them a lot, in four accounts of one
household of which one is an IRA, and prices that wander upwards. `spread` is twenty years of an instrument to fifty
disposals; `dense` is two years of them, where most losses find their shares replaced; `hard` is one instrument traded
all year, where pieces of pieces are replaced. Each run is timed as `timeit` does it, without the collector of cyclic
garbage, whose full passes grow with all that is in memory. Prints seconds of the processor, the
ratio of replay and matching to the replay alone, and how the time grows of each disposal and of each line of the
answer. In `hard` the answer itself grows faster than the history: each sale inherits the bounds of all pieces before
it, so only the time of a line can stay level there. A line is a slice of a disposal, an open piece or a replacement.
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind, Ledger
from holdings.tax.history import History, Relation, Shelter, TaxAccount, TaxInstrument
from holdings.tax.us.matching import match

SIZES = [1_000, 2_000, 5_000, 10_000, 20_000, 40_000]
FIRST = date(2005, 1, 3)
ACCOUNTS = {
    "own": TaxAccount("own", "ana"),
    "joint": TaxAccount("joint", "ana"),
    "spouse": TaxAccount("spouse", "ben", Relation.SPOUSE),
    "ira": TaxAccount("ira", "ana", shelter=Shelter.TRADITIONAL_IRA),
}
SHAPES = {"spread": (50, 7300), "dense": (50, 730), "hard": (1_000_000, 365)}
"""Disposals to an instrument, and days in all."""


def trades(disposals: int, instruments: int, days: int, seed: int = 1) -> Iterator[Entry]:
    """Two purchases to a sale; a sale takes about what two lots hold."""
    chance = random.Random(seed)  # noqa: S311
    held: dict[tuple[str, str], int] = defaultdict(int)
    prices: dict[str, int] = defaultdict(lambda: 4_000)
    whole = 3 * disposals
    for number in range(whole):
        day = FIRST + timedelta(number * days // whole)
        where = chance.choice(list(ACCOUNTS)), str(chance.randrange(instruments))
        shares = chance.randrange(1, 200)
        kind = Kind.BUY
        if number % 3 == 2 and (open_ := [at for at in _some(chance, held) if held[at]]):
            where, kind = open_[0], Kind.SELL
            shares = -min(held[where], 2 * shares)
        held[where] += shares
        prices[where[1]] = prices[where[1]] * chance.randrange(900, 1120) // 1000 % 50_000 + 100
        cash = Decimal(-shares * prices[where[1]]).scaleb(-2)
        yield Entry(f"{number:06}", where[0], kind, day, where[1], Decimal(shares), cash)


def _some(chance: random.Random, held: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    known = list(held)
    return chance.sample(known, min(len(known), 8))


def as_history(entries: tuple[Entry, ...], ledger: Ledger, days: int) -> History:
    symbols = {entry.instrument for entry in entries if entry.instrument}
    instruments = {symbol: TaxInstrument(symbol, symbol, str(int(symbol) // 2)) for symbol in symbols}
    return History(entries, ledger, ACCOUNTS, instruments, FIRST + timedelta(days))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """The least seconds of the processor of three runs, and what came of the last."""
    seconds = []
    for _ in range(3):
        gc.collect()
        gc.disable()
        start = time.process_time()
        done = work()
        seconds.append(time.process_time() - start)
        gc.enable()
    return min(seconds), done


def measure(shape: str, sizes: list[int]) -> None:
    disposals, days = SHAPES[shape]
    before: tuple[float, float] | None = None
    for size in sizes:
        entries = tuple(trades(size, size // disposals or 1, days))
        plain, ledger = timed(lambda entries=entries: replay(entries))
        history = as_history(entries, ledger, days)
        matching, done = timed(lambda history=history: match(history))
        lines = len(done.slices) + len(done.lots) + len(done.replacements)
        each, line = matching / size * 1e6, matching / lines * 1e6
        growth, of_line = (f"x {each / before[0]:.2f}", f"x {line / before[1]:.2f}") if before else ("", "")
        before = each, line
        print(
            f"{shape:6}  {size:>7,} disposals, {2 * size:>7,} lots  replay {plain:6.2f} s  matching {matching:6.2f} s  "
            f"ratio {1 + matching / plain:4.2f}  {each:5.1f} µs a disposal {growth:6}  "
            f"{len(done.replacements):>7,} replacements  {line:4.1f} µs a line of the answer {of_line}"
        )


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    for shape in SHAPES:
        measure(shape, sizes)


if __name__ == "__main__":
    main()
