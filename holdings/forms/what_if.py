"""What a sale would be: its lots or a method, its price, and what a loss is set against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst

from accounts.templatetags.formats import day, money_cents, quantity
from holdings.forms.picks import lot_name
from holdings.ledger.types import ZERO
from holdings.taxation.lots import Part
from holdings.taxation.what_if import Horizon, Method, Position, Question, WhatIfRefused

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
        for part in position.parts:
            self.fields[_name(part)] = forms.DecimalField(
                label=capfirst(lot_name(part)), required=False, min_value=0, help_text=self._about(part)
            )

    def _about(self, part: Part) -> str:
        pieces = part.pieces
        basis = None if any(each.basis is None for each in pieces) else sum((each.basis or 0 for each in pieces), ZERO)
        turns = max((each.long_from for each in pieces if each.long_from), default=None)
        currency = self.position.household.base_currency
        words = [
            f"{quantity(part.pick.quantity)} shares",
            "basis unknown" if basis is None else f"tax basis {money_cents(basis, currency)}",
            f"of it {money_cents(part.deferred, currency)} deferred loss" if part.deferred else "",
            f"long-term from {day(turns)}" if turns and turns > self.position.day else "",
        ]
        return f"{', '.join(filter(None, words))}."

    @property
    def lots(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("pick-")]

    @property
    def question(self) -> Question:
        values, horizon = self.cleaned_data, Horizon()
        given = [(part.pick, values.get(_name(part))) for part in self.position.parts]
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
    chosen = [part for part in position.parts if part.pick.lot == key]
    held = sum((part.pick.quantity for part in chosen), ZERO)
    if position.no_choice:
        return {"shares": shares or _plain(held)}
    if shares and len(chosen) == 1:
        return {_name(chosen[0]): shares}
    left, given = Decimal(shares) if shares.replace(".", "", 1).isdecimal() else held, {}
    for part in chosen:
        given[_name(part)] = _plain(min(left, part.pick.quantity))
        left -= min(left, part.pick.quantity)
    return given


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _name(part: Part) -> str:
    return f"pick-{part.pick.key}"
