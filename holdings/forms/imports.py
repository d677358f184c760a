"""The steps of an import: file, columns, accounts, symbols, and a row set right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from holdings.forms.account_kinds import Choices
from holdings.importers.base import DraftRow
from holdings.importers.cells import DateOrder
from holdings.importers.mapped import KINDS, LABELS, AmountIs, MappingSpec, Signs, Word, to_json
from holdings.models import BrokerageAccount, Instrument, Transaction

NEW, LEAVE = "new", "leave"
DATE = forms.DateInput(attrs={"type": "date"})


KIND_WORDS = {
    "roth": BrokerageAccount.Kind.ROTH_IRA,
    "ira": BrokerageAccount.Kind.TRADITIONAL_IRA,
    "401": BrokerageAccount.Kind.K401,
    "hsa": BrokerageAccount.Kind.HSA,
    "529": BrokerageAccount.Kind.PLAN_529,
    "isa": BrokerageAccount.Kind.ISA,
    "sipp": BrokerageAccount.Kind.SIPP,
    "rrsp": BrokerageAccount.Kind.RRSP,
    "tfsa": BrokerageAccount.Kind.TFSA,
}


def kind_named(name: str) -> str:
    """The kind of account that a broker's name for it tells: a proposal of the form, which a person can change."""
    words = re.findall(r"[a-z]+|[0-9]+", name.casefold())
    return next((kind for word, kind in KIND_WORDS.items() if word in words), BrokerageAccount.Kind.TAXABLE)


class AccountOfFile(forms.Form):
    """What one account of the file is here."""

    account = forms.ChoiceField(help_text="Where its rows go.")
    name = forms.CharField(max_length=80, required=False, label="Name of the new account")
    kind = forms.ChoiceField(required=False, label="Kind of the new account")

    def __init__(self, *args: Any, own: Sequence[BrokerageAccount], kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_kinds: Any = self.fields["kind"]
        of_kinds.choices = kinds
        self.own = own
        here = [(str(each.uuid), each.name) for each in own]
        choices: Any = self.fields["account"]
        choices.choices = [("", "Choose"), *here, (NEW, "A new account"), (LEAVE, "None: leave its rows out")]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("account") == NEW:
            name = values.get("name", "")
            if not name:
                self.add_error("name", "Give the new account a name.")
            elif any(each.name.casefold() == name.casefold() for each in self.own):
                self.add_error("name", f"There is an account called {name} already. Choose it, or another name.")
        return values


class SymbolOfFile(forms.Form):
    """What one symbol of the file stands for."""

    MATCH = "match"

    do = forms.ChoiceField(
        choices=[(NEW, "A new instrument"), (MATCH, "The one named here"), (LEAVE, "Leave its rows out")],
        label="What it is",
    )
    symbol = forms.CharField(max_length=24, required=False, label="Symbol here")
    name = forms.CharField(max_length=160, required=False, label="Name")
    kind = forms.ChoiceField(choices=Instrument.Kind.choices, required=False, label="Kind")

    def __init__(self, *args: Any, currency: str, known: Mapping[tuple[str, str], Instrument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency, self.known = currency, known

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        symbol = values["symbol"] = values.get("symbol", "").upper()
        if values.get("do") != LEAVE and not symbol:
            self.add_error("symbol", "Enter the symbol that it has here, such as SAP for an ISIN.")
        elif values.get("do") == self.MATCH and (symbol, self.currency) not in self.known:
            message = (
                f"No instrument in {self.currency} is called {symbol}. Correct the symbol, or add it as a new one."
            )
            self.add_error("symbol", message)
        elif values.get("do") == NEW and (symbol, self.currency) in self.known:
            self.add_error("symbol", f"{symbol} in {self.currency} is known already. Say that it is this one.")
        return values

    def decision(self) -> Any:
        """As `holdings.services.imports.decide_symbols` takes it."""
        values = self.cleaned_data
        if values["do"] == LEAVE:
            return ""
        if values["do"] == self.MATCH:
            return str(self.known[values["symbol"], self.currency].uuid)
        return {"symbol": values["symbol"], "name": values["name"], "kind": values["kind"] or Instrument.Kind.STOCK}


class ColumnsForm(forms.Form):
    """Which column of a file of no known format means what."""

    decimal = forms.ChoiceField(
        choices=[("", "Choose"), (".", "A point, as in 1,234.56"), (",", "A comma, as in 1.234,56")],
        required=False,
        label="Decimal sign",
    )
    dates = forms.ChoiceField(
        choices=[
            ("", "Choose"),
            (DateOrder.YMD, "Year, month, day"),
            (DateOrder.DMY, "Day, month, year"),
            (DateOrder.MDY, "Month, day, year"),
        ],
        required=False,
        label="Order of dates",
    )
    amount_is = forms.ChoiceField(
        choices=[("", "Choose"), (AmountIs.TOTAL, "Of the whole row"), (AmountIs.PER_SHARE, "Of one share")],
        required=False,
        label="Amount or cost is",
    )
    signs = forms.ChoiceField(
        choices=[
            (Signs.BY_KIND, "Nothing: the type says it"),
            (Signs.CASH, "Minus: money that leaves"),
            (Signs.OPPOSITE, "Minus: money that comes in"),
        ],
        label="Sign of the amount",
    )
    fees_in_amount = forms.ChoiceField(
        choices=[("yes", "Inside the amount"), ("", "On top of the amount")], required=False, label="Fees and tax are"
    )
    every = forms.ChoiceField(required=False, label="Without a column of types, each row is")
    currency = forms.RegexField(regex=r"^[A-Z]{3}$", label="Currency where a row names none")

    def __init__(self, data: Any = None, *, spec: MappingSpec, words: Sequence[Word]) -> None:
        super().__init__(data, initial=_of_spec(spec, words))
        self.spec, self.words = spec, words
        kinds = [(str(kind), Transaction.Kind(kind).label) for kind in KINDS]
        every: Any = self.fields["every"]
        every.choices = [("", "A purchase or sale by its sign"), *kinds]
        names = [("", "–"), *((name, name) for name in spec.header)]
        for part, label in LABELS.items():
            self.fields[f"column-{part}"] = forms.ChoiceField(choices=names, required=False, label=label)
        for word in words:
            field = forms.ChoiceField(choices=[("", "Keep, book nothing"), *kinds], required=False, label=word.word)
            self.fields[f"word-{word.word}"] = field

    def columns(self) -> list[forms.BoundField]:
        return [self[f"column-{part}"] for part in LABELS]

    def meanings(self) -> list[tuple[Word, forms.BoundField]]:
        return [(word, self[f"word-{word.word}"]) for word in self.words]

    def plain(self) -> dict[str, Any]:
        """As `holdings.importers.mapped.from_json` takes it."""
        values = self.cleaned_data
        named = ("decimal", "dates", "amount_is", "signs", "every", "currency")
        return to_json(self.spec) | {
            **{name: values[name] or None for name in named},
            "fees_in_amount": bool(values["fees_in_amount"]),
            "columns": {str(part): values[f"column-{part}"] for part in LABELS if values[f"column-{part}"]},
            "kinds": {word.word: values[f"word-{word.word}"] or None for word in self.words},
        }


def _of_spec(spec: MappingSpec, words: Sequence[Word]) -> dict[str, Any]:
    guessed = {word.word: word.kind for word in words}
    return {
        "decimal": spec.decimal,
        "dates": spec.dates,
        "amount_is": spec.amount_is,
        "signs": spec.signs,
        "every": spec.every,
        "currency": spec.currency,
        "fees_in_amount": "yes" if spec.fees_in_amount else "",
        **{f"column-{part}": spec.columns.get(part, "") for part in LABELS},
        **{f"word-{word}": spec.kinds.get(word, guess) for word, guess in guessed.items()},
    }


class RowForm(forms.Form):
    """A row of a file as it would be booked."""

    kind = forms.ChoiceField(
        choices=[("", "Unknown"), *Transaction.Kind.choices], required=False, label="What happened"
    )
    trade_date = forms.DateField(required=False, widget=DATE, label="Trade date")
    symbol = forms.CharField(max_length=160, required=False)
    quantity = forms.DecimalField(
        required=False, max_digits=38, decimal_places=18, help_text="Minus: shares that leave."
    )
    price = forms.DecimalField(required=False, max_digits=38, decimal_places=18, label="Price a share")
    fees = forms.DecimalField(required=False, max_digits=38, decimal_places=18, help_text="Inside the amount.")
    cash = forms.DecimalField(
        required=False, max_digits=38, decimal_places=18, label="Amount", help_text="Minus: money that leaves."
    )
    currency = forms.RegexField(regex=r"^[A-Z]{3}$", label="Currency")
    basis = forms.DecimalField(required=False, max_digits=38, decimal_places=18, help_text="Lots; empty: unknown.")
    acquired = forms.DateField(required=False, widget=DATE, help_text="Lots; empty: unknown.")

    LOTS = {"opening", "transfer_in"}

    def __init__(self, data: Any = None, *, draft: DraftRow, **kwargs: Any) -> None:
        super().__init__(data, initial={name: _plain(getattr(draft, name)) for name in self.base_fields}, **kwargs)
        if draft.kind not in self.LOTS:
            del self.fields["basis"], self.fields["acquired"]

    def changes(self) -> dict[str, Any]:
        """What was changed, with 0 for an emptied number that a draft must have."""
        zero = {"quantity", "fees", "cash"}
        values = {name: self.cleaned_data[name] for name in self.changed_data}
        return {name: 0 if value is None and name in zero else value for name, value in values.items()}


def _plain(value: Any) -> Any:
    """A number without its needless zeros."""
    if not isinstance(value, Decimal):
        return value
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
