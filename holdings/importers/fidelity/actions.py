"""What Fidelity's actions mean: they begin with a phrase, then name the security, its symbol and the kind of account.

REINVESTMENT VANGUARD BD INDEX FDS TOTAL BND MRKT (BND) (Cash)
YOU SOLD EXEC ON MULT EXCHG DETAILS ON REQUEST AVERAGE PRICE TRADE VALVOLINE INC COM (VVV) (Margin)
MERGER MER FROM 54211N101#REOR M0051702100001 LONDON STOCK EXCHANGE GROUP SPON ADS... (LSEGY) (Margin)
"""

import re
from collections.abc import Callable, Sequence

from holdings.importers.base import DraftRow
from holdings.importers.movement import PAYMENT, Movement
from holdings.importers.options import option_symbol
from holdings.importers.pairs import cash_for_shares, shares_for_shares
from holdings.ledger.types import Character, Kind

Meaning = Callable[[Movement], DraftRow]

_REORGANISATION = re.compile(r"#REOR (\w{6,12})\w")
_SPIN_OFF = re.compile(r"SPIN-?OFF(?: FROM:? ?\( ?(?P<parent>[A-Z.]{1,6}) ?\))?")
_EVENTS = (
    ("REVERSE SPLIT", Kind.SPLIT),
    ("MERGER", Kind.MERGER),
    ("NAME CHANGE", Kind.SYMBOL_CHANGE),
    ("SYMBOL CHANGE", Kind.SYMBOL_CHANGE),
)


def is_event(movement: Movement) -> bool:
    """Whether the row may be one of several of one corporate action."""
    return _event_kind(movement) is not None and not _fraction(movement)


def event_key(movement: Movement) -> tuple[object, ...]:
    """The number of the reorganisation but for its last digits, which count the rows."""
    match = _REORGANISATION.search(movement.action.upper())
    return movement.account, movement.day, _event_kind(movement), match[1] if match else ""


def event(group: Sequence[Movement]) -> DraftRow | None:
    """The one event that the rows are, where they say it plainly."""
    kind = _event_kind(group[0])
    if kind is None:
        return None
    if any(movement.quantity > 0 for movement in group) or kind is not Kind.MERGER:
        return shares_for_shares(group, kind)
    return cash_for_shares(group, kind)


def meaning(movement: Movement) -> DraftRow:
    """The draft of a row that stands for itself."""
    words = movement.action.upper()
    if _is_option(movement):
        return movement.flagged(Kind.OPTION, _sign(words))
    for phrase, draft in _MEANINGS:
        if phrase.match(words):
            return draft(movement)
    return movement.unknown(f"“{movement.action[:60]}” has no known meaning; the row is kept and not booked.")


def _event_kind(movement: Movement) -> Kind | None:
    words = movement.action.upper()
    return next((kind for phrase, kind in _EVENTS if words.startswith(phrase)), None)


def _fraction(movement: Movement) -> bool:
    return "IN LIEU" in movement.action.upper()


def _is_option(movement: Movement) -> bool:
    return bool(option_symbol(movement.symbol)) and movement.symbol.startswith("-")


def _sign(words: str) -> int:
    """Contracts that are bought come, those sold go; of what expired or was assigned, the file's sign speaks."""
    return 1 if words.startswith("YOU BOUGHT") else -1 if words.startswith("YOU SOLD") else 0


def _trade(movement: Movement, kind: Kind, sign: int) -> DraftRow:
    words = f"{movement.action} {movement.row.text('Type')}".upper()
    if "SHORT SALE" in words or "SHORT COVER" in words or words.endswith(" SHORT"):
        return movement.flagged(Kind.SHORT, sign)
    return movement.trade(kind)


def _distributed(movement: Movement) -> DraftRow:
    """Shares that a company hands out: those of a child company, or more of its own."""
    if not movement.quantity:
        return movement.money_by_sign(PAYMENT)
    spin_off = _SPIN_OFF.search(movement.action.upper())
    if spin_off:
        return movement.spun_off(spin_off["parent"] or "")
    message = "Shares that were handed out are taken as a split of those that you hold."
    movement.row.warn(movement.columns.action, message, "Choose spin-off if they are of another company.")
    return movement.split()


def _inside(movement: Movement) -> DraftRow:
    return movement.unknown("The row moves something between cash and margin of one account; nothing is booked.")


def _phrases(pattern: str, draft: Meaning) -> tuple[re.Pattern[str], Meaning]:
    return re.compile(rf"(?:{pattern})\b"), draft


_MEANINGS = (
    _phrases(".*IN LIEU", Movement.in_lieu),
    _phrases("JOURNALED JNL VS A/C TYPES|JOURNALED VS A/C TYPES", _inside),
    _phrases("YOU BOUGHT", lambda m: _trade(m, Kind.BUY, 1)),
    _phrases("YOU SOLD", lambda m: _trade(m, Kind.SELL, -1)),
    _phrases("REINVESTMENT", lambda m: m.trade(Kind.REINVEST)),
    _phrases("REDEMPTION PAYOUT|REDEEMED|MATURED|CALLED|PARTIAL CALL|TENDERED", lambda m: m.trade(Kind.SELL)),
    _phrases("DIVIDEND|SPECIAL DIV|ROYALTY", lambda m: m.money(Kind.DIVIDEND)),
    _phrases("LONG-TERM CAP GAIN|LT CAP GAIN", lambda m: m.money(Kind.DIVIDEND, Character.CAPITAL_GAIN)),
    _phrases("SHORT-TERM CAP GAIN|ST CAP GAIN|SUBSTITUTE", lambda m: m.money(Kind.DIVIDEND, Character.ORDINARY)),
    _phrases("RETURN OF CAPITAL", Movement.returned_capital),
    _phrases("MUNI EXEMPT INT", lambda m: m.money(Kind.INTEREST, Character.EXEMPT)),
    _phrases(
        "INTEREST|MUNI TAXABLE INT|MARGIN INTEREST|BOND INTEREST|CD INTEREST|ACCRUED INT",
        lambda m: m.money(Kind.INTEREST),
    ),
    _phrases("(?:ADJ )?(?:FOREIGN|FED(?:ERAL)?|STATE|NON-RESIDENT)? ?TAX", lambda m: m.money(Kind.TAX)),
    _phrases(
        "FEE|ADVISORY|ADVISOR|ADR|SERVICE FEE|ACCOUNT FEE|ANNUAL|TRADE CORRECTION FEE|FOREIGN TRANSACTION FEE",
        lambda m: m.money(Kind.FEE),
    ),
    _phrases("DISTRIBUTION|STOCK SPLIT|FORWARD SPLIT|STOCK DIVIDEND", _distributed),
    _phrases(
        "ROLLOVER|TRANSFER|TRANSFERRED|ACAT|JOURNALED|CONVERSION|ROTH CONVERSION|CONV|RECHARACTERI[SZ]",
        Movement.in_kind,
    ),
    _phrases(
        "DIRECT DEP(?:OSIT)?|DIRECT DEBIT|ELECTRONIC FUNDS|CHECK|WIRE|CASH CONTRIBUTION|CONTRIBUTIONS?|PARTIC CONTR|"
        "CO CONTR|DEPOSIT|DEBIT CARD|BILL PAY|BILL|CASH ADVANCE|ATM|(?:NORMAL|EARLY|PREMATURE|QUALIFIED) DISTR?|DISB|"
        "WITHDRAWAL|CURRENT YEAR|PRIOR YEAR|EXCESS CONTRIBUTION",
        lambda m: m.money_by_sign(PAYMENT),
    ),
    _phrases("WORTHLESS|EXPIRED WORTHLESS", Movement.worthless),
)
