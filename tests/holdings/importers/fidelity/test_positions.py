from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import AccountHint, Content, ImportFailed, ParsedFile
from holdings.importers.fidelity.positions import FidelityPositions
from holdings.importers.registry import read
from tests.holdings.importers.files import fixture, rows_unless_refused

HSA, BROKERAGE = AccountHint("His HSA", "7890"), AccountHint("Our Brokerage", "6789")


@pytest.fixture(scope="module")
def parsed() -> ParsedFile:
    return read(fixture("fidelity_positions_2023.csv"))


def test_positions_of_every_account_are_stated_with_their_basis(parsed: ParsedFile) -> None:
    held = parsed.positions[0]

    assert (parsed.content, parsed.accounts, parsed.rows) == (Content.POSITIONS, (HSA, BROKERAGE), ())
    assert (held.symbol, held.quantity, held.basis) == ("VTI", Decimal("261.165"), Decimal("62448.01"))
    assert (held.price, held.value) == (Decimal("197.98"), Decimal("51705.44"))


def test_core_cash_with_two_stars_is_cash_of_its_account(parsed: ParsedFile) -> None:
    assert [(line.account, line.quantity) for line in parsed.positions if not line.symbol] == [
        (HSA, Decimal("4.12")),
        (BROKERAGE, Decimal("200.21")),
    ]


def test_a_position_parted_into_cash_and_margin_is_one_with_an_unknown_basis_where_a_part_says_none(
    parsed: ParsedFile,
) -> None:
    held = parsed.positions[3]

    assert (held.symbol, held.rows, held.quantity, held.basis) == ("VVV", (5, 6), 141, None)


def test_an_option_has_the_name_that_its_trades_have(parsed: ParsedFile) -> None:
    written = parsed.positions[4]

    assert (written.symbol, written.quantity, written.security.kind) == ("SPY   270115C00700000", -1, "option")


def test_pending_activity_is_said_and_counted_nowhere(parsed: ParsedFile) -> None:
    assert [(problem.row, problem.message[:18]) for problem in parsed.problems] == [(8, "$750.00 is pending")]


@pytest.mark.parametrize(
    ("name", "day"),
    [("fidelity_positions_2023.csv", date(2022, 12, 28)), ("fidelity_positions_2026.csv", date(2026, 7, 16))],
)
def test_the_footer_gives_the_day_whatever_the_case_of_the_header(name: str, day: date) -> None:
    stated = read(fixture(name))

    assert (stated.as_of, stated.positions[0].symbol) == (day, "VTI")


def test_another_kind_of_file_is_refused_by_name() -> None:
    with pytest.raises(ImportFailed, match="Fidelity positions"):
        FidelityPositions().parse("Symbol,Quantity\n")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2000), st.integers(0, 60), st.text(max_size=20))
def test_no_damage_to_a_file_raises_anything_but_the_named_error(start: int, length: int, noise: str) -> None:
    text = fixture("fidelity_positions_2023.csv").decode()

    assert rows_unless_refused(FidelityPositions(), text[:start] + noise + text[start + length :]) == ()
