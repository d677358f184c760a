"""Figures beside each other: rounded first, then compared."""

from __future__ import annotations

from decimal import Decimal

import pytest

from optimizer.pages.comparison import comparison, in_money, in_percent
from optimizer.pages.order_file import plain_text

ASSET = "11111111-1111-1111-1111-111111111111"
MEASURED = {
    "tracking_error": 0.0224,
    "volatility": 0.196,
    "cvar_95": 0.11,
    "by_sector": {"energy": 0.14},
    "largest": ASSET,
    "largest_weight": 0.077,
    "tax": "0",
    "cost": "0",
    "turnover": 0.0,
    "cash": "25343.10",
}


def test_a_change_is_the_difference_of_the_figures_as_shown() -> None:
    line = in_percent("x", Decimal("0.12349"), Decimal("0.12451"), None, decimals=1)
    assert (line.nothing, line.proposed, line.change) == ("12.3%", "12.5%", "+0.2 pts")


def test_money_is_whole_dollars_with_a_true_minus() -> None:
    line = in_money("x", Decimal("0.4"), Decimal("-959.6"), Decimal(1500), "USD")
    assert (line.nothing, line.proposed, line.change, line.limit) == ("$0", "−$960", "−$960", "$1,500")


def test_a_limit_stands_beside_its_measure() -> None:
    rules = [
        {"kind": "sector_weight", "subject": "energy", "limit": "0.09"},
        {"kind": "minimum_cash", "subject": "", "limit": "24000"},
        {"kind": "minimum_cash", "subject": "an account", "limit": "1"},
        {"kind": "instrument_weight", "subject": ASSET, "limit": "0.1"},
    ]
    lines = {line.name: line for line in comparison(MEASURED, MEASURED, rules, {ASSET: "LLY"}, "USD")}
    assert lines["Energy, share of household"].limit == "9.0%"
    assert lines["Cash"].limit == "$24,000"
    assert (lines["Largest holding"].nothing, lines["Largest holding"].limit) == ("LLY 7.7%", "10.0%")


def test_a_sectors_share_says_that_it_leaves_out_what_broad_funds_hold() -> None:
    rules = [{"kind": "sector_weight", "subject": sector, "limit": "0.09"} for sector in ("energy", "broad")]
    bought = MEASURED | {"by_sector": {"energy": 0.14, "broad": 0.3}}
    names = {line.name for line in comparison(MEASURED, bought, rules, {}, "USD")}
    assert {"Energy outside broad funds, share of household", "Broad market, share of household"} <= names


def test_a_loss_is_shown_negative() -> None:
    lines = {line.name: line for line in comparison(MEASURED, MEASURED, [], {}, "USD")}
    assert lines["Average loss, worst 5% of months"].nothing == "−11.0%"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(cell: str) -> None:
    assert plain_text(cell) == f"'{cell}"


def test_an_ordinary_cell_is_left_alone() -> None:
    assert plain_text("BRK.B") == "BRK.B"
