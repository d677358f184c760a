"""Limits on weights, exclusions, and sums of weights."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from optimizer.forms.fields import PercentField, in_percent
from optimizer.forms.limits.base import ConstraintLine, Given, Kind, Row
from optimizer.forms.subjects import EXCLUDE, WEIGHT, Subject
from optimizer.models import PolicyConstraint

SOLD, FROZEN = "sold", "frozen"
MODES = [(SOLD, "Sold down"), (FROZEN, "Kept, never bought")]
TERM = re.compile(r"([-+−]?)\s*(\d+(?:\.\d+)?)?\s*\*?\s*([A-Za-z][\w.\-/]*)\s*")


class SubjectLine(ConstraintLine):
    """A line about something that is typed by its name."""

    allowed: ClassVar[tuple[str, ...]] = ()
    subject = forms.CharField(label="What", required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].widget.attrs |= {"list": "subjects", "autocomplete": "off"}

    def check(self, values: Row) -> None:
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
        return self.given.subjects.find(str(self.cleaned_data.get("subject", "")))

    @property
    def shown(self) -> str:
        return str(self.cleaned_data["subject"])

    @property
    def about(self) -> Subject:
        """Of a valid line."""
        assert self.found is not None  # noqa: S101
        return self.found


class LimitLine(SubjectLine):
    counts = ("subject", "low", "high")
    kinds = frozenset(WEIGHT.values())
    allowed = tuple(WEIGHT)
    low = PercentField(label="At least", required=False)
    high = PercentField(label="At most", required=False)
    field_order = ("subject", "low", "high", "strength")

    @classmethod
    def initial_of(cls, row: PolicyConstraint, given: Given) -> Row:
        return {"subject": given.subjects.stored(row.kind, row.subject).label, "low": row.low, "high": row.high}

    def row(self) -> Row:
        values = self.cleaned_data
        kind, token = WEIGHT[self.about.about], self.about.token
        return {"kind": kind, "subject": token, "low": values["low"], "high": values["high"]}

    def check(self, values: Row) -> None:
        super().check(values)
        low, high = values["low"], values["high"]
        if low is None and high is None:
            self.add_error("high", "Type a share, or clear the line.")
        elif low is not None and high is not None and low > high:
            below, above = in_percent(low), in_percent(high)
            words = f"At least {below}% is more than at most {above}%. Lower the first to {above}%"
            self.add_error("low", f"{words}, or raise the second to {below}%.")
        if self.found and self.found.about == "each stock" and low is not None:
            self.add_error("low", "Each stock can only be limited from above. Clear this field.")


class ExclusionLine(SubjectLine):
    counts = ("subject",)
    kinds = frozenset(EXCLUDE.values())
    allowed = tuple(EXCLUDE)
    mode = forms.ChoiceField(label="What is held", choices=MODES, required=False, initial=SOLD)
    field_order = ("subject", "mode", "strength")

    @classmethod
    def initial_of(cls, row: PolicyConstraint, given: Given) -> Row:
        mode = FROZEN if row.high is None else SOLD
        return {"subject": given.subjects.stored(row.kind, row.subject).label, "mode": mode}

    def row(self) -> Row:
        high = None if self.cleaned_data["mode"] == FROZEN else Decimal(0)
        return {"kind": EXCLUDE[self.about.about], "subject": self.about.token, "high": high}


class SumLine(ConstraintLine):
    """A sum of weights, each times a number: `XOM + 0.5 CVX - KO`."""

    counts = ("terms", "low", "high")
    kinds = frozenset({Kind.CUSTOM})
    terms = forms.CharField(label="Sum of weights", required=False, max_length=400)
    low = PercentField(low=-1_000, high=1_000, label="At least", required=False)
    high = PercentField(low=-1_000, high=1_000, label="At most", required=False)
    field_order = ("terms", "low", "high", "strength")

    @classmethod
    def initial_of(cls, row: PolicyConstraint, given: Given) -> Row:
        return {"terms": written(row.terms, given), "low": row.low, "high": row.high}

    def row(self) -> Row:
        values = self.cleaned_data
        terms = {token: str(number) for token, number in self._read(values["terms"]).items()}
        return {"kind": Kind.CUSTOM, "terms": terms, "low": values["low"], "high": values["high"]}

    def check(self, values: Row) -> None:
        try:
            self._read(values["terms"])
        except forms.ValidationError as error:
            self.add_error("terms", error)
        if values["low"] is None and values["high"] is None:
            self.add_error("high", "Type a share, or clear the line.")
        elif values["low"] is not None and values["high"] is not None and values["low"] > values["high"]:
            self.add_error("low", "This is above the upper limit. Swap the two.")

    def _read(self, text: str) -> dict[str, Decimal]:
        """Coefficient by uuid. Raises ValidationError for what is not a sum of known symbols."""
        found: dict[str, Decimal] = {}
        left = text.strip()
        while left:
            term = TERM.match(left)
            if term is None or (found and not term[1]):
                raise forms.ValidationError(f"“{left}” is not understood. Write it as XOM + 0.5 CVX - KO.")
            instrument = self.given.subjects.by_symbol.get(term[3].upper())
            if instrument is None:
                raise forms.ValidationError(f"No instrument {term[3]} is known. Check the symbol.")
            number = Decimal(term[2] or 1) * (1 if term[1] in {"", "+"} else -1)
            found[str(instrument.uuid)] = found.get(str(instrument.uuid), Decimal(0)) + number
            left = left[term.end() :]
        if not found:
            raise forms.ValidationError("Name the instruments, as in XOM + 0.5 CVX - KO, or clear the line.")
        return found


def written(terms: dict[str, str], given: Given) -> str:
    """XOM + 0.5 CVX - KO."""
    text = ""
    for token, coefficient in terms.items():
        number = Decimal(coefficient)
        sign = " - " if number < 0 else " + "
        size = "" if abs(number) == 1 else f"{abs(number).normalize():f} "
        text += f"{sign}{size}{given.subjects.symbol(token)}"
    return text.removeprefix(" + ").replace(" - ", "-", 1) if text.startswith(" - ") else text.removeprefix(" + ")
