"""What each account holds of a class of shares at the end of a day."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from datetime import date
from fractions import Fraction

from holdings.ledger.types import Step
from holdings.tax.history import History
from holdings.tax.pooled.shares import NONE


class Holdings:
    """Levels of the replay by class of shares; names: instrument -> its class, where it is another."""

    def __init__(self, history: History, names: Mapping[str, str]) -> None:
        self._history = history
        self._steps: dict[str, list[tuple[str, Sequence[Step], list[date]]]] = defaultdict(list)
        for (account, instrument), steps in sorted(history.ledger.holdings.items()):
            share = names.get(instrument, instrument)
            self._steps[share].append((account, steps, [step.day for step in steps]))

    def by_account(self, share: str, day: date) -> Mapping[str, Fraction]:
        found: dict[str, Fraction] = defaultdict(Fraction)
        for account, steps, days in self._steps[share]:
            place = bisect_right(days, day)
            found[account] += Fraction(steps[place - 1].level) if place else NONE
        return found

    def by_holder(self, share: str, day: date, *, but: Container[str] = ()) -> dict[str, Fraction]:
        """In taxed accounts; `but`: accounts that do not count."""
        found: dict[str, Fraction] = defaultdict(Fraction)
        for account, shares in self.by_account(share, day).items():
            known = self._history.accounts[account]
            if known.taxed and account not in but:
                found[known.owner] += shares
        return found
