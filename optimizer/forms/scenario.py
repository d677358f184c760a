"""A person's stress scenario: a name, and what each class, sector, currency or instrument would lose or gain."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from optimizer.engine.types import CASH
from optimizer.forms.fields import PercentField
from optimizer.forms.rows import Line
from optimizer.forms.subjects import Subject, Subjects

AXES = ("instrument", "sector", "class", "currency")
BLANK_MOVES = 4
MOST_MOVES = 200
LOWEST, HIGHEST = -99, 500  # per cent


class ScenarioForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=80, help_text="As it shall stand among the scenarios.")


class MoveLine(Line):
    counts = ("subject", "change")
    subject = forms.CharField(label="What", required=False, max_length=80)
    change = PercentField(label="Change of price", low=LOWEST, high=HIGHEST, required=False)

    def __init__(self, *args: Any, subjects: Subjects, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = subjects
        self.fields["subject"].widget.attrs |= {"list": "subjects", "autocomplete": "off"}

    def check(self, values: dict[str, Any]) -> None:
        if not values["subject"]:
            self.add_error("subject", "Say what moves, or clear the line.")
        elif self.found is None or self.found.about not in AXES:
            words = f"“{values['subject']}” is no instrument, sector, class or currency known here."
            self.add_error("subject", f"{words} Take one of the list, such as Energy, sector.")
        if values["change"] is None:
            self.add_error("change", "Say by how much, such as -20, or clear the line.")

    @property
    def found(self) -> Subject | None:
        typed = str(self.cleaned_data.get("subject", ""))
        return CASH_SUBJECT if typed.strip().lower() == CASH else self.subjects.find(typed)

    @property
    def move(self) -> dict[str, str]:
        """Of a valid line that is not empty."""
        assert self.found is not None  # noqa: S101
        return {"axis": self.found.about, "subject": self.found.token, "change": str(self.cleaned_data["change"])}


CASH_SUBJECT = Subject("instrument", CASH, "Cash")


class BaseMoves(forms.BaseFormSet):  # type: ignore[type-arg]  # takes none at run time
    def clean(self) -> None:
        """Something must move, and nothing twice."""
        if any(self.errors):
            return
        moves = self.moves
        if not moves:
            raise forms.ValidationError("Nothing moves yet. Name at least one thing and by how much it would change.")
        named = [(move["axis"], move["subject"]) for move in moves]
        if twice := {each for each in named if named.count(each) > 1}:
            words = ", ".join(sorted(label_of(self.form_kwargs["subjects"], *each) for each in twice))
            raise forms.ValidationError(f"{words} moves twice. Keep one line of it.")

    @property
    def moves(self) -> list[dict[str, str]]:
        return [line.move for line in self.forms if not line.is_blank]


MoveLines = forms.formset_factory(
    MoveLine, formset=BaseMoves, extra=BLANK_MOVES, max_num=MOST_MOVES, absolute_max=MOST_MOVES
)


def label_of(subjects: Subjects, axis: str, token: str) -> str:
    """What is typed for a stored move."""
    if token == CASH and axis == "instrument":
        return CASH_SUBJECT.label
    return subjects.label(axis, token)


def initial_of(subjects: Subjects, move: dict[str, str]) -> dict[str, Any]:
    return {"subject": label_of(subjects, move["axis"], move["subject"]), "change": Decimal(move["change"])}
