"""Locks, and limits on totals: of trading, of tax, of risk."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from accounts.fields import canonical
from optimizer.forms.fields import NumberField
from optimizer.forms.limits.base import ConstraintLine, Given, Kind, Row, Unit, date_field
from optimizer.models import PolicyConstraint

LOCKS = [
    (Kind.DO_NOT_SELL, "Never sold"),
    (Kind.DO_NOT_BUY, "Never bought"),
    (Kind.NOT_BEFORE, "Neither before the date"),
    (Kind.BUY_ONLY, "Buys only"),
    (Kind.FRACTIONAL, "Trades in fractions of shares"),
]
WHOLE_HOUSEHOLD = {Kind.BUY_ONLY, Kind.FRACTIONAL}


class LockLine(ConstraintLine):
    """What is not sold or bought, for good or until a day. `subject` is an instrument, an account or a lot."""

    counts = ("subject", "kind", "date")
    kinds = frozenset(kind for kind, _ in LOCKS)
    subject = forms.CharField(label="Instrument, account or lot", required=False, max_length=120)
    kind = forms.ChoiceField(label="Is", choices=[("", "Choose"), *LOCKS], required=False)
    date = date_field("Until")
    field_order = ("subject", "kind", "date", "strength")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].widget.attrs |= {"list": "held", "autocomplete": "off"}

    @classmethod
    def initial_of(cls, row: PolicyConstraint, given: Given) -> Row:
        return {"subject": given.held.get(row.subject, row.subject), "kind": row.kind, "date": row.date}

    def row(self) -> Row:
        values = self.cleaned_data
        return {"kind": Kind(values["kind"]), "subject": self._token(values) or "", "date": values["date"]}

    def _token(self, values: Row) -> str | None:
        typed = values["subject"].strip()
        stored = self.initial.get("subject") == typed and typed
        return self.given.find_held(typed) or stored or None

    def check(self, values: Row) -> None:
        kind = values["kind"]
        if not kind:
            self.add_error("kind", "Choose what is meant, or clear the line.")
        elif not values["subject"].strip() and kind not in WHOLE_HOUSEHOLD:
            self.add_error("subject", "Name the instrument, the account or the lot.")
        elif values["subject"].strip() and self._token(values) is None:
            words = f"“{values['subject']}” is no instrument, account or lot here. Take one of the list."
            self.add_error("subject", words)
        if kind == Kind.NOT_BEFORE and values["date"] is None:
            self.add_error("date", "Give the day on which it may be traded again.")


TRADING = {
    f"{Kind.TURNOVER}:high": "Turnover, at most, % of the household",
    f"{Kind.TRADES}:high": "Orders, at most, how many",
}
TAX = {
    f"{Kind.TAX_BUDGET}:high": "Tax added this year, at most, money",
    f"{Kind.GAIN_BUDGET}:high": "Net gains this year, at most, money",
    f"{Kind.NO_SHORT_GAINS}:high": "Short-term gains of the plan, at most, money",
    f"{Kind.HARVEST_LEAST}:low": "Losses realised in one sale, at least, money",
}
RISK = {
    f"{Kind.TRACKING_ERROR}:high": "Tracking error, at most, % a year",
    f"{Kind.VOLATILITY}:high": "Volatility, at most, % a year",
    f"{Kind.CVAR}:high": "Mean loss of the worst 5% of months, at most, %",
    f"{Kind.DRAWDOWN}:high": "Mean of the worst 5% of drawdowns, at most, %",
    f"{Kind.BETA}:high": "Beta, at most, a number",
    f"{Kind.BETA}:low": "Beta, at least, a number",
}
UNITS = {
    Kind.TRADES: Unit.COUNT,
    Kind.BETA: Unit.RATIO,
    Kind.TAX_BUDGET: Unit.MONEY,
    Kind.GAIN_BUDGET: Unit.MONEY,
    Kind.NO_SHORT_GAINS: Unit.MONEY,
    Kind.HARVEST_LEAST: Unit.MONEY,
}


class AnyNumberField(NumberField):
    signs = "%$€£\xa0 _"


class TotalLine(ConstraintLine):
    """One figure of the household or of the plan, and its limit; `limits` names those that a line offers."""

    counts = ("limit", "value")
    limits: ClassVar[dict[str, str]] = {}
    limit = forms.ChoiceField(required=False)
    value = AnyNumberField(low=-10, required=False)
    field_order = ("limit", "value", "strength")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limit"].choices = [("", "Choose a limit"), *self.limits.items()]  # type: ignore[attr-defined]
        self.fields["value"].label = self.limits.get(str(self["limit"].value()), "Value")

    @property
    def chosen(self) -> str:
        return str(self.cleaned_data["limit"])

    @property
    def shown(self) -> str:
        return f"“{self.limits[self.chosen]}”"

    @classmethod
    def initial_of(cls, row: PolicyConstraint, given: Given) -> Row:
        side = "low" if row.high is None and row.low is not None else "high"
        value = row.low if side == "low" else row.high
        percent = row.unit == Unit.FRACTION and value is not None
        return {"limit": f"{row.kind}:{side}", "value": canonical(value.scaleb(2)) if percent and value else value}

    def row(self) -> Row:
        kind, _, side = self.cleaned_data["limit"].partition(":")
        unit = UNITS.get(Kind(kind), Unit.FRACTION)
        value = self.cleaned_data["value"]
        if unit == Unit.FRACTION:
            value = canonical(value.scaleb(-2))
        return {"kind": Kind(kind), side: value, "unit": unit}

    def check(self, values: Row) -> None:
        kind, value = values["limit"].partition(":")[0], values["value"]
        if not kind:
            self.add_error("limit", "Choose the limit of this number, or clear the line.")
        elif value is None:
            self.add_error("value", "Type the number, or clear the line.")
        elif value < 0 and kind not in {Kind.BETA, Kind.GAIN_BUDGET}:
            self.add_error("value", "This cannot be below 0.")
        elif kind == Kind.TRADES and value != value.to_integral_value():
            self.add_error("value", "Type a whole number.")


class TradingLine(TotalLine):
    limits = TRADING
    kinds = frozenset(each.partition(":")[0] for each in TRADING)


class TaxLine(TotalLine):
    limits = TAX
    kinds = frozenset(each.partition(":")[0] for each in TAX)


class RiskLine(TotalLine):
    limits = RISK
    kinds = frozenset(each.partition(":")[0] for each in RISK)
