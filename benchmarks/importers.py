"""How reading a broker's file grows with its rows: decode, recognise, parse, and check every row.

    python benchmarks/importers.py [1000 10000 100000]

Writes files of purchases and dividends in the shape of four brokers. Prints seconds of the processor and the peak of
memory of a process that reads that file alone.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from holdings.importers.registry import read

SIZES = [1_000, 10_000, 100_000]
PRICE = 63.57


def rows(size: int) -> Iterator[tuple[str, int]]:
    """Days of 2022 and shares; none for a dividend, which is every third row."""
    for number in range(size):
        yield f"{1 + number % 12:02d}/{1 + number % 28:02d}/2022", 10 + number % 7 if number % 3 else 0


def schwab(size: int) -> Iterator[str]:
    yield '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"'
    for day, shares in rows(size):
        if shares:
            yield f'"{day}","Buy","KO","COCA COLA CO","{shares}","${PRICE}","","-${shares * PRICE:.2f}"'
        else:
            yield f'"{day}","Qualified Dividend","KO","COCA COLA CO","","","","$12.34"'


def fidelity(size: int) -> Iterator[str]:
    yield (
        "Run Date,Account,Account Number,Action,Symbol,Description,Type,Exchange Quantity,Exchange Currency,Currency,"
        "Price,Quantity,Exchange Rate,Commission,Fees,Accrued Interest,Amount,Settlement Date"
    )
    for day, shares in rows(size):
        head = f'{day},"Brokerage","333333321"'
        if shares:
            amount = -shares * PRICE
            yield f'{head},"YOU BOUGHT KO (Cash)",KO,"KO",Cash,0,,USD,{PRICE},{shares},0,,,,{amount:.2f},'
        else:
            yield f'{head},"DIVIDEND RECEIVED KO (Cash)",KO,"KO",Cash,0,,USD,,0.000,0,,,,12.34,'


def vanguard(size: int) -> Iterator[str]:
    yield (
        "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,Investment Name,Symbol,"
        "Shares,Share Price,Principal Amount,Commissions and Fees,Net Amount,Accrued Interest,Account Type,"
    )
    for day, shares in rows(size):
        kind, price, amount = ("Buy", PRICE, -shares * PRICE) if shares else ("Dividend", 1.0, 12.34)
        moved = f"{amount:.2f},0.0,{amount:.2f}"
        yield f"98765432,{day},{day},{kind},{kind},COCA COLA CO,KO,{shares}.0,{price},{moved},0.0,Cash,"


def robinhood(size: int) -> Iterator[str]:
    yield (
        '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price",'
        '"Amount"'
    )
    for day, shares in rows(size):
        head = f'"{day}","{day}","{day}","KO","Coca-Cola\nCUSIP: 191216100"'
        if shares:
            yield f'{head},"Buy","{shares}","${PRICE}","(${shares * PRICE:,.2f})"'
        else:
            yield f'{head},"CDIV","","","$12.34"'


def measure(name: str, size: int) -> None:
    content = "\n".join(globals()[name](size)).encode()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    parsed = read(content)
    seconds = time.process_time() - begun
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert len(parsed.rows) == size
    assert all(row.status == "ready" for row in parsed.rows)
    print(f"{name:<10} {size:>8,} rows {len(content) / 1e6:>6.1f} MB {seconds:>7.2f} s {peak:>6.0f} MB more memory")


def main(sizes: list[int]) -> None:
    for name in ("schwab", "fidelity", "vanguard", "robinhood"):
        for size in sizes:
            process = multiprocessing.get_context("spawn").Process(target=measure, args=(name, size))
            process.start()
            process.join()


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
