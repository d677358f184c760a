"""Quarters of the calendar."""

from __future__ import annotations

import datetime as dt

import pytest

from optimizer.pages.report.quarters import Quarter, between, named, quarter_of


def test_a_quarter_has_three_months() -> None:
    quarter = named("2024-Q1")
    assert (quarter.first, quarter.last) == (dt.date(2024, 1, 1), dt.date(2024, 3, 31))
    assert quarter.words == "First quarter of 2024"


def test_the_last_one_ends_with_the_year() -> None:
    assert Quarter(2022, 4).last == dt.date(2022, 12, 31)


def test_every_day_of_a_year_is_in_the_quarter_that_holds_it() -> None:
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=at) for at in range(366)]
    assert all(quarter_of(day).first <= day <= quarter_of(day).last for day in days)


@pytest.mark.parametrize("text", ["2022-Q5", "2022-Q0", "22-Q1", "2022Q1", "0000-Q1", "9999-Q4", "", "2022-Q1 "])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no quarter"):
        named(text)


def test_those_between_two_days_come_newest_first() -> None:
    found = between(dt.date(2021, 11, 30), dt.date(2022, 4, 1))
    assert [str(each) for each in found] == ["2022-Q2", "2022-Q1", "2021-Q4"]
