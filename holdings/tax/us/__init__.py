"""United States, federal: holding periods, wash sale windows, and netting at rates as entered."""

from holdings.tax.us.gift import gift_basis
from holdings.tax.us.holding import days_to_long_term, is_long_term, long_term_from
from holdings.tax.us.netting import LOSS_LIMIT, Rates, TaxYear, YearToDate, net_tax, year_to_date
from holdings.tax.us.wash import LossSale, RecentPurchase, WashWindows, wash_windows

__all__ = [
    "LOSS_LIMIT",
    "LossSale",
    "Rates",
    "RecentPurchase",
    "TaxYear",
    "WashWindows",
    "YearToDate",
    "days_to_long_term",
    "gift_basis",
    "is_long_term",
    "long_term_from",
    "net_tax",
    "wash_windows",
    "year_to_date",
]
