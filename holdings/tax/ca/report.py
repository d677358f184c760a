"""Rows of Schedule 3, publicly traded shares, mutual fund units and other shares (lines 13199 and 13200)."""

from collections.abc import Mapping, Sequence

from holdings.tax.history import TaxInstrument
from holdings.tax.outcome import Slice
from holdings.tax.pooled.rows import in_order, money, notes, number, symbol

HEADING = (
    "Number",
    "Name and class of shares",
    "Date of disposition",
    "Proceeds, net of outlays (CAD)",
    "Adjusted cost base (CAD)",
    "Gain or loss before denial (CAD)",
    "Superficial or other denied loss (CAD)",
    "Gain or loss (CAD)",
    "Notes",
)


def report(
    slices: Sequence[Slice], instruments: Mapping[str, TaxInstrument]
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Heading and rows in dollars and cents. Outlays are off the proceeds, so their column of the form stays empty."""
    return HEADING, [_row(each, instruments) for each in in_order(slices)]


def _row(slice_: Slice, instruments: Mapping[str, TaxInstrument]) -> Sequence[str]:
    return (
        number(slice_.quantity),
        symbol(slice_, instruments),
        slice_.sold.isoformat(),
        money(slice_.proceeds),
        money(slice_.basis),
        money(slice_.gain),
        money(slice_.disallowed),
        money(slice_.recognised),
        notes(slice_),
    )
