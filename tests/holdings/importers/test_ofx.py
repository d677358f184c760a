import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import AccountHint, Content, DraftRow, ImportFailed, ParsedFile, Status
from holdings.importers.ofx.statements import Ofx
from holdings.importers.registry import detect, read
from holdings.importers.text import decode
from holdings.ledger.types import Character, Kind
from tests.holdings.importers.files import fixture, rows_unless_refused
from tests.holdings.importers.ofx_files import HEADING, KO, bought, ofx, paid, statement


@pytest.fixture(scope="module")
def sgml() -> ParsedFile:
    return read(fixture("ofx_sgml.qfx"))


@pytest.fixture(scope="module")
def xml() -> ParsedFile:
    return read(fixture("ofx_xml.ofx"))


def by_number(parsed: ParsedFile, number: str) -> DraftRow:
    return next(row for row in parsed.rows if row.external_id == number)


def moved(parsed: ParsedFile, number: str) -> list[tuple[Kind | None, Decimal, Decimal]]:
    """The rows of the line that has that number."""
    line = by_number(parsed, number).rows
    return [(row.kind, row.quantity, row.cash) for row in parsed.rows if row.rows == line]


def only(transaction: str) -> DraftRow:
    (row,) = read(ofx(statement(transaction))).rows
    return row


def test_a_download_is_recognised_by_its_content() -> None:
    assert detect(decode(fixture("ofx_sgml.qfx"))).name == detect(decode(fixture("ofx_xml.ofx"))).name == "ofx"


def test_tags_without_an_end_are_read(sgml: ParsedFile) -> None:
    row = by_number(sgml, "T-1")

    assert (row.kind, row.symbol, row.quantity, row.price) == (Kind.BUY, "KO", 10, Decimal("60.50"))
    assert (row.fees, row.cash, row.currency) == (Decimal("4.95"), Decimal("-609.95"), "USD")
    assert (row.description, row.rows) == ("BOUGHT KO & KEPT", (24,))


def test_i05_the_day_stays_the_written_one_and_a_time_that_all_share_is_none(sgml: ParsedFile) -> None:
    row = by_number(sgml, "T-1")

    assert row.raw["DTTRADE"] == "20230714170000.000[-5:EST]"
    assert (row.trade_date, row.trade_time) == (date(2023, 7, 14), None)


def test_what_a_sale_withheld_is_a_row_apart(sgml: ParsedFile) -> None:
    assert moved(sgml, "T-2") == [(Kind.SELL, -4, Decimal("243.98")), (Kind.TAX, 0, -3)]


def test_a_reinvestment_is_income_and_a_purchase(sgml: ParsedFile) -> None:
    assert moved(sgml, "T-3") == [
        (Kind.DIVIDEND, 0, Decimal("44.10")),
        (Kind.REINVEST, Decimal("0.2"), Decimal("-44.10")),
    ]


def test_income_is_gross_beside_what_was_withheld(sgml: ParsedFile) -> None:
    assert moved(sgml, "T-4") == [(Kind.DIVIDEND, 0, 10), (Kind.TAX, 0, Decimal("-1.50"))]


@pytest.mark.parametrize(
    ("words", "character"),
    [
        ("<INCOMETYPE>CGLONG", Character.CAPITAL_GAIN),
        ("<INCOMETYPE>CGSHORT", Character.ORDINARY),
        ("<INCOMETYPE>DIV", Character.UNKNOWN),
        ("<INCOMETYPE>MISC", Character.UNKNOWN),
        ("<TAXEXEMPT>Y<INCOMETYPE>DIV", Character.EXEMPT),
        ("<TAXEXEMPT>Y<INCOMETYPE>INTEREST", Character.EXEMPT),
    ],
)
def test_income_has_the_character_that_its_type_says(words: str, character: Character) -> None:
    income, tax = read(
        ofx(
            statement(
                f"<INCOME><INVTRAN><FITID>I-1<DTTRADE>20230714</INVTRAN>{KO}{words}<TOTAL>9<WITHHOLDING>1</INCOME>"
            )
        )
    ).rows

    assert (income.character, tax.kind, tax.character) == (character, Kind.TAX, Character.UNKNOWN)


def test_of_a_reinvested_distribution_the_income_has_the_character_and_the_purchase_none() -> None:
    income, bought = read(
        ofx(
            statement(
                f"<REINVEST><INVTRAN><FITID>R-1<DTTRADE>20230714</INVTRAN>{KO}"
                "<INCOMETYPE>CGLONG<TOTAL>-60<UNITS>1<UNITPRICE>60</REINVEST>"
            )
        )
    ).rows

    assert [(row.kind, row.character) for row in (income, bought)] == [
        (Kind.DIVIDEND, Character.CAPITAL_GAIN),
        (Kind.REINVEST, Character.UNKNOWN),
    ]


@pytest.mark.parametrize(
    ("number", "kind", "cash"),
    [
        ("T-5", Kind.INTEREST, "0.40"),
        ("T-6", Kind.DEPOSIT, "500.00"),
        ("T-7", Kind.FEE, "-7.50"),
        ("T-9", Kind.FEE, "-1.20"),
        ("T-10", Kind.RETURN_OF_CAPITAL, "3.30"),
        ("T-17", Kind.INTEREST, "-2.25"),
    ],
)
def test_cash_moves_by_its_kind(sgml: ParsedFile, number: str, kind: Kind, cash: str) -> None:
    assert moved(sgml, number) == [(kind, 0, Decimal(cash))]


def test_a_split_adds_the_difference_of_the_shares(sgml: ParsedFile) -> None:
    assert moved(sgml, "T-11") == [(Kind.SPLIT, 12, 0)]


def test_a_split_without_shares_adds_by_its_ratio_to_what_the_file_holds(sgml: ParsedFile) -> None:
    assert moved(sgml, "T-12") == [(Kind.SPLIT, 18, 0)]
    assert by_number(sgml, "T-12").status is Status.WARNING


def test_a_fraction_paid_in_cash_leaves_by_itself(sgml: ParsedFile) -> None:
    assert moved(sgml, "T-13") == [
        (Kind.SPLIT, Decimal("-28.8"), 0),
        (Kind.CASH_IN_LIEU, Decimal("-0.2"), Decimal("9.10")),
    ]


def test_shares_come_in_with_their_day_and_without_a_guessed_basis(sgml: ParsedFile) -> None:
    came = by_number(sgml, "T-14")

    assert (came.kind, came.quantity, came.basis, came.acquired) == (Kind.TRANSFER_IN, 5, None, date(2020, 1, 15))
    assert "average cost of 180" in came.problems[0].message
    assert moved(sgml, "T-15") == [(Kind.TRANSFER_OUT, -2, 0)]


@pytest.mark.parametrize("number", ["T-16", "T-23"])
def test_what_changes_nothing_or_is_unknown_is_kept_and_not_booked(sgml: ParsedFile, number: str) -> None:
    row = by_number(sgml, number)

    assert (row.kind, row.status, row.bookable) == (None, Status.WARNING, False)


def test_options_and_shorts_are_kept_apart(sgml: ParsedFile) -> None:
    assert moved(sgml, "T-19") == [(Kind.OPTION, 1, Decimal("-85.65"))]
    assert moved(sgml, "T-20") == [(Kind.OPTION, -1, 0)]
    assert moved(sgml, "T-22") == [(Kind.SHORT, -3, 540)]
    assert not by_number(sgml, "T-19").problems


def test_a_bond_is_priced_by_the_hundred(sgml: ParsedFile) -> None:
    bond = by_number(sgml, "T-21")

    assert (bond.price, bond.cash, bond.security.kind) == (Decimal("0.985"), -985, "bond")
    assert "2.10 of accrued interest" in bond.problems[0].message


def test_moves_in_and_out_of_a_money_market_fund_are_cash(sgml: ParsedFile) -> None:
    assert "T-18" not in {row.external_id for row in sgml.rows}
    assert sgml.problems[0].row == 83


def test_positions_and_cash_are_stated(sgml: ParsedFile) -> None:
    stated = [(line.symbol, line.quantity, line.value) for line in sgml.positions]

    assert (sgml.content, sgml.as_of) == (Content.MIXED, date(2023, 8, 31))
    assert stated == [
        ("KO", 7, Decimal("418.60")),
        ("US0378331005", -3, -561),
        ("", Decimal("603.45"), None),
    ]


def test_a_money_market_fund_that_is_the_cash_is_counted_once() -> None:
    fund = "<SECID><UNIQUEID>VMFXX<UNIQUEIDTYPE>TICKER</SECID>"
    held = f"<POSMF><INVPOS>{fund}<POSTYPE>LONG<UNITS>80<UNITPRICE>1<MKTVAL>80.00</INVPOS></POSMF>"
    more = f"<INVPOSLIST>{held}</INVPOSLIST><INVBAL><AVAILCASH>80.00<MARGINBALANCE>0</INVBAL>"

    (cash,) = read(ofx(statement(bought(), more=more))).positions
    assert (cash.symbol, cash.quantity) == ("", 80)


def test_cash_without_positions_is_not_stated() -> None:
    more = "<INVBAL><AVAILCASH>80.00<MARGINBALANCE>0</INVBAL>"

    assert read(ofx(statement(bought(), more=more))).positions == ()


def test_an_account_is_named_by_broker_and_last_digits(sgml: ParsedFile) -> None:
    assert sgml.accounts == (AccountHint("broker.example", "3525"),)


def test_several_accounts_of_a_file_are_told_apart(xml: ParsedFile) -> None:
    assert [hint.number_end for hint in xml.accounts] == ["4711", "5822"]
    assert by_number(xml, "Y-1").account == AccountHint("bank.example", "5822")


def test_accounts_that_end_alike_are_named_by_their_whole_number() -> None:
    parsed = read(ofx(statement(bought(), account="A1-3525"), statement(bought(), account="B2-3525")))

    assert [hint.number_end for hint in parsed.accounts] == ["A13525", "B23525"]
    assert len(parsed.rows) == 2


def test_xml_with_decimal_commas_is_read(xml: ParsedFile) -> None:
    row = by_number(xml, "X-1")

    assert (row.quantity, row.price, row.cash) == (Decimal("12.5"), Decimal("105.20"), -1315)
    assert (row.symbol, row.security.isin, row.description) == ("IE00BK5BQT80", "IE00BK5BQT80", "Müller & Co")
    assert row.rows == (11,)


def test_t24_an_amount_in_another_currency_keeps_it_and_the_rate(xml: ParsedFile) -> None:
    row = by_number(xml, "X-2")

    assert (row.cash, row.currency, row.rate, row.rate_currency) == (Decimal("17.85"), "USD", Decimal("0.9214"), "EUR")


def test_xml_that_is_not_well_formed_is_read_by_its_tags() -> None:
    content = fixture("ofx_xml.ofx").replace(b"&amp;", b"&")

    assert by_number(read(content), "X-1").description == "Müller & Co"


def test_the_windows_alphabet_is_read() -> None:
    assert only(bought(memo="Käufe")).description == "Käufe"


def test_a_file_on_one_long_line_is_read() -> None:
    content = ofx(statement(*(bought(f"T-{number}") for number in range(200))))

    assert b"\n" not in content[len(HEADING) :]
    assert len(read(content).rows) == 200


def test_a_transaction_that_stands_there_twice_is_taken_once() -> None:
    parsed = read(ofx(statement(bought(), bought("T-2")), statement(bought())))

    assert [row.external_id for row in parsed.rows] == ["T-1", "T-2"]
    assert "T-1 stands in the file twice" in parsed.problems[0].message


def test_i02_equal_fees_of_a_day_have_their_own_numbers() -> None:
    assert len(read(ofx(statement(paid("T-7", "-7.50"), paid("T-8", "-7.50"), paid("T-9", "-63.27")))).rows) == 3


def test_a_reversal_is_kept_and_not_booked() -> None:
    row = only(bought().replace("<DTTRADE>", "<REVERSALFITID>T-0<DTTRADE>"))

    assert (row.kind, row.status) == (None, Status.WARNING)


def test_without_a_total_units_price_and_costs_make_it() -> None:
    assert only(bought().replace("<TOTAL>-609.95", "")).cash == Decimal("-609.95")


def test_a_total_far_from_units_and_price_is_said() -> None:
    assert only(bought(total="-6095.00")).status is Status.WARNING


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("<DTTRADE>20230714", "<DTTRADE>14.07.2023", "DTTRADE"),
        ("<DTTRADE>20230714", "<DTTRADE>20231350", "DTTRADE"),
        ("<UNITS>10", "<UNITS>ten", "UNITS"),
        ("<UNITS>10", "", "UNITS"),
        (KO, "", "UNIQUEID"),
        ("<TOTAL>-609.95", "<TOTAL>much", "TOTAL"),
    ],
)
def test_i06_what_is_wrong_is_named_and_the_rest_stays(old: str, new: str, field: str) -> None:
    wrong, fine = read(ofx(statement(bought().replace(old, new), bought("T-2")))).rows

    assert wrong.status is Status.ERROR
    assert field in {problem.field for problem in wrong.problems}
    assert fine.status is Status.READY


def test_a_bank_statement_is_refused_in_words() -> None:
    with pytest.raises(ImportFailed, match="statement of a bank account or a card"):
        read(f"{HEADING}<OFX><STMTRS><CURDEF>USD</STMTRS></OFX>".encode())


def test_a_bank_statement_beside_an_investment_account_is_left_out() -> None:
    parsed = read(ofx(statement(bought()), "<STMTRS><CURDEF>USD</STMTRS>"))

    assert len(parsed.rows) == 1
    assert "left out" in parsed.problems[0].message


def test_what_the_broker_says_instead_of_a_statement_is_passed_on() -> None:
    status = "<STATUS><CODE>2000<SEVERITY>ERROR<MESSAGE>Account is closed</STATUS>"

    with pytest.raises(ImportFailed, match="Account is closed"):
        read(f"{HEADING}<OFX>{status}</OFX>".encode())


@pytest.mark.parametrize("currency", ["", "DOLLAR"])
def test_a_statement_without_a_currency_is_refused(currency: str) -> None:
    with pytest.raises(ImportFailed, match="currency"):
        read(ofx(statement(bought(), currency=currency)))


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE OFX [<!ENTITY a "b">]><OFX>&a;</OFX>',
        "<!DOCTYPE OFX><OFX></OFX>",
        "<OFX><![CDATA[never ends",
    ],
)
def test_document_types_entities_and_open_sections_are_refused(text: str) -> None:
    with pytest.raises(ImportFailed, match=r"entities|section"):
        Ofx().parse(text)


def test_text_in_a_section_is_text() -> None:
    assert only(bought(memo="<![CDATA[<b>& co]]>")).description == "<b>& co"


def test_elements_inside_each_other_without_end_are_refused() -> None:
    with pytest.raises(ImportFailed, match="inside each other"):
        Ofx().parse("<OFX>" + "<A>" * 1000)


@pytest.mark.parametrize(
    "piece", ["<", "<A></A>", "<A>1</B>", "<![CDATA[]]>", "&amp;", "</OFX>", "<MEMO>\n<A>1</INVSTMTRS>"]
)
def test_long_nonsense_is_read_or_refused_in_seconds(piece: str) -> None:
    begun = time.perf_counter()
    rows_unless_refused(Ofx(), "<OFX>" + piece * 100_000)

    assert time.perf_counter() - begun < 20


TAGS = st.sampled_from(
    [
        *("<OFX>", "<INVSTMTRS>", "<CURDEF>USD", "<INVTRANLIST>", "</INVTRANLIST>", "<INCOME>", "</INCOME>"),
        *("<BUYSTOCK>", "</BUYSTOCK>", "<SPLIT>", "<TRANSFER>", "<DTTRADE>20230714", "<TOTAL>5", "<UNITS>x", KO),
        *("<NUMERATOR>2", "<DENOMINATOR>1"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(TAGS | st.text(max_size=5), max_size=30))
def test_any_tags_are_rows_with_their_problems_or_refused(tags: list[str]) -> None:
    for row in rows_unless_refused(Ofx(), "".join(["<OFX><INVSTMTRS><CURDEF>USD", *tags])):
        assert row.trade_date or not row.bookable
