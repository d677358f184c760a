"""The countries whose rules are known."""

from collections.abc import Mapping

from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.uk import UK

JURISDICTIONS: Mapping[str, Jurisdiction] = {rules.country: rules for rules in (UK,)}
"""By ISO 3166 code."""
