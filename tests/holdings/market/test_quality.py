import datetime as dt
from decimal import Decimal

import pytest

from holdings.market import quality
from holdings.market.providers.base import Point, Split
from holdings.market.quality import Found

START = dt.date(2024, 1, 1)


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def series(*values: str) -> list[Point]:
    return [Point(day(number), Decimal(value)) for number, value in enumerate(values)]


def lively(length: int = 60, last: str = "1") -> list[Point]:
    """A series that moves one per cent a day, up and down by turns; its last half stands at a multiple."""
    usual = [Decimal(100 + number % 2) for number in range(length)]
    half = length // 2
    return [Point(day(n), value * (Decimal(last) if n >= half else 1)) for n, value in enumerate(usual)]


def spiked(factor: str) -> list[Point]:
    points = lively()
    points[30] = points[30]._replace(value=points[30].value * Decimal(factor))
    return points


SESSIONS = [day(number) for number in range(60)]


def test_missing_sessions_are_named_run_by_run() -> None:
    points = [point for point in lively() if point.day not in {day(10), day(11), day(20)}]
    assert quality.missing(points, SESSIONS) == [
        Found("missing", day(10), day(11), {"sessions": 2}),
        Found("missing", day(20), day(20), {"sessions": 1}),
    ]


def test_a_weekly_series_is_one_finding() -> None:
    assert [found.detail for found in quality.missing(lively()[::7], SESSIONS)] == [{"sessions": 48, "of": 57}]


def test_a_complete_series_and_an_empty_one_miss_nothing() -> None:
    assert quality.missing(lively(), SESSIONS) == quality.missing([], SESSIONS) == []


def test_a_series_is_stale_after_more_than_three_sessions() -> None:
    points = lively()[:50]
    assert quality.stale(points, SESSIONS, day(52)) == []
    (found,) = quality.stale(points, SESSIONS, day(53))
    assert (found.first, found.last, found.detail["sessions"]) == (day(50), day(53), 4)


@pytest.mark.parametrize(("ratio", "move"), [("2", "0.5"), ("10", "0.101"), ("1.5", "0.667"), ("0.1", "9.9")])
def test_a_jump_by_a_simple_ratio_without_an_event_is_an_unadjusted_split(ratio: str, move: str) -> None:
    (found,) = quality.jumps(lively(last=move))
    assert (found.kind, found.first) == ("unadjusted_split", day(30))
    assert Decimal(found.detail["ratio"]) == Decimal(ratio)


def test_a_split_that_is_known_is_no_finding() -> None:
    assert quality.jumps(lively(last="0.5"), [Split(day(32), Decimal(2))]) == []


@pytest.mark.parametrize(("move", "factor"), [("100", "100"), ("0.01", "0.01"), ("97", "100")])
def test_a_change_between_pounds_and_pence_is_named(move: str, factor: str) -> None:
    (found,) = quality.jumps(lively(last=move))
    assert (found.kind, found.detail) == ("minor_unit", {"factor": factor})


def test_one_wrong_close_is_an_outlier_once() -> None:
    (found,) = quality.jumps(spiked("1.4"))
    assert (found.kind, found.first, found.detail["reversed"]) == ("outlier", day(30), True)


def test_half_the_price_for_one_day_is_no_split() -> None:
    (found,) = quality.jumps(spiked("0.5"))
    assert found.kind == "outlier"


@pytest.mark.parametrize("move", ["0.9", "1.3", "0.75"])
def test_a_large_day_that_stays_is_the_market(move: str) -> None:
    assert quality.jumps(lively(last=move)) == []


def test_a_fall_beyond_any_usual_day_is_shown() -> None:
    (found,) = quality.jumps(lively(last="0.42"))
    assert (found.kind, found.detail["reversed"]) == ("outlier", False)


def test_a_close_that_stands_still_in_a_lively_series_is_a_duplicate() -> None:
    points = [point._replace(value=Decimal(100)) if 20 <= index < 27 else point for index, point in enumerate(lively())]
    (found,) = quality.repeated(points, [])
    assert (found.kind, found.detail["days"]) == ("duplicate", 7)


def test_a_fund_at_one_dollar_repeats_rightly() -> None:
    assert quality.repeated(series(*["1.00"] * 40), SESSIONS) == []


def test_closes_on_days_without_trading_are_duplicates() -> None:
    sessions = [one for one in SESSIONS if one.weekday() < 5]
    (found,) = quality.repeated(lively(), sessions)
    assert found.detail == {"idle": 16}


def test_t26_closes_a_hundred_times_what_was_paid_are_pence() -> None:
    paid = [Point(day(3), Decimal("1.01")), Point(day(9), Decimal("0.99"))]
    (found,) = quality.pence(lively(), paid)
    assert found.detail == {"factor": "100", "trades": 2}
    assert quality.pence(lively(), [Point(day(3), Decimal(101))]) == []


def test_a_restated_answer_has_one_factor() -> None:
    points = lively()
    halved = [point._replace(value=point.value / 2) for point in points]
    assert quality.same_factor(points, halved) == Decimal("0.5")
    assert quality.same_factor(points, points) is None
    assert quality.same_factor(points, [*halved[:30], *points[30:]]) is None
