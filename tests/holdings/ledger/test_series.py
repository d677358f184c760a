from datetime import date, timedelta
from decimal import Decimal

from holdings.ledger.replay import replay
from holdings.ledger.series import level_on, levels_on, series_by_account
from holdings.ledger.types import Kind, Step
from tests.holdings.ledger.histories import buy, money, opening, sell

STEPS = [Step(date(2022, 1, 3), Decimal(10)), Step(date(2022, 1, 6), Decimal(4))]


def test_an_account_is_a_series_of_levels_and_flows() -> None:
    ledger = replay(
        [
            money("d", Kind.DEPOSIT, "2022-01-03", 1000),
            buy("b1", "2022-01-03", 5, 500),
            buy("b2", "2022-01-03", 5, 450),
            sell("s", "2022-01-06", 6, 660),
            opening("o", "2022-01-05", 1, account="ira"),
        ]
    )

    series = series_by_account(ledger)

    assert series["taxable"].quantities == {"KO": tuple(STEPS)}
    assert series["taxable"].cash == {
        "USD": (Step(date(2022, 1, 3), Decimal(50)), Step(date(2022, 1, 6), Decimal(710)))
    }
    assert [flow.amount for flow in series["taxable"].flows[date(2022, 1, 3)]] == [1000]
    assert series["ira"].first_day == date(2022, 1, 5)


def test_a_level_holds_until_the_next_step() -> None:
    days = [date(2022, 1, 2) + timedelta(days=n) for n in range(6)]

    assert levels_on(STEPS, days) == [0, 10, 10, 10, 4, 4]
    assert [level_on(STEPS, day) for day in days] == levels_on(STEPS, days)


def test_an_account_without_history_has_no_first_day() -> None:
    assert series_by_account(replay([])) == {}
    assert level_on([], date(2022, 1, 3)) == 0
