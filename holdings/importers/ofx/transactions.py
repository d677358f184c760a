"""The transactions of an investment statement, each as the drafts that it makes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from holdings.importers.base import DraftRow
from holdings.importers.drafts import beside, unit_price, with_problems
from holdings.importers.ofx.row import Row, Statement, read_moment
from holdings.importers.ofx.tree import Node
from holdings.importers.splits import Ratio
from holdings.ledger.types import ZERO, Character, Kind

_HUNDRED = Decimal(100)
_COSTS = ("COMMISSION", "FEES", "LOAD", "TAXES")
_WITHHELD = ("WITHHOLDING", "STATEWITHHOLDING", "PENALTY")
_BANK = {"INT": Kind.INTEREST, "DIV": Kind.DIVIDEND, "FEE": Kind.FEE, "SRVCHG": Kind.FEE}

_CHARACTERS = {"CGLONG": Character.CAPITAL_GAIN, "CGSHORT": Character.ORDINARY}
_SWEPT = {"BUYMF", "SELLMF", "BUYSTOCK", "SELLSTOCK", "BUYOTHER", "SELLOTHER"}
_SHARES_A_CONTRACT = Decimal(100)
_FAR = Decimal("0.01")

Made = list[DraftRow]


def drafts(node: Node, statement: Statement) -> tuple[Made, Ratio | None]:
    """The drafts of one transaction, and the ratio of a split that does not say how many shares it added.

    None for what moves cash into or out of a sweep or money market fund.
    """
    row = Row(node, statement)
    if node.name in _SWEPT and row.is_cash():
        return [], None
    if row.text("REVERSALFITID"):
        return [_kept(row, f"It takes transaction {row.text('REVERSALFITID')} back.")], None
    made = READERS.get(node.name, _unknown)(row)
    ratio = _ratio(row) if node.name == "SPLIT" and not made[0].quantity else None
    return with_problems(made, row.problems), ratio


def transactions(statement: Node) -> Iterator[Node]:
    """The children of its lists that are transactions."""
    for transaction_list in statement.all("INVTRANLIST"):
        yield from (node for node in transaction_list.children if node.children)


def _kept(row: Row, why: str) -> DraftRow:
    row.warn("", f"{why} The row is kept and not booked.", "Record what happened by hand if it changed shares or cash.")
    return replace(row.draft(None), problems=tuple(row.problems))


def _unknown(row: Row) -> Made:
    return [_kept(row, f"{row.node.name} has no known meaning.")]


def _buy(row: Row) -> Made:
    kind = Kind.SHORT if row.text("BUYTYPE") == "BUYTOCOVER" else Kind.BUY
    return [_trade(row, kind, sold=False)]


def _sell(row: Row) -> Made:
    """What was withheld for tax is a row apart: it lowers the cash and not the gain."""
    kind = Kind.SHORT if row.text("SELLTYPE") == "SELLSHORT" else Kind.SELL
    sale, withheld = _trade(row, kind, sold=True), row.amount(*_WITHHELD)
    if not withheld:
        return [sale]
    return [replace(sale, cash=sale.cash + withheld), beside(sale, Kind.TAX, -withheld)]


def _buy_option(row: Row) -> Made:
    return [_trade(row, Kind.OPTION, sold=False)]


def _sell_option(row: Row) -> Made:
    return [_trade(row, Kind.OPTION, sold=True)]


def _trade(row: Row, kind: Kind, *, sold: bool) -> DraftRow:
    """The total is booked, and where there is none what units, price and costs make."""
    draft, units, costs = row.draft(kind), abs(row.needed("UNITS")), row.amount(*_COSTS)
    price, total, factor = row.amount("UNITPRICE"), row.amount("TOTAL"), _units_a_price(row)
    gross = units * price * factor
    net = total or max(gross - costs - row.amount(*_WITHHELD) if sold else gross + costs, ZERO)
    if not net and not row.text("TOTAL"):
        row.needed("TOTAL")
    _needs_security(row)
    if accrued := row.amount("ACCRDINT"):
        message = (
            f"{accrued:,f} of accrued interest belong to the trade; whether the total has them, the file does not say."
        )
        row.warn("ACCRDINT", message, "Compare the total with the confirmation, and book the interest apart if it has.")
    before = net + costs + row.amount(*_WITHHELD) if sold else max(net - costs, ZERO)
    if gross and abs(before - gross) > gross * _FAR:
        message = f"Units and price make {gross:,.2f}, the total without costs is {before:,.2f}."
        row.warn("TOTAL", message, "The total is booked. Compare it with the confirmation of the trade.")
    return replace(
        draft,
        quantity=-units if sold else units,
        price=unit_price(before, units) if units and (factor < 1 or not price) else price,
        fees=costs,
        cash=net if sold else -net,
    )


def _units_a_price(row: Row) -> Decimal:
    """Bonds are priced by the hundred of face value, options by the share of a contract."""
    if row.listed().per_hundred or row.node.name.endswith("DEBT"):
        return 1 / _HUNDRED
    if row.node.name.endswith("OPT"):
        return row.amount("SHPERCTRCT") or _SHARES_A_CONTRACT
    return Decimal(1)


def _needs_security(row: Row) -> None:
    if not row.text("UNIQUEID"):
        row.error("UNIQUEID", "The security is missing.", "Add it in the file, or leave the row out.")


def _reinvest(row: Row) -> Made:
    """One transaction that is both: the income, and the purchase it paid for. In a money market fund it stays cash."""
    total, units = abs(row.needed("TOTAL")), abs(row.needed("UNITS"))
    _needs_security(row)
    income = replace(_earned(row), cash=total)
    if row.is_cash():
        return [income]
    price = row.amount("UNITPRICE") or (unit_price(total, units) if units else ZERO)
    bought = replace(
        income,
        kind=Kind.REINVEST,
        character=Character.UNKNOWN,
        quantity=units,
        price=price,
        fees=row.amount(*_COSTS),
        cash=-total,
    )
    return [income, bought]


def _earned(row: Row) -> DraftRow:
    type_ = row.text("INCOMETYPE")
    told = _CHARACTERS.get(type_, Character.UNKNOWN)
    return replace(
        row.draft(Kind.INTEREST if type_ == "INTEREST" else Kind.DIVIDEND),
        character=Character.EXEMPT if row.text("TAXEXEMPT") == "Y" else told,
    )


def _income(row: Row) -> Made:
    """The total is what came; with what was withheld it is the income."""
    withheld = row.amount("WITHHOLDING")
    draft = replace(_earned(row), cash=row.needed("TOTAL") + withheld)
    return [draft, *([beside(draft, Kind.TAX, -withheld)] if withheld else [])]


def _bank(row: Row) -> Made:
    amount, type_ = row.needed("TRNAMT"), row.text("TRNTYPE")
    kind = _BANK.get(type_) or (Kind.DEPOSIT if amount > 0 else Kind.WITHDRAWAL)
    return [replace(row.draft(kind), cash=amount, symbol="")]


def _expense(row: Row) -> Made:
    return [replace(row.draft(Kind.FEE), cash=-abs(row.needed("TOTAL")))]


def _margin_interest(row: Row) -> Made:
    return [replace(row.draft(Kind.INTEREST), cash=-abs(row.needed("TOTAL")), symbol="")]


def _return_of_capital(row: Row) -> Made:
    _needs_security(row)
    return [replace(row.draft(Kind.RETURN_OF_CAPITAL), cash=abs(row.needed("TOTAL")))]


def _split(row: Row) -> Made:
    """Shares before and after, where they are given; a fraction may leave for cash."""
    _needs_security(row)
    old, new, ratio = row.amount("OLDUNITS"), row.amount("NEWUNITS"), _ratio(row)
    paid = row.amount("FRACCASH")
    draft = row.draft(Kind.SPLIT)
    if not old or not new:
        if not ratio:
            row.error("NUMERATOR", "The split has no ratio.", "Enter the shares that it added.")
        if paid:
            row.warn("FRACCASH", f"{paid:,f} were paid for a fraction of a share.", "Record it by hand.")
        return [draft]
    if new == old:
        row.error("NEWUNITS", "The split adds nothing.", "Enter the shares that it added.")
    if not paid or not ratio:
        return [replace(draft, quantity=new - old)]
    exact = old * ratio.new / ratio.old
    lieu = replace(draft, kind=Kind.CASH_IN_LIEU, quantity=new - exact, cash=paid, external_id="")
    return [replace(draft, quantity=exact - old), lieu]


def _ratio(row: Row) -> Ratio | None:
    new, old = row.amount("NUMERATOR"), row.amount("DENOMINATOR")
    return Ratio(new, old) if new and old else None


def _transfer(row: Row) -> Made:
    """Shares only: what their average cost is an average of, the format does not say."""
    units, action = row.needed("UNITS"), row.text("TFERACTION")
    _needs_security(row)
    leaves = action == "OUT" or (not action and units < 0)
    if row.is_cash():
        kind, amount = (Kind.TRANSFER_OUT, -abs(units)) if leaves else (Kind.TRANSFER_IN, abs(units))
        return [replace(row.draft(kind), symbol="", cash=amount)]
    if leaves:
        return [replace(row.draft(Kind.TRANSFER_OUT), quantity=-abs(units))]
    draft = replace(row.draft(Kind.TRANSFER_IN), quantity=abs(units))
    told = f" The file names an average cost of {row.text('AVGCOSTBASIS')}." if row.text("AVGCOSTBASIS") else ""
    row.warn(
        "AVGCOSTBASIS",
        f"The basis of the shares that came in is not known.{told}",
        "Import the account they came from, or correct the lot.",
    )
    if row.text("DTPURCHASE"):
        draft = replace(draft, acquired=row.day("DTPURCHASE", lambda text: read_moment(text)[0]))
    return [draft]


def _between_parts(row: Row) -> Made:
    return [_kept(row, "It moves between the cash and margin parts of one account.")]


def _closure(row: Row) -> Made:
    """An option that was exercised, assigned or expired leaves for nothing; the shares have a row of their own."""
    _needs_security(row)
    return [replace(row.draft(Kind.OPTION), quantity=row.needed("UNITS"))]


READERS: dict[str, Callable[[Row], Made]] = {
    "BUYSTOCK": _buy,
    "BUYMF": _buy,
    "BUYDEBT": _buy,
    "BUYOTHER": _buy,
    "BUYOPT": _buy_option,
    "SELLSTOCK": _sell,
    "SELLMF": _sell,
    "SELLDEBT": _sell,
    "SELLOTHER": _sell,
    "SELLOPT": _sell_option,
    "REINVEST": _reinvest,
    "INCOME": _income,
    "INVBANKTRAN": _bank,
    "INVEXPENSE": _expense,
    "MARGININTEREST": _margin_interest,
    "RETOFCAP": _return_of_capital,
    "SPLIT": _split,
    "TRANSFER": _transfer,
    "JRNLSEC": _between_parts,
    "JRNLFUND": _between_parts,
    "CLOSUREOPT": _closure,
}
