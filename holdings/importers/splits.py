"""Splits that a file tells as a ratio: the ledger wants the shares they add, which follow from the rows before."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from holdings.importers.base import DraftRow, RowProblem, Severity
from holdings.importers.drafts import plain
from holdings.ledger.types import ZERO, Kind

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
    """The rows, those at the indices of `ratios` with the shares they add to what the file's earlier rows hold."""
    made = list(rows)
    for index in sorted(ratios, key=lambda at: str(rows[at].trade_date)):
        made[index] = _split(made[index], ratios[index], _held_before(made[index], made))
    return tuple(made)


def _held_before(split: DraftRow, rows: Sequence[DraftRow]) -> Decimal:
    """Shares at the start of the day: corporate actions come first in it."""
    if split.trade_date is None:
        return ZERO
    mine = (split.symbol, split.account)
    return sum(
        (
            row.quantity
            for row in rows
            if (row.symbol, row.account) == mine and row.trade_date and row.trade_date < split.trade_date
        ),
        ZERO,
    )


def _split(row: DraftRow, ratio: Ratio, held: Decimal) -> DraftRow:
    said = f"{ratio.new:f} new shares for {ratio.old:f} old"
    if held <= 0:
        message = f"The split of {said} is of shares that this file does not hold before it."
        problem = RowProblem(min(row.rows), "Quantity", message, "Enter the shares that the split added.")
        return replace(row, kind=Kind.SPLIT, problems=(*row.problems, problem))
    added = plain(held * ratio.new / ratio.old - held)
    message = f"The split of {said} adds {added:,f} shares to the {held:,f} that this file holds before it."
    remedy = "Correct the number if the account held others, or if the ratio is the other way round."
    problem = RowProblem(min(row.rows), "Quantity", message, remedy, Severity.WARNING)
    return replace(row, kind=Kind.SPLIT, quantity=added, problems=(*row.problems, problem))
