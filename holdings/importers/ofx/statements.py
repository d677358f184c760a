"""Reader of OFX and QFX downloads: the statements of one or several investment accounts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext

from holdings.importers.base import (
    AccountHint,
    Content,
    DraftRow,
    ImportFailed,
    ParsedFile,
    RowProblem,
    Severity,
    StatedLine,
)
from holdings.importers.cells import currency
from holdings.importers.money import swept
from holdings.importers.ofx.row import Listed, Row, Statement, listed, read_moment
from holdings.importers.ofx.transactions import drafts, transactions
from holdings.importers.ofx.tree import Node, read_tree
from holdings.importers.splits import Ratio, with_shares
from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO

_START = 5_000


class Ofx:
    """Reader of the downloads “Quicken” and “OFX”."""

    name = "ofx"
    label = "OFX or QFX statement"
    expects = "an element <OFX> with the statement of an investment account"

    def detect(self, text: str) -> float:
        return 1.0 if "<OFX>" in text[:_START].upper() else 0.0

    def parse(self, text: str) -> ParsedFile:
        root = read_tree(text)
        nodes = list(root.all("INVSTMTRS"))
        if not nodes:
            raise ImportFailed(_why_none(root))
        securities = listed(root)
        statements = list(zip(nodes, _statements(nodes, securities), strict=True))
        with localcontext(exact):
            rows, problems = _rows(statements)
        days = {day for node in nodes if (day := _as_of(node))}
        as_of = max(days, default=None)
        positions = [line for node, each in statements if _as_of(node) == as_of for line in _stated(node, each)]
        return ParsedFile(
            importer=self.name,
            content=Content.MIXED if positions else Content.TRANSACTIONS,
            rows=_without_common_time(rows),
            problems=(*problems, *_other_days(days, as_of), *_bank_beside(root)),
            accounts=tuple(dict.fromkeys(each.account for _, each in statements)),
            as_of=as_of,
            positions=tuple(positions),
        )


def _why_none(root: Node) -> str:
    """What the file is instead, in words."""
    if any(root.all("STMTRS")) or any(root.all("CCSTMTRS")):
        return (
            "This is the statement of a bank account or a card, not of an investment account. "
            "Download the file from the page of the brokerage account."
        )
    said = next((node.text for node in root.all("MESSAGE") if node.text), "")
    told = f" The broker says: “{said[:120]}”." if said else ""
    return (
        f"The file holds no statement of an investment account.{told} Download it again, with a period that has trades."
    )


def _statements(nodes: Sequence[Node], securities: dict[str, Listed]) -> Iterator[Statement]:
    """The whole number of an account stands for it where two of the file end alike."""
    accounts = [_account(node) for node in nodes]
    ends = [end for _, end in {(number[-4:], number): number[-4:] for _, number in accounts}.items()]
    for node, (broker, number) in zip(nodes, accounts, strict=True):
        end = number if ends.count(number[-4:]) > 1 else number[-4:]
        yield Statement(AccountHint(broker, end), _currency(node), securities)


def _account(node: Node) -> tuple[str, str]:
    found = node.child("INVACCTFROM")
    values = found.values() if found else {}
    return values.get("BROKERID", ""), "".join(sign for sign in values.get("ACCTID", "") if sign.isalnum())


def _currency(node: Node) -> str:
    try:
        return currency(node.value("CURDEF"))[0]
    except ValueError as fault:
        raise ImportFailed(f"Line {node.line}: the statement's currency is missing or unknown. {fault}") from None


def _as_of(node: Node) -> date | None:
    try:
        return read_moment(node.value("DTASOF"))[0]
    except ValueError:
        return None


def _rows(statements: Iterable[tuple[Node, Statement]]) -> tuple[tuple[DraftRow, ...], list[RowProblem]]:
    """All transactions; one that stands there twice, number and all, once."""
    rows: list[DraftRow] = []
    problems: list[RowProblem] = []
    ratios: dict[int, Ratio] = {}
    seen: set[tuple[object, ...]] = set()
    sweeps: list[int] = []
    for node, statement in statements:
        for transaction in transactions(node):
            made, ratio = drafts(transaction, statement)
            if not made:
                sweeps.append(transaction.line)
            elif (key := (statement.account, transaction.name, *made[0].raw.items())) in seen and made[0].external_id:
                problems.append(_twice(transaction.line, made[0].external_id))
            else:
                seen.add(key)
                if ratio:
                    ratios[len(rows)] = ratio
                rows += made
    return with_shares(rows, ratios), problems + swept(sweeps)


def _twice(line: int, number: str) -> RowProblem:
    message = f"Transaction {number} stands in the file twice; it is taken once."
    return RowProblem(line, "FITID", message, "Nothing is to be done.", Severity.WARNING)


def _without_common_time(rows: tuple[DraftRow, ...]) -> tuple[DraftRow, ...]:
    """Brokers that know no times write the same for all, such as noon."""
    if len({row.trade_time for row in rows if row.trade_time}) != 1:
        return rows
    return tuple(replace(row, trade_time=None) for row in rows)


def _stated(node: Node, statement: Statement) -> Iterator[StatedLine]:
    """Positions, and cash where there are positions: without them the statement says nothing of what is held."""
    held = [
        Row(position, statement)
        for position_list in node.all("INVPOSLIST")
        for position in position_list.children
        if position.children
    ]
    yield from (_position(row) for row in held if not row.is_cash())
    balance = node.child("INVBAL")
    if held and balance:
        yield _cash(Row(balance, statement), [row.amount("MKTVAL") for row in held if row.is_cash()])


def _position(row: Row) -> StatedLine:
    """Bonds are priced by the hundred, so that their price is left to the market value."""
    draft, units = row.draft(None), row.number("UNITS")
    problems = tuple(problem for problem in row.problems if not problem.field.startswith("DT"))
    return StatedLine(
        rows=(row.line,),
        raw=row.raw,
        symbol=draft.symbol,
        quantity=-abs(units or ZERO) if row.text("POSTYPE") == "SHORT" else units or ZERO,
        currency=draft.currency,
        description=draft.security.name,
        price=None if row.listed().per_hundred else row.number("UNITPRICE"),
        value=row.number("MKTVAL"),
        account=row.statement.account,
        security=draft.security,
        problems=problems,
    )


def _cash(row: Row, funds: Sequence[Decimal]) -> StatedLine:
    """Cash, what was borrowed against margin, and money market funds, which some brokers count as cash already."""
    available = row.number("AVAILCASH") or ZERO
    beside = sum(funds, ZERO)
    return StatedLine(
        rows=(row.line,),
        raw=row.raw,
        symbol="",
        quantity=available + (row.number("MARGINBALANCE") or ZERO) + (ZERO if beside == available else beside),
        currency=row.statement.currency,
        account=row.statement.account,
        problems=tuple(row.problems),
    )


def _other_days(days: set[date], as_of: date | None) -> Iterator[RowProblem]:
    if len(days) > 1:
        message = f"The statements are of {len(days)} days; positions are compared for the last, {as_of}, alone."
        yield RowProblem(0, "DTASOF", message, "Download the accounts on one day to compare all.", Severity.WARNING)


def _bank_beside(root: Node) -> Iterator[RowProblem]:
    for node in (*root.all("STMTRS"), *root.all("CCSTMTRS")):
        message = "The statement of a bank account or card in this file is left out."
        yield RowProblem(node.line, "", message, "Only investment accounts are read.", Severity.WARNING)
