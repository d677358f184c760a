from datetime import date, time
from decimal import Decimal

import pytest

from holdings.importers.base import AccountHint, Content, DraftRow, ImportFailed, ParsedFile, Security, Status
from holdings.importers.ibkr.activity import IbkrActivity
from holdings.importers.registry import read
from holdings.ledger.types import Character, Kind
from tests.holdings.importers.files import fixture
from tests.holdings.importers.ibkr.files import TRADES, activity, only, said, trades


@pytest.fixture(scope="module")
def statement() -> ParsedFile:
    return read(fixture("ibkr_activity_2024.csv"))


def of_kind(statement: ParsedFile, kind: Kind) -> list[DraftRow]:
    return [row for row in statement.rows if row.kind is kind]


def test_it_knows_account_base_and_day_after_a_byte_order_mark(statement: ParsedFile) -> None:
    assert (statement.importer, statement.content) == ("ibkr_activity", Content.MIXED)
    assert (statement.accounts, statement.as_of) == ((AccountHint("Long run", "7654321"),), date(2024, 12, 31))
    assert statement.problems == ()


def test_it_reads_quantities_with_groups_and_times_of_the_exchange(statement: ParsedFile) -> None:
    bought = of_kind(statement, Kind.BUY)[1]

    assert (bought.symbol, bought.quantity, bought.price) == ("PFE", 1000, Decimal("27.5"))
    assert (bought.trade_date, bought.trade_time) == (date(2024, 2, 12), time(9, 31, 7))
    assert (bought.cash, bought.fees, bought.rows) == (-27505, 5, (27,))


def test_it_takes_orders_and_neither_subtotals_nor_closed_lots_as_trades(statement: ParsedFile) -> None:
    assert [(row.kind, row.symbol, row.quantity) for row in statement.rows if row.rows[0] < 36] == [
        (Kind.BUY, "NVDA", 20),
        (Kind.BUY, "PFE", 1000),
        (Kind.SELL, "PFE", -400),
        (Kind.SHORT, "GME", -30),
        (Kind.REINVEST, "ABNB", 3),
    ]


def test_t20_a_sell_that_opens_is_a_short_position(statement: ParsedFile) -> None:
    (short,) = of_kind(statement, Kind.SHORT)

    assert (short.symbol, short.quantity, short.cash, short.status) == ("GME", -30, 840, Status.READY)


def test_options_and_futures_are_flagged_and_a_future_moves_its_commission_alone(statement: ParsedFile) -> None:
    option, future = of_kind(statement, Kind.OPTION)

    assert (option.symbol, option.quantity, option.cash) == ("PFE   240920C00030000", -4, Decimal("337.4"))
    assert (option.security.kind, future.security.kind) == ("option", "option")
    assert (future.symbol, future.cash) == ("MESU4", Decimal("-0.62"))


def test_a_header_that_repeats_names_the_columns_below_it_and_a_conversion_costs_in_the_base(
    statement: ParsedFile,
) -> None:
    (exchange,), fee = of_kind(statement, Kind.EXCHANGE), of_kind(statement, Kind.FEE)[0]

    assert (exchange.cash, exchange.currency) == (Decimal("-1284.6"), "USD")
    assert (exchange.other_cash, exchange.other_currency, exchange.symbol) == (1200, "EUR", "")
    assert (fee.cash, fee.currency, fee.rows) == (-2, "USD", exchange.rows)


def test_payments_of_each_section_are_of_its_kind_and_in_their_currency(statement: ParsedFile) -> None:
    payments = [row for row in statement.rows if 40 < row.rows[0] < 66]

    assert [(row.kind, row.cash, row.currency) for row in payments] == [
        (Kind.DEPOSIT, 40_000, "USD"),
        (Kind.WITHDRAWAL, -1500, "USD"),
        (Kind.DIVIDEND, Decimal("3.5"), "EUR"),
        (Kind.DIVIDEND, 420, "USD"),
        (Kind.RETURN_OF_CAPITAL, 50, "USD"),
        (Kind.DIVIDEND, Decimal("12.6"), "USD"),
        (Kind.TAX, Decimal("-0.53"), "EUR"),
        (Kind.TAX, Decimal("-1.89"), "USD"),
        (Kind.INTEREST, Decimal("-4.12"), "USD"),
        (Kind.INTEREST, Decimal("9.30"), "USD"),
        (Kind.FEE, Decimal("-7.50"), "USD"),
        (Kind.FEE, Decimal("-7.50"), "USD"),
        (Kind.FEE, -8, "EUR"),
    ]


def test_a_payment_in_lieu_is_ordinary_and_an_ordinary_dividend_may_be_qualified(statement: ParsedFile) -> None:
    paid = of_kind(statement, Kind.DIVIDEND)

    assert [row.character for row in paid] == [Character.UNKNOWN, Character.UNKNOWN, Character.ORDINARY]


def test_i02_equal_fees_of_one_day_are_all_kept(statement: ParsedFile) -> None:
    fees = [row for row in of_kind(statement, Kind.FEE) if row.trade_date == date(2024, 2, 2)]

    assert [(row.rows, row.cash) for row in fees] == [((62,), Decimal("-7.50")), ((63,), Decimal("-7.50"))]


def test_a_payment_names_its_instrument_as_its_text_begins(statement: ParsedFile) -> None:
    assert [row.symbol for row in of_kind(statement, Kind.DIVIDEND)] == ["ASML", "PFE", "PFE"]


def test_a_split_is_the_change_of_shares_on_the_first_day_that_it_counts(statement: ParsedFile) -> None:
    (split,) = of_kind(statement, Kind.SPLIT)

    assert (split.symbol, split.quantity, split.trade_date) == ("NVDA", 180, date(2024, 6, 10))


def test_shares_from_another_broker_come_without_basis_and_say_so(statement: ParsedFile) -> None:
    (moved,) = of_kind(statement, Kind.TRANSFER_IN)

    assert (moved.symbol, moved.quantity, moved.cash, moved.basis) == ("VTI", 1250, 0, None)
    assert said(moved) == [
        (70, "Qty", "Basis and purchase dates of VTI do not come with the transfer; no plan will sell it.")
    ]


def test_the_list_of_instruments_gives_kind_and_identifiers(statement: ParsedFile) -> None:
    bought, moved = of_kind(statement, Kind.BUY)[0], of_kind(statement, Kind.TRANSFER_IN)[0]

    assert bought.security == Security("NVIDIA CORP", "stock", isin="US67066G1040", exchange="NASDAQ")
    assert moved.security == Security("VANGUARD TOTAL STOCK MKT ETF", "etf", cusip="922908769", exchange="ARCA")


def test_positions_are_compared_with_the_cash_of_each_currency(statement: ParsedFile) -> None:
    assert [(line.symbol, line.quantity, line.currency, line.basis) for line in statement.positions] == [
        ("NVDA", 200, "USD", 2421),
        ("GME", -30, "USD", -840),
        ("PFE", 600, "USD", 16503),
        ("ABNB", 3, "USD", Decimal("450.35")),
        ("VTI", 1250, "USD", None),
        ("PFE   240920C00030000", -4, "USD", Decimal("-337.40")),
        ("MESU4", 1, "USD", Decimal("28201.87")),
        ("", Decimal("1194.97"), "EUR", None),
        ("", Decimal("20582.35"), "USD", None),
    ]


def test_open_lots_are_compared_and_not_booked_beside_the_trades(statement: ParsedFile) -> None:
    (lot,) = statement.lots

    assert (lot.symbol, lot.quantity, lot.basis, lot.acquired) == ("NVDA", 200, 2421, date(2024, 1, 3))
    assert of_kind(statement, Kind.OPENING) == []


LOTS = "Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Open,Quantity,Mult,Cost Price,Cost Basis"


def test_a_lot_that_vests_later_opened_when_it_was_granted() -> None:
    lot = "Open Positions,Data,Lot,Stocks,USD,IBKR,2024-11-28 (Vesting: 2025-11-28),1,,48.91,48.91"

    assert [line.acquired for line in read(activity(LOTS, lot)).lots] == [date(2024, 11, 28)]


def test_lots_without_their_days_are_not_compared() -> None:
    lot = "Open Positions,Data,Lot,Stocks,USD,IBKR,1,,48.91,48.91"

    parsed = read(activity(LOTS.replace("Symbol,Open,", "Symbol,"), lot))

    assert (parsed.lots, [row.acquired for row in parsed.rows]) == ((), [None])


def test_a_closed_lot_is_a_gain_sold_on_the_day_of_the_order_above_it(statement: ParsedFile) -> None:
    (gain,) = statement.gains

    assert (gain.symbol, gain.quantity, gain.basis) == ("PFE", 400, 11002)
    assert (gain.acquired, gain.sold) == (date(2024, 2, 12), date(2024, 8, 1))
    assert gain.proceeds == Decimal("12097.63")


def test_a_base_summary_is_the_balance_where_no_currency_has_its_own() -> None:
    header = "Cash Report,Header,Currency Summary,Currency,Total"

    parsed = read(activity(header, "Cash Report,Data,Ending Cash,Base Currency Summary,12.50"))

    assert [(line.symbol, line.quantity, line.currency) for line in parsed.positions] == [("", Decimal("12.50"), "USD")]


def test_t21_a_buy_that_closes_covers_a_short_position() -> None:
    row = only(trades("Order|Stocks|USD|GME|2024-07-01, 10:00:00|10|25|25|-250|-1|0|28|0|C;P"))

    assert (row.kind, row.quantity, row.cash) == (Kind.SHORT, 10, -251)


def test_t21_an_order_that_closes_and_opens_is_booked_with_a_warning() -> None:
    row = only(trades("Order|Stocks|USD|GME|2024-07-01, 10:00:00|-30|25|25|750|-1|0|28|0|C;O"))

    assert (row.kind, row.status) == (Kind.SELL, Status.WARNING)
    assert "closes a position and opens the opposite one" in row.problems[0].message


def test_orders_are_counted_and_not_the_trades_that_detail_some_of_them() -> None:
    rows = read(
        trades(
            "Order|Stocks|USD|KO|2024-07-01, 10:00:00|10|60|60|-600|-1|601|0|0|O",
            "Trade|Stocks|USD|KO|2024-07-01, 10:00:00|4|60|60|-240|-0.4|240.4|0|0|O",
            "Trade|Stocks|USD|KO|2024-07-01, 10:00:09|6|60|60|-360|-0.6|360.6|0|0|O",
            "Order|Stocks|USD|PEP|2024-07-01, 10:00:00|5|60|60|-300|-1|301|0|0|O",
        )
    ).rows

    assert [(row.symbol, row.quantity) for row in rows] == [("KO", 10), ("PEP", 5)]


def test_older_statements_have_trades_in_the_place_of_orders() -> None:
    row = only(trades("Trade|Stocks|USD|KO|2019-07-01, 10:00:00|4|60|60|-240|-0.4|240.4|0|0|O"))

    assert (row.kind, row.quantity) == (Kind.BUY, 4)


def test_a_cancelled_trade_and_what_it_cancels_are_kept_and_not_booked() -> None:
    rows = read(
        trades(
            "Order|Stocks|USD|KO|2024-07-01, 10:00:00|10|60|60|-600|-1|601|0|0|O",
            "Order|Stocks|USD|KO|2024-07-01, 10:00:00|10|60|60|-600|-1|601|0|0|O",
            "Order|Stocks|USD|KO|2024-07-02, 10:00:00|-10|60|60|600|1|-601|0|0|Ca",
        )
    ).rows

    assert [row.kind for row in rows] == [Kind.BUY, None, None]
    assert rows[1].problems[0].message == "Line 9 cancels this trade; it is not booked."


def test_shares_from_an_option_say_that_the_premium_is_missing() -> None:
    row = only(trades("Order|Stocks|USD|KO|2024-07-01, 16:20:00|100|60|60|-6000|0|6000|0|0|A;O"))

    assert (row.kind, row.status) == (Kind.BUY, Status.WARNING)
    assert "exercised or assigned" in row.problems[0].message


def test_a_price_that_is_worked_out_has_no_more_digits_than_are_stored() -> None:
    row = only(trades("Order|Bonds|USD|T 4 1/4|2024-07-01, 16:20:00|7000|70.30528571||-4921.37|0|4921.37|0|0|O"))

    assert (row.kind, row.price) == (Kind.BUY, Decimal("0.703052857143"))


def test_a_subtotal_that_disagrees_warns_that_rows_may_be_missing() -> None:
    order = 'Trades,Data,Order,Stocks,USD,KO,"2024-07-01, 10:00:00",10,60,60,-600,-1,601,0,0,O'

    parsed = read(activity(TRADES, order, "Trades,SubTotal,,Stocks,USD,KO,,12,,,-720,-1,601,0,0,"))

    assert [(p.row, p.message) for p in parsed.problems] == [(8, "The total of KO USD says 12, the rows add up to 10.")]
    assert len(parsed.rows) == 1


def test_a_total_of_payments_that_disagrees_is_a_warning() -> None:
    lines = [
        "Interest,Header,Currency,Date,Description,Amount",
        "Interest,Data,USD,2024-07-03,USD Credit Interest for Jun-2024,4",
        "Interest,Data,Total,,,5",
        "Interest,Data,Total Interest in USD,,,5",
    ]

    assert [p.message for p in read(activity(*lines)).problems] == [
        "The total of Interest says 5, the rows add up to 4."
    ]


def test_consolidated_statements_name_the_account_in_each_row() -> None:
    header = TRADES.replace("Currency,Symbol", "Currency,Account,Symbol")

    row = only(
        activity(header, 'Trades,Data,Order,Stocks,USD,U1111222,KO,"2024-07-01, 10:00:00",1,60,60,-60,0,60,0,0,O')
    )

    assert row.account == AccountHint("", "1111222")


def test_a_section_of_amounts_that_is_not_read_is_said() -> None:
    parsed = read(
        activity("CFD Charges,Header,Currency,Date,Description,Amount", "CFD Charges,Data,USD,2024-07-03,X,-1")
    )

    assert [(p.row, p.message) for p in parsed.problems] == [
        (6, "The section “CFD Charges” is not read; amounts in it may be missing.")
    ]


def test_a_line_of_no_section_is_reported_and_not_lost() -> None:
    parsed = read(activity("Trades,Data,Order,Stocks", "what is this"))

    assert [(p.row, p.message) for p in parsed.problems] == [
        (6, "“Trades,Data,Order,Stocks” belongs to no section; the line is left out."),
        (7, "“what is this” belongs to no section; the line is left out."),
    ]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("Order|Stocks|USD|KO|16/09/21|10|60|60|-600|-1|601|0|0|O", "Date/Time"),
        ("Order|Stocks|USD|KO||10|60|60|-600|-1|601|0|0|O", "Date/Time"),
        ("Order|Stocks|USD|KO|2024-07-01, 10:00:00|abc|60|60|-600|-1|601|0|0|O", "Quantity"),
        ("Order|Stocks|USD|KO|2024-07-01, 10:00:00||60|60|-600|-1|601|0|0|O", "Quantity"),
        ("Order|Stocks|USD|KO|2024-07-01, 10:00:00|10|60|60|600|-1|601|0|0|O", "Proceeds"),
        ("Order|Stocks|USD|KO|2024-07-01, 10:00:00|10|-60|60|-600|-1|601|0|0|O", "T. Price"),
        ("Order|Stocks|XXXX|KO|2024-07-01, 10:00:00|10|60|60|-600|-1|601|0|0|O", "Currency"),
        ("Order|Stocks|USD||2024-07-01, 10:00:00|10|60|60|-600|-1|601|0|0|O", "Symbol"),
        ("Order|Stocks|USD|KO|2024-07-01, 10:00:00|10", ""),
    ],
)
def test_i06_a_faulty_row_names_its_line_and_column_and_good_rows_stay(row: str, field: str) -> None:
    good = "Order|Stocks|USD|PEP|2024-07-01, 10:00:00|10|60|60|-600|-1|601|0|0|O"

    faulty, fine = read(trades(row, good)).rows

    assert (faulty.status, fine.status) == (Status.ERROR, Status.READY)
    assert (7, field) in [(line, name) for line, name, _ in said(faulty)]
    assert all(problem.remedy for problem in faulty.problems)


def test_another_file_is_refused_by_name() -> None:
    with pytest.raises(ImportFailed, match="activity statement"):
        IbkrActivity().parse("Date,Amount\n2024-01-01,5\n")
