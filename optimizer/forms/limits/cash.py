"""Cash that is kept, planned withdrawals, and how fast positions can be sold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from accounts.templatetags.formats import day
from optimizer.forms.fields import MoneyField, NumberField, PercentField
from optimizer.forms.limits.base import ConstraintLine, Given, Kind, Row, Unit, date_field
from optimizer.models import PolicyConstraint


class CashLine(ConstraintLine):
    counts = ("amount",)
    kinds = frozenset({Kind.MINIMUM_CASH})
    account = forms.ChoiceField(required=False)
    amount = MoneyField(low=0, label="At least", required=False)
    field_order = ("account", "amount", "strength")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "All accounts together"), *self.given.account_choices]
        self.fields["account"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, row: PolicyConstraint, given: Given) -> Row:
        return {"account": row.subject, "amount": row.low}

    def row(self) -> Row:
        values = self.cleaned_data
        return {
            "kind": Kind.MINIMUM_CASH,
            "subject": values["account"],
            "low": values["amount"],
            "unit": Unit.MONEY,
        }


class WithdrawalLine(ConstraintLine):
    counts = ("account", "amount", "date")
    kinds = frozenset({Kind.WITHDRAWAL})
    strength = None  # type: ignore[assignment]
    account = forms.ChoiceField(required=False)
    amount = MoneyField(low=0, required=False)
    date = date_field("On")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Which account"), *self.given.account_choices]
        self.fields["account"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, row: PolicyConstraint, given: Given) -> Row:
        return {"account": row.subject, "amount": row.low, "date": row.date}

    def row(self) -> Row:
        values = self.cleaned_data
        return {
            "kind": Kind.WITHDRAWAL,
            "subject": values["account"],
            "low": values["amount"],
            "date": values["date"],
            "unit": Unit.MONEY,
        }

    def check(self, values: Row) -> None:
        asked = {"account": "Name the account", "amount": "Type the amount", "date": "Give the date"}
        for name, words in asked.items():
            if values[name] in {None, ""}:
                self.add_error(name, f"{words}, or clear the line.")
        if values["date"] and values["date"] < self.given.as_of:
            words = f"{day(values['date'])} is before {day(self.given.as_of)}. Give a later date, or clear the line."
            self.add_error("date", words)


class LiquidityLine(ConstraintLine):
    counts = ("days", "rate")
    kinds = frozenset({Kind.LIQUIDATION})
    days = NumberField(low=Decimal("0.01"), high=1_000, label="Days, at most", required=False)
    rate = PercentField(low=Decimal("0.1"), high=100, label="At this part of a day's volume", required=False)
    field_order = ("days", "rate", "strength")

    @classmethod
    def initial_of(cls, row: PolicyConstraint, given: Given) -> Row:
        return {"days": row.high, "rate": row.rate}

    def row(self) -> Row:
        values = self.cleaned_data
        return {"kind": Kind.LIQUIDATION, "high": values["days"], "rate": values["rate"], "unit": Unit.DAYS}

    def check(self, values: Row) -> None:
        for name, words in (("days", "Type the days"), ("rate", "Type the part, such as 10")):
            if values[name] is None:
                self.add_error(name, f"{words}, or clear the line.")
