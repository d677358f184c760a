"""A tax year in progress, as the questions see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from holdings.tax.facts import TaxFacts
from holdings.tax.history import History
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.outcome import Assessment, GainClass, Income, Matching, Slice, TaxYear
from holdings.tax.returns import Return


@dataclass(frozen=True)
class Situation:
    """A year in progress under a country's rules.

    history: at least everything about the identity groups that a question touches, in all accounts. others: the year's
    slices of all that `history` leaves out, as they were computed from the whole. of: whose return the questions are
    about; income, facts, carried and others are on it.
    """

    rules: Jurisdiction
    history: History
    others: tuple[Slice, ...]
    income: Income
    facts: TaxFacts
    year: TaxYear
    carried: Mapping[GainClass, Decimal]
    of: Return

    @cached_property
    def matching(self) -> Matching:
        """The history as it stands. Raises UnsupportedHistory."""
        return self.rules.match(self.history)

    @cached_property
    def standing(self) -> Assessment:
        """The year as it stands. Raises UnknownYear."""
        return self.assess(self.slices(self.matching))

    def assess(self, slices: tuple[Slice, ...]) -> Assessment:
        """The year with these slices beside the others. Raises UnknownYear."""
        return self.rules.assess((*self.others, *slices), self.income, self.facts, self.year, self.carried)

    def slices(self, matching: Matching) -> tuple[Slice, ...]:
        """Those of the year and the return."""
        return self.of.own(each for each in matching.slices if each.sold in self.year)
