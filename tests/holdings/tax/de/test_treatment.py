"""The end of the year of holding, counted by the calendar (BGB § 187(1), § 188(2) and (3))."""

from datetime import date

import pytest

from holdings.tax.de.treatment import free_from


@pytest.mark.parametrize(
    ("acquired", "last_taxed", "free"),
    [
        ("2022-03-15", "2023-03-15", "2023-03-16"),
        ("2023-07-01", "2024-07-01", "2024-07-02"),  # 366 days, and still taxed
        ("2024-02-29", "2025-02-28", "2025-03-01"),
        ("2023-02-28", "2024-02-28", "2024-02-29"),  # the US count makes it 1 March
        ("2023-12-31", "2024-12-31", "2025-01-01"),
    ],
)
def test_the_anniversary_is_the_last_day_within_the_year(acquired: str, last_taxed: str, free: str) -> None:
    found = free_from(date.fromisoformat(acquired))

    assert date.fromisoformat(last_taxed) < found == date.fromisoformat(free)
