"""Findings in words: what was found, what it blocks, what one click would do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from accounts.templatetags.formats import count_of, day
from holdings.models import PriceFinding
from holdings.services.findings import REMEDIES

Kind = PriceFinding.Kind

BLOCKS = {
    Kind.MISSING: "Nothing. Volatility and correlations skip these days.",
    Kind.OUTLIER: "Nothing. The move counts in volatility.",
    Kind.DUPLICATE: "Nothing. Volatility counts days without a move.",
    Kind.RANGE: "Nothing. Spread, volume and volatility of {symbol} are estimated without these days’ ranges.",
    Kind.STALE: "Trades of {symbol}. Its value stands at the last close.",
    Kind.UNADJUSTED_SPLIT: "Trades of {symbol}. Values are read as if it were a split.",
    Kind.MINOR_UNIT: "Trades of {symbol}. Its value may be a hundred times too large or too small.",
    Kind.SPLIT_NOT_BOOKED: "Trades of {symbol}. Values are read in the ledger's shares.",
    Kind.SPLIT_NOT_IN_FEED: "Trades of {symbol}. Values are read in the ledger's shares.",
}
REMEDY = {
    Kind.MISSING: "Fetch again",
    Kind.STALE: "Fetch again",
    Kind.UNADJUSTED_SPLIT: "Record the split",
    Kind.MINOR_UNIT: "Divide by 100",
    Kind.SPLIT_NOT_BOOKED: "Book the split",
    Kind.SPLIT_NOT_IN_FEED: "Record the split",
}
BY_100 = "Multiply by 100"


@dataclass(frozen=True, slots=True)
class Line:
    """A finding as the page shows it; `remedy` is empty where no single step settles it."""

    row: PriceFinding
    sentence: str
    blocks: str
    remedy: str

    @property
    def holds_back(self) -> bool:
        return self.blocks.startswith("Trades")


def line(row: PriceFinding) -> Line:
    kind = Kind(row.kind)
    remedy = REMEDY.get(kind, "") if kind in REMEDIES and row.detail.get("settles", True) else ""
    if kind is Kind.MINOR_UNIT and row.detail.get("factor") == "0.01":
        remedy = BY_100
    return Line(row, sentence(row), BLOCKS[kind].format(symbol=row.instrument.symbol), remedy)


def sentence(row: PriceFinding) -> str:
    """What was found, with its figures and days."""
    return _WORDS[Kind(row.kind)](row)


def _missing(row: PriceFinding) -> str:
    count = count_of(row.detail["sessions"], "session")
    if "of" in row.detail:
        return f"{count} of {row.detail['of']} have no close between {day(row.first)} and {day(row.last)}."
    where = f"on {day(row.first)}" if row.first == row.last else f"from {day(row.first)} to {day(row.last)}"
    return f"{count} without a close, {where}."


def _stale(row: PriceFinding) -> str:
    since = day(dt.date.fromisoformat(row.detail["since"]))
    return f"No price since {since}: {count_of(row.detail['sessions'], 'session')} late."


def _outlier(row: PriceFinding) -> str:
    move = f"{row.detail['move']:+.1%}".replace("-", "−")
    back = ", taken back the next day" if row.detail["reversed"] else ""
    return f"The close moved {move} on {day(row.first)}{back}: {row.detail['deviations']:g} times a usual day."


def _split(row: PriceFinding) -> str:
    return f"The close moved on {day(row.first)} as if {ratio(row)}; no source tells of a split."


def _unit(row: PriceFinding) -> str:
    up = row.detail["factor"] == "100"
    if "trades" in row.detail:
        size = "a hundred times" if up else "a hundredth of"
        return f"The closes are {size} what was paid in {count_of(row.detail['trades'], 'trade')}: pence for pounds?"
    return (
        f"The close became {'a hundred times larger' if up else 'a hundredth'} on {day(row.first)}: pence for pounds?"
    )


def _repeated(row: PriceFinding) -> str:
    if "idle" in row.detail:
        return f"{count_of(row.detail['idle'], 'close')} on days without trading, the first on {day(row.first)}."
    return f"The same close {row.detail['days']} days in a row, from {day(row.first)} to {day(row.last)}."


def _range(row: PriceFinding) -> str:
    days = count_of(row.detail["days"], "day")
    return f"Open, high, low, close and volume disagree on {days}, the last on {day(row.last)}: {row.detail['why']}"


def _not_booked(row: PriceFinding) -> str:
    if not row.detail["settles"]:
        return f"The prices tell of {ratio(row)} on {day(row.first)}; the ledger counts the later shares already."
    accounts = count_of(len(row.detail["shares"]), "account")
    return f"The prices tell of {ratio(row)} on {day(row.first)}; the ledger of {accounts} lacks the split."


def _not_in_feed(row: PriceFinding) -> str:
    proof = "" if row.detail["settles"] else " No trade shows which of the two is right: check the ledger's split."
    return f"The ledger has {ratio(row)} on {day(row.first)}; the prices show no split there.{proof}"


_WORDS = {
    Kind.MISSING: _missing,
    Kind.STALE: _stale,
    Kind.OUTLIER: _outlier,
    Kind.UNADJUSTED_SPLIT: _split,
    Kind.MINOR_UNIT: _unit,
    Kind.DUPLICATE: _repeated,
    Kind.RANGE: _range,
    Kind.SPLIT_NOT_BOOKED: _not_booked,
    Kind.SPLIT_NOT_IN_FEED: _not_in_feed,
}


def ratio(row: PriceFinding) -> str:
    """Such as “4 shares for 1”, “1 share for 10” or “3 shares for 2”."""
    new = Decimal(row.detail["ratio"])
    old = next((n for n in (1, 2, 3, 4, 5) if new * n == int(new * n)), None)
    if new < 1 and (1 / new).quantize(Decimal("0.01")) == round(1 / new):
        return f"1 share for {round(1 / new)}"
    return f"{int(new * old)} shares for {old}" if old else f"{new.normalize():f} shares for 1"
