"""The countries whose rules are known."""

from collections.abc import Mapping

from holdings.tax.jurisdiction import Jurisdiction

JURISDICTIONS: Mapping[str, Jurisdiction] = {}
"""By ISO 3166 code."""
