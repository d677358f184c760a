from datetime import date, time
from decimal import Decimal

import pytest

from holdings.importers.base import AccountHint, Content, DraftRow, ImportFailed, ParsedFile, Status
from holdings.importers.ibkr.flex_xml import IbkrFlexXml
from holdings.importers.registry import read
from holdings.ledger.types import Kind
from tests.holdings.importers.files import fixture
from tests.holdings.importers.ibkr.files import only, said, xml

TRADE = (
    '<Trade currency="USD" assetCategory="STK" symbol="KO" dateTime="20260918;085905" quantity="10" tradePrice="60"'
    ' proceeds="-600" ibCommission="-1" buySell="BUY" levelOfDetail="EXECUTION" />'
)


@pytest.fixture(scope="module")
def query() -> ParsedFile:
    return read(fixture("ibkr_flex_2026.xml"))


def at(query: ParsedFile, line: int) -> DraftRow:
    return next(row for row in query.rows if row.rows[0] == line)


def test_it_knows_account_day_and_content(query: ParsedFile) -> None:
    assert (query.importer, query.content, query.as_of) == ("ibkr_flex_xml", Content.MIXED, date(2026, 9, 30))
    assert query.accounts == (AccountHint("Long run", "7654321"),)


def test_a_record_is_known_by_the_line_of_its_element(query: ParsedFile) -> None:
    bought = query.rows[0]

    assert (bought.rows, bought.raw["symbol"], bought.raw["tradePrice"]) == ((12,), "ASML", "900")


def test_i05_a_trade_is_of_the_day_and_time_written(query: ParsedFile) -> None:
    assert (query.rows[0].trade_date, query.rows[0].trade_time) == (date(2026, 9, 18), time(8, 59, 5))


def test_commission_and_taxes_are_costs_and_the_rate_is_the_broker_s(query: ParsedFile) -> None:
    bought = query.rows[0]

    assert (bought.cash, bought.fees, bought.currency) == (Decimal("-4507.7"), Decimal("7.7"), "EUR")
    assert (bought.rate, bought.rate_currency, bought.external_id) == (Decimal("1.10"), "USD", "9000001")


def test_executions_of_one_order_name_it() -> None:
    fills = TRADE.replace("<Trade ", '<Trade ibOrderID="5501" ')
    confirm = TRADE.replace("<Trade ", '<TradeConfirm orderID="5502" ').replace('levelOfDetail="EXECUTION" ', "")
    rows = [*read(xml(f"<Trades>{fills}{fills}</Trades>")).rows, only(xml(f"<TradeConfirms>{confirm}</TradeConfirms>"))]

    assert [row.order for row in rows] == ["5501", "5501", "5502"]


def test_executions_are_counted_once_beside_orders_and_summaries(query: ParsedFile) -> None:
    assert [row.rows for row in query.rows if row.symbol == "ASML" and row.kind is Kind.BUY] == [(12,)]


def test_t20_t21_a_short_position_is_opened_and_covered_by_flagged_rows(query: ParsedFile) -> None:
    opened, covered = at(query, 13), at(query, 14)

    assert (opened.kind, opened.quantity, opened.cash) == (Kind.SHORT, -30, 839)
    assert (covered.kind, covered.quantity, covered.cash) == (Kind.SHORT, 10, -251)


def test_an_option_is_flagged(query: ParsedFile) -> None:
    assert (at(query, 15).kind, at(query, 15).quantity, at(query, 15).cash) == (Kind.OPTION, -4, Decimal("337.4"))


def test_accrued_interest_of_a_bond_is_no_part_of_its_cost(query: ParsedFile) -> None:
    bond, interest = (row for row in query.rows if row.rows == (16,))

    assert (bond.quantity, bond.price, bond.cash) == (5000, Decimal("0.985"), -4930)
    assert (interest.kind, interest.cash) == (Kind.INTEREST, Decimal("-62.9"))


def test_a_return_of_capital_hides_in_the_text_of_a_dividend(query: ParsedFile) -> None:
    assert (at(query, 23).kind, at(query, 23).symbol, at(query, 23).cash) == (Kind.RETURN_OF_CAPITAL, "XYL", 50)


def test_payments_in_lieu_are_income_and_withheld_tax_is_tax(query: ParsedFile) -> None:
    assert [(at(query, line).kind, at(query, line).cash) for line in (24, 25, 26)] == [
        (Kind.DIVIDEND, Decimal("12.6")),
        (Kind.TAX, Decimal("-1.89")),
        (Kind.TAX, Decimal("-1.20")),
    ]
    assert (at(query, 26).currency, at(query, 26).rate) == ("EUR", Decimal("1.09"))


def test_interest_and_deposits_are_cash_of_no_instrument(query: ParsedFile) -> None:
    assert [(at(query, line).kind, at(query, line).symbol) for line in (27, 28)] == [
        (Kind.INTEREST, ""),
        (Kind.DEPOSIT, ""),
    ]


def test_a_payment_of_unknown_type_is_kept_as_a_numbered_warning(query: ParsedFile) -> None:
    assert (at(query, 29).kind, at(query, 29).status) == (None, Status.WARNING)
    assert said(at(query, 29)) == [(29, "type", "“Other Income” has no known meaning; the row is not booked.")]


def test_transfers_of_shares_and_of_cash_go_as_the_direction_says(query: ParsedFile) -> None:
    shares, cash = at(query, 43), at(query, 44)

    assert (shares.kind, shares.quantity, shares.cash, shares.basis) == (Kind.TRANSFER_IN, 40, 0, None)
    assert (cash.kind, cash.cash, cash.symbol, cash.quantity) == (Kind.TRANSFER_OUT, -500, "", 0)


def test_positions_and_balances_are_stated_without_the_sum_in_the_base(query: ParsedFile) -> None:
    assert [(line.symbol, line.quantity, line.currency) for line in query.positions] == [
        ("VTI", 30, "USD"),
        ("", Decimal("90.3"), "EUR"),
        ("", Decimal("5021.07"), "USD"),
    ]


def test_lots_are_stated_by_the_day_of_opening_and_short_ones_are_not(query: ParsedFile) -> None:
    assert [(lot.symbol, lot.quantity, lot.basis, lot.acquired) for lot in query.lots] == [
        ("VTI", 30, 7500, date(2024, 5, 3))
    ]


def test_closed_lots_are_gains_and_wash_sales_a_warning(query: ParsedFile) -> None:
    (gain,) = query.gains

    assert (gain.symbol, gain.basis, gain.proceeds) == ("VTI", 2500, Decimal("2998.98"))
    assert [(p.row, p.message) for p in query.problems] == [
        (20, "The broker reports a wash sale of VTI; the ledger works out its own.")
    ]


LOT = (
    '<OpenPosition currency="USD" assetCategory="STK" symbol="VTI" position="30" markPrice="300" positionValue="9000"'
    ' costBasisMoney="7500" levelOfDetail="LOT" openDateTime="20240503;100000" holdingPeriodDateTime="{tacked}" />'
)


def test_lots_of_a_file_without_trades_open_the_ledger_with_their_holding_period() -> None:
    parsed = read(xml(f"<OpenPositions>{LOT.format(tacked='20240412;100000')}</OpenPositions>"))

    (opening,) = parsed.rows
    assert (parsed.content, opening.kind, opening.trade_date) == (Content.LOTS, Kind.OPENING, date(2026, 9, 30))
    assert (opening.quantity, opening.basis, opening.acquired) == (30, 7500, date(2024, 4, 12))
    assert parsed.lots[0].acquired == date(2024, 4, 12)


def test_a_lot_without_a_day_of_the_file_asks_for_one() -> None:
    row = only(xml(f"<OpenPositions>{LOT.format(tacked='')}</OpenPositions>", 'accountId="U1"'))

    assert (row.status, row.acquired) == (Status.ERROR, date(2024, 5, 3))


def test_a_short_or_an_option_among_the_lots_is_flagged() -> None:
    short = LOT.format(tacked="").replace('position="30"', 'position="-30"')
    option = LOT.format(tacked="").replace('"STK"', '"OPT"')

    rows = read(xml(f"<OpenPositions>{short}{option}</OpenPositions>")).rows

    assert [(row.kind, row.quantity) for row in rows] == [(Kind.SHORT, -30), (Kind.OPTION, 30)]


def test_each_account_has_its_own_base() -> None:
    trade = TRADE.replace('currency="USD"', 'currency="USD" fxRateToBase="{rate}"')
    one, two = (
        f'<FlexStatement accountId="{account}"><AccountInformation accountId="{account}" currency="{base}" />'
        f"{trade.format(rate=rate)}</FlexStatement>"
        for account, base, rate in (("U1111111", "EUR", "0.9"), ("U2222222", "CHF", "0.85"))
    )

    rows = read(f"<FlexQueryResponse><FlexStatements>{one}{two}</FlexStatements></FlexQueryResponse>".encode()).rows

    assert [(row.rate, row.rate_currency) for row in rows] == [(Decimal("0.9"), "EUR"), (Decimal("0.85"), "CHF")]


def test_trade_confirmations_are_trades_under_their_own_names() -> None:
    confirm = (
        '<TradeConfirm currency="USD" assetCategory="STK" symbol="KO" tradeDate="20260918" quantity="10" price="60"'
        ' proceeds="-600" commission="-1" commissionCurrency="USD" tax="0" buySell="BUY" code="O" />'
    )

    row = only(xml(f"<TradeConfirms>{confirm}</TradeConfirms>"))

    assert (row.kind, row.price, row.cash, row.fees) == (Kind.BUY, 60, -601, 1)


def test_records_that_move_cash_and_are_not_read_are_said_once() -> None:
    parsed = read(xml("<SalesTaxes><SalesTax salesTax='-1' /><SalesTax salesTax='-2' /></SalesTaxes>" + TRADE))

    assert [problem.message for problem in parsed.problems] == ["The file has sales taxes, which are not read."]


def test_good_records_stay_beside_a_faulty_one() -> None:
    faulty, fine = read(xml(TRADE.replace('"10"', '"ten"') + TRADE)).rows

    assert (faulty.status, fine.status) == (Status.ERROR, Status.READY)
    assert [name for _, name, _ in said(faulty)] == ["quantity"]


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY lol "lol"><!ENTITY lots "&lol;&lol;&lol;">]>',
        '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
    ],
)
def test_a_file_that_declares_entities_or_a_document_type_is_refused(declared: str) -> None:
    with pytest.raises(ImportFailed, match="document type or entities"):
        IbkrFlexXml().parse(declared + xml(TRADE).decode())


def test_broken_xml_is_refused_with_its_line() -> None:
    with pytest.raises(ImportFailed, match="in line 3"):
        IbkrFlexXml().parse('<?xml version="1.0"?>\n<FlexQueryResponse>\n<FlexStatement')


def test_a_declared_encoding_does_not_matter_once_the_text_is_read() -> None:
    content = b'<?xml version="1.0" encoding="ISO-8859-1"?>\n' + xml(TRADE.replace('"KO"', '"KO" description="Müller"'))

    assert read(content).rows[0].security.name == "Müller"


def test_other_xml_is_refused_by_name() -> None:
    with pytest.raises(ImportFailed, match="FlexQueryResponse"):
        IbkrFlexXml().parse("<OFX></OFX>")
