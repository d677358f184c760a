"""What a sale would be: its lots or a method, its price, and what a loss is set against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from accounts.templatetags.formats import day, money_cents, quantity
from holdings.ledger.types import ZERO
from holdings.taxation.what_if import Choice, Horizon, Method, Position, Question, WhatIfRefused

METHODS = [
    (Method.LOTS, "Lots as entered"),
    (Method.FIFO, "First in, first out"),
    (Method.LIFO, "Last in, first out"),
    (Method.HIFO, "Highest basis first"),
    (Method.LEAST_TAX, "Least tax"),
]
HUNDRED = Decimal(100)


class WhatIfForm(forms.Form):
    """Asked by GET, since nothing is written."""

    method = forms.ChoiceField(label="Which shares", choices=METHODS, help_text="Nothing is ordered or booked.")
    shares = forms.DecimalField(
        required=False, min_value=0, help_text="Of the whole sale. Not needed where shares are entered beside lots."
    )
    price = forms.DecimalField(min_value=0, help_text="What a share would bring, net of costs.")
    years = forms.IntegerField(
        label="Years until a later sale",
        min_value=0,
        max_value=80,
        help_text="Of a loss: when its replacement would be sold.",
    )
    discount = forms.DecimalField(
        label="Discount a year", min_value=0, max_value=100, help_text="Per cent: what money later is worth less."
    )
    later_rate = forms.DecimalField(
        label="Tax rate then",
        required=False,
        min_value=0,
        max_value=100,
        help_text="Per cent. Empty: what the next unit of long-term gain costs now.",
    )

    def __init__(self, data: Any = None, *, position: Position, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.position = position
        if position.no_choice:
            del self.fields["method"]
            self.fields["shares"].required = True
            return
        for choice in position.choices:
            self.fields[_name(choice)] = forms.DecimalField(
                label=_label(choice), required=False, min_value=0, help_text=self._about(choice)
            )

    def _about(self, choice: Choice) -> str:
        pieces = choice.pieces
        basis = None if any(each.basis is None for each in pieces) else sum((each.basis or 0 for each in pieces), ZERO)
        turns = max((each.long_from for each in pieces if each.long_from), default=None)
        currency = self.position.household.base_currency
        deferred = sum((each.deferred for each in pieces), ZERO)
        parts = [
            f"{quantity(choice.pick.quantity)} shares",
            "basis unknown" if basis is None else f"tax basis {money_cents(basis, currency)}",
            f"of it {money_cents(deferred, currency)} deferred loss" if deferred else "",
            f"long-term from {day(turns)}" if turns and turns > self.position.day else "",
        ]
        return f"{', '.join(part for part in parts if part)}."

    @property
    def lots(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("pick-")]

    @property
    def question(self) -> Question:
        values, horizon = self.cleaned_data, Horizon()
        given = [(choice.pick, values.get(_name(choice))) for choice in self.position.choices]
        rate = values["later_rate"]
        return Question(
            method=Method(values.get("method", Method.FIFO)),
            shares=values["shares"],
            picks=tuple(replace(pick, quantity=shares) for pick, shares in given if shares),
            price=values["price"],
            horizon=Horizon(
                years=values["years"],
                discount=values["discount"] / HUNDRED,
                later_rate=horizon.later_rate if rate is None else rate / HUNDRED,
            ),
        )

    def refuse(self, refusal: WhatIfRefused) -> None:
        """At the field at fault, or above the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def first_data(position: Position, lot: str, shares: str) -> Mapping[str, str]:
    """The form filled for one lot: the shares that are named, or all of it."""
    return starting(position) | _one_lot(position, lot, shares)


def starting(position: Position) -> dict[str, str]:
    """What the fields say before anybody changes them."""
    horizon = Horizon()
    return {
        "method": Method.LOTS,
        "price": f"{position.quote.close.normalize():f}" if position.quote else "",
        "years": str(horizon.years),
        "discount": f"{(horizon.discount * HUNDRED).normalize():f}",
    }


def _one_lot(position: Position, key: str, shares: str) -> dict[str, str]:
    """All of a lot, or the shares that are named, of its pieces in their order."""
    chosen = [choice for choice in position.choices if choice.pick.lot == key]
    held = sum((choice.pick.quantity for choice in chosen), ZERO)
    if position.no_choice:
        return {"shares": shares or _plain(held)}
    if shares and len(chosen) == 1:
        return {_name(chosen[0]): shares}
    left, given = Decimal(shares) if shares.replace(".", "", 1).isdecimal() else held, {}
    for choice in chosen:
        given[_name(choice)] = _plain(min(left, choice.pick.quantity))
        left -= min(left, choice.pick.quantity)
    return given


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _name(choice: Choice) -> str:
    return f"pick-{choice.pick.key}"


def _label(choice: Choice) -> str:
    lot = choice.lot
    words = f"Lot of {lot.acquired:%-d %b %Y}" if lot.acquired else "Lot of unknown date"
    if choice.pick.piece is None:
        return words
    return f"{words}, replacing shares sold at a loss" if choice.pick.piece else f"{words}, the rest"
