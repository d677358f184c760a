from datetime import date

import pytest

from holdings.measures.periods import annualised


def test_twenty_one_per_cent_over_two_years_with_a_leap_day() -> None:
    days = (date(2025, 1, 1) - date(2023, 1, 1)).days

    assert days == 731
    assert annualised(0.21, days) == pytest.approx(0.0998566, abs=1e-7)


def test_a_whole_year_stays_as_it_is() -> None:
    assert annualised(0.1, 365) == pytest.approx(0.1)


@pytest.mark.parametrize("days", [0, 13, 150, 364])
def test_nothing_under_a_year_is_annualised(days: int) -> None:
    assert annualised(0.49, days) is None


def test_a_total_loss_stays_total() -> None:
    assert annualised(-1, 730) == -1
