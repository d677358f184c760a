"""Form 8949 and Schedule D: rows (a) to (h) by box, and their totals by line.

Boxes A to F are by term and by what the broker's 1099-B says; since 2025 digital assets have boxes G to L of their own
(Form 8949 for 2025). Which box a sale belongs to stands on the 1099-B, which the ledger does not have: shares bought
here are taken to have been reported with their basis (A, D, of digital assets without it: H, K), others without it
(B, E), and digital assets before 2025 not at all (C, F).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO
from holdings.tax.history import Asset, TaxInstrument
from holdings.tax.outcome import GainClass, Slice

CENT = Decimal("0.01")
DIGITAL_BOXES_SINCE = 2025
HEADING = (
    "Box",
    "(a) Description of property",
    "(b) Date acquired",
    "(c) Date sold",
    "(d) Proceeds",
    "(e) Cost or other basis",
    "(f) Code",
    "(g) Amount of adjustment",
    "(h) Gain or (loss)",
)
LINES = {"A": "1b", "B": "2", "C": "3", "D": "8b", "E": "9", "F": "10"} | {
    "G": "1b",
    "H": "2",
    "I": "3",
    "J": "8b",
    "K": "9",
    "L": "10",
}
"""Schedule D lines that the boxes' totals go to."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the form, in cents. acquired: a date, or "INHERITED". adjustment: a loss that does not
    count, positive.
    """

    box: str
    description: str
    acquired: str
    sold: date
    proceeds: Decimal
    basis: Decimal
    code: str
    adjustment: Decimal

    @property
    def gain(self) -> Decimal:
        """Column (h): (d) less (e), plus (g)."""
        with localcontext(exact):
            return self.proceeds - self.basis + self.adjustment


@dataclass(frozen=True, slots=True)
class Total:
    """A line of Schedule D: the sums of the boxes that go to it."""

    line: str
    proceeds: Decimal
    basis: Decimal
    adjustment: Decimal
    gain: Decimal


def rows(slices: Iterable[Slice], instruments: Mapping[str, TaxInstrument]) -> tuple[Row, ...]:
    """The rows of a year's slices, by box and day. Slices of unknown basis or term are left out."""
    found = [_row(each, instruments[each.instrument]) for each in slices if _is_known(each)]
    return tuple(sorted(found, key=lambda row: (row.box, row.sold, row.description, row.acquired)))


def totals(found: Sequence[Row]) -> tuple[Total, ...]:
    """Schedule D, lines 1b to 3 and 8b to 10, those that have rows."""
    by_line = {line: [row for row in found if LINES[row.box] == line] for line in dict.fromkeys(LINES.values())}
    return tuple(_total(line, of_line) for line, of_line in by_line.items() if of_line)


def _total(line: str, of_line: Sequence[Row]) -> Total:
    return Total(
        line,
        sum((row.proceeds for row in of_line), ZERO),
        sum((row.basis for row in of_line), ZERO),
        sum((row.adjustment for row in of_line), ZERO),
        sum((row.gain for row in of_line), ZERO),
    )


def _is_known(each: Slice) -> bool:
    return each.basis is not None and each.gain_class is not GainClass.UNKNOWN


def _row(each: Slice, instrument: TaxInstrument) -> Row:
    return Row(
        box=_box(each, instrument),
        description=f"{each.quantity.normalize():f} {instrument.symbol}",
        acquired=f"{each.acquired:%m/%d/%Y}" if each.acquired else "INHERITED",
        sold=each.sold,
        proceeds=_cents(each.proceeds),
        basis=_cents(each.basis or ZERO),
        code="".join(sorted(_codes(each))),
        adjustment=_cents(each.disallowed - each.exempt),
    )


def _codes(each: Slice) -> set[str]:
    """Of the instructions for Form 8949, column (f).

    C: collectibles. W: a wash sale's loss. L: another loss that does not count, here by exempt-interest dividends. T: a
    loss that is long-term by what was paid on the shares, while the broker calls it short-term; it is in Part II.
    """
    told = {
        "C": each.gain_class is GainClass.COLLECTIBLE,
        "W": each.disallowed,
        "L": each.exempt,
        "T": each.turned,
    }
    return {code for code, applies in told.items() if applies}


def _box(each: Slice, instrument: TaxInstrument) -> str:
    is_long = each.gain_class is not GainClass.SHORT
    if instrument.asset is Asset.CRYPTO:
        if each.sold.year >= DIGITAL_BOXES_SINCE:
            return "K" if is_long else "H"
        return "F" if is_long else "C"
    if each.reported:
        return "D" if is_long else "A"
    return "E" if is_long else "B"


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def as_text(row: Row) -> tuple[str, ...]:
    """The cells of a row in the order of `HEADING`."""
    return (
        row.box,
        row.description,
        row.acquired,
        f"{row.sold:%m/%d/%Y}",
        str(row.proceeds),
        str(row.basis),
        row.code,
        str(row.adjustment) if row.adjustment else "",
        str(row.gain),
    )
