"""Federal rates and amounts of a Canadian tax year."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from holdings.ledger.types import ZERO
from holdings.tax.outcome import Band, TaxYear
from holdings.tax.years import figures_of, load_years

_YEARS = load_years(Path(__file__).parent / "years")


@dataclass(frozen=True, slots=True)
class YearRates:
    """A year's federal figures in dollars. basic_most, basic_least: the basic personal amount, before the credit."""

    label: str
    bands: tuple[Band, ...]
    basic_most: Decimal
    basic_least: Decimal
    inclusion: Decimal

    def basic_amount(self, net_income: Decimal) -> Decimal:
        """The basic personal amount, which falls evenly over the last band but one (ITA 118(1.1))."""
        start, end = self.bands[-3].upto or ZERO, self.bands[-2].upto or ZERO
        within = min(max(net_income - start, ZERO), end - start)
        return self.basic_most - (self.basic_most - self.basic_least) * within / (end - start)


def tax_year(day: date) -> TaxYear:
    return TaxYear(str(day.year), date(day.year, 1, 1), date(day.year, 12, 31))


@cache
def rates_of(label: str) -> YearRates:
    """Raises UnknownYear."""
    found = figures_of(label, _YEARS)
    edges = [Decimal(edge) for edge in found["brackets"]["edges"]]
    bands = tuple(Band(rate, edge) for rate, edge in zip(found["brackets"]["rates"], [*edges, None], strict=True))
    return YearRates(
        label=label,
        bands=bands,
        basic_most=Decimal(found["basic_personal_amount"]["most"]),
        basic_least=Decimal(found["basic_personal_amount"]["least"]),
        inclusion=found["inclusion"]["rate"],
    )
