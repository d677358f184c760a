"""The way of a file through its import. A step in which nothing is to be said is left out."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from holdings.models import Import

Status = Import.Status
WORDS = {
    "upload": "Upload",
    "columns": "Map columns",
    "accounts": "Accounts",
    "symbols": "Symbols",
    "review": "Review",
    "result": "Result",
}
WAITING = {Status.MAPPING, Status.PREVIEW, Status.BOOKING, Status.READING}


@dataclass(frozen=True, slots=True)
class Step:
    """One of them: done, now or later, with its address where it may be gone back to."""

    name: str
    state: str
    href: str = ""


def steps(batch: Import, now: str) -> list[Step]:
    """The steps of an import as seen from the page of one of them; `review` shows the result once there is one."""
    names = [name for name in WORDS if _has(batch, name)]
    waits = batch.status in WAITING
    at = names.index({"dry_run": "review"}.get(now, now)) if waits else len(names) - 1
    return [
        Step(WORDS[name], "done" if index < at else "now" if index == at else "later", _href(batch, name, index < at))
        for index, name in enumerate(names)
    ]


def waits_for(batch: Import) -> str:
    """The step that asks something next of a file that was read: accounts, symbols or review."""
    if None in batch.accounts.values():
        return "accounts"
    return "symbols" if None in batch.symbols.values() else "review"


def _has(batch: Import, name: str) -> bool:
    has = {
        "columns": batch.mapping_id is not None or batch.status == Status.MAPPING,
        "accounts": len(batch.accounts) > 1 or None in batch.accounts.values(),
        "symbols": bool(batch.symbols),
    }
    return has.get(name, True)


def _href(batch: Import, name: str, is_done: bool) -> str:
    address = {"columns": "import_columns", "accounts": "import_accounts", "symbols": "import_symbols"}.get(name)
    if not is_done or address is None or batch.status not in WAITING:
        return ""
    return reverse(address, args=[batch.household.uuid, batch.uuid])
