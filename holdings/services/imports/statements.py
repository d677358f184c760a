"""What a broker states in a file of positions, lots or gains: kept at booking, and compared with the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from holdings.importers.base import ParsedFile, StatedLine
from holdings.models import BrokerageAccount, Import, ImportFile, Statement, StatementLine
from holdings.services import reconcile
from holdings.services.imports.drafts import hint_key
from holdings.services.imports.judge import is_of_another
from holdings.services.imports.parse import parsed
from holdings.services.imports.symbols import Resolver, mentions, resolver


def keep(batch: Import) -> list[Statement]:
    """Store the statements of an import's file by account, and compare each account with its ledger."""
    if not batch.has_statements:
        return []
    file = ImportFile.objects.get(batch=batch)
    said = parsed(batch, bytes(file.content))
    kinds = {
        Statement.Kind.POSITIONS: said.positions,
        Statement.Kind.LOTS: said.lots,
        Statement.Kind.GAINS: said.gains,
    }
    lines = [line for stated in kinds.values() for line in stated]
    found = resolver(batch, [mention for line in lines for mention in mentions(line)])
    kept = [
        statement
        for kind, stated in kinds.items()
        for account, own in _by_account(batch, stated).items()
        if (statement := _keep(batch, account, kind, own, said, found))
    ]
    for account in {statement.account for statement in kept}:
        reconcile.compare(account=account)
    return kept


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


def _keep(
    batch: Import,
    account: BrokerageAccount,
    kind: Statement.Kind,
    lines: Sequence[StatedLine],
    said: ParsedFile,
    found: Resolver,
) -> Statement | None:
    """The statement, unless the file does not say of which day it is."""
    sold = [line.sold for line in lines if line.sold]
    as_of = said.as_of or max(sold, default=None)
    if as_of is None:
        return None
    statement = Statement.objects.create(account=account, kind=kind, as_of=as_of, batch=batch)
    StatementLine.objects.bulk_create(_line(statement, line, found) for line in lines if not _left_out(line, found))
    return statement


def _left_out(line: StatedLine, found: Resolver) -> bool:
    return any(found.is_left_out(mention) for mention in mentions(line))


def _line(statement: Statement, line: StatedLine, found: Resolver) -> StatementLine:
    return StatementLine(
        statement=statement,
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
