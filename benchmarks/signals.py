"""What factor signals said of the months that followed: 74 US large caps, 2000 to 2023."""

import sys
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.portfolios import SHARED, table
from optimizer.engine.signals.record import record
from optimizer.engine.signals.scores import SIGNALS

HALF_SPREAD = 0.0005


def main() -> None:
    _, rows = table(SHARED)
    days = [date.fromisoformat(day) for day in rows]
    closes = np.array(list(rows.values()))
    print(f"{closes.shape[1]} assets, {days[0]} to {days[-1]}, half-spread {HALF_SPREAD:.2%}")
    for name in SIGNALS:
        found = record(name, days, closes, HALF_SPREAD)
        print(
            f"{name:15} {len(found.months)} months  IC {found.ic:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
            f"  t {found.t:+.2f}  halves {found.halves[0]:+.3f} {found.halves[1]:+.3f}  turnover {found.turnover:.2f}"
            f"  long and short {found.gross:+.1%} gross, {found.net:+.1%} net  {found.why}"
        )


if __name__ == "__main__":
    main()
