"""What an account does not offer, and where a class is preferably held."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from holdings.models import AssetClass, BrokerageAccount
from optimizer.forms.fields import PercentField
from optimizer.forms.limits.base import STRENGTHS, ConstraintLine, Given, Kind, Row
from optimizer.models import PolicyConstraint


class PlaceLine(ConstraintLine):
    """An instrument that an account does not offer."""

    counts = ("symbol", "account")
    kinds = frozenset({Kind.NOT_IN_ACCOUNT})
    symbol = forms.CharField(label="Instrument", required=False, max_length=24)
    account = forms.ChoiceField(label="Cannot be bought in", required=False)
    field_order = ("symbol", "account", "strength")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["symbol"].widget.attrs |= {"list": "symbols", "autocomplete": "off"}
        choices = [("", "Which account"), *self.given.account_choices]
        self.fields["account"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, row: PolicyConstraint, given: Given) -> Row:
        return {"symbol": given.subjects.symbol(row.subject), "account": row.place}

    def row(self) -> Row:
        instrument = self.given.subjects.by_symbol[self.cleaned_data["symbol"].upper()]
        place = self.cleaned_data["account"]
        return {"kind": Kind.NOT_IN_ACCOUNT, "subject": str(instrument.uuid), "place": place}

    def check(self, values: Row) -> None:
        if values["symbol"].upper() not in self.given.subjects.by_symbol:
            words = f"No instrument “{values['symbol']}” is known. Check the symbol, or clear the line."
            self.add_error("symbol", words)
        if not values["account"]:
            self.add_error("account", "Name the account, or clear the line.")


class LocationLine(ConstraintLine):
    counts = ("asset_class", "place")
    kinds = frozenset({Kind.LOCATION})
    asset_class = forms.ChoiceField(label="Class", choices=[("", "Which class"), *AssetClass.choices], required=False)
    place = forms.ChoiceField(
        label="Preferably in", choices=[("", "Which kind"), *BrokerageAccount.Kind.choices], required=False
    )
    high = PercentField(label="Elsewhere, at most", required=False)
    strength = forms.ChoiceField(choices=STRENGTHS, required=False, initial="3")
    field_order = ("asset_class", "place", "high", "strength")

    @classmethod
    def initial_of(cls, row: PolicyConstraint, given: Given) -> Row:
        return {"asset_class": row.subject, "place": row.place, "high": row.high}

    def row(self) -> Row:
        values = self.cleaned_data
        high = values["high"] or Decimal(0)
        return {"kind": Kind.LOCATION, "subject": values["asset_class"], "place": values["place"], "high": high}

    def check(self, values: Row) -> None:
        for name, words in (("asset_class", "Choose the class"), ("place", "Choose the kind of account")):
            if not values[name]:
                self.add_error(name, f"{words}, or clear the line.")
