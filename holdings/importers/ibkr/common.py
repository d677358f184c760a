"""What every kind of record has: account, instrument, currency, rate."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

from holdings.importers.base import AccountHint, DraftRow, Security
from holdings.importers.cells import UNKNOWN
from holdings.importers.ibkr.records import DATE_REMEDY, Record
from holdings.importers.options import option_symbol
from holdings.ledger.types import ZERO, Kind

IDENTIFIED = re.compile(r"\s*(?P<symbol>[A-Z0-9][A-Z0-9 ./-]*?)\s*\((?P<id>[A-Z]{2}[A-Z0-9]{9}[0-9]|[A-Z0-9]{9})\)")
"""`VTI(US9229087690) …`: how descriptions begin."""

OPTION_SYMBOL = re.compile(
    r"[A-Z0-9.]+\s+(?:[0-9]{6}[CP][0-9]{8}|[0-9]{1,2}[A-Z]{3}[0-9]{2}\s+[0-9.]+\s+[CP]|[A-Z]{3}[0-9]{2}\s+[0-9.]+\s+[CP])"
)

CURRENCY = re.compile(r"[A-Z]{3}")

_ACCOUNT = re.compile(r"[A-Z]{0,3}\**(?P<end>[0-9]{3,})[A-Z]?")
_MOST = 12
_DECIMALS = Decimal(1).scaleb(-_MOST)
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_CUSIP = re.compile(r"[A-Z0-9]{8}[0-9]")

DERIVATIVES = ("opt", "fop", "fsfop", "equity and index options", "fut", "cfd")
_KINDS = (
    (DERIVATIVES, "option"),
    (("stk", "stock"), "stock"),
    (("fund", "mutual fund"), "fund"),
    (("bond", "bill", "treasury", "corporate bond", "municipal bond", "government bond"), "bond"),
    (("crypto",), "crypto"),
)


@dataclass(frozen=True)
class Context:
    """What is said once in a file and holds for its records."""

    base: str = ""
    as_of: date | None = None
    securities: Mapping[str, Security] = field(default_factory=dict)
    bases: Mapping[str, str] = field(default_factory=dict)

    def base_of(self, record: Record) -> str:
        """The base currency of the record's account."""
        return self.bases.get(record.text("accountid")) or self.base


def account_hint(text: str, alias: str = "") -> AccountHint | None:
    """`U1234567`, `U***00000`, or a name."""
    match = _ACCOUNT.fullmatch(text)
    if match:
        return AccountHint(alias, match["end"])
    name = "" if text.lower() in UNKNOWN else text
    return AccountHint(name or alias, "") if name or alias else None


def instrument_kind(category: str, subcategory: str = "") -> str:
    """The kind of `holdings.models.Instrument` for `STK`, `Stocks`, `Equity and Index Options`…; empty when unknown."""
    low = category.lower()
    if subcategory.upper() == "ETF":
        return "etf"
    return next((kind for starts, kind in _KINDS if low.startswith(starts)), "other" if low else "")


def is_forex(record: Record) -> bool:
    """A conversion of one currency into another. A row that names neither class nor instrument is one, too."""
    category = record.text("assetcategory").lower()
    if category:
        return category in {"cash", "forex"}
    return "isin" in record.columns.of_field and record.unknown("isin") and record.unknown("symbol")


def settles_daily(category: str) -> bool:
    """Futures and CFDs: gains and losses move cash day by day, the trade itself does not."""
    return category.lower().startswith(("fut", "cfd"))


def identifiers(text: str) -> dict[str, str]:
    """An ISIN or a CUSIP by its shape."""
    if _ISIN.fullmatch(text):
        return {"isin": text}
    return {"cusip": text} if _CUSIP.fullmatch(text) else {}


def security(record: Record, context: Context) -> Security:
    """What the row and the list of instruments tell of an instrument."""
    known = context.securities.get(symbol(record), Security())
    named = identifiers(record.text("securityid"))
    kind = instrument_kind(record.text("assetcategory"), record.text("subcategory"))
    return Security(
        name=known.name or _name(record),
        kind=known.kind or kind,
        isin=known.isin or record.text("isin") or named.get("isin", ""),
        cusip=known.cusip or record.text("cusip") or named.get("cusip", ""),
        exchange=known.exchange or record.text("listingexchange"),
    )


def _name(record: Record) -> str:
    """Descriptions of trades and positions are names of instruments; those of payments tell a story."""
    text = record.text("description")
    return "" if IDENTIFIED.match(text) or record.text("type") else text


def symbol(record: Record) -> str:
    """The ticker, else CUSIP or ISIN, else what a description begins with."""
    text = record.text(record.first("symbol", "cusip", "isin"))
    if text.lower() not in UNKNOWN:
        return (option_symbol(text) if " " in text else None) or text.upper()
    match = IDENTIFIED.match(record.text("description"))
    return match["symbol"].upper() if match else ""


def currency(record: Record, name: str = "currency") -> str:
    text = record.text(name).upper()
    if not CURRENCY.fullmatch(text):
        record.error(name, f"“{text}” is no currency.", "Add the currency, such as USD, to the row or the Flex query.")
    return text


def kept(amount: Decimal) -> Decimal:
    """A computed amount in no more decimals than are stored."""
    return amount.quantize(_DECIMALS) if int(amount.as_tuple().exponent) < -_MOST else amount


def needed(record: Record, name: str) -> Decimal:
    """A number that the row cannot do without, and that cannot be zero."""
    value = record.number(name)
    if value == 0 or record.unknown(name):
        record.error(name, f"{name.capitalize()} is missing.", "Add it in the file, or leave the row out.")
    return value or ZERO


def draft(
    record: Record, context: Context, kind: Kind | None, moment: tuple[date | None, time | None], **fields: Any
) -> DraftRow:
    """A row with all that records have in common; `fields` are those of this one."""
    if moment[0] is None and not record.problems:
        record.error(record.first("tradedate", "datetime"), "The date cannot be read.", DATE_REMEDY)
    rate, base = record.number("fxratetobase"), context.base_of(record)
    common: dict[str, Any] = {
        "symbol": symbol(record),
        "currency": currency(record),
        "description": record.text(record.first("actiondescription", "description")),
        "account": account_hint(record.text("accountid"), record.text("acctalias")),
        "security": security(record, context),
        "rate": rate if rate and rate > 0 and base else None,
        "rate_currency": base if rate and rate > 0 else "",
        "external_id": record.text(record.first("transactionid", "tradeid", "ibexecid")),
    }
    values = common | fields
    if not values["symbol"]:
        values["security"] = Security()
    return DraftRow(
        rows=(record.line,),
        raw=record.raw,
        kind=kind,
        trade_date=moment[0],
        trade_time=moment[1],
        problems=tuple(record.problems),
        **values,
    )
