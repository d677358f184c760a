"""Cells of the forms that pooled disposals are reported on."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from holdings.tax.history import TaxInstrument
from holdings.tax.outcome import Slice

_CENT = Decimal("0.01")


def money(amount: Decimal | None) -> str:
    """To the cent; empty where it is not known."""
    return "" if amount is None else str(amount.quantize(_CENT, ROUND_HALF_UP))


def number(quantity: Decimal) -> str:
    """Shares without trailing zeros."""
    return f"{quantity.normalize():f}"


def symbol(slice_: Slice, instruments: Mapping[str, TaxInstrument]) -> str:
    known = instruments.get(slice_.instrument)
    return known.symbol if known else slice_.instrument


def notes(slice_: Slice) -> str:
    return " ".join(slice_.notes)


def in_order(slices: Sequence[Slice]) -> list[Slice]:
    """By day of disposal, then as they were matched."""
    return sorted(slices, key=lambda each: each.sold)
