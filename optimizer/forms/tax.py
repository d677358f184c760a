from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from accounts.countries import countries
from accounts.models import Person, TaxProfile
from holdings.forms.account_kinds import Choices, kind_choices
from holdings.models import AccountElsewhere, BrokerageAccount
from holdings.taxation.facts import COUNTRIES
from optimizer.forms.fields import MoneyField, PercentField
from optimizer.forms.rows import Line
from optimizer.services.taxes import SPOUSE, TaxAnswers

BLANK_LINES = 2
MOST_LINES = 100
FIRST_YEAR = 1990
LOSSES = ("carry_short", "carry_long", "spouse_carry", "spouse_carry_long")
CHURCH = [("0", "None"), ("0.08", "8%, Bavaria and Baden-Württemberg"), ("0.09", "9%, other states")]


def country_choices() -> list[tuple[str, str | list[tuple[str, str]]]]:
    others = [(code, name) for code, name in countries().items() if code not in COUNTRIES]
    return [*COUNTRIES.items(), ("Without tax rules here", others)]


def year_field(as_of: dt.date, **kwargs: Any) -> forms.IntegerField:
    """A tax year by the calendar year in which it begins."""
    last = as_of.year + 1
    said = f"Type a year from {FIRST_YEAR} to {last}, as {as_of.year}."
    errors = dict.fromkeys(("invalid", "min_value", "max_value"), said)
    return forms.IntegerField(required=False, min_value=FIRST_YEAR, max_value=last, error_messages=errors, **kwargs)


class TaxProfileForm(forms.Form):
    country = forms.ChoiceField(choices=country_choices, help_text="Whose tax rules hold.")
    filing_status = forms.ChoiceField(
        label="Filing status",
        choices=TaxProfile.FilingStatus.choices,
        help_text="British and Canadian spouses each file alone.",
    )
    spouse = forms.CharField(label="Spouse", max_length=80, required=False, help_text="A name. Empty: nobody.")
    other_income = MoneyField(
        low=0, label="Other income", help_text="Wages and all else that the accounts do not show."
    )
    deductions = MoneyField(
        low=0, required=False, label="Deductions", help_text="Your total. Empty: the standard deduction."
    )
    state_name = forms.CharField(
        label="State or province", max_length=40, required=False, help_text="Optional, for your own reading."
    )
    state_rate = PercentField(label="State rate", help_text="Flat, of a state or province; 0 where there is none.")
    church_rate = forms.TypedChoiceField(
        label="Church tax", choices=CHURCH, coerce=Decimal, help_text="In Germany, of the income tax."
    )
    use_own_rates = forms.BooleanField(
        label="Use my own rates", required=False, help_text="In place of rates computed from income and brackets."
    )
    short_rate = PercentField(label="Short-term rate", help_text="Marginal federal rate on ordinary income.")
    long_rate = PercentField(label="Long-term rate", help_text="Federal rate on gains held for more than a year.")
    carry_short = MoneyField(
        low=0, label="Short-term loss carried in", help_text="From the last year’s return, as a positive amount."
    )
    carry_long = MoneyField(
        low=0, label="Long-term loss carried in", help_text="From the last year’s return, as a positive amount."
    )

    spouse_income = MoneyField(
        low=0, label="Spouse’s income", help_text="Wages and all else that the accounts do not show."
    )
    spouse_deductions = MoneyField(
        low=0, required=False, label="Spouse’s deductions", help_text="In all. Empty: what the law gives everybody."
    )
    spouse_carry = MoneyField(
        low=0,
        label="Spouse’s short-term loss",
        help_text="Carried in, as a positive amount.",
    )
    spouse_carry_long = MoneyField(
        low=0, label="Spouse’s long-term loss", help_text="Carried in, as a positive amount."
    )
    lists_harvests = forms.BooleanField(
        label="List losses to harvest", required=False, help_text="Lots whose loss would save tax, on the tax page."
    )

    def __init__(self, *args: Any, persons: Sequence[Person], as_of: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.persons, self.as_of = persons, as_of
        self.fields["carry_year"] = year_field(
            as_of,
            label="Carried into tax year",
            help_text="By the year in which it begins: 2024 for the British 2024-25.",
        )

    def clean_spouse(self) -> str:
        name: str = self.cleaned_data["spouse"]
        others = [person.name for person in self.persons if person.relation != Person.Relation.SPOUSE]
        if name.lower() in map(str.lower, others):
            raise forms.ValidationError(f"{name} is in the household already. Type the spouse’s name.")
        return name

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(values.get(name) for name in LOSSES):
            return values | {"carry_year": None}
        if values.get("carry_year") is None and "carry_year" not in self.errors:
            words = f"Name the tax year that the losses are carried into, as {self.as_of.year}."
            self.add_error("carry_year", words)
        return values


class YearLine(Line):
    counts = ("year", "other_income", "deductions", "qualified_fraction")
    other_income = MoneyField(low=0, label="Other income", required=False)
    deductions = MoneyField(low=0, label="Deductions", required=False)
    qualified_fraction = PercentField(label="Qualified dividends", required=False)

    def __init__(self, *args: Any, as_of: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"year": year_field(as_of, label="Tax year"), **self.fields}

    def check(self, values: dict[str, Any]) -> None:
        if values["year"] is None:
            self.add_error("year", "Name the tax year, or clear the line.")
        if values["other_income"] is None:
            self.add_error("other_income", "Type the year’s other income, 0 for none, or clear the line.")


class ElsewhereLine(Line):
    counts = ("name", "kind")
    name = forms.CharField(label="What it is", max_length=80, required=False)
    kind = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(label="Whose")
    reinvests = forms.ChoiceField(
        label="Reinvests by itself",
        choices=AccountElsewhere.Reinvests.choices,
        initial=AccountElsewhere.Reinvests.UNKNOWN,
    )

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]], kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_kinds: Any = self.fields["kind"]
        of_kinds.choices = [("", "Kind"), *kinds]
        whose: Any = self.fields["owner"]
        whose.choices, whose.initial = owners, owners[0][0]

    def check(self, values: dict[str, Any]) -> None:
        if not values["name"]:
            self.add_error("name", "Say what the account is, as “401(k) at work”, or clear the line.")
        if not values["kind"]:
            self.add_error("kind", "Choose the kind of account, or clear the line.")

    @property
    def row(self) -> tuple[str, str, str, str]:
        values = self.cleaned_data
        return values["owner"], values["name"], values["kind"], values["reinvests"]


class OwnersForm(forms.Form):
    """Whose each imported account is; a field an account."""

    def __init__(
        self, *args: Any, accounts: Sequence[BrokerageAccount], owners: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = {f"owner-{account.uuid}": account for account in accounts}
        for name, account in self.accounts.items():
            self.fields[name] = forms.ChoiceField(
                label=account.name,
                choices=owners,
                initial=owner_key(account.owner),
                help_text=account.get_kind_display(),
            )

    @property
    def owners(self) -> dict[BrokerageAccount, str]:
        """Of the fields that are right."""
        return {self.accounts[name]: owner for name, owner in self.cleaned_data.items()}


@dataclass(frozen=True, slots=True)
class Stored:
    """What the form starts from."""

    profile: TaxProfile
    years: Sequence[Mapping[str, Any]]
    persons: Sequence[Person]
    accounts: Sequence[BrokerageAccount]
    elsewhere: Sequence[AccountElsewhere]
    as_of: dt.date


class TaxBundle:
    """The profile, the owners and both lists of lines as one form."""

    def __init__(self, stored: Stored, data: Any = None) -> None:
        as_of, owners = stored.as_of, owner_choices(stored.persons)
        kinds = kind_choices(stored.profile.household)
        self.main = TaxProfileForm(data, initial=_initial(stored), persons=stored.persons, as_of=as_of)
        self.owners = OwnersForm(data, accounts=stored.accounts, owners=owners)
        years, elsewhere = [dict(row) for row in stored.years], [_elsewhere(row) for row in stored.elsewhere]
        self.years = _lines(YearLine, "years", years, {"as_of": as_of}, data)
        self.elsewhere = _lines(ElsewhereLine, "elsewhere", elsewhere, {"owners": owners, "kinds": kinds}, data)

    @property
    def parts(self) -> list[Any]:
        return [self.main, self.owners, self.years, self.elsewhere]

    @property
    def is_bound(self) -> bool:
        return self.main.is_bound

    def is_valid(self) -> bool:
        if not self.is_bound:
            return False
        are_valid = [part.is_valid() for part in self.parts]
        self._check_repeats()
        self._check_spouse()
        return all(are_valid) and self.error_count == 0

    @property
    def error_count(self) -> int:
        lines = [line for formset in (self.years, self.elsewhere) for line in formset.forms]
        return sum(len(form.errors) for form in (self.main, self.owners, *lines))

    def answers(self) -> TaxAnswers:
        profile = dict(self.main.cleaned_data)
        spouse = profile.pop("spouse")
        years = [dict(line.cleaned_data) for line in _filled(self.years)]
        return TaxAnswers(
            profile=profile,
            years={row.pop("year"): row for row in years},
            spouse=spouse,
            owners=self.owners.owners,
            elsewhere=[line.row for line in _filled(self.elsewhere)],
        )

    def _check_repeats(self) -> None:
        for formset, names in ((self.years, ("year",)), (self.elsewhere, ("name", "owner"))):
            seen = set()
            for line in _filled(formset):
                key = tuple(line.cleaned_data[name] for name in names)
                if key in seen:
                    line.add_error(names[0], f"{key[0]} stands here twice. Keep one of the lines.")
                seen.add(key)

    def _check_spouse(self) -> None:
        theirs = [account.name for account, owner in self.owners.owners.items() if owner == SPOUSE]
        theirs += [
            line.cleaned_data["name"] for line in _filled(self.elsewhere) if line.cleaned_data["owner"] == SPOUSE
        ]
        if theirs and self.main.cleaned_data.get("spouse") == "":
            words = f"{', '.join(theirs)}: the spouse’s below. Type the spouse’s name, or choose another owner."
            self.main.add_error("spouse", words)


def owner_key(person: Person) -> str:
    return SPOUSE if person.relation == Person.Relation.SPOUSE else str(person.uuid)


def owner_choices(persons: Sequence[Person]) -> list[tuple[str, str]]:
    """Persons by name; the spouse may be chosen before being named."""
    known = [(owner_key(person), person.name) for person in persons]
    return known if SPOUSE in dict(known) else [*known, (SPOUSE, "The spouse named above")]


def _initial(stored: Stored) -> dict[str, Any]:
    names = [field.name for field in TaxProfile._meta.fields]
    spouse = next((person.name for person in stored.persons if person.relation == Person.Relation.SPOUSE), "")
    values = {name: getattr(stored.profile, name) for name in names}
    return values | {"spouse": spouse, "carry_year": stored.profile.carry_year or stored.as_of.year}


def _elsewhere(row: AccountElsewhere) -> dict[str, str]:
    return {"name": row.name, "kind": row.kind, "owner": owner_key(row.owner), "reinvests": row.reinvests}


def _lines(
    line: type[Line], prefix: str, initial: Sequence[Mapping[str, Any]], kwargs: dict[str, Any], data: Any
) -> Any:
    made = forms.formset_factory(line, extra=BLANK_LINES, max_num=MOST_LINES, absolute_max=MOST_LINES)
    return made(data, prefix=prefix, initial=initial, form_kwargs=kwargs)


def _filled(formset: Any) -> Iterator[Any]:
    """The lines that say something and are right."""
    return (line for line in formset.forms if not line.errors and not line.is_blank)
