"""What a broker states in a file of positions, lots or gains: kept at booking, and compared with the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from holdings.importers.base import ParsedFile, StatedLine
from holdings.models import BrokerageAccount, Import, Statement, StatementLine
from holdings.services import reconcile
from holdings.services.imports.drafts import hint_key
from holdings.services.imports.judge import is_of_another
from holdings.services.imports.parse import parsed
from holdings.services.imports.symbols import Mention, Resolver, mentions

KINDS = {Statement.Kind.POSITIONS: "positions", Statement.Kind.LOTS: "lots", Statement.Kind.GAINS: "gains"}
Stated = tuple[Statement, Sequence[StatementLine]]
"""A statement and its lines, not stored yet."""


def said(batch: Import) -> ParsedFile | None:
    """The import's file read once more, where it states something."""
    return parsed(batch, bytes(batch.file.content)) if batch.has_statements else None


def mentioned(file: ParsedFile) -> set[Mention]:
    return {mention for name in KINDS.values() for line in getattr(file, name) for mention in mentions(line)}


def drafted(batch: Import, file: ParsedFile, found: Resolver) -> list[Stated]:
    """The statements of a file by account; of a file that does not say of which day it is, none."""
    return [
        stated
        for kind, name in KINDS.items()
        for account, lines in _by_account(batch, getattr(file, name)).items()
        if (stated := _drafted(batch, account, kind, lines, file, found))
    ]


def keep(statements: Iterable[Stated]) -> None:
    """Store statements, and compare each account with its ledger."""
    accounts = set()
    for statement, lines in statements:
        statement.save()
        for line in lines:
            line.statement = statement
        StatementLine.objects.bulk_create(lines)
        accounts.add(statement.account)
    for account in accounts:
        reconcile.compare(account=account)


def _by_account(batch: Import, lines: Iterable[StatedLine]) -> dict[BrokerageAccount, list[StatedLine]]:
    """Lines by the account here; those of a file that names another account's number belong to none."""
    owners = _owners(batch)
    grouped: dict[BrokerageAccount, list[StatedLine]] = defaultdict(list)
    for line in lines:
        if account := owners.get(hint_key(line.account)):
            grouped[account].append(line)
    return grouped


def _owners(batch: Import) -> dict[str, BrokerageAccount]:
    """The account here by the file's name of it; the empty name is that of lines without one."""
    accounts = {str(each.uuid): each for each in batch.household.brokerage_accounts.select_related("household")}
    owners = {key: accounts[uuid] for key, uuid in batch.accounts.items() if uuid in accounts}
    if len(batch.accounts) == 1:
        owners = {key: account for key, account in owners.items() if not is_of_another(key, account)}
    return owners | ({"": batch.account} if batch.account else {})


def would_compare(batch: Import) -> bool:
    """Whether booking the import would compare what its file states with the ledger of an account."""
    return batch.has_statements and bool(_owners(batch).keys() & (batch.accounts or {"": None}).keys())


def _drafted(
    batch: Import,
    account: BrokerageAccount,
    kind: Statement.Kind,
    lines: Sequence[StatedLine],
    file: ParsedFile,
    found: Resolver,
) -> Stated | None:
    sold = [line.sold for line in lines if line.sold]
    as_of = file.as_of or max(sold, default=None)
    if as_of is None:
        return None
    statement = Statement(account=account, kind=kind, as_of=as_of, batch=batch)
    return statement, [_line(line, found) for line in lines if not _left_out(line, found)]


def _left_out(line: StatedLine, found: Resolver) -> bool:
    return any(found.is_left_out(mention) for mention in mentions(line))


def _line(line: StatedLine, found: Resolver) -> StatementLine:
    return StatementLine(
        number=min(line.rows),
        instrument=found.make(mentions(line)[0]) if line.symbol else None,
        currency=line.currency,
        quantity=line.quantity,
        basis=line.basis,
        value=line.value,
        acquired=line.acquired,
        sold=line.sold,
        proceeds=line.proceeds,
        disallowed=line.disallowed,
    )
