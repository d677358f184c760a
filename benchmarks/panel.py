"""A panel of 500 instruments and 20 years into numpy: price chunks against the same panel in a parquet file.

    .venv/bin/python benchmarks/panel.py            (SQLite, in a temporary folder)
    DATABASE_URL=postgres://… .venv/bin/python benchmarks/panel.py

Parquet needs pyarrow, which the product does not: install it into a folder of its own and name it,
    pip install --target /tmp/pyarrow -r benchmarks/requirements.txt; PYTHONPATH=/tmp/pyarrow …
The database is expected to be empty; on PostgreSQL the rows are taken out again. Prints medians and their ratio.
"""

import datetime as dt
import importlib.util
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

if importlib.util.find_spec("pyarrow") is None:
    print("Left out: parquet needs pyarrow, see the head of benchmarks/panel.py.")
    raise SystemExit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "portfolio_site.settings"
FOLDER = Path(os.environ.setdefault("BALLAST_VAR", tempfile.mkdtemp(prefix="ballast-panel-")))

import django

django.setup()

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.core.management import call_command
from django.db import connection

from holdings.market.chunks import CLOSES, Chunk, pack_days, store
from holdings.market.panel import read_panel
from holdings.models import Instrument

INSTRUMENTS, YEARS, ROUNDS, SEED = 500, 20, 25, 20261126
AS_OF = dt.date(2025, 12, 31)
MOST = 3.0


def sessions() -> list[dt.date]:
    """Weekdays stand for sessions here."""
    first = dt.date(AS_OF.year - YEARS + 1, 1, 1)
    days = [first + dt.timedelta(days=n) for n in range((AS_OF - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


def fill(days: list[dt.date]) -> tuple[list[Instrument], np.ndarray]:
    """Store random walks as chunks. Each tenth instrument lacks single days, each fifth begins some years late."""
    random = np.random.default_rng(SEED)
    walks = 100 * np.exp(np.cumsum(random.normal(0, 0.01, (len(days), INSTRUMENTS)), axis=0))
    walks[:, ::10][random.random((len(days), INSTRUMENTS // 10)) < 0.005] = np.nan
    for column in range(0, INSTRUMENTS, 5):
        walks[: random.integers(0, len(days) // 2), column] = np.nan
    instruments = Instrument.objects.bulk_create(Instrument(symbol=f"BENCH{n}") for n in range(INSTRUMENTS))
    ordinals = np.array([day.toordinal() for day in days])
    years = np.array([day.year for day in days])
    for column, instrument in enumerate(instruments):
        chunks = []
        for year in range(AS_OF.year - YEARS + 1, AS_OF.year + 1):
            known = (years == year) & np.isfinite(walks[:, column])
            closes = walks[known, column].astype(CLOSES)
            chunks.append(Chunk(instrument.pk, year, pack_days(year, ordinals[known]), closes.tobytes()))
        store(chunks)
    return instruments, walks


def write_parquet(days: list[dt.date], walks: np.ndarray) -> Path:
    """A column an instrument, as a data frame would be stored."""
    file = FOLDER / "panel.parquet"
    columns = {"date": pa.array(days, pa.date32())} | {f"i{n}": walks[:, n] for n in range(INSTRUMENTS)}
    pq.write_table(pa.table(columns), file)
    return file


def read_parquet(file: Path) -> np.ndarray:
    table = pq.read_table(file)
    return np.column_stack([column.to_numpy() for column in table.columns[1:]])


def medians(*reads: Callable[[], object]) -> list[float]:
    """Milliseconds of each, by turns, so that a busy machine is busy for all; the first round warms up."""
    taken: list[list[float]] = [[] for _ in reads]
    for _ in range(ROUNDS + 1):
        for times, read in zip(taken, reads, strict=True):
            start = time.perf_counter()
            read()
            times.append(time.perf_counter() - start)
    return [statistics.median(times[1:]) * 1000 for times in taken]


def main() -> None:
    call_command("migrate", verbosity=0)
    days = sessions()
    instruments, walks = fill(days)
    try:
        file = write_parquet(days, walks)
        panel, _ = read_panel(instruments, AS_OF)
        assert np.array_equal(panel.closes, read_parquet(file), equal_nan=True)
        chunks, parquet = medians(lambda: read_panel(instruments, AS_OF), lambda: read_parquet(file))
    finally:
        Instrument.objects.filter(pk__in=[row.pk for row in instruments]).delete()
    shape = f"{INSTRUMENTS} x {YEARS} years ({len(days):,} days)"
    ratio = chunks / parquet
    print(f"{connection.vendor}: {shape}: chunks {chunks:.0f} ms, parquet {parquet:.0f} ms, ratio {ratio:.2f}")
    assert ratio <= MOST


if __name__ == "__main__":
    main()
