"""United States, federal, and a flat state rate: holding periods, wash sale windows, netting, and the tax of a year."""

from holdings.tax.us.dividends import DividendShares, Held, qualified_from, qualified_shares
from holdings.tax.us.gift import gift_basis
from holdings.tax.us.holding import days_to_long_term, is_long_term, long_term_from
from holdings.tax.us.liability import Liability, Part, YearIncome, tax_of_year
from holdings.tax.us.marginal import Difference, Kind, Marginal, difference, marginal_rates
from holdings.tax.us.netting import (
    LOSS_LIMIT,
    CarryForward,
    NetGains,
    Rates,
    TaxYear,
    YearToDate,
    carry_forward,
    net_gains,
    net_tax,
    year_to_date,
)
from holdings.tax.us.position import Position, position
from holdings.tax.us.rates import StatusRates, YearRates, rates_of, years
from holdings.tax.us.wash import LossSale, RecentPurchase, WashWindows

__all__ = [
    "LOSS_LIMIT",
    "CarryForward",
    "Difference",
    "DividendShares",
    "Held",
    "Kind",
    "Liability",
    "LossSale",
    "Marginal",
    "NetGains",
    "Part",
    "Position",
    "Rates",
    "RecentPurchase",
    "StatusRates",
    "TaxYear",
    "WashWindows",
    "YearIncome",
    "YearRates",
    "YearToDate",
    "carry_forward",
    "days_to_long_term",
    "difference",
    "gift_basis",
    "is_long_term",
    "long_term_from",
    "marginal_rates",
    "net_gains",
    "net_tax",
    "position",
    "qualified_from",
    "qualified_shares",
    "rates_of",
    "tax_of_year",
    "year_to_date",
    "years",
]
