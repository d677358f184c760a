from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import AccountHint, Content, DraftRow, ImportFailed, ParsedFile, Status
from holdings.importers.cells import DateOrder
from holdings.importers.fingerprint import identify
from holdings.importers.mapped import AmountIs, Field, MappingSpec, Signs, parse, propose
from holdings.importers.text import decode
from holdings.ledger.types import Kind
from tests.holdings.importers.files import fixture

COLUMNS = {
    Field.DATE: "Date",
    Field.KIND: "Type",
    Field.SYMBOL: "Symbol",
    Field.QUANTITY: "Shares",
    Field.PRICE: "Price",
    Field.FEES: "Fees",
    Field.TAX: "Tax",
    Field.AMOUNT: "Amount",
    Field.CURRENCY: "Currency",
}
KINDS = {kind.value: kind for kind in Kind}
SPEC = MappingSpec(header=tuple(COLUMNS.values()), columns=COLUMNS, delimiter="|", kinds=KINDS)


def read(*rows: str, **changes: object) -> tuple[DraftRow, ...]:
    spec = replace(SPEC, **changes)  # type: ignore[arg-type]
    return parse("\n".join(["|".join(SPEC.header), *rows]), spec).rows


def test_a_column_of_order_numbers_says_which_fills_belong_together() -> None:
    header = (*SPEC.header, "Order number")
    spec = replace(SPEC, header=header, columns=COLUMNS | {Field.ORDER: "Order number"})
    fill = "2022-01-03|buy|KO|5|60|0|0|-300|USD|77-1"
    assert [row.order for row in parse("\n".join(["|".join(header), fill, fill]), spec).rows] == ["77-1", "77-1"]


def booked(rows: tuple[DraftRow, ...]) -> list[tuple[Kind | None, Decimal, Decimal]]:
    return [(row.kind, row.quantity, row.cash) for row in rows]


@pytest.fixture(scope="module")
def german() -> ParsedFile:
    text = decode(fixture("mapped_german.csv"))
    return parse(text, propose(text).spec)


def test_a_european_statement_is_read(german: ParsedFile) -> None:
    bought, sold = german.rows[0], german.rows[2]

    assert (german.importer, german.content) == ("mapped", Content.TRANSACTIONS)
    assert (bought.kind, bought.trade_date, bought.symbol) == (Kind.BUY, date(2024, 1, 15), "IE00B4L5Y983")
    assert (bought.quantity, bought.price, bought.fees) == (50, Decimal("86.25"), Decimal("4.90"))
    assert (bought.cash, bought.currency) == (Decimal("-4317.40"), "EUR")
    assert (sold.quantity, sold.cash, sold.status) == (-12, Decimal("2031.30"), Status.READY)


def test_the_good_rows_move_as_much_cash_as_the_file_adds_up(german: ParsedFile) -> None:
    assert "-6.584,43" in german.problems[0].message
    assert sum(row.cash for row in german.rows if row.bookable) == Decimal("-6584.43")


def test_i02_equal_rows_are_all_kept(german: ParsedFile) -> None:
    same = [row.occurrence for row in identify(german.rows, "depot") if row.row.rows[0] in {6, 7}]

    assert same == [1, 2]


def test_a_ratio_adds_to_the_shares_that_the_file_holds(german: ParsedFile) -> None:
    split = german.rows[4]

    assert (split.kind, split.quantity, split.status) == (Kind.SPLIT, 900, Status.WARNING)
    assert "10 new shares for 1 old adds 900 shares to the 100" in split.problems[0].message


def test_i06_rows_that_cannot_be_read_are_numbered_and_good_ones_still_offered(german: ParsedFile) -> None:
    wrong = [(row.rows[0], row.problems[0].field, row.status) for row in german.rows if not row.bookable]

    assert wrong == [(11, "Stück", Status.ERROR), (12, "Vorgang", Status.ERROR), (14, "Vorgang", Status.WARNING)]
    assert sum(row.bookable for row in german.rows) == 6


def test_sums_and_notes_are_left_out_and_said(german: ParsedFile) -> None:
    assert [problem.row for problem in german.problems] == [15, 16]


@pytest.mark.parametrize(("meaning", "cost"), [(AmountIs.TOTAL, "3,585.25"), (AmountIs.PER_SHARE, "35.8525")])
def test_t16_a_cost_of_the_row_or_of_a_share_makes_the_same_basis(meaning: AmountIs, cost: str) -> None:
    (row,) = read(f"2021-05-03|buy|KO|100||||{cost}|USD", amount_is=meaning)

    assert (row.cash, row.price) == (Decimal("-3585.25"), Decimal("35.8525"))


def test_t16_a_lot_has_its_total_as_basis() -> None:
    (row,) = read("2021-05-03|opening|KO|100||||3,585.25|USD")

    assert (row.kind, row.basis, row.acquired, row.cash) == (Kind.OPENING, Decimal("3585.25"), date(2021, 5, 3), 0)


def test_a_lot_of_unknown_cost_is_kept_with_a_warning() -> None:
    (row,) = read("2021-05-03|opening|KO|100||||--|USD")

    assert (row.basis, row.status) == (None, Status.WARNING)


@pytest.mark.parametrize(
    ("signs", "bought", "sold"),
    [(Signs.CASH, "-100", "90"), (Signs.OPPOSITE, "100", "-90"), (Signs.BY_KIND, "100", "90")],
)
def test_every_convention_of_signs_books_the_same(signs: Signs, bought: str, sold: str) -> None:
    rows = read(f"2024-01-02|buy|KO|10||||{bought}|", f"2024-01-03|sell|KO|10||||{sold}|", signs=signs)

    assert booked(rows) == [(Kind.BUY, 10, -100), (Kind.SELL, -10, 90)]


def test_a_sign_against_its_type_is_an_error() -> None:
    (row,) = read("2024-01-02|buy|KO|10||||100|", signs=Signs.CASH)

    assert row.status is Status.ERROR
    assert "does not change cash by 100" in row.problems[0].message


def test_fees_inside_or_beside_the_amount_make_the_same_cash() -> None:
    inside = read("2024-01-02|sell|KO|10|9|1||89|USD")
    beside = read("2024-01-02|sell|KO|10|9|1||90|USD", fees_in_amount=False)

    assert booked(inside) == booked(beside) == [(Kind.SELL, -10, 89)]
    assert not inside[0].problems


def test_without_an_amount_shares_and_price_make_it() -> None:
    (row,) = read("2024-01-02|buy|KO|10|9|1|||USD")

    assert row.cash == -91


def test_tax_on_a_sale_is_a_row_of_its_own_and_on_a_purchase_a_cost() -> None:
    sold = read("2024-01-02|sell|KO|10|9|1|8|81|USD")
    bought = read("2024-01-02|buy|KO|10|9|1|2|93|USD")

    assert booked(sold) == [(Kind.SELL, -10, 89), (Kind.TAX, 0, -8)]
    assert booked(bought) == [(Kind.BUY, 10, -93)]
    assert bought[0].fees == 3


def test_income_is_booked_gross_beside_what_was_withheld() -> None:
    rows = read("2024-01-02|dividend|KO|10|||1.50|8.50|USD")

    assert booked(rows) == [(Kind.DIVIDEND, 0, 10), (Kind.TAX, 0, Decimal("-1.50"))]


def test_t26_pence_become_pounds_once() -> None:
    (row,) = read("2024-01-02|buy|VOD.L|100|72.5|||7250|GBX")

    assert (row.currency, row.price, row.cash) == ("GBP", Decimal("0.725"), Decimal("-72.50"))
    assert not row.problems


@pytest.mark.parametrize(("quantity", "amount", "kind"), [("5", "-50", Kind.BUY), ("-5", "50", Kind.SELL)])
def test_without_types_the_sign_of_the_shares_tells(quantity: str, amount: str, kind: Kind) -> None:
    columns = {part: name for part, name in COLUMNS.items() if part is not Field.KIND}
    (row,) = read(f"2024-01-02||KO|{quantity}||||{amount}|USD", columns=columns, signs=Signs.CASH)

    assert row.kind is kind


def test_t20_a_sale_without_a_holding_stays_a_sale() -> None:
    assert booked(read("2024-01-02|sell|BTC|1|44558.42|||44558.42|USD")) == [(Kind.SELL, -1, Decimal("44558.42"))]


def test_a_price_far_from_the_amount_is_said() -> None:
    (row,) = read("2024-01-02|buy|KO|100|9|||1000|USD")

    assert (row.cash, row.price, row.status) == (-1000, 10, Status.WARNING)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("2024-13-02|buy|KO|10|9|||90|USD", "Date"),
        ("|buy|KO|10|9|||90|USD", "Date"),
        ("2024-01-02|buy||10|9|||90|USD", "Symbol"),
        ("2024-01-02|buy|KO||9|||90|USD", "Shares"),
        ("2024-01-02|buy|KO|10||||abc|USD", "Amount"),
        ("2024-01-02|buy|KO|10|9|||90|EURO", "Currency"),
        ("2024-01-02|dividend|KO||||||USD", "Amount"),
        ("2024-01-02|split|KO|||||90|USD", "Shares"),
        ("2024-01-02|split|KO|2:1||||90|USD", "Quantity"),
    ],
)
def test_i06_what_is_missing_or_wrong_is_named(row: str, field: str) -> None:
    draft = read(row)[0]

    assert (draft.status, draft.rows) == (Status.ERROR, (2,))
    assert field in {problem.field for problem in draft.problems}


def test_a_time_is_kept_and_an_account_named() -> None:
    header = "Date,Type,Symbol,Shares,Amount,Account"
    spec = MappingSpec(
        header=tuple(header.split(",")),
        columns={
            **{part: COLUMNS[part] for part in (Field.DATE, Field.KIND, Field.SYMBOL, Field.QUANTITY)},
            Field.AMOUNT: "Amount",
            Field.ACCOUNT: "Account",
        },
        kinds=KINDS,
    )
    parsed = parse(f"{header}\n2024-01-02T10:30,buy,KO,1,9,Depot 70012345\n", spec)

    assert parsed.rows[0].trade_time == time(10, 30)
    assert parsed.accounts == (AccountHint("Depot 70012345", "2345"),)


def test_a_mapping_of_another_file_is_refused() -> None:
    with pytest.raises(ImportFailed, match="no header with the columns Date, Type"):
        parse("a,b\n1,2\n", SPEC)


def test_an_unsettled_mapping_is_refused_with_its_question() -> None:
    with pytest.raises(ImportFailed, match="the day or the month"):
        read("2024-01-02|buy|KO|10|9|||90|USD", dates=None)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        spec = replace(propose(text).spec, decimal=".", dates=DateOrder.DMY, amount_is=AmountIs.TOTAL)
        parsed = parse(text, spec)
    except ImportFailed:
        return
    assert all(row.trade_date for row in parsed.rows if row.bookable)


CELL = st.sampled_from(
    ["", "--", "abc", "1,5", "1.5", "-3", "buy", "split", "2:1", "2024-01-02", "KO", "EUR", "GBp", '"', "|", "∞"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=11), max_size=6), st.sampled_from(list(Signs)))
def test_any_cells_are_rows_with_their_problems(rows: list[list[str]], signs: Signs) -> None:
    try:
        drafts = read(*("|".join(cells) for cells in rows), signs=signs)
    except ImportFailed:
        return
    assert all(row.trade_date and (row.symbol or row.cash or row.kind) for row in drafts if row.bookable)
