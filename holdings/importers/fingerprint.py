"""Which rows are the same: so that a file imported twice, or exports that overlap, add nothing twice."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from holdings.importers.base import DraftRow
from holdings.ledger.types import Kind

_VERSION = "1"


@dataclass(frozen=True, slots=True)
class IdentifiedRow:
    """A row with the two parts of its identity: what it says, and which of the equal rows of its file it is."""

    row: DraftRow
    fingerprint: str
    occurrence: int


def fingerprint(draft: DraftRow, account: str) -> str:
    """sha256 of what the row does economically in that account.

    Left out is what the same event may show differently in another export: description, price, fees (they are inside
    the cash). A lot is its acquisition date and shares; the file's day and the basis, which brokers restate after wash
    sales and corrections, are not part of it. A row of unknown meaning is all of its cells. The broker's own number of
    a transaction is left out too: other files of the same broker do not have it.
    """
    if draft.kind is None:
        content = [_date(draft.trade_date), *(f"{name}={cell}" for name, cell in sorted(draft.raw.items()))]
    elif draft.kind is Kind.OPENING:
        content = [draft.symbol, _date(draft.acquired), _plain(draft.quantity), draft.currency]
    else:
        moved = _plain(draft.quantity), _plain(draft.cash)
        content = [_date(draft.trade_date), draft.symbol, *moved, draft.currency, *_other_side(draft)]
    canonical = json.dumps([_VERSION, account, draft.kind, *content], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _other_side(draft: DraftRow) -> list[str]:
    """What came of a corporate action, or the other currency of an exchange; nothing for every other row."""
    shares = [draft.other, _plain(draft.other_quantity)] if draft.other else []
    money = [draft.other_currency, _plain(draft.other_cash)] if draft.other_currency else []
    return shares + money


def identify(rows: Iterable[DraftRow], account: str) -> list[IdentifiedRow]:
    """Fingerprint the rows of one file and account, and number equal ones 1, 2, … so that each of them is kept.

    (fingerprint, occurrence) is what an import must find stored to count a row as known.
    """
    seen: Counter[str] = Counter()
    identified = []
    for row in rows:
        print_ = fingerprint(row, account)
        seen[print_] += 1
        identified.append(IdentifiedRow(row, print_, seen[print_]))
    return identified


def _date(day: object) -> str:
    return "" if day is None else str(day)


def _plain(value: Decimal) -> str:
    """The same text for 5, 5.0 and 5E0."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
