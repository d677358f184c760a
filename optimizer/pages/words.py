"""Lists in sentences."""

from __future__ import annotations

from collections.abc import Iterable

NAMED = 4  # the rest is counted


def named(names: Iterable[str]) -> str:
    """AAPL, BAC and PG; beyond four the rest is counted."""
    every = list(dict.fromkeys(names))
    if len(every) > NAMED:
        every = [*every[: NAMED - 1], f"{len(every) - NAMED + 1} more"]
    return " and ".join(filter(None, [", ".join(every[:-1]), *every[-1:]]))
