from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import Content, DraftRow, ImportFailed, ParsedFile, Status
from holdings.importers.registry import read
from holdings.importers.robinhood.activity import RobinhoodActivity
from holdings.ledger.types import Character, Kind
from tests.holdings.importers.files import fixture, rows_unless_refused

HEADER = (
    '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"'
)


def rows(*lines: str) -> list[DraftRow]:
    """Rows of symbol|code|quantity|price|amount."""
    cells = [line.split("|") for line in lines]
    text = [f'"9/18/2023","9/18/2023","9/20/2023","{s}","Any Inc","{c}","{q}","{p}","{a}"' for s, c, q, p, a in cells]
    return list(read("\n".join([HEADER, *text]).encode()).rows)


@pytest.fixture(scope="module")
def parsed() -> ParsedFile:
    return read(fixture("robinhood_activity_2023.csv"))


def at(parsed: ParsedFile, line: int) -> DraftRow:
    return next(row for row in parsed.rows if line in row.rows)


def test_a_description_that_spans_lines_is_one_cell_of_one_row(parsed: ParsedFile) -> None:
    bought = parsed.rows[0]

    assert (parsed.importer, parsed.content, bought.rows) == ("robinhood_activity", Content.TRANSACTIONS, (2,))
    assert bought.description == "Realty Income CUSIP: 756109104 Dividend Reinvestment"
    assert (bought.security.name, bought.security.cusip) == ("Realty Income", "756109104")
    assert parsed.rows[1].rows == (5,)


def test_amounts_in_brackets_are_negative(parsed: ParsedFile) -> None:
    assert (at(parsed, 8).kind, at(parsed, 8).cash) == (Kind.BUY, Decimal("-1742.10"))
    assert at(parsed, 8).status is Status.READY


def test_a_reinvested_dividend_is_income_and_a_purchase(parsed: ParsedFile) -> None:
    shares, income = parsed.rows[:2]

    assert (shares.kind, shares.quantity, shares.cash) == (Kind.REINVEST, Decimal("0.810399"), Decimal("-43.64"))
    assert (income.kind, income.cash) == (Kind.DIVIDEND, Decimal("43.64"))


def test_a_sell_without_a_sign_takes_shares(parsed: ParsedFile) -> None:
    assert (at(parsed, 6).kind, at(parsed, 6).quantity, at(parsed, 6).trade_date) == (
        Kind.SELL,
        -2,
        date(2023, 9, 14),
    )


def test_a_split_adds_the_shares_of_its_quantity(parsed: ParsedFile) -> None:
    split = at(parsed, 10)

    assert (split.kind, split.quantity, 10 + split.quantity) == (Kind.SPLIT, 90, 100)


def test_a_reverse_split_in_two_rows_is_one_event(parsed: ParsedFile) -> None:
    split = at(parsed, 13)

    assert (split.rows, split.kind, split.symbol, split.quantity) == ((13, 15), Kind.SPLIT, "MULN", -96)


def test_an_S_behind_a_quantity_means_shares_that_leave(parsed: ParsedFile) -> None:
    moved = at(parsed, 34)

    assert (moved.kind, moved.quantity, moved.raw["Quantity"]) == (Kind.TRANSFER_OUT, -10, "10S")


def test_a_merger_in_two_rows_is_one_event(parsed: ParsedFile) -> None:
    merger = at(parsed, 27)

    assert (merger.kind, merger.symbol, merger.quantity) == (Kind.MERGER, "VMW", -10)
    assert (merger.other, merger.other_quantity, merger.rows) == ("AVGO", 2, (27, 29))


def test_options_are_flagged_and_named_by_their_contract(parsed: ParsedFile) -> None:
    written, closed, expired = at(parsed, 24), at(parsed, 25), at(parsed, 26)

    assert [(row.kind, row.symbol, row.quantity) for row in (written, closed, expired)] == [
        (Kind.OPTION, "SPY   240119C00450000", -1),
        (Kind.OPTION, "SPY   240119C00450000", 1),
        (Kind.OPTION, "SPY   230825P00430000", -2),
    ]
    assert written.security.kind == "option"


def test_a_share_that_was_given_comes_in_with_an_unknown_basis(parsed: ParsedFile) -> None:
    gift = at(parsed, 32)

    assert (gift.kind, gift.quantity, gift.basis, gift.status) == (Kind.TRANSFER_IN, 1, None, Status.WARNING)


def test_the_disclaimer_at_the_end_is_no_row(parsed: ParsedFile) -> None:
    assert parsed.rows[-1].rows == (36,)
    assert parsed.problems == ()


def test_a_code_of_no_known_meaning_is_kept_as_a_numbered_warning(parsed: ParsedFile) -> None:
    unknown = at(parsed, 36)

    assert (unknown.kind, unknown.status, unknown.problems[0].row) == (None, Status.WARNING, 36)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("|ACH|||$5.00", Kind.DEPOSIT),
        ("|ACH|||($5.00)", Kind.WITHDRAWAL),
        ("|INT|||$5.00", Kind.INTEREST),
        ("|MINT|||($5.00)", Kind.INTEREST),
        ("|SLIP|||$5.00", Kind.INTEREST),
        ("|GOLD|||($5.00)", Kind.FEE),
        ("TSM|DFEE|||($5.00)", Kind.FEE),
        ("TSM|DTAX|||($5.00)", Kind.TAX),
        ("TSM|MDIV|||$5.00", Kind.DIVIDEND),
        ("EPD|ROC|||$5.00", Kind.RETURN_OF_CAPITAL),
        ("AVGO|CIL|||$5.00", Kind.CASH_IN_LIEU),
        ("AAPL|ACATI|10||", Kind.TRANSFER_IN),
        ("AAPL|ACATO|10||", Kind.TRANSFER_OUT),
        ("|ACATI|||$4.43", Kind.TRANSFER_IN),
        ("|MTCH|||$5.00", Kind.INTEREST),
        ("|NOA|||($5.00)", Kind.TAX),
        ("GEHC|SOFF|3||", Kind.SPIN_OFF),
        ("VMW|MRGC|10S||$500.00", Kind.MERGER),
        ("VMW|MRGS|10S||", None),
    ],
)
def test_codes_have_the_kind_that_they_say(line: str, kind: Kind | None) -> None:
    (row,) = rows(line)

    assert row.kind is kind


@pytest.mark.parametrize(
    ("code", "character"),
    [
        ("LCAP", Character.CAPITAL_GAIN),
        ("SCAP", Character.ORDINARY),
        ("MDIV", Character.ORDINARY),
        ("CDIV", Character.UNKNOWN),
    ],
)
def test_income_has_the_character_that_its_code_says(code: str, character: Character) -> None:
    (row,) = rows(f"VTI|{code}|||$5.00")

    assert (row.kind, row.character) == (Kind.DIVIDEND, character)


@pytest.mark.parametrize(
    "line", ["KO|Buy|ten|$5.00|($50.00)", "|Buy|10|$5.00|($50.00)", "KO|Buy|10|$5.00|$50.00", "KO|Buy|10T|$5|($50.00)"]
)
def test_I_06_a_faulty_row_is_an_error_and_good_rows_are_still_offered(line: str) -> None:
    good = "KO|Buy|10|$5.00|($50.00)"

    assert [row.status for row in rows(good, line, good)] == [Status.READY, Status.ERROR, Status.READY]


def test_a_quote_that_is_never_closed_spoils_its_own_row_alone() -> None:
    row = '"9/18/2023","9/18/2023","9/20/2023","KO","Coca","Buy","10","$5.00","($50.00)"'
    text = "\n".join([HEADER, row, row.replace('"Coca"', '"Coca'), *[row] * 100])

    statuses = [draft.status for draft in read(text.encode()).rows]

    assert (len(statuses), statuses.count(Status.ERROR), statuses[1]) == (102, 1, Status.ERROR)


def test_another_kind_of_file_is_refused_by_name() -> None:
    with pytest.raises(ImportFailed, match="Robinhood account activity"):
        RobinhoodActivity().parse("Activity Date,Amount\n")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 4000), st.integers(0, 60), st.text(max_size=20))
def test_no_damage_to_a_file_raises_anything_but_the_named_error(start: int, length: int, noise: str) -> None:
    text = fixture("robinhood_activity_2023.csv").decode()
    damaged = text[:start] + noise + text[start + length :]

    assert all(row.problems or row.trade_date for row in rows_unless_refused(RobinhoodActivity(), damaged))
