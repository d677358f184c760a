import pytest

from holdings.importers.base import ImportFailed
from holdings.importers.cells import DateOrder
from holdings.importers.mapped import AmountIs, Draft, Field, Signs, header_hash, kind_words, propose
from holdings.importers.text import decode
from holdings.ledger.types import Kind
from tests.holdings.importers.files import fixture

LOTS = 'Symbol,Purchased,Quantity,Cost\nKO,03/04/2021,100,"3,585.25"\nPG,05/06/2021,10,130.10\n'


@pytest.fixture(scope="module")
def german() -> Draft:
    return propose(decode(fixture("mapped_german.csv")))


def asked(draft: Draft) -> list[str]:
    return [question.name for question in draft.questions]


def test_the_table_is_found_below_its_preamble(german: Draft) -> None:
    assert (german.spec.delimiter, german.header_line) == (";", 5)
    assert german.preamble[0] == "Musterbank AG"
    assert german.samples[0].line == 6
    assert german.samples[0].raw["Vorgang"] == "Kauf"


def test_german_columns_are_guessed_with_a_confidence(german: Draft) -> None:
    assert german.spec.columns == {
        Field.DATE: "Handelstag",
        Field.KIND: "Vorgang",
        Field.ISIN: "ISIN",
        Field.NAME: "Bezeichnung",
        Field.QUANTITY: "Stück",
        Field.PRICE: "Kurs",
        Field.FEES: "Gebühren",
        Field.AMOUNT: "Betrag",
        Field.CURRENCY: "Währung",
    }
    assert all(0 < guess.confidence <= 1 for guess in german.guesses.values())


def test_the_cells_say_decimal_sign_order_of_dates_and_signs(german: Draft) -> None:
    spec = german.spec

    assert (spec.decimal, spec.dates, spec.signs, spec.currency) == (",", DateOrder.DMY, Signs.CASH, "EUR")
    assert (spec.amount_is, spec.fees_in_amount) == (AmountIs.TOTAL, True)
    assert german.questions == ()


def test_the_words_of_the_file_are_counted_and_guessed(german: Draft) -> None:
    words = {word.word: (word.rows, word.kind) for word in german.words}

    assert words["kauf"] == (3, Kind.BUY)
    assert words["aktiensplit"] == (1, Kind.SPLIT)
    assert words["umtausch"] == (1, None)


def test_english_columns_are_guessed() -> None:
    draft = propose(
        "Trade Date,Action,Ticker,Qty,Price ($),Commission,Net Amount\n"
        "12/28/2023,You Bought,KO,10,58.90,1.00,590.00\n12/29/2023,Sold,KO,10,59.00,1.00,589.00\n"
    )

    assert [draft.spec.columns[part] for part in (Field.DATE, Field.KIND, Field.SYMBOL, Field.QUANTITY)] == [
        "Trade Date",
        "Action",
        "Ticker",
        "Qty",
    ]
    assert (draft.spec.dates, draft.spec.signs, draft.spec.fees_in_amount) == (DateOrder.MDY, Signs.BY_KIND, True)
    assert draft.spec.kinds == {"you bought": Kind.BUY, "sold": Kind.SELL}


def test_t16_a_cost_that_may_be_of_a_share_or_of_the_row_is_asked() -> None:
    assert "amount_is" in asked(propose(LOTS))


@pytest.mark.parametrize(
    ("column", "meaning"),
    [("Total Cost", AmountIs.TOTAL), ("Cost/Share", AmountIs.PER_SHARE), ("Cost per share", AmountIs.PER_SHARE)],
)
def test_t16_a_column_that_says_it_is_not_asked(column: str, meaning: AmountIs) -> None:
    draft = propose(LOTS.replace("Cost", column))

    assert draft.spec.amount_is is meaning
    assert "amount_is" not in asked(draft)


@pytest.mark.parametrize(("cost", "meaning"), [("3585.25", AmountIs.TOTAL), ("35.85", AmountIs.PER_SHARE)])
def test_t16_shares_and_price_tell_what_the_cost_is(cost: str, meaning: AmountIs) -> None:
    draft = propose(f"Date,Type,Symbol,Shares,Price,Cost\n2021-05-03,Buy,KO,100,35.8525,{cost}\n")

    assert draft.spec.amount_is is meaning


def test_a_day_that_could_be_the_month_is_asked() -> None:
    assert "dates" in asked(propose(LOTS))


def test_dates_with_points_are_day_first() -> None:
    draft = propose(LOTS.replace("/", "."))

    assert draft.spec.dates is DateOrder.DMY


def test_a_decimal_sign_that_could_group_thousands_is_asked() -> None:
    assert "decimal" in asked(propose('Date,Type,Symbol,Shares,Amount\n2021-05-03,Buy,KO,1,"1,234"\n'))


def test_a_file_of_lots_is_read_as_openings() -> None:
    assert propose(LOTS).spec.every is Kind.OPENING


def test_a_file_without_a_header_has_numbered_columns() -> None:
    draft = propose("2021-05-03;Kauf;DE0007164600;10;1.234,50\n2021-05-04;Verkauf;DE0007164600;10;1.240,00\n")

    assert (draft.spec.has_header, draft.spec.header[:2]) == (False, ("column 1", "column 2"))
    assert draft.spec.columns[Field.ISIN] == "column 3"
    assert draft.spec.columns[Field.KIND] == "column 2"


def test_a_stored_mapping_is_found_again_below_another_preamble(german: Draft) -> None:
    lines = decode(fixture("mapped_german.csv")).splitlines()

    assert header_hash("\n".join(["Anderer Auszug;;", *lines[4:8]])) == german.header_hash
    assert header_hash("\n".join([lines[4] + ";Steuer", *lines[5:8]])) != german.header_hash


def test_words_of_another_column_can_be_asked_for(german: Draft) -> None:
    text = decode(fixture("mapped_german.csv"))
    spec = german.spec
    moved = type(spec)(header=spec.header, columns={Field.KIND: "Währung"}, delimiter=";")

    assert [(word.word, word.rows) for word in kind_words(text, moved)] == [("eur", 8), ("usd", 2)]


@pytest.mark.parametrize("text", ["hello", "one\ntwo\nthree", "\n"])
def test_a_text_without_columns_is_refused(text: str) -> None:
    with pytest.raises(ImportFailed, match="no table"):
        propose(text)


SHAPES = {
    "date;time;status;reference;description;type;isin;shares;price;amount;fee;tax;currency\n"
    "2024-01-05;10:31:11;Executed;R1;World ETF;Buy;IE00B4L5Y983;2;80,50;-161,00;0,99;0,00;EUR\n": (
        "date type isin shares price amount fee tax currency"
    ),
    "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Currency (Price / share),Total,Currency (Total),ID\n"
    "Market buy,2024-01-05 10:31:11,US1912161007,KO,Coca-Cola,1.5,60.00,USD,82.57,EUR,E1\n": (
        "Time|Action|ISIN|No. of shares|Price / share|Total|||Currency (Total)"
    ),
    "Date,Ticker,Type,Quantity,Price per share,Total Amount,Currency\n"
    "2024-01-05T10:32:11.123Z,KO,BUY - MARKET,1.5,$60.00,$90.00,USD\n": (
        "Date|Type||Quantity|Price per share|Total Amount|||Currency"
    ),
    "Datum,Uhrzeit,Produkt,ISIN,Anzahl,Kurs,,Wert in Lokalwährung,,Transaktionsgebühren,,Gesamt,,Order-ID\n"
    '25-01-2024,11:00,COLA,US1912161007,-3,"60,0000",USD,"180,00",USD,"-2,00",EUR,"163,10",EUR,o-2\n': (
        "Datum||ISIN|Anzahl|Kurs|Gesamt|Transaktionsgebühren||column 13"
    ),
    '"Buchungstag";"Stück / Nom.";"Bezeichnung";"WKN";"Währung";"Ausführungskurs";"Umsatz in EUR";\n'
    '"05.01.2024";"12,000";"SAP SE O.N.";"716460";"EUR";"140,50";"-1.686,00";\n': (
        "Buchungstag|||Stück / Nom.|Ausführungskurs|Umsatz in EUR|||Währung"
    ),
    "Date;Order #;Transaction;Symbol;Name;ISIN;Quantity;Unit price;Costs;Net Amount;Currency\n"
    "25-01-2024 10:31:11;1111;Buy;NESN;Nestle N;CH0038863350;10.0;100.50;5.85;-1'010.85;CHF\n": (
        "Date|Transaction|ISIN|Quantity|Unit price|Net Amount|Costs||Currency"
    ),
}
PARTS = ["date", "kind", "isin", "quantity", "price", "amount", "fees", "tax", "currency"]


@pytest.mark.parametrize(("text", "named"), SHAPES.items())
def test_files_in_the_shapes_of_european_brokers_need_no_help(text: str, named: str) -> None:
    draft = propose(text)

    wanted = dict(zip(PARTS, named.split("|" if "|" in named else " "), strict=True))
    assert {part: draft.spec.columns.get(Field(part), "") for part in PARTS} == wanted
    assert draft.questions == ()
    assert all(word.kind is Kind.BUY for word in draft.words)
