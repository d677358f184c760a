"""Files of E*TRADE as the tests write them."""

from holdings.importers.base import DraftRow
from holdings.importers.registry import read

OLD = "TransactionDate,TransactionType,SecurityType,Symbol,Quantity,Amount,Price,Commission,Description"
NEW = (
    "Activity/Trade Date,Transaction Date,Settlement Date,Activity Type,Description,Symbol,Cusip,Quantity #,Price $,"
    "Amount $,Commission,Category,Note"
)
LOTS = "Symbol,Qty #,Value $,Total Cost"
GAINS = (
    "Symbol,Quantity,Date,Cost/Share $,Total Cost $,Date,Price/Share $,Proceeds $,Gain $,Deferred Loss $,Term,"
    "Lot Selection"
)


def old(*rows: str) -> bytes:
    """Transactions of the era until 2024."""
    return "\n".join(["For Account:,####4417", "", OLD, "", *rows]).encode()


def new(*rows: str) -> bytes:
    """Transactions since 2025: day|type|text|symbol|quantity|price|amount|commission."""
    lines = []
    for row in rows:
        day, kind, text, symbol, quantity, price, amount, commission = row.split("|")
        lines.append(f"{day},{day},{day},{kind},{text},{symbol},--,{quantity},{price},{amount},{commission},--,--")
    return "\n".join(["All Transactions Activity Types", "", NEW, *lines]).encode()


def lots(*rows: str, day: str = "Jan 05 2026") -> bytes:
    """A portfolio download of these rows."""
    end = [f"Generated at {day} 09:00 AM ET"] if day else []
    return "\n".join([LOTS, *rows, *end]).encode()


def gains(*rows: str) -> bytes:
    """Gains and losses of these rows."""
    return "\n".join([GAINS, *rows, "Generated at Jan 01 2026 09:00 AM ET"]).encode()


def only(content: bytes) -> DraftRow:
    (row,) = read(content).rows
    return row


def said(row: DraftRow) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.field, problem.message) for problem in row.problems]
