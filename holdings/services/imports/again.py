"""Judging rows anew after something has changed, and storing those that come out differently."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from holdings.models import Import, ImportRow
from holdings.services.imports.read import judge_all
from holdings.services.imports.rows import update

JUDGED = ("status", "problems", "draft", "chosen", "account", "fingerprint")


def judge_again(batch: Import) -> None:
    """Judge every row anew, after accounts or symbols have changed, and store those that are judged differently."""
    rows = list(batch.rows.select_related("account__household"))
    keeping(rows, lambda: judge_all(batch, rows))
    batch.save(update_fields=["symbols"])


def keeping(rows: Sequence[ImportRow], judge: Callable[[], None]) -> None:
    """Store the rows that come out of being judged as others than they went in."""
    before = [_picture(row) for row in rows]
    judge()
    moved = [row for row, was in zip(rows, before, strict=True) if _picture(row) != was]
    update(moved, JUDGED)


def _picture(row: ImportRow) -> tuple[Any, ...]:
    return row.status, list(row.problems), dict(row.draft), row.chosen, row.account_id, row.fingerprint
