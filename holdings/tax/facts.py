"""What a household tells of itself for a tax year."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from holdings.ledger.types import ZERO


class FilingStatus(StrEnum):
    """The strings are those of the stored profile."""

    SINGLE = "single"
    JOINT = "joint"
    SEPARATE = "separate"
    HEAD = "head"
    SURVIVOR = "survivor"


@dataclass(frozen=True, slots=True)
class SpouseFacts:
    """Of a spouse who is taxed apart. carry, carry_long: the two losses as the taxpayer's, positive."""

    other_income: Decimal = ZERO
    deductions: Decimal | None = None
    carry: Decimal = ZERO
    carry_long: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class TaxFacts:
    """Facts of one household and one tax year, in its currency. Rates are fractions.

    year: the label of the tax year. other_income: wages and all else that the accounts do not show.
    deductions: None is the country's standard. state_rate: flat (of a state, a province).
    carry_short, carry_long: losses brought into the tax year `carry_year`, positive. church_rate: Germany.
    joint_allowance: whether a couple shares its allowances. qualified_fraction: of the year's dividends (1099-DIV box
    1b / 1a), None where it is to be told from the instruments. short_rate, long_rate: the user's own, used in place of
    computed ones where they are given. coverage_gaps: what is not imported, and so cannot be known, as sentences.
    spouse: what stands on the spouse's own return, where the country taxes spouses apart.
    """

    country: str
    year: str
    status: FilingStatus = FilingStatus.SINGLE
    other_income: Decimal = ZERO
    deductions: Decimal | None = None
    state_rate: Decimal = ZERO
    carry_short: Decimal = ZERO
    carry_long: Decimal = ZERO
    carry_year: str = ""
    church_rate: Decimal = ZERO
    joint_allowance: bool = False
    qualified_fraction: Decimal | None = None
    short_rate: Decimal | None = None
    long_rate: Decimal | None = None
    coverage_gaps: tuple[str, ...] = ()
    spouse: SpouseFacts = SpouseFacts()

    def of_spouse(self) -> "TaxFacts":
        """The facts of the spouse's own return: rates and year are the household's."""
        theirs = self.spouse
        return replace(
            self,
            other_income=theirs.other_income,
            deductions=theirs.deductions,
            carry_short=theirs.carry,
            carry_long=theirs.carry_long,
            qualified_fraction=None,
            coverage_gaps=(),
        )


def year_label(country: str, year: int) -> str:
    """The name of the tax year that begins in a calendar year: 2025, in the United Kingdom 2025-26."""
    return f"{year}-{(year + 1) % 100:02}" if country == "GB" else str(year)
