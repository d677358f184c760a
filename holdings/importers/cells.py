"""Numbers and dates as brokers write them. Each function refuses what it is not sure of."""

import re
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

UNKNOWN = {"", "--", "-", "n/a", "incomplete", "not tracked", "missing"}
"""Cells that say that a number or a date is not known."""

_LARGEST_EXPONENT = 20  # the stored columns hold twenty digits before the decimal sign
_DECIMALS = 18

_SIGN = "[-+\u2212]"
_MONEY = "[$€£¥]"
_SIGNED = re.compile(
    rf"(?P<open>\()?(?P<sign>{_SIGN})?{_MONEY}?(?P<late>{_SIGN})?(?P<digits>[^()$€£¥]*?)"
    rf"(?:[ \u00a0\u202f]?{_MONEY})?(?P<last>(?<=[0-9])-)?(?P<close>\))?"
)
_PLAIN = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,18})?")  # what nearly every cell is, read without further questions
_GROUPING = {".": "[,'\u2019 \u00a0\u202f]", ",": "[.'\u2019 \u00a0\u202f]"}
_DIGITS = {
    sign: re.compile(
        rf"(?={re.escape(sign)}?[0-9])"
        rf"(?:[0-9]{{1,3}}(?P<group>{group})[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*|[0-9]*)"
        rf"(?:{re.escape(sign)}[0-9]*)?"
        r"(?:[eE][-+]?[0-9]{1,2})?"
    )
    for sign, group in _GROUPING.items()
}


def number(text: str, decimal: str = ".") -> Decimal | None:
    """A number with the declared decimal sign, perhaps with a currency sign, groups of three, or negative in brackets.

    None for a cell that says it is unknown. Raises ValueError for anything else, so "1.234,56" is never 1.23456.
    """
    if decimal == "." and _PLAIN.fullmatch(text):
        return Decimal(text)
    if text.strip().lower() in UNKNOWN:
        return None
    signed = _SIGNED.fullmatch(text.strip())
    if not signed or not _signed_once(signed) or not _DIGITS[decimal].fullmatch(signed["digits"]):
        raise ValueError(f"“{text}” is not a number.")
    value = Decimal(re.sub(_GROUPING[decimal], "", signed["digits"]).replace(decimal, "."))
    if value.adjusted() >= _LARGEST_EXPONENT or -int(value.as_tuple().exponent) > _DECIMALS:
        raise ValueError(f"“{text}” has more digits than can be kept.")
    plain = (signed["open"] or signed["sign"] or signed["late"] or signed["last"] or "+") == "+"
    return value if plain else value.copy_negate()


def decimal_signs(texts: Iterable[str]) -> set[str]:
    """The decimal signs under which every text is a number: both for “1,234” alone, none where words are among them."""
    cells = [text for text in texts if text.strip()]
    return {sign for sign in _GROUPING if cells and all(_reads(text, sign) for text in cells)}


def likely_decimal(texts: Iterable[str]) -> str | None:
    """The sign under which more of the texts are numbers; None where neither is: “1,234” alone could be either."""
    found = [decimal_signs([text]) for text in texts]
    points, commas = (sum(1 for signs in found if sign in signs) for sign in (".", ","))
    return None if points == commas else "." if points > commas else ","


def _reads(text: str, decimal: str) -> bool:
    try:
        number(text, decimal)
    except ValueError:
        return False
    return True


def _signed_once(signed: re.Match[str]) -> bool:
    """Brackets come in pairs, and with them or either sign there is no other."""
    marks = [signed["open"], signed["sign"], signed["late"], signed["last"]]
    return bool(signed["open"]) == bool(signed["close"]) and sum(mark is not None for mark in marks) < 2


class DateOrder(StrEnum):
    """In which order a file writes a date's parts. A year of four digits in front is year-month-day in any file.

    Two digits are never the year in front: 16/09/21 is not 2016.
    """

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"


_WRITTEN = {
    DateOrder.YMD: "year, month, day",
    DateOrder.DMY: "day, month, year",
    DateOrder.MDY: "month, day, year",
}
_CENTURY_TURNS = 70  # two-digit years are 1970 to 2069, as in POSIX
_YEARS = range(1900, 2200)
_COMPACT = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})")
_PARTS = {
    DateOrder.YMD: "(?P<year>[0-9]{4})SEP(?P<month>[0-9]{1,2})END(?P<day>[0-9]{1,2})",
    DateOrder.DMY: "(?P<day>[0-9]{1,2})SEP(?P<month>[0-9]{1,2})END(?P<year>[0-9]{2}|[0-9]{4})",
    DateOrder.MDY: "(?P<month>[0-9]{1,2})SEP(?P<day>[0-9]{1,2})END(?P<year>[0-9]{2}|[0-9]{4})",
}
_ORDERED = {
    order: re.compile(parts.replace("SEP", r"(?P<sep>[-/.]) ?").replace("END", r"(?P=sep) ?"))
    for order, parts in _PARTS.items()
}
_NAMED = (
    re.compile(r"(?P<day>[0-9]{1,2})\.?[- /]?(?P<name>[^\W\d_]{3,9})\.?[- /]?(?P<year>[0-9]{4})"),
    re.compile(r"(?P<name>[^\W\d_]{3,9})\.? (?P<day>[0-9]{1,2}),? (?P<year>[0-9]{4})"),
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january januar jän jänner",
            "feb february februar",
            "mar march mär märz mrz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ],
        start=1,
    )
    for name in names.split()
}
_TIME_BEGINS = re.compile(r"(?<=[0-9])(?:[T;](?=[0-9])|,? +(?=[0-9]{1,2}:))")
_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2}):?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2})(?:[.,][0-9]+)?)? ?(?P<half>[AP]M)?"
    r"(?: ?(?:Z|[A-Z]{2,4}|[-+][0-9]{2}(?::?[0-9]{2})?))?"
)
_US_DATE = re.compile(r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})")


def us_date(text: str) -> date:
    """MM/DD/YYYY, and nothing else. The day is the one written, whatever the time zone. Raises ValueError."""
    match = _US_DATE.fullmatch(text.strip())
    if not match:
        raise ValueError(f"“{text}” is not a date written MM/DD/YYYY.")
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise ValueError(f"“{text}” is not a day of the calendar; dates are read as MM/DD/YYYY.") from None


def moment(text: str, order: DateOrder) -> tuple[date, time | None]:
    """Day and time as written, whatever the time zone; midnight is how files write a day without a time.

    Days are read in the declared order, and in no other: 03/04/2024 is never guessed. Raises ValueError.
    """
    day_text, *rest = _TIME_BEGINS.split(text.strip(), maxsplit=1)
    clock = _time(rest[0], text) if rest else time.min
    return _day(day_text, order, text), None if clock == time.min else clock


def day(text: str, order: DateOrder) -> date:
    """The day of `moment`. Raises ValueError."""
    return moment(text, order)[0]


def date_orders(texts: Iterable[str]) -> set[DateOrder]:
    """The orders in which every text is a date: one when a file says it, several when only its user can say."""
    cells = [text for text in texts if text.strip()]
    return {order for order in DateOrder if cells and all(_dates(text, order) for text in cells)}


def _dates(text: str, order: DateOrder) -> bool:
    try:
        moment(text, order)
    except ValueError:
        return False
    return True


def _day(day_text: str, order: DateOrder, text: str) -> date:
    for pattern in (_YEAR_FIRST, _COMPACT, _ORDERED[order], *_NAMED):
        if match := pattern.fullmatch(day_text):
            return _calendar_day(match, order, text)
    raise ValueError(f"“{text}” is not a date written {_WRITTEN[order]}.")


def _calendar_day(match: re.Match[str], order: DateOrder, text: str) -> date:
    parts = match.groupdict()
    month = _MONTHS.get(parts["name"].lower(), 0) if "name" in parts else int(parts["month"])
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < _CENTURY_TURNS else 1900
    try:
        found = date(year, month, int(parts["day"]))
    except ValueError:
        found = date.min
    if found.year not in _YEARS:
        raise ValueError(f"“{text}” is not a day of the calendar; dates are read as {_WRITTEN[order]}.")
    return found


def _time(time_text: str, text: str) -> time:
    match = _TIME.fullmatch(time_text.upper())
    try:
        if not match or (match["half"] and not 1 <= int(match["hour"]) <= 12):
            raise ValueError
        hour = int(match["hour"]) % 12 + 12 * (match["half"] == "PM") if match["half"] else int(match["hour"])
        return time(hour, int(match["minute"]), int(match["second"] or 0))
    except ValueError:
        raise ValueError(f"“{text}” has no time of the clock after its date.") from None


_CURRENCIES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD "
    "CDF CHF CLP CNH CNY COP CRC CUP CVE CZK DEM DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP FRF GBP GEL GHS GIP "
    "GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK ITL JMD JOD JPY KES KGS KHR KMF KPW KRW KWD "
    "KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NLG "
    "NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD "
    "SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF "
    "XPF YER ZAR ZMW ZWG"
)
_KNOWN = frozenset(_CURRENCIES.split())
_HUNDREDTHS = {"GBp": "GBP", "GBX": "GBP", "GBx": "GBP", "ZAc": "ZAR", "ZAC": "ZAR", "ILA": "ILS", "ILa": "ILS"}
_SIGNS = {"€": "EUR", "$": "USD", "US$": "USD", "£": "GBP"}


def currency(text: str) -> tuple[str, Decimal]:
    """The ISO code and how much of it one unit of the file is: 1, or 0.01 for pence, South African and Israeli cents.

    Raises ValueError for anything that is no currency.
    """
    written = text.strip()
    if written in _HUNDREDTHS:
        return _HUNDREDTHS[written], Decimal("0.01")
    code = _SIGNS.get(written, written.upper())
    if code not in _KNOWN:
        raise ValueError(f"“{text}” is not a currency.")
    return code, Decimal(1)
