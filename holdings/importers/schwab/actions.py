"""What Schwab's actions mean. The names are those that its exports have used since 2017; case does not count."""

from collections.abc import Callable, Sequence
from functools import partial

from holdings.importers.base import DraftRow
from holdings.importers.movement import PAYMENT, TRANSFER, Movement
from holdings.importers.options import option_symbol
from holdings.importers.pairs import cash_for_shares, shares_for_shares
from holdings.ledger.types import Character, Kind

Meaning = Callable[[Movement], DraftRow]

EVENTS = {
    **dict.fromkeys(["stock merger", "cash/stock merger"], Kind.MERGER),
    "reverse split": Kind.SPLIT,
    **dict.fromkeys(["name change", "symbol change", "cusip change"], Kind.SYMBOL_CHANGE),
}
"""Shares leave in one row and come in by another."""

CASH_EVENTS = {
    **dict.fromkeys(["cash merger", "final cash liquid", "tender offer"], Kind.MERGER),
    **dict.fromkeys(["full redemption", "partial redemption", "bond redemption", "redemption"], Kind.SELL),
    **dict.fromkeys(["maturity", "bond maturity", "full maturity", "called bond"], Kind.SELL),
}
"""Shares leave for cash; Schwab may write the shares in a row of their own, `Cash Merger Adj`."""

_INCOME = """cash dividend|special dividend|reinvest dividend|pr yr cash div|pr yr div reinvest|pr yr special div
|rev pr yr cash div|div adjustment|special div adj|cash div adj|reinvest div adj|cash stock dividend"""
_QUALIFIED = "qualified dividend|special qual div|qual div reinvest|pr yr qual div|qualified div adj"
_ORDINARY = """non-qualified div|special non qual div|non-qualified div adj|short term cap gain
|short term cap gain reinvest|substitute payment"""
_LONG_TERM = "long term cap gain|long term cap gain reinvest"
_INTEREST = """bank interest|credit interest|bond interest|margin interest|interest adj|cd interest|promotional award
|promotional credits|promotional credit"""
_FEES = "service fee|service fee adj|adr mgmt fee|adr mgmt fee adj|advisor fee|management fee|misc fee|margin fee"
_TAXES = """nra tax adj|nra withholding|nra withhold|foreign tax paid|foreign tax reclaim|pr yr nra tax|irs withhold adj
|tax withholding|backup withholding|state tax withheld"""
_PAYMENTS = """moneylink transfer|moneylink deposit|moneylink adj|wire funds|wire funds received|wire funds adj
|wire sent|wire received|funds received|funds paid|funds disbursed|bank transfer|visa purchase|atm withdrawal|check
|bill pay|electronic deposit|electronic withdrawal|ach deposit|ach withdrawal"""
TRANSFERS = {
    "journal",
    "journaled shares",
    "security transfer",
    "internal transfer",
    "transfer of account",
    "transfer in",
    "transfer out",
}
_OPEN_ENDED = "misc credits|misc debits|misc cash entry|adjustment|other|journal entry adj"


def _open_ended(movement: Movement) -> DraftRow:
    """An action that says nothing: cash is counted as paid in or out, and the user is told."""
    if movement.quantity:
        return movement.unknown(f"“{movement.action}” of shares has no known meaning; the row is kept and not booked.")
    message = f"“{movement.action}” can be anything; it is counted as money paid in or out."
    movement.row.warn("Action", message, "Choose another kind if it is income or a fee.")
    return movement.money_by_sign(PAYMENT)


def _transferred(movement: Movement) -> DraftRow:
    return movement.in_kind() if movement.quantity else movement.money_by_sign(TRANSFER)


def _granted(movement: Movement) -> DraftRow:
    """Shares of a stock plan: the basis is their value on the day they vested, which the file does not say."""
    return movement.in_kind()


def _opened_or_closed(movement: Movement, sign: int) -> DraftRow:
    is_option = option_symbol(movement.symbol) or option_symbol(movement.description)
    return movement.flagged(Kind.OPTION if is_option else Kind.SHORT, sign)


def _ended(movement: Movement) -> DraftRow:
    """A contract that ended: the file's own sign says whether it was bought or written."""
    if option_symbol(movement.symbol) or option_symbol(movement.description):
        return movement.flagged(Kind.OPTION)
    return movement.unknown(f"“{movement.action}” of no known option; the row is kept and not booked.")


def _distributed(movement: Movement) -> DraftRow:
    """A stock dividend adds shares as a split does."""
    return movement.split() if movement.quantity else movement.money(Kind.DIVIDEND)


def _named(names: str, meaning: Meaning) -> dict[str, Meaning]:
    return dict.fromkeys(names.replace("\n", "").split("|"), meaning)


def is_event(action: str) -> bool:
    """Whether the action, in lower case, may be one of several rows."""
    return _family(action) in EVENTS or _family(action) in CASH_EVENTS


def event_key(movement: Movement) -> tuple[object, ...]:
    """Cash comes under the symbol of the shares; shares of a merger come under another symbol."""
    family = _family(movement.action.lower())
    subject = (movement.symbol or movement.description) if family in CASH_EVENTS else ""
    return family, movement.day, subject


def event(group: Sequence[Movement]) -> DraftRow | None:
    """The one event that the rows are, where they say it plainly."""
    family = _family(group[0].action.lower())
    if family in EVENTS:
        return shares_for_shares(group, EVENTS[family])
    return cash_for_shares(group, CASH_EVENTS[family])


def _family(action: str) -> str:
    return action.removesuffix(" adj")


MEANINGS: dict[str, Meaning] = {
    **_named("buy|reinvestment adj", lambda m: m.trade(Kind.BUY)),
    "sell": lambda m: m.trade(Kind.SELL),
    "reinvest shares": lambda m: m.trade(Kind.REINVEST),
    **_named(_INCOME, lambda m: m.money(Kind.DIVIDEND)),
    **_named(_QUALIFIED, lambda m: m.money(Kind.DIVIDEND, Character.QUALIFIED)),
    **_named(_ORDINARY, lambda m: m.money(Kind.DIVIDEND, Character.ORDINARY)),
    **_named(_LONG_TERM, lambda m: m.money(Kind.DIVIDEND, Character.CAPITAL_GAIN)),
    **_named(_INTEREST, lambda m: m.money(Kind.INTEREST)),
    **_named(_FEES, lambda m: m.money(Kind.FEE)),
    **_named(_TAXES, lambda m: m.money(Kind.TAX)),
    **_named(_PAYMENTS, lambda m: m.money_by_sign(PAYMENT)),
    **dict.fromkeys(TRANSFERS, _transferred),
    **_named(_OPEN_ENDED, _open_ended),
    "stock plan activity": _granted,
    "stock split": Movement.split,
    **_named("stock dividend|stock div dist", _distributed),
    "spin-off": Movement.spun_off,
    **_named("worthless|worthless securities|worthless security", Movement.worthless),
    **_named("return of capital|return of cap adj|liquidating distribution", Movement.returned_capital),
    "cash in lieu": Movement.in_lieu,
    **_named("sell short", lambda m: m.flagged(Kind.SHORT, -1)),
    **_named("buy to cover|cover short", lambda m: m.flagged(Kind.SHORT, 1)),
    **_named("buy to open|buy to close", partial(_opened_or_closed, sign=1)),
    **_named("sell to open|sell to close", partial(_opened_or_closed, sign=-1)),
    **_named("expired|assigned|exercised|exchange or exercise|options frwd split|options rev split", _ended),
}
