"""What each kind of transaction asks for, and how its answers become signed shares and cash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounts.fields import round_to_field
from holdings.ledger.types import ZERO, Pick
from holdings.models import Transaction

Kind = Transaction.Kind
HUNDRED = Decimal(100)
SELLS, BUYS = "sell", "buy"


@dataclass(frozen=True, slots=True)
class Entered:
    """The cleaned fields of a form, the lots chosen in it, and `held`: shares held when the day began."""

    values: Mapping[str, Any]
    picks: tuple[Pick, ...]
    held: Callable[[], Decimal]

    def of(self, name: str) -> Decimal:
        """A number; what was left empty is zero."""
        return self.values.get(name) or ZERO


Build = Callable[[Entered], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Spec:
    """The fields of a kind, those that must be given, what it is for, and other labels and helps of fields."""

    fields: tuple[str, ...]
    needed: tuple[str, ...]
    says: str
    build: Build
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def _bought(entered: Entered) -> dict[str, Any]:
    computed = entered.of("shares") * entered.of("price") + entered.of("fees")
    paid = computed if entered.values["total"] is None else entered.values["total"]
    return _trade(entered, entered.of("shares"), -paid)


def _sold(entered: Entered) -> dict[str, Any]:
    computed = entered.of("shares") * entered.of("price") - entered.of("fees")
    got = computed if entered.values["total"] is None else entered.values["total"]
    return _trade(entered, -entered.of("shares"), got) | {"picks": entered.picks}


def _trade(entered: Entered, quantity: Decimal, cash: Decimal) -> dict[str, Any]:
    return {"quantity": quantity, "price": entered.values["price"], "fees": entered.of("fees"), "cash": cash}


def _short(entered: Entered) -> dict[str, Any]:
    given = _sold(entered) if entered.values["side"] == SELLS else _bought(entered)
    return given | {"picks": ()}


def _received(entered: Entered) -> dict[str, Any]:
    return {"cash": entered.of("amount")}


def _distributed(entered: Entered) -> dict[str, Any]:
    return _received(entered) | {"character": entered.values["character"]}


def _paid(entered: Entered) -> dict[str, Any]:
    return {"cash": -entered.of("amount")}


def _opened(entered: Entered) -> dict[str, Any]:
    names = ("basis", "acquired", "origin", "fair_value")
    return {"quantity": entered.of("shares")} | {name: entered.values[name] for name in names}


def _moved_in(entered: Entered) -> dict[str, Any]:
    known = {"basis": entered.values["basis"], "acquired": entered.values["acquired"]}
    return {"quantity": entered.of("shares"), "cash": entered.of("amount")} | known


def _moved_out(entered: Entered) -> dict[str, Any]:
    return {"quantity": -entered.of("shares"), "cash": -entered.of("amount"), "picks": entered.picks}


def _split(entered: Entered) -> dict[str, Any]:
    more = (entered.of("new") - entered.of("old")) / (entered.of("old") or Decimal(1))
    return {"quantity": round_to_field(entered.held() * more)}


def _spun_off(entered: Entered) -> dict[str, Any]:
    percent = entered.values["basis_percent"]
    fraction = None if percent is None else round_to_field(percent / HUNDRED)
    return {"other_quantity": entered.of("other_shares"), "basis_fraction": fraction}


def _merged(entered: Entered) -> dict[str, Any]:
    return {
        "quantity": -(entered.of("shares") or entered.held()),
        "other_quantity": entered.of("other_shares"),
        "cash": entered.of("amount"),
        "fair_value": entered.values["fair_value"],
    }


def _renamed(entered: Entered) -> dict[str, Any]:
    return {"other_quantity": entered.of("other_shares")}


def _fraction_paid(entered: Entered) -> dict[str, Any]:
    return {"quantity": -entered.of("shares"), "cash": entered.of("amount")}


def _worthless(entered: Entered) -> dict[str, Any]:
    return {"quantity": -(entered.of("shares") or entered.held())}


def _exchanged(entered: Entered) -> dict[str, Any]:
    values = entered.values
    return _paid(entered) | {"other_currency": values["other_currency"], "other_cash": entered.of("other_amount")}


def _option(entered: Entered) -> dict[str, Any]:
    sign = -1 if entered.values["side"] == SELLS else 1
    return {"quantity": sign * entered.of("shares"), "cash": -sign * entered.of("amount")}


TRADE = ("symbol", "shares", "price", "fees", "total")
WHOLE = {"shares": ("Shares, if not all", "Empty: all that are held.")}
SPECS: dict[Kind, Spec] = {
    Kind.BUY: Spec(TRADE, ("symbol", "shares"), "Shares bought for cash: a new lot.", _bought),
    Kind.SELL: Spec(TRADE, ("symbol", "shares"), "Shares sold for cash: lots leave, a gain is realised.", _sold),
    Kind.REINVEST: Spec(
        TRADE, ("symbol", "shares"), "Shares bought with a dividend; add the dividend as well.", _bought
    ),
    Kind.DIVIDEND: Spec(
        ("symbol", "amount", "character"), ("symbol", "amount"), "Cash paid by a holding.", _distributed
    ),
    Kind.INTEREST: Spec(
        ("symbol", "amount", "character"), ("amount",), "Interest on cash, or on a bond.", _distributed
    ),
    Kind.FEE: Spec(("symbol", "amount"), ("amount",), "A fee that belongs to no trade.", _paid),
    Kind.TAX: Spec(("symbol", "amount"), ("amount",), "Tax withheld, at the source or abroad.", _paid),
    Kind.DEPOSIT: Spec(("amount",), ("amount",), "Cash from outside.", _received),
    Kind.WITHDRAWAL: Spec(("amount",), ("amount",), "Cash to outside.", _paid),
    Kind.EXCHANGE: Spec(
        ("amount", "other_currency", "other_amount"),
        ("amount", "other_currency", "other_amount"),
        "Cash of one currency for cash of another.",
        _exchanged,
        {
            "amount": ("Given", "A positive number."),
            "other_amount": ("Received", "A positive number."),
            "other_currency": ("In currency", "What it was changed into."),
        },
    ),
    Kind.OPENING: Spec(
        ("symbol", "shares", "basis", "acquired", "origin", "fair_value"),
        ("symbol", "shares"),
        "Shares whose purchase is older than the history, or that were given or inherited.",
        _opened,
    ),
    Kind.TRANSFER_IN: Spec(
        ("symbol", "shares", "basis", "acquired", "amount"), (), "Shares or cash from another account.", _moved_in
    ),
    Kind.TRANSFER_OUT: Spec(("symbol", "shares", "amount"), (), "Shares or cash to another account.", _moved_out),
    Kind.SPLIT: Spec(
        ("symbol", "new", "old"), ("symbol", "new", "old"), "Shares are replaced by more, or by fewer.", _split
    ),
    Kind.SPIN_OFF: Spec(
        ("symbol", "other", "other_shares", "basis_percent"),
        ("symbol", "other", "other_shares", "basis_percent"),
        "Shares of a new company come in and take part of the basis (Form 8937).",
        _spun_off,
    ),
    Kind.MERGER: Spec(
        ("symbol", "shares", "other", "other_shares", "amount", "fair_value"),
        ("symbol", "other", "other_shares"),
        "Shares are exchanged for those of another company, perhaps with cash.",
        _merged,
        WHOLE
        | {
            "amount": ("Cash received", "Besides the shares; empty: none."),
            "fair_value": ("Value of the new shares", "At market, in all; needed where cash came besides."),
        },
    ),
    Kind.SYMBOL_CHANGE: Spec(
        ("symbol", "other", "other_shares"),
        ("symbol", "other"),
        "The same lots go on under another symbol.",
        _renamed,
        {"other_shares": ("New shares", "Empty: as many as before.")},
    ),
    Kind.RETURN_OF_CAPITAL: Spec(
        ("symbol", "amount"), ("symbol", "amount"), "Cash that lowers the basis instead of being income.", _received
    ),
    Kind.CASH_IN_LIEU: Spec(
        ("symbol", "shares", "amount"),
        ("symbol", "shares", "amount"),
        "A fraction of a share is paid out: a sale of that fraction.",
        _fraction_paid,
    ),
    Kind.WORTHLESS: Spec(
        ("symbol", "shares"), ("symbol",), "Shares without value leave: a sale for nothing.", _worthless, WHOLE
    ),
    Kind.SHORT: Spec(
        ("side", *TRADE),
        ("side", "symbol", "shares"),
        "Kept and flagged; in no lot, no tax figure and no proposal.",
        _short,
    ),
    Kind.OPTION: Spec(
        ("side", "symbol", "shares", "amount"),
        ("side", "symbol", "shares", "amount"),
        "Kept and flagged; in no lot, no tax figure and no proposal.",
        _option,
        {
            "shares": ("Contracts", "A positive number."),
            "amount": ("Cash", "Paid or received in all; a positive number."),
        },
    ),
}
"""In the order of the list that one chooses from."""
