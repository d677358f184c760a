"""Guardrails in plain numbers: what passes, what fails, and what each says."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.engine.guardrails import Holding, Moved, Rails, checks, refusals

DAY = dt.date(2022, 12, 28)
KO = Holding("KO", True, Decimal("0.20"), Decimal("0.30"), Decimal(100), Decimal(10_000), DAY)
FUND = Holding("VTI", False, Decimal("0.60"), Decimal("0.65"), Decimal(10), Decimal(90_000), DAY)
MOVED = Moved(
    as_of=DAY,
    value=Decimal(100_000),
    holdings=[KO, FUND],
    cash_before={"Taxable": Decimal(20_000)},
    cash_after={"Taxable": Decimal(5_000)},
    traded=Decimal(15_000),
    tax=Decimal(100),
)


def failing(**changes: object) -> list[str]:
    return [check.kind for check in checks(replace(MOVED, **changes), Rails()) if check.state == "fail"]


def said(kind: str, **changes: object) -> str:
    return next(check.sentence for check in checks(replace(MOVED, **changes), Rails()) if check.kind == kind)


def test_an_ordinary_plan_passes_every_guardrail_each_with_value_and_limit() -> None:
    found = checks(MOVED, Rails())
    assert [check.kind for check in found] == ["position", "leverage", "turnover", "liquidity", "data_age", "tax"]
    assert {check.state for check in found} == {"pass"}
    assert all(check.value is not None and check.limit is not None for check in found)


def test_a_stock_may_not_be_raised_beyond_its_part() -> None:
    raised = replace(KO, after=Decimal("0.51"))
    assert failing(holdings=[raised, FUND]) == ["position"]
    assert said("position", holdings=[raised, FUND]) == "KO would be 51.0% of the household: one stock may be 50.0%."


def test_a_stock_that_was_beyond_it_may_be_lowered_or_left() -> None:
    for after in ("0.70", "0.60"):
        lowered = replace(KO, before=Decimal("0.70"), after=Decimal(after))
        assert failing(holdings=[lowered]) == []
        assert "was above before" in said("position", holdings=[lowered])


def test_a_fund_is_no_single_stock() -> None:
    assert failing(holdings=[replace(FUND, after=Decimal("0.95"))]) == []


def test_no_account_may_borrow() -> None:
    assert failing(cash_after={"Taxable": Decimal(-1)}) == ["leverage"]
    assert said("leverage", cash_after={"Taxable": Decimal(-40)}) == "Taxable would borrow: its cash would be −$40."


def test_debt_that_was_there_may_shrink_and_may_not_grow() -> None:
    before = {"Taxable": Decimal(-500)}
    assert failing(cash_before=before, cash_after={"Taxable": Decimal(-400)}) == []
    assert failing(cash_before=before, cash_after={"Taxable": Decimal(-600)}) == ["leverage"]


def test_turnover_counts_both_sides_by_half() -> None:
    assert failing(traded=Decimal(150_000)) == []
    assert failing(traded=Decimal(150_010)) == ["turnover"]


def test_an_order_may_be_a_part_of_a_day_s_trade_only() -> None:
    large = replace(KO, shares=Decimal(1_001))
    assert failing(holdings=[large]) == ["liquidity"]
    assert "10.0% of what is traded in it" in said("liquidity", holdings=[large])


def test_what_is_not_known_of_volumes_is_said_and_not_passed_as_clean() -> None:
    found = checks(replace(MOVED, holdings=[replace(KO, daily_volume=None), FUND]), Rails())
    liquidity = next(check for check in found if check.kind == "liquidity")
    assert liquidity.state == "partial"
    assert liquidity.sentence.endswith("How much is traded in a day is not known of 1 instrument.")


def test_old_prices_are_no_ground_to_trade_on() -> None:
    old = replace(KO, price_of=DAY - dt.timedelta(8))
    assert failing(holdings=[old]) == ["data_age"]
    assert said("data_age", holdings=[old]).startswith("The last close of KO is up to 8 days old")


def test_prices_of_what_is_not_traded_may_be_old() -> None:
    assert failing(holdings=[replace(KO, shares=Decimal(0), price_of=DAY - dt.timedelta(80))]) == []


def test_tax_is_held_against_the_household() -> None:
    assert failing(tax=Decimal(5_000)) == []
    assert failing(tax=Decimal(5_001)) == ["tax"]


@pytest.mark.parametrize("name", ["position", "turnover", "volume", "age", "tax"])
def test_each_but_leverage_can_be_switched_off(name: str) -> None:
    off = checks(MOVED, replace(Rails(), **{name: None}))
    assert len(off) == len(checks(MOVED, Rails())) - 1
    assert "leverage" in {check.kind for check in off}


@given(st.decimals("0", "1", places=4), st.decimals("0", "1", places=4))
def test_no_set_that_lowers_a_stock_is_refused_for_its_size(before: Decimal, after: Decimal) -> None:
    found = checks(replace(MOVED, holdings=[replace(KO, before=max(before, after), after=min(before, after))]), Rails())
    assert refusals([check for check in found if check.kind == "position"]) == []
