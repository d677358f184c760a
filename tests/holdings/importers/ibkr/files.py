"""Files of Interactive Brokers as the tests write them."""

from holdings.importers.base import DraftRow
from holdings.importers.registry import read

TRADES = (
    "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,C. Price,"
    "Proceeds,Comm/Fee,Basis,Realized P/L,MTM P/L,Code"
)
CORPORATE = (
    "Corporate Actions,Header,Asset Category,Currency,Report Date,Date/Time,Description,Quantity,Proceeds,Value,"
    "Realized P/L,Code"
)
HISTORY = (
    "Transaction History,Header,Date,Account,Description,Transaction Type,Symbol,Quantity,Price,Price Currency,"
    "Gross Amount ,Commission,Net Amount"
)
FLEX = (
    '"ClientAccountID","CurrencyPrimary","FXRateToBase","AssetClass","Symbol","DateTime","TradeDate","Quantity",'
    '"TradePrice","Proceeds","Taxes","IBCommission","IBCommissionCurrency","Open/CloseIndicator","Notes/Codes","Buy/Sell"'
)


def activity(*lines: str) -> bytes:
    """An activity statement in dollars of the year 2024, of these lines."""
    head = [
        "Statement,Header,Field Name,Field Value",
        'Statement,Data,Period,"January 1, 2024 - December 31, 2024"',
        "Account Information,Header,Field Name,Field Value",
        "Account Information,Data,Account,U7654321",
        "Account Information,Data,Base Currency,USD",
    ]
    return "\n".join([*head, *lines]).encode()


def trades(*rows: str) -> bytes:
    """A statement of trades; cells are separated by |."""
    return activity(TRADES, *(f"Trades,Data,{_quoted(row)}" for row in rows))


def corporate(*rows: str) -> bytes:
    """A statement of corporate actions: day|sentence|quantity|proceeds|value."""
    lines = []
    for row in rows:
        day, sentence, quantity, proceeds, value = row.split("|")
        cells = f"Stocks|USD|{day}|{day}, 20:25:00|{sentence}|{quantity}|{proceeds}|{value}|0|"
        lines.append(f"Corporate Actions,Data,{_quoted(cells)}")
    return activity(CORPORATE, *lines)


def history(*rows: str, base: str = "USD") -> bytes:
    """A transaction history; cells are separated by |."""
    head = ["Statement,Data,Title,Transaction History", f"Summary,Data,Base Currency,{base}", HISTORY]
    return "\n".join([*head, *(f"Transaction History,Data,{_quoted(row)}" for row in rows)]).encode()


def flex(*rows: str) -> bytes:
    """A Flex query of trades; cells are separated by |."""
    return "\n".join([FLEX, *(_quoted(row) for row in rows)]).encode()


def xml(body: str, attributes: str = 'accountId="U7654321" toDate="20260930"') -> bytes:
    """A Flex query of one statement."""
    statement = f"<FlexStatement {attributes}>{body}</FlexStatement>"
    return f"<FlexQueryResponse><FlexStatements>{statement}</FlexStatements></FlexQueryResponse>".encode()


def only(content: bytes) -> DraftRow:
    (row,) = read(content).rows
    return row


def said(row: DraftRow) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.field, problem.message) for problem in row.problems]


def _quoted(row: str) -> str:
    return ",".join(f'"{cell}"' for cell in row.split("|"))
