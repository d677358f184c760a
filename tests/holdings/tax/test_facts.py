import pytest

from accounts.models import TaxProfile
from holdings.tax.facts import FilingStatus, year_label


@pytest.mark.parametrize(
    ("country", "year", "label"), [("US", 2025, "2025"), ("GB", 2024, "2024-25"), ("GB", 1999, "1999-00")]
)
def test_a_tax_year_is_named_as_its_country_names_it(country: str, year: int, label: str) -> None:
    assert year_label(country, year) == label


def test_the_rules_know_every_stored_filing_status() -> None:
    assert {status.value for status in FilingStatus} == set(TaxProfile.FilingStatus.values)
