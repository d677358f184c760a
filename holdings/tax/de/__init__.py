"""Germany: flat tax on capital income (EStG § 20, § 32d; InvStG) and tax on private sales (EStG § 23)."""

from holdings.tax.de.jurisdiction import GERMANY

__all__ = ["GERMANY"]
