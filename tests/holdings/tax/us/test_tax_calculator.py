"""The tax of a year against 2,000 households of PSL Tax-Calculator (`make oracles`)."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from holdings.tax.facts import FilingStatus
from holdings.tax.us import Liability, YearIncome, rates_of, tax_of_year

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "tax_calculator.json").read_text(), parse_float=Decimal)
HOUSEHOLDS = [dict(zip(GOLDEN["columns"], row, strict=True)) for row in GOLDEN["households"]]
HALF_A_CENT = Decimal("0.005")


def liability(household: dict[str, Any]) -> Liability:
    entered = {name: household[name] for name in GOLDEN["columns"][2:11]}
    amounts = {name: None if amount is None else Decimal(amount) for name, amount in entered.items()}
    return tax_of_year(YearIncome(status=FilingStatus(household["status"]), **amounts), rates_of(household["year"]))


COMPUTED = [liability(household) for household in HOUSEHOLDS]


@pytest.mark.parametrize("figure", ["taxable_income", "income_tax", "niit"])
def test_tax_agrees_with_tax_calculator_to_the_cent(figure: str) -> None:
    ours = [tax.niit.tax if figure == "niit" else getattr(tax, figure) for tax in COMPUTED]
    worst = max(abs(our - theirs[figure]) for our, theirs in zip(ours, HOUSEHOLDS, strict=True))

    assert len(ours) == 2000
    assert worst < HALF_A_CENT


@pytest.mark.parametrize(
    ("met", "at_least"),
    [
        (lambda tax: tax.after_deductions < 0, 200),
        (lambda tax: tax.niit.tax > 0, 600),
        (lambda tax: tax.net.deductible > tax.carried.consumed, 150),
        (lambda tax: tax.carried.short + tax.carried.long > 0, 700),
        (lambda tax: tax.net.collectibles > 0, 100),
        (lambda tax: tax.preferential[2].base > 0, 150),
        (lambda tax: tax.net.net_capital_gain > 0 and tax.ordinary.base == tax.taxable_income > 0, 90),
    ],
    ids=[
        "negative income",
        "niit",
        "limit not consumed",
        "carried on",
        "collectibles",
        "20 %",
        "all at ordinary rates",
    ],
)
def test_the_golden_households_meet_the_edges(met: Any, at_least: int) -> None:
    assert sum(map(met, COMPUTED)) >= at_least
