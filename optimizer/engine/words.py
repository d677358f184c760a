"""Numbers and limits in words, the same everywhere."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from optimizer.engine.types import AccountInput, AssetInput, ConstraintInput

MINUS = "\N{MINUS SIGN}"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$"}
"""As pages write them; this package imports none of theirs."""


def money_words(amount: Decimal | float, currency: str) -> str:
    """Whole units of money with sign and symbol in front: $1,240, −£35 or CHF 500."""
    whole = round(abs(float(amount)))
    return f"{MINUS if amount < 0 and whole else ''}{SYMBOLS.get(currency, f'{currency} ')}{whole:,}"


def percent(fraction: float | Decimal, places: int = 1) -> str:
    text = f"{abs(float(fraction)) * 100:.{places}f}%"
    return f"{MINUS}{text}" if fraction < 0 and float(text[:-1]) else text


def points(fraction: float, places: int = 1) -> str:
    return f"{abs(fraction) * 100:.{places}f} points"


def ratio(number: float | Decimal) -> str:
    return f"{float(number):.2f}".replace("-", MINUS)


PLANS = ("IRA", "HSA", "ISA", "SIPP", "RRSP", "TFSA")


def unslugged(token: str) -> str:
    """traditional_ira as traditional IRA, roth_ira as Roth IRA, equity as equity."""
    known = {"roth": "Roth", "401k": "401(k)"} | {each.lower(): each for each in PLANS}
    return " ".join(known.get(word, word) for word in token.split("_"))


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(items: Sequence[str], last: str = "and") -> str:
    """a, b and c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def subject(row: ConstraintInput, assets: Sequence[AssetInput], accounts: Sequence[AccountInput]) -> str:
    """The name of what a row limits."""
    names = {asset.id: asset.symbol for asset in assets} | {account.id: account.name for account in accounts}
    return names.get(row.subject, row.subject) or "the household"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def outward(value: Decimal, *, up: bool, unit: Decimal) -> Decimal:
    """Rounded away from the limit that it replaces, so that the rounded value still suffices."""
    return (value / unit).to_integral_value(ROUND_CEILING if up else ROUND_FLOOR) * unit


def written(day: date) -> str:
    """3 Mar 2023."""
    return f"{day.day} {day:%b %Y}"
