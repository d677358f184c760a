"""Random tax years of every country, as a plan reads them."""

from datetime import date
from decimal import Decimal

import numpy as np

from holdings.tax.facts import FilingStatus, TaxFacts, year_label
from holdings.tax.history import FundShare
from holdings.tax.outcome import Income
from holdings.tax.registry import JURISDICTIONS
from optimizer.engine.types import TaxInput, YearInput

VALUE = 1e6
COUNTRIES = tuple(JURISDICTIONS)


def year_input(country: str, seed: int, first: int = 2025) -> YearInput:
    """Wages from nothing to high, dividends, losses carried in: a fifth of each is missing."""
    rng = np.random.default_rng(seed)
    rules = JURISDICTIONS[country]
    year = rules.tax_year(date(first, 7, 1))

    def amount(most: float) -> Decimal:
        return Decimal(round(float(rng.uniform(0, most)), 2)) if rng.random() > 0.2 else Decimal(0)

    facts = TaxFacts(
        country=country,
        year=year_label(country, first),
        status=list(FilingStatus)[int(rng.integers(5))] if country == "US" else FilingStatus.SINGLE,
        other_income=amount(10 ** float(rng.uniform(3.5, 6))),
        deductions=amount(60_000) if rng.random() < 0.5 else None,
        state_rate=Decimal("0.05") if country in ("US", "CA") else Decimal(0),
        church_rate=Decimal("0.09") if country == "DE" and rng.random() < 0.5 else Decimal(0),
    )
    dividends = amount(30_000)
    income = Income(
        dividends=dividends,
        qualified=dividends / 2,
        interest=amount(20_000),
        capital_gain_distributions=amount(5_000),
        fund_dividends={FundShare.EQUITY: dividends / 4},
    )
    carried = {pot: amount(40_000) for pot in rules.loss_pots}
    shape = rules.shape(income, facts, year, carried)
    return YearInput(country, year, facts, income, carried, (), shape)


def tax_input(year: YearInput, **changes: Decimal) -> TaxInput:
    return TaxInput(short_rate=Decimal(0), long_rate=Decimal(0), year=year, **changes)


def gains(count: int, seed: int) -> np.ndarray:
    """Net short and long gains of all sizes and signs, in dollars and whole cents."""
    rng = np.random.default_rng(seed)
    sizes = 10 ** rng.uniform(1.5, 6, (2, count))
    return np.round(sizes * rng.choice([-1, 1], (2, count)) * (rng.random((2, count)) > 0.1), 2)
