"""What the household says of its taxes, as the pure rules read it. Web and workers."""

from __future__ import annotations

import hashlib
import json

from accounts.models import Household, Person, TaxProfile, TaxYearFacts
from holdings.tax.coverage import account_gap, spouse_gap
from holdings.tax.facts import FilingStatus, SpouseFacts, TaxFacts, year_label
from holdings.tax.history import Shelter
from holdings.tax.outcome import TaxYear
from holdings.tax.registry import JURISDICTIONS

COUNTRIES = {"US": "United States", "GB": "United Kingdom", "CA": "Canada", "DE": "Germany"}
"""Those whose rules the product knows."""
MARRIED = {FilingStatus.JOINT, FilingStatus.SEPARATE}
ELSEWHERE = ("name", "kind", "reinvests")
SAID = [field.attname for field in TaxProfile._meta.concrete_fields if field.name != "lists_harvests"]
"""Columns of the profile that a figure depends on."""
REINVESTS = {"yes": True, "no": False, "unknown": None}


def tax_facts(household: Household, year: TaxYear) -> TaxFacts:
    """The facts of a tax year: its own where there are any, else the profile's. Two queries.

    Where the country's rules are not known, the entered rates are used.
    """
    profile = household.tax_profile
    own = household.tax_years.filter(year=year.first.year).first()
    said: TaxYearFacts | TaxProfile = own or profile
    status = FilingStatus(profile.filing_status)
    uses_entered = profile.use_own_rates or profile.country not in COUNTRIES
    return TaxFacts(
        country=profile.country,
        year=year.label,
        status=status,
        other_income=said.other_income,
        deductions=said.deductions,
        state_rate=profile.state_rate,
        carry_short=profile.carry_short,
        carry_long=profile.carry_long,
        carry_year=_carry_year(household, profile),
        church_rate=profile.church_rate,
        joint_allowance=status is FilingStatus.JOINT,
        short_rate=profile.short_rate if uses_entered else None,
        long_rate=profile.long_rate if uses_entered else None,
        qualified_fraction=own.qualified_fraction if own else None,
        coverage_gaps=coverage_gaps(household),
        spouse=SpouseFacts(
            other_income=profile.spouse_income,
            deductions=profile.spouse_deductions,
            carry=profile.spouse_carry,
            carry_long=profile.spouse_carry_long,
        ),
    )


def _carry_year(household: Household, profile: TaxProfile) -> str:
    """Losses that name no year are carried into the present one; no losses and no year enter nothing."""
    losses = profile.carry_short, profile.carry_long, profile.spouse_carry, profile.spouse_carry_long
    is_entered = profile.carry_year or any(losses)
    return year_label(profile.country, profile.carry_year or household.as_of.year) if is_entered else ""


def coverage_gaps(household: Household) -> tuple[str, ...]:
    """What cannot be known, a sentence each; empty where all accounts that the household speaks of are imported."""
    profile = household.tax_profile
    persons = household.persons.order_by("accounts_elsewhere__id", "id")  # one query for both
    rows = list(persons.values_list("relation", "name", *(f"accounts_elsewhere__{name}" for name in ELSEWHERE)))
    gaps = [
        account_gap(profile.country, Shelter(kind), name=name, owner=owner, reinvests=REINVESTS[reinvests])
        for _, owner, name, kind, reinvests in rows
        if name
    ]
    has_spouse = any(relation == Person.Relation.SPOUSE for relation, *_ in rows)
    if profile.filing_status in MARRIED and not has_spouse:
        gaps.append(spouse_gap(profile.country))
    return tuple(gaps)


def fingerprint(household: Household) -> str:
    """SHA-256 of all that the household says of its taxes, names of persons left out; whose account is whose apart."""
    said = [
        list(rows)
        for rows in (
            TaxProfile.objects.filter(household=household).values_list(*SAID),
            household.tax_years.values_list("year", "other_income", "deductions", "qualified_fraction"),
            household.persons.filter(relation=Person.Relation.SPOUSE).values_list("uuid"),
            household.accounts_elsewhere.values_list("owner__uuid", "kind", "name", "reinvests").order_by(
                "owner__uuid", "name"
            ),
        )
    ]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


def no_lot_choice(household: Household) -> str:
    """Why no lot may be chosen in the household's country, as a sentence; empty where one may."""
    rules = JURISDICTIONS.get(household.tax_profile.country)
    if rules is None or rules.lot_choice_allowed:
        return ""
    return f"Lots may not be chosen in {rules.name}: its rules say which shares are sold."
