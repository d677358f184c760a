"""A line of the policy form that states one constraint, and the stored row that it makes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from django import forms

from holdings.models import BrokerageAccount
from optimizer.forms.rows import Line
from optimizer.forms.subjects import Subjects
from optimizer.models import PolicyConstraint

Kind, Unit = PolicyConstraint.Kind, PolicyConstraint.Unit
Row = dict[str, Any]
HARD = "hard"
STRENGTHS = [
    (HARD, "Hard"),
    ("hard2", "Hard, gives second"),
    ("hard3", "Hard, gives first"),
    ("1", "Soft, first"),
    ("2", "Soft, second"),
    ("3", "Soft, third"),
]


def date_field(label: str) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=picker)


@dataclass(frozen=True)
class Given:
    """What the lines need to know: names, accounts and lots by what they are called, and the date."""

    subjects: Subjects
    accounts: Sequence[BrokerageAccount]
    as_of: dt.date
    lots: Mapping[str, str] = field(default_factory=dict)  # label by key
    currency: str = "USD"

    @property
    def account_choices(self) -> list[tuple[str, str]]:
        return [(str(row.uuid), row.name) for row in self.accounts]

    @cached_property
    def account_names(self) -> dict[str, str]:
        return dict(self.account_choices)

    @cached_property
    def held(self) -> dict[str, str]:
        """Labels of instruments, accounts and lots by what a lock stores."""
        symbols = {uuid: row.symbol for uuid, row in self.subjects.by_uuid.items()}
        return symbols | dict(self.account_choices) | dict(self.lots)

    def find_held(self, typed: str) -> str | None:
        wanted = " ".join(typed.split()).lower()
        return next((token for token, label in self.held.items() if label.lower() == wanted), None)


class ConstraintLine(Line):
    """A line that is one stored constraint; `kinds` are those that it can state."""

    kinds: ClassVar[frozenset[str]] = frozenset()
    strength = forms.ChoiceField(choices=STRENGTHS, required=False, initial=HARD)

    def __init__(self, *args: Any, given: Given, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given = given

    @classmethod
    def initial_of(cls, row: PolicyConstraint, given: Given) -> Row:
        """What the line shows of a stored row."""
        raise NotImplementedError

    def row(self) -> Row:
        """The row that a valid line makes, its strength left out."""
        raise NotImplementedError

    @property
    def is_hard(self) -> bool:
        return self.cleaned_data.get("strength", HARD) in {HARD, "", "hard2", "hard3"}

    def stored(self) -> Row:
        said = self.cleaned_data.get("strength") or HARD
        priority = int(said[-1]) if said[-1].isdigit() else 1
        return self.row() | {"hard": self.is_hard, "priority": priority}


def strength_of(row: PolicyConstraint) -> str:
    if row.hard:
        return HARD if row.priority == 1 else f"hard{row.priority}"
    return str(row.priority)
