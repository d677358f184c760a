"""The countries whose rules are known."""

from collections.abc import Mapping

from holdings.tax.ca import CANADA
from holdings.tax.de import GERMANY
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.uk import UK
from holdings.tax.us.rules import UNITED_STATES

JURISDICTIONS: Mapping[str, Jurisdiction] = {rules.country: rules for rules in (UNITED_STATES, UK, CANADA, GERMANY)}
"""By ISO 3166 code."""


def undoes_losses(country: str) -> bool:
    """Whether a purchase within 30 days may undo a loss there; so it may where the rules are not known."""
    rules = JURISDICTIONS.get(country)
    return rules is None or "loss" in rules.undone_by_repurchase
