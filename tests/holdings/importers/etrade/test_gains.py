from datetime import date

import pytest

from holdings.importers.base import AccountHint, Content, ImportFailed, ParsedFile, Severity, StatedLine
from holdings.importers.etrade.gains import EtradeGains
from holdings.importers.registry import read
from tests.holdings.importers.etrade.files import gains
from tests.holdings.importers.files import fixture

SALE = "     Sell,1,01/05/2024,1000.00,1000.00,02/10/2025,800.00,800.00,-200.00,.00,Long,FIFO,"


@pytest.fixture(scope="module")
def year() -> ParsedFile:
    return read(fixture("etrade_gains_2025.csv"))


def only(*rows: str) -> StatedLine:
    (line,) = read(gains("AAA,1,--,--,1000.00,--,--,800.00,-200.00,--,Long,--", *rows)).gains
    return line


def test_summary_and_last_line_give_account_and_day(year: ParsedFile) -> None:
    assert (year.importer, year.content, year.as_of) == ("etrade_gains", Content.GAINS, date(2026, 1, 1))
    assert year.accounts == (AccountHint("Individual Brokerage", "4417"),)
    assert (year.rows, len(year.gains)) == ((), 3)


def test_of_two_columns_called_date_the_first_is_of_purchase_and_the_second_of_sale(year: ParsedFile) -> None:
    sold = year.gains[0]

    assert (sold.symbol, sold.acquired, sold.sold) == ("KO", date(2024, 1, 5), date(2025, 2, 10))
    assert (sold.quantity, sold.basis, sold.proceeds) == (20, 1200, 1000)
    assert (sold.raw["Term"], sold.raw["Lot Selection"], sold.rows) == ("Long", "FIFO", (16,))


def test_an_unknown_day_of_purchase_stays_unknown(year: ParsedFile) -> None:
    assert (year.gains[1].acquired, year.gains[1].sold) == (None, date(2025, 3, 11))


def test_a_deferred_loss_is_that_of_a_wash_sale_whatever_its_sign(year: ParsedFile) -> None:
    assert [line.disallowed for line in year.gains] == [None, None, 75]


def test_options_are_said_and_not_compared_as_the_ledger_keeps_them_apart(year: ParsedFile) -> None:
    assert [(p.row, p.message) for p in year.problems] == [
        (21, "Lines of options (1) are not compared; the ledger keeps options apart.")
    ]


def test_a_gain_that_does_not_follow_is_a_warning() -> None:
    line = only(SALE.replace("-200.00", "-250.00"))

    assert [(p.row, p.severity, p.message) for p in line.problems] == [
        (3, Severity.WARNING, "Proceeds less cost are -200.00, the gain is -250.00.")
    ]


def test_a_total_that_disagrees_warns_that_rows_may_be_missing() -> None:
    parsed = read(gains("AAA,1,--,--,1000.00,--,--,800.00,-200.00,--,Long,--", SALE, "Total,,,,1500.00,,,800.00,,"))

    assert [(p.row, p.field, p.message) for p in parsed.problems] == [
        (4, "Total Cost $", "The total says 1,500.00, the lots add up to 1,000.00.")
    ]


def test_a_sale_without_an_instrument_is_reported_and_not_lost() -> None:
    assert [problem.row for problem in read(gains(SALE)).problems] == [2]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("01/05/2024", "13/45/2024"), "Date"),
        (("02/10/2025", "--"), "Date (2)"),
        (("Sell,1,", "Sell,one,"), "Quantity"),
        (("800.00,800.00", "800.00,eight"), "Proceeds $"),
    ],
)
def test_i06_a_faulty_line_names_its_line_and_field(change: tuple[str, str], field: str) -> None:
    line = only(SALE.replace(*change))

    assert (3, field) in [(problem.row, problem.field) for problem in line.problems]


def test_another_file_is_refused_by_name() -> None:
    with pytest.raises(ImportFailed, match="gains and losses"):
        EtradeGains().parse("Symbol,Amount\nKO,5\n")
