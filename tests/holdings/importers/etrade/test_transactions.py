from datetime import date
from decimal import Decimal

import pytest

from holdings.importers.base import AccountHint, Content, ImportFailed, ParsedFile, Security, Status
from holdings.importers.etrade.transactions import EtradeTransactions
from holdings.importers.registry import read
from holdings.ledger.types import Character, Kind
from tests.holdings.importers.etrade.files import new, old, only, said
from tests.holdings.importers.files import fixture

SOLD = "04/05/23,Sold,EQ,AMZN,-2,202.19,101.1,0,AMAZON.COM INC"
BOUGHT = "02/28/25|Bought|PFIZER INC|PFE|200.0|27.0|-5400.0|0.0"


@pytest.fixture(scope="module")
def before() -> ParsedFile:
    return read(fixture("etrade_transactions_2023.csv"))


@pytest.fixture(scope="module")
def since() -> ParsedFile:
    return read(fixture("etrade_transactions_2025.csv"))


def test_both_eras_name_the_account(before: ParsedFile, since: ParsedFile) -> None:
    assert (before.importer, before.content) == ("etrade_transactions", Content.TRANSACTIONS)
    assert before.accounts == (AccountHint("", "4417"),)
    assert since.accounts == (AccountHint("Long run", "4417"),)
    assert {row.account for row in since.rows} == {AccountHint("Long run", "4417")}


def test_years_have_two_digits_and_quantities_a_sign(before: ParsedFile) -> None:
    sold = next(row for row in before.rows if row.kind is Kind.SELL)

    assert (sold.trade_date, sold.symbol, sold.quantity) == (date(2023, 4, 5), "AMZN", -2)
    assert (sold.cash, sold.price, sold.status) == (Decimal("202.19"), Decimal("101.1"), Status.READY)


def test_a_truncated_price_is_told_by_the_amount() -> None:
    row = only(old("03/31/23,Sold,EQ,TSLA,-100,19695.79,196.9,0,TESLA INC"))

    assert (row.price, row.cash, row.status) == (Decimal("196.9579"), Decimal("19695.79"), Status.READY)


def test_a_reinvestment_without_a_price_is_told_by_the_amount(before: ParsedFile) -> None:
    bought, paid = before.rows[:2]

    assert (bought.kind, bought.quantity, bought.cash) == (Kind.REINVEST, Decimal("5.834"), Decimal("-81.33"))
    assert bought.price == Decimal("13.94069249")
    assert (paid.kind, paid.cash, paid.quantity) == (Kind.DIVIDEND, Decimal("81.33"), 0)
    assert bought.security == Security(kind="fund")


def test_the_sweep_is_cash_its_interest_is_income_and_its_moves_are_none(before: ParsedFile) -> None:
    interest, moved = before.rows[2:4]

    assert (interest.kind, interest.cash, interest.symbol) == (Kind.INTEREST, Decimal("0.08"), "")
    assert (moved.kind, moved.status, moved.symbol) == (None, Status.WARNING, "")


@pytest.mark.parametrize(
    "row",
    [
        "01/02/25|Bought|VANGUARD FEDERAL MMKT|VMFXX|500|1|-500|0.0",
        "01/02/25|Sold|VANGUARD FEDERAL MMKT|VMFXX|-500|1|500|0.0",
        "01/02/25|Dividend|VANGUARD FEDERAL MMKT DIVIDEND REINVESTMENT|VMFXX|5|1|-5|0.0",
    ],
)
def test_moves_of_a_money_market_fund_are_cash_before_and_after(row: str) -> None:
    moved = only(new(row))

    assert (moved.kind, moved.symbol, moved.status) == (None, "", Status.WARNING)


def test_an_option_is_flagged_under_the_code_of_its_contract(before: ParsedFile, since: ParsedFile) -> None:
    assert [(row.symbol, row.quantity, row.cash) for row in before.rows if row.kind is Kind.OPTION] == [
        ("PFE   231215P00030000", -5, Decimal("397.32"))
    ]
    assert [(row.symbol, row.quantity, row.cash) for row in since.rows if row.kind is Kind.OPTION] == [
        ("PFE   250228C00030000", 2, 0),
        ("PFE   250228P00027000", -2, Decimal("80.73")),
    ]


def test_t20_a_short_sale_and_its_cover_are_flagged() -> None:
    sold, covered = read(
        new(
            "02/20/25|Sold Short|GAMESTOP CORP|GME|-30.0|28.0|838.99|1.01",
            "03/20/25|Bought To Cover|GAMESTOP CORP|GME|30.0|25.0|-750|0",
        )
    ).rows

    assert (sold.kind, sold.quantity, sold.cash, sold.fees) == (Kind.SHORT, -30, Decimal("838.99"), Decimal("1.01"))
    assert (covered.kind, covered.quantity, covered.cash) == (Kind.SHORT, 30, -750)


def test_a_split_adds_shares(before: ParsedFile) -> None:
    (split,) = (row for row in before.rows if row.kind is Kind.SPLIT)

    assert (split.symbol, split.quantity, split.cash) == ("WMT", 20, 0)


def test_shares_of_a_stock_plan_come_without_basis_and_say_where_it_is(before: ParsedFile, since: ParsedFile) -> None:
    for row in (row for row in (*before.rows, *since.rows) if row.symbol == "ACME" and row.kind is Kind.TRANSFER_IN):
        assert (row.quantity, row.basis, row.acquired, row.status) == (12, None, None, Status.WARNING)
        assert "confirmation of the stock plan" in row.problems[0].remedy


def test_dividends_of_each_name_fees_and_taxes_are_cash(before: ParsedFile, since: ParsedFile) -> None:
    assert [(row.kind, row.cash) for row in before.rows if row.symbol == "TSM"] == [
        (Kind.FEE, Decimal("-0.6")),
        (Kind.TAX, Decimal("-4.41")),
    ]
    assert [(row.kind, row.cash) for row in since.rows[:4]] == [
        (Kind.INTEREST, Decimal("0.09")),
        (Kind.DIVIDEND, Decimal("51.00")),
        (Kind.REINVEST, Decimal("-51.00")),
        (Kind.RETURN_OF_CAPITAL, Decimal("12.00")),
    ]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("01/02/25|Online Transfer|ACH DEPOSIT REFID:1;|--|||500|0.0", Kind.DEPOSIT),
        ("01/02/25|Online Transfer|ACH WITHDRAWL REFID:1;|--|||-500|0.0", Kind.WITHDRAWAL),
        ("01/02/25|Wire|WIRE IN|--|||500|0.0", Kind.DEPOSIT),
        ("01/02/25|Wire|WIRE FEE|--|||-25|0.0", Kind.FEE),
        ("01/02/25|Contribution|2024 CONTRIBUTION|--|||500|0.0", Kind.DEPOSIT),
        ("01/02/25|Distribution|IRA DISTRIBUTION|--|||-500|0.0", Kind.WITHDRAWAL),
        ("01/02/25|Transfer|TO ACCOUNT 1234|--|||-500|0.0", Kind.TRANSFER_OUT),
        ("01/02/25|Transfer|FROM ACCOUNT 1234|--|||500|0.0", Kind.TRANSFER_IN),
        ("01/02/25|Journal|TO ACCOUNT 1234|KO|-5||0|0.0", Kind.TRANSFER_OUT),
        ("01/02/25|Margin Interest|Thru 01/02/25|--|||-5|0.0", Kind.INTEREST),
        ("01/02/25|Tax Exempt Interest|MUNI BOND|--|||5|0.0", Kind.INTEREST),
        ("01/02/25|Taxable Dividend|KO|KO|||5|0.0", Kind.DIVIDEND),
        ("01/02/25|Interest|BOND INTEREST|--|||5|0.0", Kind.INTEREST),
        ("01/02/25|LT Cap Gain Distribution|FUND|VFIAX|||5|0.0", Kind.DIVIDEND),
        ("01/02/25|Distribution|PARTNERSHIP|EPD|||5|0.0", Kind.DIVIDEND),
        ("01/02/25|Dividend|VANGUARD FEDERAL MMKT|VMFXX|||5|0.0", Kind.DIVIDEND),
        ("01/02/25|Service Charge|ADR|TSM|||-5|0.0", Kind.FEE),
        ("01/02/25|Tax Withholding|BACKUP WITHHOLDING|KO|||-5|0.0", Kind.TAX),
        ("01/02/25|Adjustment|CASH IN LIEU OF FRACTIONAL SHARE|GE|0.4||5|0.0", Kind.CASH_IN_LIEU),
        ("01/02/25|Cash in Lieu|GE|GE|||5|0.0", Kind.CASH_IN_LIEU),
        ("01/02/25|Payment in Lieu|PFIZER|PFE|||5|0.0", Kind.DIVIDEND),
        ("01/02/25|Redemption|BOND|3130A0XE5|-5||5000|0.0", Kind.SELL),
        ("01/02/25|Sold To Close|CALL PFE    02/28/25    30.000|PFE|-2|1|200|0.0", Kind.OPTION),
        ("01/02/25|Option Assigned|PUT  PFE    02/28/25    30.000|PFE|2||0|0.0", Kind.OPTION),
        ("01/02/25|Stock Split|WALMART 3 FOR 1|WMT|20||0|0.0", Kind.SPLIT),
    ],
)
def test_each_activity_type_has_its_kind(row: str, kind: Kind) -> None:
    assert only(new(row)).kind is kind


@pytest.mark.parametrize(
    ("words", "character"),
    [
        ("LT Cap Gain Distribution|FUND", Character.CAPITAL_GAIN),
        ("ST Cap Gain Distribution|FUND", Character.ORDINARY),
        ("Dividend|JANUS HENDERSON GLOBAL L/T CAPITAL GAIN", Character.CAPITAL_GAIN),
        ("Dividend|JANUS HENDERSON GLOBAL S/T CAPITAL GAIN", Character.ORDINARY),
        ("Qualified Dividend|COCA COLA CO", Character.QUALIFIED),
        ("Non-Qualified Dividend|REALTY INCOME", Character.ORDINARY),
        ("Payment in Lieu|PFIZER", Character.ORDINARY),
        ("Tax Exempt Interest|MUNI BOND", Character.EXEMPT),
        ("Dividend|COCA COLA CO", Character.UNKNOWN),
        ("Taxable Dividend|KO", Character.UNKNOWN),
    ],
)
def test_income_has_the_character_that_its_words_say(words: str, character: Character) -> None:
    assert only(new(f"01/02/25|{words}|KO|||5|0.0")).character is character


def test_a_payment_that_is_no_income_has_no_character() -> None:
    assert only(new("01/02/25|Tax Withholding|QUALIFIED DIVIDEND|KO|||-5|0.0")).character is Character.UNKNOWN


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("12/06/24,0,EQ,KO,10,-600,60,0,COCA COLA CO", Kind.BUY),
        ("12/06/24,0,EQ,KO,-10,600,60,0,COCA COLA CO", Kind.SELL),
        ("12/06/24,0, ,PFE Dec 13 '24 $30 Put,-5,397.32,0.8,2.68,PUT  PFE    12/13/24    30.000", Kind.OPTION),
        ("11/29/24,0,MMF,MSBNK,-0.08,0.08,0,0,MORGAN STANLEY BANK N.A. (Period 11/13-11/30)", Kind.INTEREST),
        ("12/06/24,0,EQ,KO,0,5,0,0,COCA COLA CO RECORD 11/29/24 PAY 12/06/24", Kind.DIVIDEND),
        ("12/06/24,0, , ,0,500,0,0,ACH DEPOSIT REFID:1;", Kind.DEPOSIT),
        ("12/06/24,0, , ,0,500,0,0,SOMETHING ELSE", None),
    ],
)
def test_rows_of_late_2024_whose_type_is_0_are_told_by_what_moved(row: str, kind: Kind | None) -> None:
    assert only(old(row)).kind is kind


def test_a_pair_that_moves_cash_within_the_account_is_set_aside(since: ParsedFile) -> None:
    pair = [row for row in since.rows if "MARGIN" in row.description]

    assert [(row.kind, row.cash, row.status) for row in pair] == [
        (None, Decimal("63.46"), Status.WARNING),
        (None, Decimal("-63.46"), Status.WARNING),
    ]


def test_two_pairs_of_one_day_and_amount_are_set_aside_too() -> None:
    there, back = (f"12/04/24,0, , ,0,{sign}1901.1,0,0,INTERNAL FUND TRANSFER" for sign in ("", "-"))

    assert {row.kind for row in read(old(there, back, there, back)).rows} == {None}


def test_the_reference_of_a_transfer_is_kept(since: ParsedFile) -> None:
    (paid_out,) = (row for row in since.rows if row.kind is Kind.WITHDRAWAL)

    assert (paid_out.external_id, paid_out.cash, paid_out.symbol) == ("139875155906", -2800, "")


def test_a_bond_without_a_ticker_is_named_by_its_cusip(since: ParsedFile) -> None:
    redeemed = since.rows[-1]

    assert (redeemed.kind, redeemed.symbol, redeemed.security.cusip) == (Kind.SELL, "3130A0XE5", "3130A0XE5")


def test_an_activity_of_unknown_meaning_is_kept_as_a_numbered_warning(since: ParsedFile) -> None:
    (unknown,) = (row for row in since.rows if row.symbol == "XYZ")

    assert (unknown.kind, unknown.quantity, unknown.rows) == (None, 100, (22,))
    assert said(unknown) == [(22, "Type", "“Reorganization: XYZ INC NAME CHANGE” is not known; the row is not booked.")]


def test_preamble_and_disclaimer_are_no_rows_and_the_total_agrees(since: ParsedFile) -> None:
    assert [row.rows[0] for row in since.rows] == list(range(8, 26))
    assert since.problems == ()


def test_a_total_that_disagrees_warns_that_rows_may_be_missing() -> None:
    content = new(BOUGHT).replace(b"Activity Types\n", b"Activity Types\nTotal:,-5000\n")

    assert [(p.row, p.message) for p in read(content).problems] == [
        (2, "The total says -5,000.00, the rows add up to -5,400.00.")
    ]


def test_account_and_total_may_stand_in_one_cell() -> None:
    head = b"Activity Types\nAccount Long run -4417 | Jan 1 2025 - Aug 28 2026\nTotal: -$5,400.00\n"

    parsed = read(new(BOUGHT).replace(b"Activity Types\n", head))

    assert (parsed.accounts, parsed.problems) == ((AccountHint("Long run", "4417"),), ())


def test_an_amount_that_does_not_follow_from_the_trade_is_a_warning() -> None:
    row = only(new(BOUGHT.replace("-5400.0", "-6400.0")))

    assert (row.status, row.cash) == (Status.WARNING, -6400)
    assert said(row)[0][2] == "Quantity, price and commission make 5,400.00, the amount is 6,400.00."


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (SOLD.replace("04/05/23", "16/09/21"), "Date"),
        (SOLD.replace("04/05/23", ""), "Date"),
        (SOLD.replace(",-2,", ",abc,"), "Quantity"),
        (SOLD.replace(",-2,", ",0,"), "Quantity"),
        (SOLD.replace("202.19", "-202.19"), "Amount"),
        (SOLD.replace("202.19", "1.234,56"), ""),
        (SOLD.replace("AMZN", ""), "Symbol"),
        (SOLD.replace("101.1", "-101.1"), "Price"),
        (SOLD.removesuffix(",0,AMAZON.COM INC"), ""),
    ],
)
def test_i06_a_faulty_row_names_its_line_and_field_and_good_rows_stay(row: str, field: str) -> None:
    faulty, fine = read(old(row, SOLD)).rows

    assert (faulty.status, fine.status) == (Status.ERROR, Status.READY)
    assert (5, field) in [(line, name) for line, name, _ in said(faulty)]
    assert all(problem.remedy for problem in faulty.problems)


def test_another_file_is_refused_by_name() -> None:
    with pytest.raises(ImportFailed, match="E\\*TRADE transactions"):
        EtradeTransactions().parse("Date,Action,Amount\n")
