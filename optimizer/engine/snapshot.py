"""The frozen input as canonical JSON, its hash, and the price panel that travels beside it."""

import hashlib
import json
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from holdings import canonical
from optimizer.engine.errors import InvalidSnapshot
from optimizer.engine.types import Snapshot

VERSION = 1


@dataclass(frozen=True, slots=True)
class Panel:
    """Closing prices, oldest first: `closes` is sessions x assets, NaN where there is none, adjusted for splits."""

    dates: tuple[date, ...]
    assets: tuple[str, ...]
    closes: NDArray[np.float64]

    def until(self, day: date) -> "Panel":
        """What was known at the close of `day`."""
        sessions = bisect_right(self.dates, day)
        return Panel(self.dates[:sessions], self.assets, self.closes[:sessions])


def to_json(snapshot: Snapshot) -> str:
    """Canonical text: sorted keys, no spaces, Decimals as plain strings without trailing zeros, ISO dates."""
    return canonical.dump(snapshot)


def from_json(text: str) -> Snapshot:
    """The snapshot of a canonical text. Raises InvalidSnapshot for another version of the format."""
    data = json.loads(text)
    if data.get("version") != VERSION:
        raise InvalidSnapshot(f"Stored input has format version {data.get('version')}; this engine reads {VERSION}.")
    snapshot: Snapshot = canonical.decode(Snapshot, data)
    return snapshot


def snapshot_hash(snapshot: Snapshot) -> str:
    """sha256 of the canonical text, hexadecimal."""
    return hashlib.sha256(to_json(snapshot).encode()).hexdigest()
