"""Lines of the policy form. An empty line says nothing; a half-filled one says what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.templatetags.formats import day
from holdings.models import BrokerageAccount, Instrument
from optimizer.forms.fields import MoneyField, PercentField, in_percent
from optimizer.forms.subjects import EXCLUDE, Subject, Subjects

HARD = "hard"
STRENGTHS = [(HARD, "Hard"), ("1", "Soft, first"), ("2", "Soft, second"), ("3", "Soft, third")]
SOLD, FROZEN = "sold", "frozen"
MODES = [(SOLD, "Sold down"), (FROZEN, "Kept, never bought")]


class Line(forms.Form):
    """`counts` names the fields that make a line more than empty."""

    use_required_attribute = False
    counts: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not self.errors and not any(self.cleaned_data.get(name) not in {None, ""} for name in self.counts)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and any(values.get(name) not in {None, ""} for name in self.counts):
            self.check(dict(values))  # a copy, since an error takes its value out
        return values

    def check(self, values: dict[str, Any]) -> None:
        """Of a line that is not empty and whose fields are each right."""


class TargetLine(Line):
    counts = ("symbol", "weight")
    symbol = forms.CharField(label="Instrument", required=False, max_length=24)
    weight = PercentField(label="Weight", required=False)

    def __init__(self, *args: Any, subjects: Subjects, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = subjects
        self.fields["symbol"].widget.attrs |= {"list": "symbols", "autocomplete": "off"}

    def check(self, values: dict[str, Any]) -> None:
        if not values["symbol"]:
            self.add_error("symbol", "Name the instrument of this weight, or clear the line.")
        elif self.instrument is None:
            words = f"No instrument {values['symbol']} is known. Check the symbol, or import a file that names it."
            self.add_error("symbol", words)

    @property
    def instrument(self) -> Instrument | None:
        return self.subjects.by_symbol.get(str(self.cleaned_data.get("symbol", "")).upper())


class SubjectLine(Line):
    """A line about something that is typed by its name."""

    allowed: tuple[str, ...] = ()
    subject = forms.CharField(required=False, max_length=60)

    def __init__(self, *args: Any, subjects: Subjects, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = subjects
        self.fields["subject"].widget.attrs |= {"list": "subjects", "autocomplete": "off"}

    def check(self, values: dict[str, Any]) -> None:
        if not values["subject"]:
            self.add_error("subject", "Say what this line is about, or clear it.")
        elif self.found is None:
            words = f"“{values['subject']}” is no instrument, sector or class known here. Take one of the list"
            self.add_error("subject", f"{words}, or type a theme as “{values['subject']}, theme”.")
        elif self.found.about not in self.allowed:
            words = f"A {self.found.about} cannot stand here, only an instrument, a sector or a theme."
            self.add_error("subject", words)

    @property
    def found(self) -> Subject | None:
        return self.subjects.find(str(self.cleaned_data.get("subject", "")))


class LimitLine(SubjectLine):
    counts = ("subject", "low", "high")
    allowed = ("instrument", "sector", "class", "theme")
    low = PercentField(label="At least", required=False)
    high = PercentField(label="At most", required=False)
    strength = forms.ChoiceField(choices=STRENGTHS, required=False, initial=HARD)

    def check(self, values: dict[str, Any]) -> None:
        super().check(values)
        low, high = values["low"], values["high"]
        if low is None and high is None:
            self.add_error("high", "Type a share, or clear the line.")
        elif low is not None and high is not None and low > high:
            below, above = in_percent(low), in_percent(high)
            words = f"At least {below}% is more than at most {above}%. Lower the first to {above}%"
            self.add_error("low", f"{words}, or raise the second to {below}%.")

    @property
    def is_hard(self) -> bool:
        return self.cleaned_data["strength"] in {HARD, ""}


class ExclusionLine(SubjectLine):
    counts = ("subject",)
    allowed = tuple(EXCLUDE)
    mode = forms.ChoiceField(label="What is held", choices=MODES, required=False, initial=SOLD)


class CashLine(Line):
    counts = ("amount",)
    account = forms.ChoiceField(required=False)
    amount = MoneyField(low=0, label="At least", required=False)

    def __init__(self, *args: Any, accounts: Sequence[BrokerageAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "All accounts together"), *((str(row.uuid), row.name) for row in accounts)]
        self.fields["account"].choices = choices  # type: ignore[attr-defined]


class WithdrawalLine(Line):
    counts = ("account", "amount", "date")
    account = forms.ChoiceField(required=False)
    amount = MoneyField(low=0, required=False)
    date = forms.DateField(
        label="On", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, accounts: Sequence[BrokerageAccount], as_of: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of
        choices = [("", "Which account"), *((str(row.uuid), row.name) for row in accounts)]
        self.fields["account"].choices = choices  # type: ignore[attr-defined]

    def check(self, values: dict[str, Any]) -> None:
        asked = {"account": "Name the account", "amount": "Type the amount", "date": "Give the date"}
        for name, words in asked.items():
            if values[name] in {None, ""}:
                self.add_error(name, f"{words}, or clear the line.")
        if values["date"] and values["date"] < self.as_of:
            words = f"{day(values['date'])} is before {day(self.as_of)}. Give a later date, or clear the line."
            self.add_error("date", words)
