"""Seconds and peak memory of reading and booking files of 1,000, 10,000 and 100,000 rows, as a worker does it.

`python benchmarks/imports.py [ROWS ...]`; SQLite in a temporary folder, or the empty database of DATABASE_URL.
Each size runs in a process of its own, so that its memory is its own. `processor` counts the seconds of the processor
alone, reading and booking; `lock` is the longest that another writer of the household had to wait while it was booked.
"""

import datetime as dt
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SIZES = (1_000, 10_000, 100_000)
SYMBOLS = [f"S{number:03}" for number in range(200)]
HEADER = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"'
FIRST = dt.date(2003, 1, 2)
DAYS = 20 * 365


def history(rows: int) -> bytes:
    """Purchases, sales of what is held, and dividends of two hundred symbols over twenty years, newest first."""
    chance = random.Random(7)  # noqa: S311 - invented rows
    held = dict.fromkeys(SYMBOLS, 0)
    lines = []
    for number in range(rows):
        day = FIRST + dt.timedelta(days=number * DAYS // rows)
        symbol, price = chance.choice(SYMBOLS), chance.randint(10, 200)
        lines.append(line(day, symbol, price, held, chance))
    return "\n".join([HEADER, *reversed(lines)]).encode()


def line(day: dt.date, symbol: str, price: int, held: dict[str, int], chance: random.Random) -> str:
    what = chance.random()
    if what < 0.3 and held[symbol]:
        shares = chance.randint(1, held[symbol])
        held[symbol] -= shares
        return f'"{day:%m/%d/%Y}","Sell","{symbol}","","{shares}","${price}.00","","${shares * price}.00"'
    if what < 0.5:
        return f'"{day:%m/%d/%Y}","Cash Dividend","{symbol}","","","","","${price}.17"'
    shares = chance.randint(1, 50)
    held[symbol] += shares
    return f'"{day:%m/%d/%Y}","Buy","{symbol}","","{shares}","${price}.00","","-${shares * price}.00"'


@contextmanager
def neighbour(household: Any) -> Iterator[list[float]]:
    """Another writer of the household, twenty times a second: the seconds that each of its changes took."""
    over, waits = threading.Event(), [0.0]
    thread = threading.Thread(target=write_until, args=(household, over, waits))
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def write_until(household: Any, over: threading.Event, waits: list[float]) -> None:
    from django.db import OperationalError, connection

    from accounts.locks import holding

    while not over.wait(0.05):
        start, is_done = time.perf_counter(), False
        while not is_done:
            try:
                with holding(household):
                    is_done = True
            except OperationalError:
                print("another writer gave up", flush=True)
                connection.close()
        waits.append(time.perf_counter() - start)
    connection.close()


def measure(rows: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portfolio_site.settings"
    os.environ.setdefault("BALLAST_VAR", tempfile.mkdtemp(prefix="ballast-imports-"))
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command

    from accounts.models import Run
    from holdings import tasks
    from holdings.models import Instrument
    from holdings.services import imports
    from tests import factories

    call_command("migrate", verbosity=0)
    owner = factories.user(uuid.uuid4().hex)
    account = factories.account(factories.household(owner))
    for symbol in SYMBOLS:
        Instrument.objects.get_or_create(symbol=symbol, currency="USD")
    content = history(rows)
    start, processor = time.perf_counter(), time.process_time()
    batch = imports.upload(account=account, user=owner, file_name="history.csv", content=content)
    if run := imports.run_of(batch):
        tasks.run(run.pk)
    read = time.perf_counter()
    batch.refresh_from_db()
    with neighbour(account.household) as waits:
        imports.book(batch=batch, user=owner)
        if run and (booking := imports.run_of(batch)):
            tasks.run(booking.pk)
        booked, processor = time.perf_counter(), time.process_time() - processor
    batch.refresh_from_db()
    assert batch.status == "confirmed", Run.objects.first().error
    count = account.transactions.count()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times = f"{read - start:>10.1f}{booked - read:>10.1f}{processor:>14.1f}{max(waits):>10.1f}"
    print(f"{rows:>9,}{count:>9,}{times}{peak:>10.0f}", flush=True)


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    times = f"{'read, s':>10}{'book, s':>10}{'processor, s':>14}{'lock, s':>10}"
    print(f"{'rows':>9}{'booked':>9}{times}{'peak, MB':>10}", flush=True)
    for size in sizes:
        subprocess.run([sys.executable, __file__, "--one", str(size)], check=True)  # noqa: S603


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(int(sys.argv[2]))
    else:
        main()
