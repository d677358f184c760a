"""Kinds of accounts that a form offers: those of the household's country first."""

from __future__ import annotations

from accounts.models import Household
from holdings.models import BrokerageAccount

Kind = BrokerageAccount.Kind
Choices = list[tuple[str, str | list[tuple[str, str]]]]

OF_COUNTRY = {
    "US": (Kind.TRADITIONAL_IRA, Kind.ROTH_IRA, Kind.K401, Kind.HSA, Kind.PLAN_529),
    "GB": (Kind.ISA, Kind.SIPP),
    "CA": (Kind.RRSP, Kind.TFSA),
    "DE": (),
}
EVERYWHERE = (Kind.CUSTODIAL, Kind.OTHER)


def kind_choices(household: Household) -> Choices:
    """All kinds; those of other countries, where somebody of the household may have lived, stand in a group apart.

    Where the country's rules are not known, all of them stand side by side.
    """
    country = household.tax_profile.country
    if country not in OF_COUNTRY:
        return list(Kind.choices)
    own = (Kind.TAXABLE, *OF_COUNTRY[country], *EVERYWHERE)
    others = [kind for kind in Kind if kind not in own]
    return [*_labelled(own), ("Of other countries", _labelled(others))]


def _labelled(kinds: tuple[Kind, ...] | list[Kind]) -> list[tuple[str, str]]:
    return [(kind.value, kind.label) for kind in kinds]
