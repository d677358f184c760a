from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.tax.us import days_to_long_term, is_long_term, long_term_from

TABLE = [
    ("2024-01-31", "2025-01-31", "2025-02-01"),
    ("2023-03-15", "2024-03-15", "2024-03-16"),
    ("2023-02-28", "2024-02-29", "2024-03-01"),
    ("2024-02-29", "2025-02-28", "2025-03-01"),
    ("2024-02-28", "2025-02-28", "2025-03-01"),
    ("2022-12-31", "2023-12-31", "2024-01-01"),
]


@pytest.mark.parametrize(("acquired", "last_short", "first_long"), TABLE)
def test_the_first_long_term_day(acquired: str, last_short: str, first_long: str) -> None:
    bought = date.fromisoformat(acquired)

    assert long_term_from(bought) == date.fromisoformat(first_long)
    assert not is_long_term(bought, date.fromisoformat(last_short))
    assert is_long_term(bought, date.fromisoformat(first_long))


def test_H_01_the_anniversary_is_short_and_the_day_after_it_long() -> None:
    assert not is_long_term(date(2025, 3, 1), date(2026, 3, 1))
    assert is_long_term(date(2025, 3, 1), date(2026, 3, 2))


def test_H_03_shares_of_29_february_are_long_from_1_march() -> None:
    assert not is_long_term(date(2024, 2, 29), date(2025, 2, 28))
    assert is_long_term(date(2024, 2, 29), date(2025, 3, 1))


@pytest.mark.parametrize(("sold", "long"), [(date(2025, 1, 29), False), (date(2025, 2, 6), True)])
def test_the_example_of_publication_550(sold: date, long: bool) -> None:
    assert is_long_term(date(2024, 2, 5), sold) is long


def test_days_to_long_term_count_down_to_nought() -> None:
    bought = date(2022, 1, 3)

    assert days_to_long_term(bought, date(2022, 12, 28)) == 7
    assert days_to_long_term(bought, date(2023, 1, 4)) == 0
    assert days_to_long_term(bought, date(2024, 1, 4)) == 0


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_the_first_long_term_day_never_comes_within_a_year_and_never_runs_back(bought: date) -> None:
    first = long_term_from(bought)

    assert 366 <= (first - bought).days <= 367
    assert long_term_from(bought + timedelta(days=1)) >= first
