"""The splits of each class of shares, from what each account's entry tells of them.

A split happens to a class, whoever holds it. What accounts hold changes by what they book; what nobody holds on that
day, by the ratio. Brokers may book the same split some days apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from holdings.tax.pooled.events import Event, Scaled, Split, Told
from holdings.tax.pooled.holdings import Holdings
from holdings.tax.pooled.shares import NONE

_LATE = timedelta(days=7)
_ALIKE = Fraction(1, 100)


class Ratio(NamedTuple):
    """A split of a class: new shares for an old one, from that day on."""

    day: date
    ratio: Fraction


class _Kept(NamedTuple):
    ratio: Ratio
    accounts: frozenset[str]


def with_splits(told: Iterable[Told], holdings: Holdings) -> tuple[list[Event], Mapping[str, Sequence[Ratio]]]:
    """Events whose splits are those of a class, one a day, and the ratios of each class in order."""
    rows = list(told)
    same_day: dict[tuple[str, date], list[Scaled]] = defaultdict(list)
    for row in rows:
        if isinstance(row, Scaled):
            same_day[row.share, row.day].append(row)
    kept: dict[str, list[_Kept]] = defaultdict(list)
    found: list[Event] = []
    for row in rows:
        if not isinstance(row, Scaled):
            found.append(row)
        elif same_day[row.share, row.day][0] is row:
            found.append(_split(same_day[row.share, row.day], kept[row.share], holdings))
    return found, {share: [each.ratio for each in splits] for share, splits in kept.items()}


def _split(rows: Sequence[Scaled], kept: list[_Kept], holdings: Holdings) -> Split:
    accounts = frozenset(row.account for row in rows)
    before = {row.account: row for row in reversed(rows)}.values()
    after = {row.account: row for row in rows}.values()
    ratio = sum((row.after for row in after), NONE) / sum((row.before for row in before), NONE)
    is_new = not _is_booked(rows[0].day, ratio, accounts, kept)
    if is_new:
        kept.append(_Kept(Ratio(rows[0].day, ratio), accounts))
    held = holdings.by_holder(rows[0].share, rows[0].day - timedelta(days=1), but=accounts)
    added: dict[str, Fraction] = defaultdict(Fraction)
    for first, last in zip(sorted(before, key=_account), sorted(after, key=_account), strict=True):
        if not first.sheltered:
            held[first.holder] += first.before
            added[first.holder] += last.after - first.before
    return Split(
        entry=rows[0].entry,
        account=rows[0].account,
        holder=rows[0].holder,
        share=rows[0].share,
        instrument=rows[0].instrument,
        day=rows[0].day,
        ratio=ratio if is_new else Fraction(1),
        held=held,
        added=added,
    )


def _account(row: Scaled) -> str:
    return row.account


def _is_booked(day: date, ratio: Fraction, accounts: frozenset[str], kept: Sequence[_Kept]) -> bool:
    """Whether another account booked this very split some days earlier."""
    if not kept:
        return False
    last = kept[-1]
    is_alike = abs(last.ratio.ratio - ratio) <= ratio * _ALIKE
    return is_alike and day - last.ratio.day <= _LATE and not accounts & last.accounts
