"""One transaction of E*TRADE: what its type and its words mean."""

import re
from decimal import Decimal
from typing import Any

from holdings.importers.base import AccountHint, DraftRow, Security
from holdings.importers.cells import UNKNOWN
from holdings.importers.etrade.common import CENT, contract, us_day
from holdings.importers.money import is_cash
from holdings.importers.reading import RowReader
from holdings.ledger.types import ZERO, Character, Kind

SWEEP = {"MSBNK", "ETSWEEP"}
"""Bank deposits that hold the account's cash. With money market funds it is counted once, as cash."""

_KINDS = {"EQ": "stock", "MF": "fund", "OPTN": "option", "OPT": "option", "BOND": "bond"}
_BOUGHT = {"bought", "bought to open", "bought to cover", "bought to close", "buy"}
_SOLD = {"sold", "sold short", "sold to close", "sold to open", "sell"}
_SHORT = {"sold short", "bought to cover"}
_OPTION_TYPES = {"bought to open", "sold to close", "sold to open", "bought to close"}
_PAID_IN = (
    "online transfer",
    "transfer",
    "wire",
    "ach",
    "deposit",
    "direct deposit",
    "withdrawal",
    "contribution",
    "direct debit",
    "check",
    "funds received",
    "cash transfer",
    "journal",
    "bill pay",
)
_WORDS: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("return of capital",), Kind.RETURN_OF_CAPITAL),
    (("cash in lieu",), Kind.CASH_IN_LIEU),
    (("payment in lieu",), Kind.DIVIDEND),
    (("tax", "withheld", "withholding"), Kind.TAX),
    (("dividend", "capital gain", "cap gain"), Kind.DIVIDEND),
    (("interest",), Kind.INTEREST),
    (("fee", "service charge"), Kind.FEE),
)
_CHARACTERS = (
    (re.compile(r"tax[- ]exempt|exempt[- ]interest"), Character.EXEMPT),
    (re.compile(r"\b(l/t|lt|long[- ]term) cap"), Character.CAPITAL_GAIN),
    (re.compile(r"\b(s/t|st|short[- ]term) cap|non[- ]?qualified|in lieu"), Character.ORDINARY),
    (re.compile(r"\bqualified"), Character.QUALIFIED),
)
"""Of dividends and interest, by the words of type and text; the first that fits."""
_OUTSIDE = re.compile(r"\b(ACH|WIRE|CHECK|DEPOSIT|CONTRIBUTION|WITHDRAW)", re.IGNORECASE)
_REINVESTED = re.compile(r"REINVEST", re.IGNORECASE)
_PLAN = re.compile(r"STOCK PLAN|RESTRICTED|\bRSU?\b|\bESPP\b|EMPLOYEE STOCK|STOCK OPTION EXERCISE", re.IGNORECASE)
_REFERENCE = re.compile(r"REFID:\s*(?P<id>[0-9A-Z]+)")
_TAXED = re.compile(r"tax(able|[- ]exempt)")
_SPACES = re.compile(r"\s{2,}")


def draft(row: RowReader, account: AccountHint | None) -> DraftRow:
    """The row as it would be booked; a row of unknown meaning is kept."""
    moved = _moved(row)
    if not any(moved.values()) and not row.problems:
        row.warn("Amount", "The row moves neither shares nor cash; it is not booked.", "Nothing is to be done.")
        return _row(row, account, None)
    if _is_sweep(row):
        return _swept(row, account, moved)
    if is_option(row):
        return _row(row, account, Kind.OPTION, **moved)
    named = row.text("Type").lower()
    if named in _BOUGHT | _SOLD or (named == "0" and moved["quantity"] and moved["cash"]):
        return _trade(row, account, named, moved)
    if moved["quantity"]:
        return _shares(row, account, named, moved)
    return _cash(row, account, named, moved)


def _swept(row: RowReader, account: AccountHint | None, moved: dict[str, Any]) -> DraftRow:
    """What the account's cash earned is income; its moves in and out of the sweep are none."""
    meaning = _meaning(row)
    for word, kind in (("interest", Kind.INTEREST), ("dividend", Kind.DIVIDEND)):
        if word in meaning and moved["cash"] and not (moved["quantity"] > 0 > moved["cash"]):
            return _row(row, account, kind, cash=moved["cash"])
    row.warn(
        "Type", "Cash moved in or out of the account's sweep; it is cash before and after.", "Nothing is to be done."
    )
    return _row(row, account, None)


def is_option(row: RowReader) -> bool:
    """By its class, its type or its words."""
    named = row.text("Type").lower()
    says_so = named.startswith("option ") or named in _OPTION_TYPES
    return _security_kind(row) == "option" or says_so or bool(contract(row.text("Symbol"), row.text("Description")))


def _security_kind(row: RowReader) -> str:
    return _KINDS.get(row.text("Security Type").upper(), "")


def _moved(row: RowReader) -> dict[str, Any]:
    if (row.number("Price") or ZERO) < 0:
        row.error("Price", "A price is not negative.", "Correct the price in the file.")
    return {
        "quantity": row.number("Quantity") or ZERO,
        "cash": row.number("Amount") or ZERO,
        "fees": abs(row.number("Commission") or ZERO),
        "price": row.number("Price") or None,
    }


def _trade(row: RowReader, account: AccountHint | None, named: str, moved: dict[str, Any]) -> DraftRow:
    sold = named in _SOLD or (named == "0" and moved["quantity"] < 0)
    quantity = -abs(moved["quantity"]) if sold else abs(moved["quantity"])
    if not quantity:
        row.error("Quantity", "The quantity is missing.", "Add it in the file, or leave the row out.")
    if not moved["cash"] or (moved["cash"] > 0) != sold:
        row.error("Amount", f"“{row.text('Amount')}” does not go with the trade.", "Correct the amount in the file.")
    kind = Kind.SHORT if named in _SHORT else Kind.SELL if sold else Kind.BUY
    if kind is Kind.BUY and _REINVESTED.search(row.text("Description")):
        kind = Kind.REINVEST
    price = _price(row, quantity, moved)
    return _row(row, account, kind, **(moved | {"quantity": quantity, "price": price}))


def _price(row: RowReader, quantity: Decimal, moved: dict[str, Any]) -> Decimal | None:
    """The price is written with some of its digits, or as 0: where it does not make the amount, the amount tells it."""
    if row.problems or not quantity:
        return None
    gross, count = abs(moved["cash"] + moved["fees"]), abs(quantity)
    price: Decimal = moved["price"] or ZERO
    per_cent = _security_kind(row) == "bond"
    if abs(price * count - gross) <= CENT:
        return price
    if price and not per_cent and abs(price * count - gross) > CENT + count * CENT + gross / 1_000:
        row.warn(
            "Amount",
            f"Quantity, price and commission make {price * count:,.2f}, the amount is {gross:,.2f}.",
            "The amount is booked. Compare it with the confirmation of the trade.",
        )
    told: Decimal = (gross / count).quantize(Decimal("1e-8"))
    return told


def _shares(row: RowReader, account: AccountHint | None, named: str, moved: dict[str, Any]) -> DraftRow:
    """Shares that came or went without being traded for cash."""
    quantity, cash = moved["quantity"], moved["cash"]
    if "dividend" in named or "gain" in named:
        if quantity > 0 and cash < 0:
            return _row(row, account, Kind.REINVEST, **(moved | {"price": _price(row, quantity, moved)}))
    elif "split" in named and not cash:
        return _row(row, account, Kind.SPLIT, quantity=quantity)
    elif "cash in lieu" in _meaning(row) and cash > 0:
        return _row(row, account, Kind.CASH_IN_LIEU, quantity=-abs(quantity), cash=cash)
    elif named.startswith(("redemption", "redeemed", "matur", "call")) and cash > 0:
        price = _price(row, quantity, moved)
        return _row(row, account, Kind.SELL, **(moved | {"quantity": -abs(quantity), "price": price}))
    elif not cash and (_PLAN.search(f"{named} {row.text('Description')}") or "transfer" in named or "journal" in named):
        return _transfer(row, account, quantity)
    return _unknown(row, account, moved)


def _transfer(row: RowReader, account: AccountHint | None, quantity: Decimal) -> DraftRow:
    if quantity > 0:
        remedy = "Import the lots, or correct them with the figures of the other broker."
        if _PLAN.search(f"{row.text('Type')} {row.text('Description')}"):
            remedy = (
                "Enter the value that was taxed as wages, and the day: it is on the confirmation of the stock plan."
            )
        row.warn("Quantity", "Basis and purchase date do not come with the shares; no plan will sell them.", remedy)
    return _row(row, account, Kind.TRANSFER_IN if quantity > 0 else Kind.TRANSFER_OUT, quantity=quantity)


def _cash(row: RowReader, account: AccountHint | None, named: str, moved: dict[str, Any]) -> DraftRow:
    cash, text = moved["cash"], row.text("Description")
    meaning = _meaning(row)
    kind = next((kind for words, kind in _WORDS if any(word in meaning for word in words)), None)
    if kind is None and (named.startswith(_PAID_IN) or (named == "0" and _OUTSIDE.search(text))):
        outside = not named.startswith(("journal", "transfer")) or _OUTSIDE.search(text)
        ways = (Kind.DEPOSIT, Kind.WITHDRAWAL) if outside else (Kind.TRANSFER_IN, Kind.TRANSFER_OUT)
        kind = Kind.FEE if re.search(r"\bFEE\b", text, re.IGNORECASE) else ways[0] if cash > 0 else ways[1]
    elif kind is None and "distribution" in named:
        kind = Kind.DIVIDEND if _symbol(row, None) else Kind.WITHDRAWAL if cash < 0 else Kind.DEPOSIT
    if kind is None:
        return _unknown(row, account, moved)
    if kind is Kind.CASH_IN_LIEU:
        row.warn("Quantity", "The fraction of a share is not said; the gain is unknown.", "Enter the fraction sold.")
    return _row(row, account, kind, cash=cash, character=_character(row, kind))


def _character(row: RowReader, kind: Kind) -> Character:
    words = f"{row.text('Type')} {row.text('Description')}".lower()
    told = (character for pattern, character in _CHARACTERS if pattern.search(words))
    return next(told, Character.UNKNOWN) if kind in {Kind.DIVIDEND, Kind.INTEREST} else Character.UNKNOWN


def _meaning(row: RowReader) -> str:
    """The type says what a row is; where it is but 0, its text does. Some events hide in the text."""
    named, text = row.text("Type").lower(), row.text("Description").lower()
    if named == "0":
        plain = "dividend" if "record" in text and "pay" in text else text
        return "interest" if _is_sweep(row) and "(period" in text else plain
    hidden = next((words for words in ("return of capital", "cash in lieu") if words in text), "")
    return f"{_TAXED.sub('', named)} {hidden}"


def _is_sweep(row: RowReader) -> bool:
    symbol = row.text("Symbol").upper()
    return symbol in SWEEP or is_cash(symbol) or row.text("Security Type").upper() == "MMF"


def _unknown(row: RowReader, account: AccountHint | None, moved: dict[str, Any]) -> DraftRow:
    row.warn(
        "Type",
        f"“{row.text('Type')}: {_SPACES.sub(' ', row.text('Description'))[:60]}” is not known; the row is not booked.",
        "Record what happened by hand if it changed shares or cash.",
    )
    return _row(row, account, None, quantity=moved["quantity"], cash=moved["cash"])


def _row(row: RowReader, account: AccountHint | None, kind: Kind | None, **moved: Any) -> DraftRow:
    day = row.day("Date", us_day)
    symbol = _symbol(row, kind)
    if not symbol and (moved.get("quantity") or kind in {Kind.BUY, Kind.SELL}):
        row.error("Symbol", "The symbol is missing.", "Add it in the file, or leave the row out.")
    reference = _REFERENCE.search(row.text("Description"))
    option = "option" if kind is Kind.OPTION else _security_kind(row)
    cusip = "" if row.text("Cusip").lower() in UNKNOWN else row.text("Cusip")
    return DraftRow(
        rows=(row.line,),
        raw=row.raw,
        kind=kind,
        trade_date=day,
        symbol=symbol,
        description=_SPACES.sub(" ", row.text("Description")),
        account=account,
        problems=tuple(row.problems),
        security=Security(kind=option, cusip=cusip) if symbol else Security(),
        external_id=reference["id"] if reference else "",
        **moved,
    )


def _symbol(row: RowReader, kind: Kind | None) -> str:
    """For an option the contract, for which the column may have but the stock; a CUSIP where there is no ticker."""
    text = row.text("Symbol")
    if kind is Kind.OPTION:
        return contract(row.text("Description"), text) or text.upper()
    if _is_sweep(row):
        return ""
    named = (text, row.text("Cusip"))
    return next((name.upper() for name in named if name.lower() not in UNKNOWN), "")
