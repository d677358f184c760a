from datetime import date
from decimal import Decimal

import pytest

from holdings.importers.base import AccountHint, Content, ImportFailed, ParsedFile, Status
from holdings.importers.etrade.lots import EtradeLots
from holdings.importers.registry import read
from holdings.ledger.types import Kind
from tests.holdings.importers.etrade.files import lots, only, said
from tests.holdings.importers.files import fixture

POSITION = "KO,40.0000,2840.0000,2380.0000"
LOT = "     01/05/2022,40.0000,2840.0000,2380.0000"


@pytest.fixture(scope="module")
def portfolio() -> ParsedFile:
    return read(fixture("etrade_portfolio_2026.csv"))


def test_summary_and_last_line_give_account_and_day(portfolio: ParsedFile) -> None:
    assert (portfolio.importer, portfolio.content, portfolio.as_of) == ("etrade_lots", Content.LOTS, date(2026, 9, 5))
    assert portfolio.accounts == (AccountHint("Individual Brokerage", "4417"),)
    assert portfolio.problems == ()


def test_a_lot_is_an_indented_row_with_a_date_below_its_position(portfolio: ParsedFile) -> None:
    first = portfolio.rows[0]

    assert (first.kind, first.symbol, first.trade_date) == (Kind.OPENING, "KO", date(2026, 9, 5))
    assert (first.quantity, first.basis, first.acquired) == (40, 2380, date(2022, 1, 5))
    assert (first.rows, first.status) == ((12,), Status.READY)


def test_an_unknown_date_or_basis_is_kept_unknown_and_flagged(portfolio: ParsedFile) -> None:
    undated, without_basis = portfolio.rows[2:4]

    assert (undated.acquired, undated.basis, undated.status) == (None, 600, Status.WARNING)
    assert (without_basis.acquired, without_basis.basis) == (date(2021, 6, 9), None)
    assert [field for _, field, _ in (*said(undated), *said(without_basis))] == ["Symbol", "Total Cost"]


def test_positions_and_cash_are_stated_and_lots_too(portfolio: ParsedFile) -> None:
    assert [(line.symbol, line.quantity, line.value, line.basis) for line in portfolio.positions] == [
        ("KO", 100, 7100, 6020),
        ("PEP", Decimal("52.5"), 7140, 6990),
        ("PFE   261218P00030000", 2, 60, 120),
        ("", Decimal("913.4"), None, None),
    ]
    assert [(line.symbol, line.acquired) for line in portfolio.lots[:3]] == [
        ("KO", date(2022, 1, 5)),
        ("KO", date(2023, 3, 15)),
        ("KO", None),
    ]


def test_an_option_and_a_short_position_are_flagged(portfolio: ParsedFile) -> None:
    option, short = portfolio.rows[4], read(fixture("etrade_positions_2025.csv")).rows[1]

    assert (option.kind, option.quantity, option.security.kind) == (Kind.OPTION, 2, "option")
    assert "PFE" not in {line.symbol[:3] for line in portfolio.lots}
    assert (short.kind, short.symbol, short.quantity) == (Kind.SHORT, "GME", -30)


def test_a_view_with_the_price_of_a_share_alone_gives_a_basis_with_a_warning() -> None:
    lot = read(fixture("etrade_positions_2025.csv")).rows[0]

    assert (lot.basis, lot.acquired, lot.status) == (Decimal("5002.5"), date(2024, 4, 12), Status.WARNING)
    assert said(lot) == [(8, "Price Paid", "The basis is the price of a share times the shares.")]


def test_a_money_market_fund_is_cash_and_its_lots_are_none() -> None:
    parsed = read(
        lots("VMFXX,500.0000,500.0000,500.0000", "     01/05/2022,500.0000,500.0000,500.0000", "CASH,,20.00,")
    )

    assert [(line.symbol, line.quantity) for line in parsed.positions] == [("", 500), ("", 20)]
    assert (parsed.rows, parsed.lots) == ((), ())


def test_t16_the_basis_is_the_total_cost() -> None:
    assert only(lots("AAA,100,3700,3585.25", "     05/03/2021,100,3700,3585.25")).basis == Decimal("3585.25")


def test_positions_without_lots_are_no_lots() -> None:
    parsed = read(lots(POSITION))

    assert (parsed.content, parsed.rows) == (Content.POSITIONS, ())
    assert [line.symbol for line in parsed.positions] == ["KO"]


def test_lots_that_do_not_make_their_position_are_a_warning_and_stay() -> None:
    parsed = read(lots("KO,50.0000,2840.0000,2380.0000", LOT))

    assert [(p.row, p.message) for p in parsed.problems] == [(2, "KO has 50.0000 shares, its lots add up to 40.0000.")]
    assert len(parsed.rows) == 1


def test_a_total_that_disagrees_is_a_warning() -> None:
    parsed = read(lots(POSITION, LOT, "CASH,,100.00,", "TOTAL,,3000.00,2380.00"))

    assert [p.message for p in parsed.problems] == ["The total says 3,000.00, the positions add up to 2,940.00."]


def test_a_file_without_its_day_asks_for_it() -> None:
    row = only(lots(POSITION, LOT, day=""))

    assert (row.status, said(row)[0][1]) == (Status.ERROR, "Date")


def test_a_lot_without_a_position_is_reported_and_not_lost() -> None:
    assert [problem.row for problem in read(lots(LOT)).problems] == [2]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("     13/45/2022,40.0000,2840.0000,2380.0000", "Symbol"),
        ("     01/05/2027,40.0000,2840.0000,2380.0000", "Symbol"),
        ("     01/05/2022,forty,2840.0000,2380.0000", "Quantity"),
        ("     01/05/2022,--,2840.0000,2380.0000", "Quantity"),
        ("     01/05/2022,40.0000,2840.0000,many", "Total Cost"),
        ("     01/05/2022,40.0000", ""),
    ],
)
def test_i06_a_faulty_lot_names_its_line_and_field_and_good_lots_stay(row: str, field: str) -> None:
    faulty, fine = read(lots("KO,80.0000,5680.0000,4760.0000", row, LOT)).rows

    assert (faulty.status, fine.status) == (Status.ERROR, Status.READY)
    assert (3, field) in [(line, name) for line, name, _ in said(faulty)]


def test_another_file_is_refused_by_name() -> None:
    with pytest.raises(ImportFailed, match="portfolio with lots"):
        EtradeLots().parse("Symbol,Amount\nKO,5\n")
