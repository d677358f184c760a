"""Run every benchmark and write what they print to var/benchmarks.md. `make bench-all` runs it; it takes two hours.

Those beside other packages run in the environment that `make oracles` makes, and are left out without it.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OURS, ORACLES = ROOT / ".venv" / "bin" / "python", ROOT / "var" / "oracles" / "bin" / "python"
EITHER = ORACLES if ORACLES.exists() else OURS  # for what leaves out other packages by itself
TABLE = ROOT / "var" / "benchmarks.md"
SCRIPTS: tuple[tuple[Path, str], ...] = (
    (OURS, "proposal.py"),
    (OURS, "rebalance.py"),
    (OURS, "rebalance.py 20 200"),
    (OURS, "rebalance.py 100 200"),
    (OURS, "rebalance.py 500 200"),
    (OURS, "growth.py"),
    (OURS, "savings.py"),
    (OURS, "fifteen_years.py"),
    (ORACLES, "strategies.py"),
    (EITHER, "walk_forward.py"),
    (OURS, "risk.py"),
    (OURS, "volatility.py"),
    (OURS, "ranges.py"),
    (OURS, "regimes.py"),
    (OURS, "signals.py"),
    (OURS, "goals.py"),
    (OURS, "tax.py"),
    (OURS, "ledger.py"),
    (OURS, "importers.py"),
    (OURS, "imports.py"),
    (OURS, "pages.py"),
    (OURS, "panel.py"),
    (OURS, "valuations.py"),
)


def main() -> None:
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(f"# Benchmarks of {time.strftime('%Y-%m-%d')}\n")
    for python, call in SCRIPTS:
        if not python.exists():
            _write(f"\n## {call}\n\nLeft out: no environment of other packages (make oracles).\n")
            continue
        script, *arguments = call.split()
        command = [str(python), str(ROOT / "benchmarks" / script), *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own scripts
        failed = f"\nEnded with {done.returncode}:\n{done.stderr[-2000:]}" if done.returncode else ""
        _write(f"\n## {call}\n\n```\n{done.stdout}{failed}```\n")
    print(f"Written to {TABLE}")


def _write(text: str) -> None:
    sys.stdout.write(text)
    with TABLE.open("a") as table:
        table.write(text)


if __name__ == "__main__":
    main()
