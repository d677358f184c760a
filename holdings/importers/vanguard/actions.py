"""What the transaction types of Vanguard's brokerage accounts mean; case does not count."""

from collections.abc import Callable, Sequence

from holdings.importers.base import DraftRow
from holdings.importers.movement import PAYMENT, Movement
from holdings.importers.options import option_symbol
from holdings.importers.pairs import kept, shares_for_shares
from holdings.ledger.types import Character, Kind

Meaning = Callable[[Movement], DraftRow]

SWEEPS = {"sweep in", "sweep out"}
TRADES = {"buy", "sell", "reinvestment", "buy (exchange)", "sell (exchange)", "exchange in", "exchange out"}

_EVENTS = {
    "conversion": Kind.MERGER,
    "share conversion": Kind.MERGER,
    "merger": Kind.MERGER,
    "corp action (merger)": Kind.MERGER,
    "corp action (exchange)": Kind.MERGER,
    "corp action (sec exchange)": Kind.MERGER,
    "name change": Kind.SYMBOL_CHANGE,
    "reverse split": Kind.SPLIT,
    "reverse stock split": Kind.SPLIT,
}
_SIDES = (" (incoming)", " (outgoing)")
_MOVES = {"conversion", "share conversion"}
"""A conversion of shares of one class is an event; one between accounts is a transfer."""


def type_of(movement: Movement) -> str:
    return movement.action.lower()


def is_event(movement: Movement) -> bool:
    return _family(movement) in _EVENTS and bool(movement.quantity)


def event_key(movement: Movement) -> tuple[object, ...]:
    return movement.account, movement.day, _family(movement)


def event(group: Sequence[Movement]) -> DraftRow | None:
    return shares_for_shares(group, _EVENTS[_family(group[0])])


def alone(movement: Movement) -> DraftRow:
    """A row whose other side is in another account, or missing."""
    return movement.in_kind() if _family(movement) in _MOVES else kept(movement)


def meaning(movement: Movement) -> DraftRow:
    """The draft of a row that stands for itself."""
    draft = _MEANINGS.get(type_of(movement))
    if draft:
        return draft(movement)
    return movement.unknown(f"“{movement.action}” has no known meaning; the row is kept and not booked.")


def _family(movement: Movement) -> str:
    words = type_of(movement)
    for side in _SIDES:
        words = words.removesuffix(side)
    return words


def _paid(movement: Movement) -> DraftRow:
    """Cash that came in or went out; shares where they were paid out in kind."""
    return movement.in_kind() if movement.quantity and movement.symbol else movement.money_by_sign(PAYMENT)


def _contract(movement: Movement, sign: int) -> DraftRow:
    known = option_symbol(movement.symbol) or option_symbol(movement.description)
    return movement.flagged(Kind.OPTION if known or not sign else Kind.SHORT, sign)


def _named(names: str, draft: Meaning) -> dict[str, Meaning]:
    return dict.fromkeys((name.strip() for name in names.split("|")), draft)


_MEANINGS: dict[str, Meaning] = {
    **_named("buy|buy (exchange)|buy (initial)|exchange in", lambda m: m.trade(Kind.BUY)),
    **_named("sell|sell (exchange)|exchange out|corp action (redemption)|redemption", lambda m: m.trade(Kind.SELL)),
    **_named("reinvestment|reinvestment (lt gain)|reinvestment (st gain)", lambda m: m.trade(Kind.REINVEST)),
    **_named("dividend|dividend adjustment", lambda m: m.money(Kind.DIVIDEND)),
    "capital gain (lt)": lambda m: m.money(Kind.DIVIDEND, Character.CAPITAL_GAIN),
    "capital gain (st)": lambda m: m.money(Kind.DIVIDEND, Character.ORDINARY),
    **_named("interest|interest charge|margin interest|bond interest", lambda m: m.money(Kind.INTEREST)),
    **_named("fee|advisor fee|service fee|account service fee|adr fee", lambda m: m.money(Kind.FEE)),
    **_named(
        "withholding|tax withholding|foreign tax|foreign tax paid|federal tax withheld", lambda m: m.money(Kind.TAX)
    ),
    **_named(
        "funds received|contribution|contribution aip|withdrawal|distribution|wire in|wire out|federal wire return"
        "|check|electronic bank transfer|ach in|ach out",
        _paid,
    ),
    **_named(
        "transfer|transfer (incoming)|transfer (outgoing)|rollover (incoming)|rollover (outgoing)", Movement.in_kind
    ),
    **_named("conversion (incoming)|conversion (outgoing)|recharacterization", Movement.in_kind),
    **_named("stock split|stock dividend", Movement.split),
    **_named("spinoff|spin-off|corp action (spinoff)", Movement.spun_off),
    **_named("cash in lieu|corp action (cash in lieu)", Movement.in_lieu),
    **_named("return of capital", Movement.returned_capital),
    **_named("buy to open|buy to close|buy to cover", lambda m: _contract(m, 1)),
    **_named("sell to open|sell to close|sell short", lambda m: _contract(m, -1)),
    **_named("expired|exercised|assigned", lambda m: _contract(m, 0)),
}
