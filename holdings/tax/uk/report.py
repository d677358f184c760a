"""The computation that goes with form SA108: how each disposal was identified, line by line."""

from collections.abc import Sequence

from holdings.tax.history import History
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
    "Person",
    "Notes",
)


def report(slices: Sequence[Slice], history: History) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Heading and rows in pounds and pence, a row for each part of a disposal."""
    return HEADING, [_row(each, history) for each in in_order(slices)]


def _row(slice_: Slice, history: History) -> Sequence[str]:
    return (
        slice_.sold.isoformat(),
        symbol(slice_, history),
        number(slice_.quantity),
        slice_.rule,
        slice_.acquired.isoformat() if slice_.acquired else "",
        money(slice_.proceeds),
        money(slice_.basis),
        money(slice_.recognised),
        history.accounts[slice_.account].owner,
        notes(slice_),
    )
