"""What a sale would be: its lots or a method, its price, and what a loss is set against."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from accounts.templatetags.formats import day, money_cents, quantity
from holdings.ledger.types import ZERO, Lot
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
        for lot in position.lots:
            self.fields[_name(lot.key)] = forms.DecimalField(
                label=_label(lot), required=False, min_value=0, help_text=self._about(lot)
            )

    def _about(self, lot: Lot) -> str:
        pieces = [each for each in self.position.tax_lots if each.lot == lot.key]
        basis = None if any(each.basis is None for each in pieces) else sum((each.basis or 0 for each in pieces), ZERO)
        turns = max((each.long_from for each in pieces if each.long_from), default=None)
        parts = [
            f"{quantity(lot.quantity)} shares",
            "basis unknown"
            if basis is None
            else f"tax basis {money_cents(basis, self.position.household.base_currency)}",
            f"long-term from {day(turns)}" if turns and turns > self.position.day else "",
        ]
        return f"{', '.join(part for part in parts if part)}."

    @property
    def lots(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("pick-")]

    @property
    def question(self) -> Question:
        values, horizon = self.cleaned_data, Horizon()
        given = {lot.key: values.get(_name(lot.key)) for lot in self.position.lots}
        rate = values["later_rate"]
        return Question(
            method=Method(values.get("method", Method.FIFO)),
            shares=values["shares"],
            picks={key: shares for key, shares in given.items() if shares},
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
    held = next((lot.quantity for lot in position.lots if lot.key == key), None)
    wanted = shares or (f"{held.normalize():f}" if held is not None else "")
    return {"shares": wanted} if position.no_choice else {_name(key): wanted}


def _name(key: str) -> str:
    return f"pick-{key}"


def _label(lot: Lot) -> str:
    return f"Lot of {lot.acquired:%-d %b %Y}" if lot.acquired else "Lot of unknown date"
