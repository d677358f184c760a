"""How replay, booking and a back-dated edit grow with the number of transactions.

    python benchmarks/ledger.py [1000 10000 100000]

Replays random histories of many instruments, then books them in one transaction into a database of its own in a
temporary folder (SQLite), then books one purchase in the past. Prints seconds of the processor, how they grow, and the
peak of memory.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry, Kind

SIZES = [1_000, 10_000, 100_000]
INSTRUMENTS = 200
FIRST = date(2005, 1, 3)
DAYS = 20 * 365


def history(size: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Twenty years of purchases, sales, dividends, reinvestments and, in their first half, splits; never oversold."""
    chance = random.Random(seed)  # noqa: S311
    held = [Decimal(0)] * INSTRUMENTS
    for number in range(size):
        day = FIRST + timedelta(days=number * DAYS // size)
        which = chance.randrange(INSTRUMENTS)
        splits = 0.5 if number < size / 2 else 0
        kind = chance.choices(["buy", "sell", "dividend", "reinvest", "split"], [45, 30, 15, 9.5, splits])[0]
        if not held[which]:
            kind = "buy"
        shares = Decimal(chance.randrange(1, 200_000)) / 1000
        price = Decimal(chance.randrange(1000, 50_000)) / 100
        if kind == "sell":
            shares = -min(shares, held[which])
        elif kind == "split":
            shares = held[which]
        elif kind == "dividend":
            shares = Decimal(0)
        held[which] += shares
        cash = {"dividend": price, "split": Decimal(0), "reinvest": Decimal(0)}.get(
            kind, -(shares * price).quantize(Decimal("0.01"))
        )
        yield {
            "number": number,
            "kind": kind,
            "day": day,
            "which": which,
            "quantity": shares,
            "price": price,
            "cash": cash,
        }


def as_entries(rows: Iterator[dict[str, Any]]) -> list[Entry]:
    return [
        Entry(
            id=f"{row['number']:08}",
            account="one",
            kind=Kind(row["kind"]),
            trade_date=row["day"],
            instrument=str(row["which"]),
            quantity=row["quantity"],
            price=row["price"],
            cash=row["cash"],
        )
        for row in rows
    ]


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds by the clock, seconds of the processor, and what came of it."""
    clock, processor = time.perf_counter(), time.process_time()
    done = work()
    return time.perf_counter() - clock, time.process_time() - processor, done


def peak() -> float:
    """Peak resident memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_replay(sizes: list[int]) -> None:
    before = None
    for size in sizes:
        entries = as_entries(history(size))
        _, seconds, ledger = timed(lambda entries=entries: replay(entries))
        growth = f"  x {seconds / before:.1f}" if before else ""
        before = seconds
        lots, gains = len(ledger.lots), len(ledger.realised)
        print(f"replay  {size:>8,}  {seconds:7.2f} s{growth:>9}  {lots:,} lots, {gains:,} gains, {peak():,.0f} MB")


def measure_one_position(size: int) -> None:
    """The hardest shapes: every entry in one instrument, and a split over very many lots."""
    entries = [
        Entry(f"{n:08}", "one", Kind.BUY, FIRST + timedelta(days=n % DAYS), "KO", Decimal(2), Decimal(-9))
        for n in range(size)
    ]
    splits = [
        Entry(f"s{n}", "one", Kind.SPLIT, FIRST + timedelta(days=DAYS + n), "KO", Decimal(2 * size * 2**n))
        for n in range(10)
    ]
    _, seconds, _ = timed(lambda: replay([*entries, *splits]))
    print(f"replay  {size:>8,} lots of one instrument, then 10 splits: {seconds:.2f} s")


def measure_booking(sizes: list[int]) -> None:
    for size in sizes:
        account, drafts, past = prepared(size)
        from holdings.services.ledger import book

        booked = timed(lambda account=account, drafts=drafts: book(account=account, drafts=drafts))
        edit = timed(lambda account=account, past=past: book(account=account, drafts=[past]))
        whole = timed(lambda account=account: project_whole(account))
        print(
            f"book    {size:>8,}  {booked[1]:7.2f} s ({booked[0]:.2f} by the clock)  one back-dated purchase "
            f"{edit[1]:.3f} s, a full replay and comparison {whole[1]:.2f} s, {peak():,.0f} MB"
        )


def prepared(size: int) -> tuple[Any, list[Any], Any]:
    from accounts import services as people
    from accounts.models import User
    from holdings.models import BrokerageAccount, Instrument
    from holdings.services.ledger import NewTransaction

    user, _ = User.objects.get_or_create(email="bench@example.com")
    house = people.create_household(user=user, name=f"Bench {size}", person="Ana")
    account = BrokerageAccount.objects.create(household=house, owner=house.persons.get(), name="bench")
    what = [Instrument.objects.get_or_create(symbol=f"B{n}")[0] for n in range(INSTRUMENTS)]
    drafts = [
        NewTransaction(
            kind=row["kind"],
            trade_date=row["day"],
            source="import",
            instrument=what[row["which"]],
            quantity=row["quantity"],
            price=row["price"],
            cash=row["cash"],
        )
        for row in history(size)
    ]
    past = NewTransaction(
        "buy", FIRST + timedelta(days=DAYS * 3 // 5), "manual", what[7], quantity=Decimal(3), cash=Decimal(-30)
    )
    return account, drafts, past


def project_whole(account: Any) -> None:
    from holdings.models import BrokerageAccount
    from holdings.services.ledger import bring_up_to_date

    BrokerageAccount.objects.filter(pk=account.pk).update(projection=0)
    bring_up_to_date(household=account.household)


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    measure_replay(sizes)
    measure_one_position(min(sizes[-1], 20_000))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "portfolio_site.settings",
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        measure_booking(sizes)


if __name__ == "__main__":
    main()
