"""What a country's module must be able to say. One object a country; `holdings.tax.registry` has them all.

history ──match──> slices, lots or pools, replacements          (all years at once: a later purchase changes a sale)
slices of a year + income + facts + losses carried ──assess──> tax of the year, its parts, losses carried on
income + facts + losses carried ──shape──> the tax as a function of the gains still to be chosen
slices of a year ──report──> rows of the country's form
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

from holdings.tax.facts import TaxFacts
from holdings.tax.history import History, Relation, TaxInstrument
from holdings.tax.outcome import Assessment, GainClass, Income, Matching, Slice, TaxYear
from holdings.tax.shape import Shape

Sign = Literal["gain", "loss"]


class Jurisdiction(Protocol):
    """A country's rules. All methods are pure; the same input gives the same output."""

    @property
    def country(self) -> str:
        """ISO 3166 code."""

    @property
    def name(self) -> str: ...
    @property
    def currency(self) -> str:
        """In which the country computes; a history in another one is refused (UnsupportedHistory)."""

    @property
    def lot_choice_allowed(self) -> bool:
        """Whether the seller may say which lots are sold. Where not, no plan and no pick may."""

    @property
    def pools(self) -> bool:
        """Whether shares of one class are averaged. Where they are not and no lot may be chosen, the oldest go."""

    @property
    def undone_by_repurchase(self) -> tuple[Sign, ...]:
        """What of a sale does not count where the same shares are bought within 30 days of it."""

    @property
    def loss_pots(self) -> tuple[GainClass, GainClass]:
        """The pots to which the two losses of the facts, `carry_short` and `carry_long`, belong."""

    @property
    def not_covered(self) -> tuple[str, ...]:
        """What this module leaves out, as sentences for the screen."""

    @property
    def unsure(self) -> tuple[str, ...]:
        """Rules applied here that no authority settles, or that rest on a secondary source, as sentences."""

    def tax_year(self, day: date) -> TaxYear:
        """The tax year of a day."""

    def on_return(self, facts: TaxFacts) -> frozenset[Relation]:
        """Whose accounts are on the taxpayer's return. A spouse who is not among them has one of their own."""

    def match(self, history: History) -> Matching:
        """Disposals matched with what was acquired, replacements included. Raises UnsupportedHistory."""

    def assess(
        self,
        slices: Sequence[Slice],
        income: Income,
        facts: TaxFacts,
        year: TaxYear,
        carried: Mapping[GainClass, Decimal],
    ) -> Assessment:
        """The tax of a year whose slices are given. carried: losses brought into it by pot, positive.

        Raises UnknownYear where there are no rates for the year.
        """

    def shape(self, income: Income, facts: TaxFacts, year: TaxYear, carried: Mapping[GainClass, Decimal]) -> Shape:
        """The tax of `assess` as a function of the two net gains of `loss_pots`. Raises UnknownYear."""

    def report(
        self, slices: Sequence[Slice], instruments: Mapping[str, TaxInstrument]
    ) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
        """Heading and rows of the country's form for capital gains (8949, SA108, Schedule 3, Anlage KAP)."""


class UnsupportedHistory(ValueError):
    """The history cannot be computed under these rules; the message says why and what to do."""


class UnknownYear(LookupError):
    """There are no rates of a tax year, a number or a label. `known` are the years that there are, oldest first."""

    def __init__(self, year: int | str, known: Sequence[int | str]) -> None:
        super().__init__(f"There are no rates of {year}, only of {', '.join(map(str, known))}.")
        self.year, self.known = year, known
