"""The frozen input as canonical JSON, its hash, and the price panel that travels beside it."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.errors import InvalidSnapshot
from optimizer.engine.types import Plan, Snapshot

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
    return _dump(snapshot)


def from_json(text: str) -> Snapshot:
    """The snapshot of a canonical text. Raises InvalidSnapshot for another version of the format."""
    data = json.loads(text)
    if data.get("version") != VERSION:
        raise InvalidSnapshot(f"Stored input has format version {data.get('version')}; this engine reads {VERSION}.")
    snapshot: Snapshot = _decode(Snapshot, data)
    return snapshot


def snapshot_hash(snapshot: Snapshot) -> str:
    """sha256 of the canonical text, hexadecimal."""
    return hashlib.sha256(to_json(snapshot).encode()).hexdigest()


def plan_to_json(plan: Plan) -> str:
    """Canonical text of a plan, running time included: what is stored with a proposal as evidence."""
    return _dump(plan)


def plan_from_json(text: str) -> Plan:
    plan: Plan = _decode(Plan, json.loads(text))
    return plan


def _dump(value: object) -> str:
    return json.dumps(_encode(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _encode(value: Any) -> Any:
    if is_dataclass(value):
        return {f.name: _encode(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {key: _encode(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value


def plain(value: Decimal) -> str:
    """One spelling a number: 1.50 and 1.5 are "1.5", -0 is "0", never an exponent."""
    return format(value.normalize(), "f") if value else "0"


def _decode(kind: Any, data: Any) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return None if data is None else _decode(next(arg for arg in args if arg is not NoneType), data)
    if origin is tuple:
        return tuple(_decode(args[0], item) for item in data)
    if origin is Mapping:
        return {key: _decode(args[1], item) for key, item in data.items()}
    if origin is Literal:
        return data
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _decode(hints[name], item) for name, item in data.items()})  # type: ignore[operator]
    return _scalar(kind, data)


def _scalar(kind: Any, data: Any) -> Any:
    if kind is Decimal:
        return Decimal(data)
    return date.fromisoformat(data) if kind is date else kind(data)
