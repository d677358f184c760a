from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import AccountHint, Content, DraftRow, ImportFailed, ParsedFile, Status
from holdings.importers.registry import read
from holdings.importers.schwab.lots import SchwabLots
from holdings.ledger.types import Kind
from tests.holdings.importers.files import LOTS_HEADER, fixture, lots, rows_unless_refused


def only(row: str) -> DraftRow:
    (draft,) = read(lots(row)).rows
    return draft


@pytest.fixture(scope="module")
def first() -> ParsedFile:
    return read(fixture("schwab_lots_2020.csv"))


@pytest.fixture(scope="module")
def later() -> ParsedFile:
    return read(fixture("schwab_lots_2023.csv"))


def test_the_banner_gives_symbol_account_and_day(first: ParsedFile) -> None:
    assert (first.importer, first.content, first.as_of) == ("schwab_lots", Content.LOTS, date(2022, 12, 28))
    assert first.accounts == (AccountHint("", "4321"),)
    assert {row.symbol for row in first.rows} == {"AAPL"}


def test_a_lot_opens_on_the_file_s_day_with_the_date_it_was_acquired(first: ParsedFile) -> None:
    lot = first.rows[0]

    assert (lot.kind, lot.trade_date, lot.acquired) == (Kind.OPENING, date(2022, 12, 28), date(2019, 3, 14))
    assert (lot.quantity, lot.basis, lot.disallowed) == (40, Decimal("1837.20"), None)
    assert (lot.rows, lot.status) == ((4,), Status.READY)


def test_a_total_that_disagrees_with_the_lots_is_a_warning_and_the_lots_stay(first: ParsedFile) -> None:
    assert len(first.rows) == 2
    assert [(p.row, p.field, p.message) for p in first.problems] == [
        (6, "Cost Basis", "The total says 6,300.00, the lots of AAPL add up to 6,387.45.")
    ]


def test_several_blocks_of_one_file_keep_their_symbol_and_account(later: ParsedFile) -> None:
    assert [(row.symbol, row.account) for row in later.rows] == [
        ("KO", AccountHint("Household Taxable", "417")),
        ("KO", AccountHint("Household Taxable", "417")),
        ("PEP", AccountHint("Roth", "902")),
    ]
    assert later.accounts == (AccountHint("Household Taxable", "417"), AccountHint("Roth", "902"))


def test_a_disallowed_loss_that_the_broker_reports_is_kept(later: ParsedFile) -> None:
    assert (later.rows[0].disallowed, later.rows[0].basis) == (Decimal("16.08"), Decimal("781.20"))
    assert later.rows[2].disallowed is None


def test_an_incomplete_lot_is_kept_unknown_and_flagged(later: ParsedFile) -> None:
    lot = later.rows[1]

    assert (lot.basis, lot.acquired, lot.quantity) == (None, None, 30)
    assert lot.status is Status.WARNING
    assert [problem.field for problem in lot.problems] == ["Transaction Open", "Cost Basis"]


@pytest.mark.parametrize("blank", ["--", "Incomplete", "", "N/A"])
def test_no_way_of_saying_unknown_becomes_zero(blank: str) -> None:
    lot = only(f"{blank}|10|{blank}|{blank}")

    assert (lot.basis, lot.acquired, lot.bookable) == (None, None, True)


def test_T_16_the_basis_is_a_total_and_a_basis_a_share_is_questioned() -> None:
    total = only("05/03/2021|100|$35.85|$3,585.25")
    a_share = only("05/03/2021|100|$35.85|$35.85")

    assert (total.basis, total.status) == (Decimal("3585.25"), Status.READY)
    assert a_share.status is Status.WARNING
    assert "make 3,585.00, the basis is 35.85" in a_share.problems[0].message


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("05/03/2021|-10|$35.85|-$358.50", "Quantity"),
        ("05/03/2021|--|$35.85|$358.50", "Quantity"),
        ("05/03/2021|ten|$35.85|$358.50", "Quantity"),
        ("05/03/2021|10|$35.85|three", "Cost Basis"),
        ("03/05/21|10|$35.85|$358.50", "Open Date"),
        ("12/29/2022|10|$35.85|$358.50", "Open Date"),
    ],
)
def test_I_06_a_faulty_lot_is_an_error_that_names_its_line_and_field(row: str, field: str) -> None:
    draft = only(row)

    assert draft.status is Status.ERROR
    assert (4, field) in [(problem.row, problem.field) for problem in draft.problems]


def test_a_line_outside_every_block_is_reported_and_not_lost() -> None:
    content = b'"Individual positions"\n' + lots("05/03/2021|10|$35.85|$358.50")

    parsed = read(content)

    assert [(p.row, p.message) for p in parsed.problems] == [
        (1, "“Individual positions” belongs to no block of lots; the line is left out.")
    ]


def test_a_banner_without_a_calendar_day_is_refused() -> None:
    with pytest.raises(ImportFailed, match="no valid day"):
        read(lots("05/03/2021|10|$35.85|$358.50", banner="KO Lot Details for XXXX-4321 as of 02:45 AM ET, 13/45/2022"))


def test_a_header_without_a_banner_is_refused() -> None:
    with pytest.raises(ImportFailed, match="Lot Details for"):
        SchwabLots().parse(LOTS_HEADER)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 60), st.text(max_size=20))
def test_no_damage_to_a_file_raises_anything_but_the_named_error(start: int, length: int, noise: str) -> None:
    text = fixture("schwab_lots_2023.csv").decode()
    damaged = text[:start] + noise + text[start + length :]

    rows = rows_unless_refused(SchwabLots(), damaged)

    assert all(row.problems or row.basis is not None for row in rows)
