"""Dataclasses as canonical JSON and back: exact numbers as text, ISO dates, sorted keys. Equal values, equal text."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from holdings.ledger.exact import exact


def dump(value: object) -> str:
    """The canonical text: no spaces, sorted keys."""
    return json.dumps(encode(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def encode(value: Any) -> Any:
    """Dataclasses, mappings, tuples, Decimals and dates as what JSON knows; Decimals as `plain` text."""
    if is_dataclass(value):
        return {f.name: encode(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value


def plain(value: Decimal) -> str:
    """One spelling a number: 1.50 and 1.5 are "1.5", -0 is "0", never an exponent."""
    return format(exact.normalize(value), "f") if value else "0"


def decode(kind: Any, data: Any) -> Any:
    """A value of a type (a dataclass, or what its fields are made of) out of what `encode` made of it."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return None if data is None else decode(next(arg for arg in args if arg is not NoneType), data)
    if origin is tuple:
        return tuple(decode(args[0], item) for item in data)
    if origin is Mapping:
        return {_scalar(args[0], key): decode(args[1], item) for key, item in data.items()}
    if origin is Literal:
        return data
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: decode(hints[name], item) for name, item in data.items()})  # type: ignore[operator]
    return _scalar(kind, data)


def _scalar(kind: Any, data: Any) -> Any:
    if kind is Decimal:
        return Decimal(data)
    return date.fromisoformat(data) if kind is date else kind(data)
