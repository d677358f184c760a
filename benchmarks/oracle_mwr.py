"""Golden money-weighted rates by pyxirr: random histories of one sign change, seed stated. Needs pyxirr (Unlicense).

pip install pyxirr==0.10.8 && python benchmarks/oracle_mwr.py
"""

import json
import random
from datetime import date, timedelta
from pathlib import Path

import pyxirr

SEED, CASES = 20261126, 60
TARGET = Path(__file__).resolve().parents[1] / "tests" / "holdings" / "measures" / "golden_mwr.json"


def history(rng: random.Random) -> list[tuple[str, float]]:
    """Money in at random dates, then one value at the end, so that exactly one rate solves it."""
    start = date(1995, 1, 1) + timedelta(days=rng.randrange(9000))
    span = rng.choice([20, 200, 900, 4000, 8000])
    days = sorted({0, *(rng.randrange(span) for _ in range(rng.randrange(1, 80)))})
    paid = [(start + timedelta(days=day), -round(rng.uniform(1, 20_000), 2)) for day in days]
    put_in = -sum(amount for _, amount in paid)
    end = (start + timedelta(days=span), round(put_in * rng.choice([0.02, 0.6, 0.97, 1.1, 2.5, 9.0]), 2))
    return [(day.isoformat(), amount) for day, amount in [*paid, end]]


def main() -> None:
    rng, cases = random.Random(SEED), []  # noqa: S311
    while len(cases) < CASES:
        flows = history(rng)
        rate = pyxirr.xirr([date.fromisoformat(day) for day, _ in flows], [amount for _, amount in flows])
        if rate is not None and -0.999 < rate < 9000:
            cases.append({"name": f"case {len(cases)}", "flows": flows, "rate": rate})
    found = {"by": f"pyxirr {pyxirr.__version__}", "seed": SEED, "cases": cases}
    TARGET.write_text(json.dumps(found, indent=None, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")


if __name__ == "__main__":
    main()
