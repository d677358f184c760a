"""A US household in the middle of 2025, with wages that put it into the 22 % bracket."""

from datetime import date
from decimal import Decimal

from holdings.ledger.types import Entry
from holdings.tax.facts import FilingStatus, TaxFacts
from holdings.tax.outcome import Income
from holdings.tax.questions.situation import Situation
from holdings.tax.returns import Return
from holdings.tax.us.rules import UNITED_STATES
from tests.holdings.tax.us.households import household

FACTS = TaxFacts("US", "2025", FilingStatus.SINGLE, other_income=Decimal(75_750))
"""Taxable income of 60,000 after the standard deduction: far from an edge."""


def situation(*entries: Entry, as_of: str = "2025-06-30", facts: TaxFacts = FACTS) -> Situation:
    history = household(entries, as_of=as_of)
    return Situation(
        rules=UNITED_STATES,
        history=history,
        others=(),
        income=Income(),
        facts=facts,
        year=UNITED_STATES.tax_year(date.fromisoformat(as_of)),
        carried={},
        of=Return(frozenset(history.accounts)),
    )
