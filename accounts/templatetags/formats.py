"""How figures are written: true minus, no −0, a sign on changes only, – where a figure does not apply.

Fractions come as fractions (0.14) and are shown as 14.0. Separators follow the active locale.
"""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

register = template.Library()

Number = Decimal | float | int
MINUS = "−"
WORD_JOINER = "\u2060"
NOT_APPLICABLE = SafeString('<span class="na">–</span>')
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$"}
HUNDRED = Decimal(100)


def rounded(value: Number, decimals: int = 0) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def digits(value: Decimal) -> str:
    """The size of a rounded number with the locale's separators; its exponent gives the decimals."""
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return number_format(abs(value), decimal_pos=decimals, force_grouping=True)


def sign(value: Decimal, *, always: bool) -> str:
    if value < 0:
        return MINUS
    return "+" if always and value > 0 else ""


def coloured(value: Decimal, text: str) -> SafeString | str:
    if value == 0:
        return text
    return format_html('<span class="{}">{}</span>', "loss" if value < 0 else "gain", text)


@register.filter
def amount(value: Number | None, decimals: int = 0) -> str:
    """A bare number for a table whose header says the unit: 119,861."""
    if value is None:
        return NOT_APPLICABLE
    number = rounded(value, decimals)
    return sign(number, always=False) + digits(number)


@register.filter
def change(value: Number | None, decimals: int = 0) -> str:
    """A bare number with its sign: +777, −960, 0."""
    if value is None:
        return NOT_APPLICABLE
    number = rounded(value, decimals)
    return sign(number, always=True) + digits(number)


@register.filter
def gain(value: Number | None, decimals: int = 0) -> str:
    """`change` in the colour of a gain or a loss."""
    return NOT_APPLICABLE if value is None else coloured(rounded(value, decimals), change(value, decimals))


@register.filter
def money(value: Number | None, currency: str = "USD") -> str:
    """Whole units with their symbol, for prose and key figures: $1,239,572."""
    return NOT_APPLICABLE if value is None else with_symbol(rounded(value), currency, always=False)


@register.filter
def money_cents(value: Number | None, currency: str = "USD") -> str:
    """Prices and costs: $2.74."""
    return NOT_APPLICABLE if value is None else with_symbol(rounded(value, 2), currency, always=False)


@register.filter
def money_change(value: Number | None, currency: str = "USD") -> str:
    """+$777, −$960, $0."""
    return NOT_APPLICABLE if value is None else with_symbol(rounded(value), currency, always=True)


@register.filter
def money_gain(value: Number | None, currency: str = "USD") -> str:
    """`money_change` in the colour of a gain or a loss."""
    return NOT_APPLICABLE if value is None else coloured(rounded(value), money_change(value, currency))


@register.filter
def unbroken(sentence: str) -> str:
    """A sentence whose lines never end between a sign and its symbol: −$960 stays whole."""
    return re.sub(r"(?<=[−+])(?=\S)", WORD_JOINER, sentence)


def with_symbol(number: Decimal, currency: str, *, always: bool) -> str:
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return sign(number, always=always) + symbol + digits(number)


@register.filter
def weight(value: Number | None, decimals: int = 1) -> str:
    """A fraction as a bare number of per cent, for a column headed %: 14.0."""
    return amount(in_hundredths(value), decimals)


@register.filter
def points(value: Number | None, decimals: int = 1) -> str:
    """A difference of fractions as a bare signed number, for a column headed pts: +7.0."""
    return change(in_hundredths(value), decimals)


@register.filter
def percent(value: Number | None, decimals: int = 1) -> str:
    """A fraction with its unit: 14.0%, −11.0%."""
    return NOT_APPLICABLE if value is None else f"{weight(value, decimals)}%"


@register.filter
def percent_change(value: Number | None, decimals: int = 1) -> str:
    """A relative change with its sign: +29.3%."""
    return NOT_APPLICABLE if value is None else f"{points(value, decimals)}%"


def in_hundredths(value: Number | None) -> Decimal | None:
    if value is None:
        return None
    return HUNDRED * (value if isinstance(value, Decimal) else Decimal(repr(value)))


@register.filter
def quantity(value: Number | None) -> str:
    """Shares as held, without trailing zeros, to the eighth decimal: 1,685 or 12.5."""
    if value is None:
        return NOT_APPLICABLE
    exact = rounded(value, 8)
    shown = rounded(exact) if exact == exact.to_integral_value() else exact.normalize()
    return sign(shown, always=False) + digits(shown)


@register.filter
def day(value: dt.date | None) -> str:
    """28 Dec 2022."""
    return NOT_APPLICABLE if value is None else f"{value.day} {value:%b %Y}"


@register.filter
def day_short(value: dt.date | None) -> str:
    """28 Dec, where the year is plain."""
    return NOT_APPLICABLE if value is None else f"{value.day} {value:%b}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """28 Dec 2022, 16:32."""
    if value is None:
        return NOT_APPLICABLE
    local = localtime(value)
    return f"{day(local)}, {local:%H:%M}"


@register.filter
def count_of(number: int, noun: str) -> str:
    """1 trade, 15 trades; `count_of:"entry,entries"` for what does not take an s."""
    singular, _, plural = noun.partition(",")
    return f"{digits(Decimal(number))} {singular if number == 1 else plural or singular + 's'}"
