from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import AccountHint, Content, DraftRow, ImportFailed, ParsedFile, Status
from holdings.importers.fidelity.history import FidelityHistory
from holdings.importers.registry import read
from holdings.ledger.types import Character, Kind
from tests.holdings.importers.files import fixture, rows_unless_refused

HEADER = (
    "Run Date,Action,Symbol,Description,Type,Quantity,Price,Commission,Fees,Accrued Interest,Amount,Settlement Date"
)


def rows(*lines: str) -> list[DraftRow]:
    """Rows of action|symbol|type|quantity|price|amount."""
    cells = [line.split("|") for line in lines]
    text = [f'12/27/2022,"{a}",{s},ANY INC,{t},{q},{p},,,,{m},' for a, s, t, q, p, m in cells]
    return list(read("\n".join([HEADER, *text]).encode()).rows)


def only(line: str) -> DraftRow:
    (row,) = rows(line)
    return row


@pytest.fixture(scope="module")
def old() -> ParsedFile:
    return read(fixture("fidelity_history_2022.csv"))


@pytest.fixture(scope="module")
def new() -> ParsedFile:
    return read(fixture("fidelity_history_2025.csv"))


def at(parsed: ParsedFile, line: int) -> DraftRow:
    return next(row for row in parsed.rows if line in row.rows)


def test_rows_begin_after_mark_blank_lines_and_title_and_end_before_the_footer(old: ParsedFile) -> None:
    assert (old.importer, old.content) == ("fidelity_history", Content.TRANSACTIONS)
    assert [row.rows for row in old.rows] == [(7,), (8,), (12,), (13,), (14,)]
    assert {row.status for row in old.rows} == {Status.READY}


def test_the_footer_gives_the_day_of_the_download(old: ParsedFile, new: ParsedFile) -> None:
    assert (old.as_of, new.as_of) == (date(2022, 12, 28), date(2025, 7, 16))


def test_leading_spaces_of_cells_do_not_count(old: ParsedFile) -> None:
    bought = old.rows[0]

    assert (bought.kind, bought.symbol, bought.quantity) == (Kind.BUY, "ITOT", 12)
    assert (bought.price, bought.cash) == (Decimal("84.77"), Decimal("-1017.24"))
    assert old.rows[1].trade_date == date(2022, 12, 23)


def test_the_description_names_the_security(old: ParsedFile, new: ParsedFile) -> None:
    assert old.rows[0].security.name == "ISHARES CORE S&P TTL STK"
    assert at(new, 6).security.name == "VALVOLINE INC COM"


def test_a_row_without_a_description_names_no_security() -> None:
    text = f"{HEADER}\n12/27/2022,CASH CONTRIBUTION CURRENT YEAR (Cash), ,No Description,Cash,,,,,,150,"
    assert read(text.encode()).rows[0].security.name == ""


def test_the_name_of_a_company_that_was_spun_off_is_not_given_to_its_parent() -> None:
    (row,) = rows("DISTRIBUTION SPINOFF FROM:(GE ) CHILD (GEHC) (Cash)|GEHC|Cash|5||")
    assert (row.symbol, row.other, row.security.name) == ("GE", "GEHC", "")


def test_core_cash_is_counted_once(old: ParsedFile) -> None:
    assert [problem.message for problem in old.problems] == [
        "3 rows move cash into or out of a sweep or money market fund (lines 9, 10, 11)."
    ]
    assert (old.rows[1].kind, old.rows[1].symbol, old.rows[1].cash) == (Kind.DIVIDEND, "", Decimal("6.13"))


def test_every_row_says_to_which_of_the_accounts_it_belongs(new: ParsedFile) -> None:
    ira, brokerage = AccountHint("IRA Account", "1165"), AccountHint("Brokerage", "3321")

    assert new.accounts == (ira, brokerage, AccountHint("HSA", "2277"))
    assert (at(new, 4).account, at(new, 6).account) == (ira, brokerage)


def test_the_number_of_an_account_may_stand_behind_its_name() -> None:
    header = HEADER.replace("Run Date", "Run Date,Account")
    text = f"{header}\n12/27/2022,Index Funds X83000123,WIRE TRANSFER,,,Cash,,,,,,5,"

    assert read(text.encode()).accounts == (AccountHint("Index Funds", "0123"),)


@pytest.mark.parametrize("name", ["fidelity_history_2025.csv", "fidelity_history_2026.csv"])
def test_I_05_days_with_slashes_and_with_dashes_are_month_first(name: str) -> None:
    assert {(row.trade_date.month, row.trade_date.day) for row in read(fixture(name)).rows if row.trade_date} >= {
        (7, 15),
        (7, 14),
    }


def test_a_sale_at_an_average_price_rounded_to_cents_is_no_difference(new: ParsedFile) -> None:
    sold = at(new, 6)

    assert (sold.kind, sold.quantity, sold.fees, sold.cash) == (
        Kind.SELL,
        -341,
        Decimal("0.02"),
        Decimal("10378.37"),
    )
    assert sold.status is Status.READY


def test_interest_accrued_on_a_bond_is_interest_and_no_basis(new: ParsedFile) -> None:
    bought, accrued = [row for row in new.rows if row.rows == (7,)]

    assert (bought.kind, bought.cash, bought.price) == (Kind.BUY, Decimal("-49868.50"), Decimal("0.9067"))
    assert (accrued.kind, accrued.cash) == (Kind.INTEREST, Decimal("-285.69"))
    assert (bought.security.cusip, bought.security.kind) == ("412003AD7", "bond")


def test_a_redeemed_bond_is_sold(new: ParsedFile) -> None:
    assert (at(new, 9).kind, at(new, 9).quantity, at(new, 9).cash) == (Kind.SELL, -25_000, 25_000)


def test_a_merger_in_two_rows_is_one_event_and_market_values_are_no_cash(new: ParsedFile) -> None:
    merger = at(new, 10)

    assert (merger.rows, merger.kind, merger.symbol, merger.quantity) == ((10, 11), Kind.MERGER, "OLDC", -530)
    assert (merger.other, merger.other_quantity, merger.cash) == ("NEWC", 1060, 0)


def test_a_merger_for_cash_takes_the_shares(new: ParsedFile) -> None:
    assert (at(new, 13).kind, at(new, 13).quantity, at(new, 13).cash) == (Kind.MERGER, -100, 2500)


def test_cash_in_lieu_of_a_fraction_stands_apart_from_the_merger(new: ParsedFile) -> None:
    assert (at(new, 12).kind, at(new, 12).symbol, at(new, 12).cash) == (Kind.CASH_IN_LIEU, "NEWC", Decimal("14.25"))


def test_shares_handed_out_are_a_split_that_may_be_questioned(new: ParsedFile) -> None:
    split = at(new, 14)

    assert (split.kind, split.quantity, split.cash, split.status) == (Kind.SPLIT, 90, 0, Status.WARNING)


def test_a_spin_off_names_its_parent_and_asks_for_the_fraction(new: ParsedFile) -> None:
    spun = at(new, 15)

    assert (spun.kind, spun.symbol, spun.other, spun.other_quantity) == (Kind.SPIN_OFF, "MMM", "SOLV", 25)
    assert (spun.basis_fraction, spun.status) == (None, Status.ERROR)
    assert "Form 8937" in spun.problems[0].remedy


def test_options_and_shorts_are_kept_apart(new: ParsedFile) -> None:
    assert [(row.kind, row.symbol, row.quantity) for row in (at(new, 17), at(new, 18), at(new, 19))] == [
        (Kind.OPTION, "SPY   270115C00700000", -1),
        (Kind.OPTION, "SPY   260702C00650000", 1),
        (Kind.SHORT, "GME", -10),
    ]


def test_shares_transferred_travel_in_kind_without_their_market_value(new: ParsedFile) -> None:
    moved = at(new, 22)

    assert (moved.kind, moved.quantity, moved.cash, moved.basis) == (Kind.TRANSFER_IN, 40, 0, None)
    assert moved.status is Status.WARNING


def test_a_row_of_unknown_action_is_kept_as_a_numbered_warning(new: ParsedFile) -> None:
    lent = at(new, 24)

    assert (lent.kind, lent.status, lent.problems[0].row) == (None, Status.WARNING, 24)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("DIRECT DEPOSIT ANY INC PAYROLL (Cash)||Cash|||5", Kind.DEPOSIT),
        ("DIRECT DEBIT ANY BANK (Cash)||Cash|||-5", Kind.WITHDRAWAL),
        ("Electronic Funds Transfer Paid (Cash)||Cash|||-5", Kind.WITHDRAWAL),
        ("Check Paid # 9999 (Cash)||Cash|||-5", Kind.WITHDRAWAL),
        ("PARTIC CONTR CURRENT PARTICIPANT CUR YR (Cash)||Cash|||5", Kind.DEPOSIT),
        ("NORMAL DISTR PARTIAL (Cash)||Cash|||-5", Kind.WITHDRAWAL),
        ("TRANSFERRED TO 444444444 (Cash)||Cash|||-5", Kind.TRANSFER_OUT),
        ("TRANSFER OF ASSETS ACAT RECEIVE (Cash)||Cash|||5", Kind.TRANSFER_IN),
        ("LONG-TERM CAP GAIN ANY FUND (FXAIX) (Cash)|FXAIX|Cash|||5", Kind.DIVIDEND),
        ("INTEREST EARNED ANY BANK (Cash)||Cash|||5", Kind.INTEREST),
        ("MARGIN INTEREST AT 8% (Margin)||Margin|||-5", Kind.INTEREST),
        ("RETURN OF CAPITAL ANY INC (EPD) (Cash)|EPD|Cash|||5", Kind.RETURN_OF_CAPITAL),
        ("TAX WITHHELD FEDERAL (Cash)||Cash|||-5", Kind.TAX),
        ("ADVISORY FEE (Cash)||Cash|||-5", Kind.FEE),
        ("JOURNALED JNL VS A/C TYPES (Cash)||Cash|||5", None),
    ],
)
def test_actions_have_the_kind_that_their_first_words_say(line: str, kind: Kind | None) -> None:
    assert only(line).kind is kind


@pytest.mark.parametrize(
    ("words", "character"),
    [
        ("LONG-TERM CAP GAIN ANY FUND (FXAIX) (Cash)|FXAIX", Character.CAPITAL_GAIN),
        ("SHORT-TERM CAP GAIN ANY FUND (FXAIX) (Cash)|FXAIX", Character.ORDINARY),
        ("MUNI EXEMPT INT ANY CITY REV 05.00000% 12/01/2041 (Cash)|96255NBE8", Character.EXEMPT),
        ("DIVIDEND RECEIVED ANY FUND (FXAIX) (Cash)|FXAIX", Character.UNKNOWN),
        ("INTEREST EARNED ANY BANK (Cash)|", Character.UNKNOWN),
    ],
)
def test_income_has_the_character_that_its_action_says(words: str, character: Character) -> None:
    assert only(f"{words}|Cash|||5").character is character


def test_a_reverse_split_in_two_rows_is_one_event() -> None:
    (split,) = rows(
        "REVERSE SPLIT R/S FROM 549498103#REOR M0051900010001 LUCID (LCID) (Cash)|LCID|Shares|30||600",
        "REVERSE SPLIT R/S TO 549498202#REOR M0051900010000 LUCID (Cash)|549498103|Shares|-300||-600",
    )

    assert (split.kind, split.symbol, split.quantity, split.rows) == (Kind.SPLIT, "LCID", -270, (2, 3))


def test_the_symbol_of_a_reorganisation_may_stand_in_its_action_alone() -> None:
    (split,) = rows(
        "REVERSE SPLIT R/S FROM 517103404#REOR M0051311040001 LARGO LTD (LGO) (Cash)||Cash|130||",
        "REVERSE SPLIT R/S TO 517103602#REOR M0051311040000 LARGO LTD (517103404) (Cash)||Cash|-1300||",
    )

    assert (split.kind, split.symbol, split.quantity) == (Kind.SPLIT, "LGO", -1170)


def test_two_reorganisations_of_a_day_are_told_apart_by_their_numbers() -> None:
    found = rows(
        "MERGER MER FROM 1#REOR M0051702100001 NEWCO (NEWC) (Cash)|NEWC|Shares|10||",
        "MERGER MER PAYOUT #REOR M0051702100000 OLDCO (OLDC) (Cash)|OLDC|Shares|-5||",
        "MERGER MER FROM 2#REOR M0051702200001 OTHER (OTHR) (Cash)|OTHR|Shares|20||",
        "MERGER MER PAYOUT #REOR M0051702200000 GONE (GONE) (Cash)|GONE|Shares|-7||",
    )

    assert [(row.symbol, row.other) for row in found] == [("OLDC", "NEWC"), ("GONE", "OTHR")]


@pytest.mark.parametrize("parent", ["(MMM)", "(MMM )"])
def test_a_spin_off_may_name_its_parent_with_a_space(parent: str) -> None:
    assert only(f"DISTRIBUTION SPINOFF FROM:{parent} SOLVENTUM (SOLV) (Cash)|SOLV|Shares|25||").symbol == "MMM"


def test_the_day_of_the_download_may_stand_behind_a_quote() -> None:
    row = "12/27/2022,DIRECT DEPOSIT ANY INC (Cash),,No Description,Cash,,,,,,5,"

    assert read(f'{HEADER}\n{row}\n\n"Date downloaded" 12/31/2022, 9:11 AM'.encode()).as_of == date(2022, 12, 31)


def test_a_merger_of_which_one_side_is_missing_is_kept_and_not_booked() -> None:
    kept = only("MERGER MER FROM 54211N101#REOR M0051702100001 NEWCO (NEWC) (Cash)|NEWC|Shares|1060||30246.04")

    assert (kept.kind, kept.status) == (None, Status.WARNING)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("16/09/21,YOU BOUGHT KO,KO,KO,Cash,10,63.57,,,,-635.7,", "Run Date"),
        ("12/27/2022,YOU BOUGHT KO,KO,KO,Cash,ten,63.57,,,,-635.7,", "Quantity"),
        ("12/27/2022,YOU BOUGHT KO,,KO,Cash,10,63.57,,,,-635.7,", "Symbol"),
        ("12/27/2022,YOU BOUGHT KO,KO,KO,Cash,10,63.57,,,,635.7,", "Amount"),
        ("12/27/2022,YOU BOUGHT KO,KO,KO,Cash,10,63.57,,,,-635.7,,more", ""),
    ],
)
def test_I_06_a_faulty_row_is_an_error_and_good_rows_are_still_offered(row: str, field: str) -> None:
    good = "12/27/2022,YOU BOUGHT KO,KO,KO,Cash,10,63.57,,,,-635.7,"

    first, faulty, last = read("\n".join([HEADER, good, row, good]).encode()).rows

    assert (first.status, faulty.status, last.status) == (Status.READY, Status.ERROR, Status.READY)
    assert (3, field) in [(problem.row, problem.field) for problem in faulty.problems]


def test_a_row_cut_short_is_reported_and_not_lost() -> None:
    parsed = read(f"{HEADER}\n12/27/2022,YOU BOUGHT KO,KO\n".encode())

    assert (parsed.rows, [problem.row for problem in parsed.problems]) == ((), [2])


def test_another_kind_of_file_is_refused_by_name() -> None:
    with pytest.raises(ImportFailed, match="Fidelity history"):
        FidelityHistory().parse("Date,Action,Amount\n")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 5000), st.integers(0, 60), st.text(max_size=20))
def test_no_damage_to_a_file_raises_anything_but_the_named_error(start: int, length: int, noise: str) -> None:
    text = fixture("fidelity_history_2025.csv").decode()
    damaged = text[:start] + noise + text[start + length :]

    assert all(row.problems or row.trade_date for row in rows_unless_refused(FidelityHistory(), damaged))
