from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.tax.us import DividendShares, Held, qualified_from, qualified_shares

EX = date(2025, 7, 14)
LATER = date(2026, 6, 30)


def day(text: str) -> date:
    return date.fromisoformat(text)


def standing(acquired: str, disposed: str | None, as_of: date = LATER, *, preferred: bool = False) -> DividendShares:
    held = Held(Decimal(10), day(acquired), day(disposed) if disposed else None)
    return qualified_shares([held], EX, as_of=as_of, preferred=preferred)


QUALIFIED = DividendShares(qualified=Decimal(10), failed=Decimal(0), pending=Decimal(0))
FAILED = DividendShares(qualified=Decimal(0), failed=Decimal(10), pending=Decimal(0))
PENDING = DividendShares(qualified=Decimal(0), failed=Decimal(0), pending=Decimal(10))
NONE = DividendShares(qualified=Decimal(0), failed=Decimal(0), pending=Decimal(0))


@pytest.mark.parametrize(
    ("acquired", "disposed", "expected"),
    [
        ("2025-07-07", "2025-08-11", FAILED),  # Pub. 550 (2025), example 1: 35 days
        ("2025-07-13", "2025-09-15", QUALIFIED),  # Pub. 550 (2025), example 2: 61 of them in the period
        ("2025-07-13", "2025-09-12", QUALIFIED),  # the last day of the statute's period is day 61
        ("2025-07-13", "2025-09-11", FAILED),  # 60 days, and the last of the period as the publication prints it
        ("2025-05-14", "2025-07-14", QUALIFIED),  # 15 May, the first day of the period, to 14 July
        ("2025-05-15", "2025-07-14", FAILED),
        ("2015-01-02", "2025-07-14", QUALIFIED),  # days before the period are not needed
        ("2025-07-14", None, NONE),  # bought on the ex-dividend date: no dividend
        ("2015-01-02", "2025-07-13", NONE),  # sold before it
    ],
)
def test_more_than_60_days_of_the_121_around_the_ex_date_are_needed(
    acquired: str, disposed: str | None, expected: DividendShares
) -> None:
    assert standing(acquired, disposed) == expected


def test_preferred_stock_with_a_dividend_for_over_a_year_needs_more_than_90_days_of_181() -> None:
    assert qualified_from(day("2025-07-13"), EX, preferred=True) == day("2025-10-12")
    assert standing("2025-07-13", "2025-10-11", preferred=True) == FAILED
    assert standing("2025-07-13", "2025-10-12", preferred=True) == QUALIFIED


def test_shares_still_held_are_pending_until_their_61st_day() -> None:
    assert standing("2025-07-01", None, day("2025-08-30")) == PENDING
    assert standing("2025-07-01", None, day("2025-08-31")) == QUALIFIED


def test_a_sale_after_the_day_of_the_question_is_not_known_yet() -> None:
    assert standing("2025-07-01", "2025-08-01", day("2025-07-20")) == PENDING


def test_each_lot_is_judged_by_its_own_dates() -> None:
    lots = [
        Held(Decimal("1.5"), day("2020-01-02")),
        Held(Decimal(2), day("2025-07-10"), day("2025-07-20")),
        Held(Decimal(4), day("2025-07-10")),
    ]

    found = qualified_shares(lots, EX, as_of=day("2025-08-01"))

    assert found == DividendShares(qualified=Decimal("1.5"), failed=Decimal(2), pending=Decimal(4))


@given(st.integers(1, 200), st.integers(0, 200), st.booleans())
def test_the_day_found_is_that_of_a_count_day_by_day(before: int, after: int, preferred: bool) -> None:
    acquired, disposed = EX - timedelta(days=before), EX + timedelta(days=after)
    side = 90 if preferred else 60
    period = (EX + timedelta(days=n) for n in range(-side, side + 1))

    counted = sum(acquired < each <= disposed for each in period)

    assert (disposed >= qualified_from(acquired, EX, preferred=preferred)) == (counted > side)
