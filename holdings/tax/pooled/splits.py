"""The splits of each class of shares, from what each account's entry tells of them.

A split happens to a class, whoever holds it: to shares as well that a later purchase is identified with, and that no
account holds on that day. Brokers round each account, and may book the same split some days apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from holdings.tax.pooled.events import Event, Scaled, Split, Told

_LATE = timedelta(days=7)
_ALIKE = Fraction(1, 100)


class Ratio(NamedTuple):
    """A split of a class: new shares for an old one, from that day on."""

    day: date
    ratio: Fraction


class _Kept(NamedTuple):
    ratio: Ratio
    accounts: frozenset[str]


def with_splits(told: Iterable[Told]) -> tuple[list[Event], Mapping[str, Sequence[Ratio]]]:
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
            found.append(_split(same_day[row.share, row.day], kept[row.share]))
    return found, {share: [each.ratio for each in splits] for share, splits in kept.items()}


def _split(rows: Sequence[Scaled], kept: list[_Kept]) -> Split:
    accounts = frozenset(row.account for row in rows)
    ratio = sum((row.after for row in rows), Fraction(0)) / sum((row.before for row in rows), Fraction(0))
    earlier = _booked_before(rows[0].day, ratio, accounts, kept)
    if earlier is None:
        kept.append(_Kept(Ratio(rows[0].day, ratio), accounts))
    return Split(
        entry=rows[0].entry,
        account=rows[0].account,
        holder=rows[0].holder,
        share=rows[0].share,
        instrument=rows[0].instrument,
        day=rows[0].day,
        ratio=ratio if earlier is None else Fraction(1),
        roundings=_roundings(rows, earlier or ratio),
    )


def _booked_before(day: date, ratio: Fraction, accounts: frozenset[str], kept: Sequence[_Kept]) -> Fraction | None:
    """The ratio of this very split, where another account booked it some days earlier."""
    if not kept:
        return None
    last = kept[-1]
    alike = abs(last.ratio.ratio - ratio) <= ratio * _ALIKE
    if alike and day - last.ratio.day <= _LATE and not accounts & last.accounts:
        return last.ratio.ratio
    return None


def _roundings(rows: Iterable[Scaled], ratio: Fraction) -> dict[str, Fraction]:
    found: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows:
        if not row.sheltered:
            found[row.holder] += row.after - row.before * ratio
    return found
