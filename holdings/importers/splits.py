"""Splits that a file tells as a ratio: the ledger wants the shares they add, which follow from the rows before."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from holdings.importers.base import AccountHint, DraftRow, RowProblem, Severity
from holdings.importers.drafts import plain
from holdings.ledger.types import Kind

_RATIO = re.compile(
    r"(?<![0-9.,/])(?P<new>[0-9]{1,6}(?:\.[0-9]{1,6})?) ?(?::|/|for|-for-|zu) ?(?P<old>[0-9]{1,6})(?![0-9.,/])"
)


@dataclass(frozen=True, slots=True)
class Ratio:
    """`new` shares for every `old` ones."""

    new: Decimal
    old: Decimal


def read_ratio(text: str) -> Ratio | None:
    """`10:1`, `10 for 1` or `10-for-1` is ten new shares for an old one. None where the text has no ratio."""
    match = _RATIO.search(text)
    if not match or not Decimal(match["new"]) or not Decimal(match["old"]):
        return None
    return Ratio(Decimal(match["new"]), Decimal(match["old"]))


def with_shares(rows: Sequence[DraftRow], ratios: Mapping[int, Ratio]) -> tuple[DraftRow, ...]:
    """The rows, those at the indices of `ratios` with the shares they add to what the file's earlier days hold."""
    if not ratios:
        return tuple(rows)
    made = list(rows)
    held: dict[tuple[str, AccountHint | None], Decimal] = defaultdict(Decimal)
    dated = [at for at, row in enumerate(rows) if row.trade_date]
    for at in sorted(dated, key=lambda at: (rows[at].trade_date, at not in ratios)):
        holding = (rows[at].symbol, rows[at].account)
        if at in ratios:
            made[at] = _split(rows[at], ratios[at], held[holding])
        held[holding] += made[at].quantity
    return tuple(made)


def _split(row: DraftRow, ratio: Ratio, held: Decimal) -> DraftRow:
    said = f"{ratio.new:f} new shares for {ratio.old:f} old"
    if held <= 0:
        message = f"The split of {said} is of shares that this file does not hold before it."
        problem = RowProblem(min(row.rows), "Quantity", message, "Enter the shares that the split added.")
        return replace(row, kind=Kind.SPLIT, problems=(*row.problems, problem))
    added = plain(held * ratio.new / ratio.old - held)
    if not added:
        problem = RowProblem(min(row.rows), "Quantity", f"The split of {said} adds nothing.", "Correct its ratio.")
        return replace(row, kind=Kind.SPLIT, problems=(*row.problems, problem))
    message = f"The split of {said} adds {added:,f} shares to the {held:,f} that this file holds before it."
    remedy = "Correct the number if the account held others, or if the ratio is the other way round."
    problem = RowProblem(min(row.rows), "Quantity", message, remedy, Severity.WARNING)
    return replace(row, kind=Kind.SPLIT, quantity=added, problems=(*row.problems, problem))
