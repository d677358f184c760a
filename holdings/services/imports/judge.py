"""What would become of each row: booked, known already, a fill confirmed, kept, or in error."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from accounts.models import Household
from holdings.importers.base import DraftRow, RowProblem, Severity
from holdings.importers.fills import match_fill
from holdings.importers.fingerprint import identify
from holdings.ledger.types import Kind
from holdings.models import BrokerageAccount, Import, ImportRow
from holdings.services.imports.drafts import as_read, number_end, restored
from holdings.services.imports.facts import Facts, by_account, facts
from holdings.services.imports.symbols import Mention, Resolver, is_number, mentions, resolver

Status = ImportRow.Status
BOOKABLE = [Status.READY, Status.WARNING]
Plain = dict[str, Any]
LEFT_OUT = ""


def problem(said: RowProblem) -> dict[str, str]:
    """A problem as stored with a row."""
    words = {"field": said.field, "message": said.message, "remedy": said.remedy}
    return words | {"severity": said.severity, "row": str(said.row)}


@dataclasses.dataclass
class Judge:
    """Judges rows of one import. `number` first, where the accounts of rows may have changed."""

    batch: Import
    accounts: dict[str, BrokerageAccount]
    facts: dict[int, Facts]
    resolver: Resolver
    several: bool

    def number(self, rows: Sequence[ImportRow]) -> None:
        """Put each row into its account, and tell it from the equal rows of that account."""
        for row in rows:
            row.account = self.account_of(row)
        for account, own in by_account(rows).items():
            named = str(account.uuid) if account else ""
            for row, identified in zip(own, identify(map(as_read, own), named), strict=True):
                row.fingerprint = identified.fingerprint
                row.draft["occurrence"] = identified.occurrence

    def account_of(self, row: ImportRow) -> BrokerageAccount | None:
        key = row.draft.get("account", "")
        return self.accounts.get(self.batch.accounts.get(key) or "") if key else self.batch.account

    def row(self, row: ImportRow) -> None:
        """Its status and problems, and whether it is ticked; all but what the ledger says."""
        draft = restored(row)
        row.problems = [*self._read_problems(row), *map(problem, self._doubts(row, draft))]
        before, row.status = row.status, self._status(row, draft)
        if Status.DUPLICATE in {before, row.status} and before != row.status:
            row.chosen = row.status != Status.DUPLICATE

    def _read_problems(self, row: ImportRow) -> list[Plain]:
        """Those of the reader, until a person has set the row right."""
        return [] if row.draft.get("read") else list(row.draft.get("problems", []))

    def _status(self, row: ImportRow, draft: DraftRow) -> Status:
        known = self.facts[row.account.pk].known if row.account else set()
        if (row.fingerprint, row.draft["occurrence"]) in known:
            return Status.DUPLICATE
        if draft.kind is None or self._is_left_out(row, draft):
            return Status.IGNORED
        if any(each["severity"] == Severity.ERROR for each in row.problems):
            return Status.ERROR
        if self._confirms(row, draft):
            return Status.CONFIRMS
        return Status.WARNING if row.problems else Status.READY

    def is_unsaid(self, mention: Mention) -> bool:
        """Whether nobody knows the instrument, nor has said yet what becomes of it."""
        return self.batch.symbols.get(mention.key) is None and self.resolver.find(mention) is None

    def _is_left_out(self, row: ImportRow, draft: DraftRow) -> bool:
        key = row.draft.get("account", "")
        if key and self.batch.accounts.get(key) == LEFT_OUT:
            return True
        return any(self.resolver.is_left_out(mention) for mention in mentions(draft)) or self._is_compared(row, draft)

    def _is_compared(self, row: ImportRow, draft: DraftRow) -> bool:
        """A lot of something with a history is compared with the ledger, never booked on top of it."""
        if draft.kind is not Kind.OPENING or row.account is None or not draft.symbol:
            return False
        found = self.resolver.find(mentions(draft)[0])
        return found is not None and found.pk in self.facts[row.account.pk].history

    def _confirms(self, row: ImportRow, draft: DraftRow) -> bool:
        for name in ("fill", "price_difference"):
            row.draft.pop(name, None)
        if row.account is None or not draft.symbol:
            return False
        waiting = self.facts[row.account.pk].fills
        found = self.resolver.find(mentions(draft)[0])
        as_here = dataclasses.replace(draft, symbol=found.symbol) if found else draft
        match = match_fill(as_here, str(row.account.uuid), waiting)
        if match:
            waiting.remove(match.fill)
            row.draft |= {"fill": int(match.fill.id), "price_difference": str(match.price_difference)}
        return match is not None

    def _doubts(self, row: ImportRow, draft: DraftRow) -> Iterator[RowProblem]:
        """What the file cannot know: symbols never seen, lots of what is held, rows of another account."""
        if draft.kind is None:
            return
        line = row.number
        if is_ahead(draft, self.batch.household):
            yield _ahead(line, draft, self.batch.household)
        for mention in mentions(draft):
            if self.is_unsaid(mention):
                number = " It is no ticker but a number." if is_number(mention.symbol) else ""
                yield RowProblem(
                    line,
                    "Symbol",
                    f"{mention.symbol} is not known yet; it would be added without a price.{number}",
                    "Say in the step Symbols what it stands for, or import it and add prices later.",
                    Severity.WARNING,
                )
        if self._is_compared(row, draft):
            message = f"{draft.symbol} has a history in this account already; this lot would come on top."
            remedy = "It is compared with the ledger instead. To open it, undo the earlier import first."
            yield RowProblem(line, "Symbol", message, remedy, Severity.WARNING)
        yield from self._wrong_account(row)

    def _wrong_account(self, row: ImportRow) -> Iterator[RowProblem]:
        key, account = row.draft.get("account", ""), row.account
        if account is None and self.batch.accounts.get(key) != LEFT_OUT:
            message = (
                f"The file names the account {key}, which is not known here." if key else "The row has no account."
            )
            yield RowProblem(row.number, "Account", message, "Say in the step Accounts which one it is.")
        elif account and not self.several and is_of_another(key, account):
            tail = number_end(key)
            yield RowProblem(
                row.number,
                "Account",
                f"The row is of account …{tail}, not of {account.name} (…{account.number_tail}).",
                f"Upload the file to the account that ends in {tail}.",
            )


def is_ahead(draft: DraftRow, household: Household) -> bool:
    """Whether a row is dated after the household's day: it is not booked unless somebody ticks it."""
    return draft.trade_date is not None and draft.trade_date > household.as_of


def _ahead(line: int, draft: DraftRow, household: Household) -> RowProblem:
    message = f"{draft.trade_date:%-d %b %Y} is later than {household.as_of:%-d %b %Y}, the day that counts here."
    return RowProblem(
        line, "Date", message, "Correct the date, or tick the row to book it all the same.", Severity.WARNING
    )


def judge_of(batch: Import, rows: Iterable[ImportRow]) -> Judge:
    accounts = {str(each.uuid): each for each in batch.household.brokerage_accounts.select_related("household")}
    named = {mention for row in rows for mention in mentions(restored(row))}
    used = {accounts[each] for each in batch.accounts.values() if each in accounts}
    if batch.account:
        batch.account = accounts[str(batch.account.uuid)]
        used.add(batch.account)
    return Judge(batch, accounts, facts(used), resolver(batch, named), len(batch.accounts) > 1)


def is_of_another(key: str, account: BrokerageAccount) -> bool:
    """Whether the file names its account by a number that is not this account's."""
    tail = number_end(key)
    return bool(tail and account.number_tail) and not same_number(tail, account.number_tail)


def same_number(one: str, other: str) -> bool:
    """Whether two endings of an account number, perhaps of different length, agree."""
    return one.endswith(other) or other.endswith(one)
