"""The computation that goes with form SA108: how each disposal was identified, line by line."""

from collections.abc import Mapping, Sequence

from holdings.tax.history import TaxInstrument
from holdings.tax.outcome import Slice
from holdings.tax.pooled.rows import in_order, money, notes, number, symbol

HEADING = (
    "Date of disposal",
    "Asset",
    "Shares",
    "Identified with",
    "Date of acquisition",
    "Proceeds, net of costs (GBP)",
    "Allowable cost (GBP)",
    "Gain or loss (GBP)",
    "Notes",
)


def report(
    slices: Sequence[Slice], instruments: Mapping[str, TaxInstrument]
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Heading and rows in pounds and pence, a row for each part of a disposal."""
    return HEADING, [_row(each, instruments) for each in in_order(slices)]


def _row(slice_: Slice, instruments: Mapping[str, TaxInstrument]) -> Sequence[str]:
    return (
        slice_.sold.isoformat(),
        symbol(slice_, instruments),
        number(slice_.quantity),
        slice_.rule,
        slice_.acquired.isoformat() if slice_.acquired else "",
        money(slice_.proceeds),
        money(slice_.basis),
        money(slice_.recognised),
        notes(slice_),
    )
