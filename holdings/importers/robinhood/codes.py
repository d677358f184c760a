"""What Robinhood's transaction codes mean."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from holdings.importers.base import DraftRow
from holdings.importers.movement import PAYMENT, TRANSFER, Movement
from holdings.importers.pairs import cash_for_shares, shares_for_shares
from holdings.ledger.types import Character, Kind

Meaning = Callable[[Movement], DraftRow]

_EVENTS = {
    "SPR": Kind.SPLIT,
    "MRGS": Kind.MERGER,
    "MRGC": Kind.MERGER,
    "SXCH": Kind.SYMBOL_CHANGE,
    "SC": Kind.SYMBOL_CHANGE,
}
"""Reverse split, merger for stock or cash, exchange of a symbol: shares leave in one row and come in by another."""

_ENDED = re.compile(r"^option (?:expiration|assignment|exercise|exercise/assignment) for ", re.IGNORECASE)


def is_event(movement: Movement) -> bool:
    return movement.action.upper() in _EVENTS


def event_key(movement: Movement) -> tuple[object, ...]:
    """Mergers for stock and for cash are one event, whose rows have different symbols."""
    return movement.day, _EVENTS[movement.action.upper()]


def event(group: Sequence[Movement]) -> DraftRow | None:
    kind = _EVENTS[group[0].action.upper()]
    if kind is Kind.MERGER and not any(movement.quantity > 0 for movement in group):
        return cash_for_shares(group, kind)
    return shares_for_shares(group, kind)


def meaning(movement: Movement) -> DraftRow:
    """The draft of a row that stands for itself."""
    draft = _MEANINGS.get(movement.action.upper())
    if draft:
        return draft(movement)
    return movement.unknown(f"“{movement.action}” has no known meaning; the row is kept and not booked.")


def _bought(movement: Movement) -> DraftRow:
    """A reinvested dividend is a purchase that says so in its description."""
    reinvested = "dividend reinvestment" in movement.description.lower()
    return movement.trade(Kind.REINVEST if reinvested else Kind.BUY)


def _left(movement: Movement) -> DraftRow:
    """A transfer to another broker, whose quantity may have no sign."""
    return replace(movement, quantity=-abs(movement.quantity)).in_kind()


def _option(movement: Movement, sign: int) -> DraftRow:
    """The contract stands in the description, the instrument is what it is written on."""
    described = _ENDED.sub("", movement.description)
    return replace(movement, description=described).flagged(Kind.OPTION, sign)


def _named(codes: str, draft: Meaning) -> dict[str, Meaning]:
    return dict.fromkeys(codes.split(), draft)


_MEANINGS: dict[str, Meaning] = {
    "BUY": _bought,
    "SELL": lambda m: m.trade(Kind.SELL),
    **_named("CDIV SDIV CAPG", lambda m: m.money(Kind.DIVIDEND)),
    **_named("MDIV SCAP", lambda m: m.money(Kind.DIVIDEND, Character.ORDINARY)),
    "LCAP": lambda m: m.money(Kind.DIVIDEND, Character.CAPITAL_GAIN),
    **_named("INT SLIP MINT CINT GDBP MTCH", lambda m: m.money(Kind.INTEREST)),
    **_named("GOLD DFEE AFEE FEE ADRF MFEE REGF", lambda m: m.money(Kind.FEE)),
    **_named("DTAX FTAX TAX NRAT NOA", lambda m: m.money(Kind.TAX)),
    **_named("ACH RTP WIRE CHK XENT XENT_CC DCF XIP DEP WDL", lambda m: m.money_by_sign(PAYMENT)),
    **_named("ACATS ACATI ITRF JNL JNLS REC", Movement.in_kind),
    "ACATO": _left,
    **_named("JNLC", lambda m: m.money_by_sign(TRANSFER)),
    "SPL": Movement.split,
    "SOFF": Movement.spun_off,
    "CIL": Movement.in_lieu,
    "ROC": Movement.returned_capital,
    **_named("BTO BTC", lambda m: _option(m, 1)),
    **_named("STO STC", lambda m: _option(m, -1)),
    **_named("OEXP OASGN OEXCS OCA", lambda m: _option(m, 0)),
}
