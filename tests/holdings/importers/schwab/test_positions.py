from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import AccountHint, Content, ImportFailed, ParsedFile
from holdings.importers.registry import read
from holdings.importers.schwab.positions import SchwabPositions
from tests.holdings.importers.files import fixture, rows_unless_refused

TAXABLE = AccountHint("Household Taxable", "417")


@pytest.fixture(scope="module")
def old() -> ParsedFile:
    return read(fixture("schwab_positions_2023.csv"))


@pytest.fixture(scope="module")
def new() -> ParsedFile:
    return read(fixture("schwab_positions_2025.csv"))


def test_the_banner_gives_the_day_in_either_order(old: ParsedFile, new: ParsedFile) -> None:
    assert (old.content, old.as_of, old.rows) == (Content.POSITIONS, date(2022, 12, 28), ())
    assert new.as_of == date(2025, 5, 2)


def test_each_block_belongs_to_the_account_above_it(old: ParsedFile, new: ParsedFile) -> None:
    assert [(line.symbol, line.account) for line in old.positions if line.symbol] == [
        ("KO", TAXABLE),
        ("VTI", TAXABLE),
        ("PEP", AccountHint("Roth", "902")),
    ]
    assert old.accounts == (TAXABLE, AccountHint("Roth", "902"))
    assert new.accounts == (TAXABLE,)


def test_an_incomplete_basis_is_unknown_and_never_zero(old: ParsedFile) -> None:
    assert [line.basis for line in old.positions[:2]] == [None, Decimal("10250.10")]


def test_cash_and_money_market_funds_are_one_line_of_cash(old: ParsedFile) -> None:
    cash = old.positions[2]

    assert (cash.symbol, cash.quantity, cash.rows) == ("", Decimal("505.20"), (7, 8))


def test_a_total_that_disagrees_is_a_warning_and_the_rows_stay(old: ParsedFile) -> None:
    assert [(problem.row, problem.message) for problem in old.problems] == [
        (15, "The total says 2,000.00, the rows add up to 1,946.38.")
    ]


def test_shorts_and_options_keep_their_sign_and_name(new: ParsedFile) -> None:
    assert [(line.symbol, line.quantity, line.security.kind) for line in new.positions[1:3]] == [
        ("GME", -10, ""),
        ("SPY   251219C00600000", -1, "option"),
    ]
    assert new.problems == ()


@pytest.mark.parametrize("text", ["Symbol,Description,Quantity\n", '"Positions for X as of 1 PM ET, 13/45/2022"\n'])
def test_what_is_no_file_of_positions_is_refused(text: str) -> None:
    with pytest.raises(ImportFailed):
        SchwabPositions().parse(text)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2500), st.integers(0, 60), st.text(max_size=20))
def test_no_damage_to_a_file_raises_anything_but_the_named_error(start: int, length: int, noise: str) -> None:
    text = fixture("schwab_positions_2023.csv").decode()

    assert rows_unless_refused(SchwabPositions(), text[:start] + noise + text[start + length :]) == ()
