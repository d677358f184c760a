"""Quarters of the calendar: their names, their days."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

NAME = re.compile(r"(\d{4})-Q([1-4])")
ORDINALS = ("First", "Second", "Third", "Fourth")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """number: 1 to 4."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def words(self) -> str:
        return f"{ORDINALS[self.number - 1]} quarter of {self.year}"

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> dt.date:
        return self.next.first - dt.timedelta(days=1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)


def named(text: str) -> Quarter:
    """Raises ValueError for what is not like 2022-Q4, from year 1 to 9998."""
    found = NAME.fullmatch(text)
    if found is None or not 0 < int(found[1]) < dt.MAXYEAR:
        raise ValueError(f"{text} is no quarter.")
    return Quarter(int(found[1]), int(found[2]))


def quarter_of(day: dt.date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def between(first: dt.date, last: dt.date) -> list[Quarter]:
    """Those that have a day from `first` to `last`, newest first."""
    return list(_from(quarter_of(first), quarter_of(last)))[::-1]


def _from(quarter: Quarter, last: Quarter) -> Iterator[Quarter]:
    while quarter <= last:
        yield quarter
        quarter = quarter.next
