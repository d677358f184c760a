"""Splits as a household sees them: the same one in several accounts, booked on days of their own."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

_LATEST = timedelta(days=10)
_ALIKE = Decimal("0.01")


@dataclass(slots=True)
class _Split:
    day: date
    after: Decimal
    before: Decimal
    accounts: set[str]


class Splits:
    """Which splits of an instrument were met already."""

    def __init__(self) -> None:
        self._met: dict[str, list[_Split]] = defaultdict(list)

    def is_new(self, instrument: str, account: str, day: date, after: Decimal, before: Decimal) -> bool:
        """Whether no other account has told of this split: of about the same ratio, some days ago at most."""
        for split in self._met[instrument]:
            ratio = after * split.before / (before * split.after)
            if account not in split.accounts and day - split.day <= _LATEST and abs(ratio - 1) <= _ALIKE:
                split.accounts.add(account)
                return False
        self._met[instrument].append(_Split(day, after, before, {account}))
        return True
