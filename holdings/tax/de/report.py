"""Disposals, lump sums and income booked with them, by the line of the form that each goes to.

Anlage KAP and KAP-INV take amounts without German tax withheld, those of funds before partial exemption.
"""

from collections.abc import Iterable, Mapping, Sequence

from holdings.ledger.types import ZERO
from holdings.tax.de.lump_sums import LUMP_SUM
from holdings.tax.de.match import DISTRIBUTION
from holdings.tax.de.rates import FormLines, form_lines
from holdings.tax.de.treatment import is_fund
from holdings.tax.history import FundShare, TaxInstrument
from holdings.tax.outcome import GainClass, Slice
from holdings.tax.pooled.rows import in_order, money, notes, number, symbol

HEADING = (
    "Form",
    "Lines",
    "What it is",
    "Date",
    "Asset",
    "Shares",
    "Date of acquisition",
    "Proceeds, net of costs (EUR)",
    "Cost with lump sums (EUR)",
    "Gain or loss (EUR)",
    "Of it exempt (EUR)",
    "Matched by",
    "Notes",
)
KAP, KAP_INV, SO = "Anlage KAP", "Anlage KAP-INV", "Anlage SO"
_PRIVATE = "Private sales: virtual currencies"
_PAID = {LUMP_SUM: "Advance lump sum", DISTRIBUTION: "Distribution"}
_FUND = {
    FundShare.EQUITY: "equity fund",
    FundShare.MIXED: "mixed fund",
    FundShare.PROPERTY: "property fund",
    FundShare.FOREIGN_PROPERTY: "foreign property fund",
}


def report(
    slices: Sequence[Slice], instruments: Mapping[str, TaxInstrument]
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Heading and rows in euros and cents, a row for each slice; lines are empty where the year's form was not seen."""
    return HEADING, [_row(each, instruments) for each in in_order(slices)]


def _row(slice_: Slice, instruments: Mapping[str, TaxInstrument]) -> Sequence[str]:
    return (
        *_place(slice_, instruments.get(slice_.instrument)),
        slice_.sold.isoformat(),
        symbol(slice_, instruments),
        number(slice_.quantity),
        slice_.acquired.isoformat() if slice_.acquired else "",
        money(slice_.proceeds),
        money(slice_.basis),
        money(slice_.gain),
        money(slice_.exempt),
        slice_.rule,
        notes(slice_),
    )


def _place(slice_: Slice, instrument: TaxInstrument | None) -> tuple[str, str, str]:
    """Form, lines, meaning."""
    lines = form_lines(str(slice_.sold.year))
    if slice_.gain_class is GainClass.PRIVATE:
        return SO, "", _PRIVATE
    if instrument is not None and is_fund(instrument):
        return _of_fund(slice_, instrument.fund_share, lines)
    return _of_capital(slice_, lines)


def _of_fund(slice_: Slice, share: FundShare, lines: FormLines) -> tuple[str, str, str]:
    kind = share if share in _FUND else FundShare.OTHER
    found = {LUMP_SUM: lines.lump_sums, DISTRIBUTION: lines.distributions}.get(slice_.rule, lines.fund_sales)
    what = _PAID.get(slice_.rule, "Sale of units")
    return KAP_INV, str(found.get(kind, "")), f"{what}: {_FUND.get(kind, 'other fund')}"


def _of_capital(slice_: Slice, lines: FormLines) -> tuple[str, str, str]:
    is_loss = (slice_.gain or ZERO) < 0
    if slice_.gain_class is GainClass.SHARES:
        name, what = ("share_losses", "Loss of shares") if is_loss else ("share_gains", "Gain of shares")
    else:
        name, what = ("other_losses", "Loss of other capital assets") if is_loss else ("", "Other capital income")
    return KAP, _joined(lines.kap, ("income", name)), what


def _joined(lines: Mapping[str, int], names: Iterable[str]) -> str:
    return ", ".join(str(lines[name]) for name in names if name in lines)
