"""A quarter as one page of paper."""

from __future__ import annotations

from accounts.models import Household
from accounts.templatetags.formats import (
    SYMBOLS,
    amount,
    change,
    count_of,
    day,
    money_cents,
    money_change,
    percent,
    points,
    quantity,
    weight,
)
from holdings.figures.value import finding
from holdings.pages.performance import Shown
from optimizer.pages import allocation
from optimizer.pages.report import quarter as page
from optimizer.pages.report import sheet as paper
from optimizer.pages.report.quarter import Held, Money, QuarterReport
from optimizer.pages.report.sheet import Part, Row, Sheet, Stat, Table, Weights, cells
from optimizer.pages.report.trading import Booked, Taxed, Trades

SECTORS, POTS, PROPOSALS = 12, 6, 4
COUNTS = ("proposed", "approved", "rejected")


def sheet(household: Household, shown: QuarterReport) -> Sheet:
    """From what the report's page has read; one query more."""
    currency, title = household.base_currency, shown.quarter.words
    unit = SYMBOLS.get(currency, currency)
    held = _held(shown.held, unit)
    return Sheet(
        paper=paper.paper(household),
        title=title,
        until=shown.until.isoformat(),
        household=paper.named(household.name),
        under=_under(shown, currency),
        foot=paper.foot(household, title, shown.until),
        assumptions=[
            *paper.not_computed(shown.evidence),
            *paper.paragraphs([shown.held.note, *page.assumptions(shown, currency)]),
        ],
        stats=_stats(shown, currency),
        wide=[_value(shown.money, unit)] if shown.money else [],
        left=[*([_steps(shown.money, shown.shown, unit)] if shown.money else []), _taxed(shown.taxed, currency, unit)],
        right=[*held, *_proposals(shown)],
        long=_traded(shown.trades, currency),
        said=paper.said(shown.evidence),
        said_aside=f"Known by {day(shown.until)}",
    )


def _under(shown: QuarterReport, currency: str) -> str:
    cut = f" The quarter ends on {day(shown.quarter.last)}; later days have no stored value." if shown.is_cut else ""
    return " ".join([f"{page.words(shown)}, {currency}.{cut}", *shown.missing])


def _stats(shown: QuarterReport, currency: str) -> list[Stat]:
    if shown.money is None:
        return []
    rates = shown.shown.returns if shown.shown else []
    gain = shown.shown.money["gain"] if shown.shown else shown.money.gain
    return [
        *(Stat(rate.label, paper.cell(percent(rate.value, 2)), paper.cut(rate.note, 90)) for rate in rates),
        Stat("Gain or loss", money_change(gain, currency), "Before taxes, after fees; flows removed."),
    ]


def _value(money: Money, unit: str) -> Part:
    days, values = zip(*money.closes, strict=True)
    return paper.lines(days, values, unit, finding(days, values, money.begin + money.flows, unit))


def _steps(money: Money, report: Shown | None, unit: str) -> Table:
    """From the first value to the last."""
    if report is None:
        rows = [
            Row([f"Value at the close of {day(money.since)}", amount(money.begin)]),
            Row(["Paid in, net", change(money.flows)]),
            Row([f"Value at the close of {day(money.until)}", amount(money.end)], bold=True),
        ]
    else:
        parts = report.money
        rows = [
            Row([f"Value at the close of {day(report.since)}", amount(parts["begin"], 2)]),
            Row(["Paid in, net", change(parts["flows"], 2)]),
            Row(["Price gain", change(parts["price"], 2)]),
            Row(["Dividends and interest", change(parts["income"], 2)]),
            Row(["Fees, taxes and exchange costs", change(parts["costs"], 2)]),
            Row(["Currency gain", change(parts["currency"], 2)]),
            Row([f"Value at the close of {day(report.until)}", amount(parts["end"], 2)], bold=True),
        ]
    return Table("From value to value", ["", unit], rows)


def _taxed(taxed: Taxed, currency: str, unit: str) -> Table:
    title = "Realised gains and tax"
    if taxed.reason:
        return Table(title, [""], [Row([paper.cut(f"No gains are told by the tax rules. {taxed.reason}", 190)])])
    rows = [
        Row(cells(row.pot, change(row.gain, 2), amount(row.disallowed, 2), change(row.counts, 2)), bold=at == "total")
        for at, row in [*(("pot", row) for row in taxed.rows[:POTS]), *([("total", taxed.total)] if taxed.rows else [])]
    ]
    if not rows:
        rows = [Row(["No taxed account sold anything whose gain is known.", "", "", ""])]
    aside = f"{taxed.rules}, to {day(taxed.state.as_of)}" if taxed.state else ""
    columns = ["Pot", f"Gain, {unit}", f"Disallowed, {unit}", f"Counts, {unit}"]
    return Table(title, columns, rows, aside=aside, note=_year(taxed, currency), left=max(0, len(taxed.rows) - POTS))


def _year(taxed: Taxed, currency: str) -> str:
    found = []
    if taxed.unknown:
        found.append(f"Sales of {money_cents(taxed.unknown, currency)} have an unknown gain and stand in no figure.")
    if taxed.provisional:
        found.append(f"{count_of(taxed.provisional, 'sale')} may still change by a later purchase.")
    year = taxed.year
    if year and year.assessment:
        tax = money_change(year.assessment.tax_on_gains, currency)
        found.append(f"Tax year {year.label} so far: {tax} of tax from its sales, an estimate.")
    elif year:
        found.append(f"Tax year {year.label}: {paper.cut(year.failure, 120)}")
    else:
        found.append("No estimate of the tax year is stored.")
    return " ".join(found)


def _held(held: Held, unit: str) -> list[Part]:
    if held.table:
        return [_allocation(held, unit)]
    if held.proposal and (drawn := _drawn(held)):
        return [drawn]
    return []


def _allocation(held: Held, unit: str) -> Table:
    table = held.table
    assert table is not None  # noqa: S101 - the caller's
    aims = ["Target, %", "Drift, pts"] if table.has_target else []
    rows = [
        Row(
            cells(
                paper.named(row.name),
                amount(row.value),
                weight(row.now),
                *([weight(row.target), points(row.drift)] if table.has_target else []),
            )
        )
        for row in table.rows[:SECTORS]
    ]
    return Table(
        "Allocation against target" if table.has_target else "Allocation",
        ["Sector", f"Value, {unit}", "Now, %", *aims],
        rows,
        aside=f"At the close of {day(held.as_of)}",
        left=max(0, len(table.rows) - SECTORS),
    )


def _drawn(held: Held) -> Weights | None:
    proposal = held.proposal
    assert proposal is not None  # noqa: S101 - the caller's
    rows = allocation.sectors(proposal.measures, float(proposal.version.drift_band))
    if not rows:
        return None
    title = f"Allocation as proposal {proposal.number} found it"
    return paper.weights(title, f"At the close of {day(held.as_of)}", "Weights by sector.", rows[: 2 * SECTORS])


def _proposals(shown: QuarterReport) -> list[Part]:
    rows = [
        Row(
            [f"Proposal {each.number}, {day(each.as_of)}", *(str(getattr(each, name)) for name in COUNTS)],
            detail=paper.cut(each.headline, 110),
        )
        for each in shown.proposals[:PROPOSALS]
    ]
    if not rows:
        return []
    columns = ["Proposal", "Trades", "Approved", "Rejected"]
    left = max(0, len(shown.proposals) - PROPOSALS)
    return [Table("Proposals of the quarter", columns, rows, left=left)]


def _traded(trades: Trades, currency: str) -> Table:
    fees = ", ".join(money_cents(fee, code) for code, fee in trades.fees)
    note = f"Fees booked: {fees}." if fees else "No fee was booked."
    aside = f"{count_of(trades.count, 'trade')} booked"
    rows = [_trade(each, currency) for each in trades.rows]
    columns = ["Trade", "Day", "Price", "Fee", "Cash"]
    return Table("Trades made", columns, rows, aside=aside, note=note, left=trades.left)


def _trade(each: Booked, currency: str) -> Row:
    row = each.row
    symbol = row.instrument.symbol if row.instrument else ""
    where = paper.named(f"{row.get_kind_display()} {quantity(each.shares)} {symbol}, {row.account.name}")
    cash = change(row.cash, 2) if row.currency == currency else f"{change(row.cash, 2)} {row.currency}"
    return Row(cells(where, day(row.trade_date), amount(row.price, 2), amount(row.fees, 2), cash))
