"""Canada: capital gains on the average cost of identical property, and superficial losses (ITA 40, 47, 54)."""

from holdings.tax.ca.jurisdiction import CANADA

__all__ = ["CANADA"]
