"""The words of a plan: constants, and what may stand where a kind is named."""

from decimal import Decimal
from typing import Literal

CASH = "cash"
ZERO = Decimal(0)
TAXED_KINDS = frozenset({"taxable", "custodial", "other"})

Side = Literal["sell", "buy"]
Term = Literal["short", "long"]
RuleState = Literal["pass", "near", "partial", "fail"]  # partial: kept as far as it could be checked
StrategyName = Literal[
    "fixed_weights",
    "equal_weight",
    "inverse_volatility",
    "minimum_variance",
    "mean_variance",  # params: risk_aversion, target_return or target_volatility
    "maximum_sharpe",
    "risk_parity",
    "risk_budgets",  # the entered weights are shares of risk
    "hierarchical_risk_parity",
    "minimum_cvar",
    "minimum_cdar",
    "black_litterman",
    "benchmark_tracking",  # the entered weights are the benchmark's
]
EstimatorName = Literal["nonlinear", "constant_correlation", "sample"]
ConstraintKind = Literal[
    "instrument_weight",  # subject: asset id; low and high: fractions of the household
    "each_stock",  # high: of every single stock
    "issuer_weight",  # subject: issuer
    "class_weight",  # subject: asset class
    "sector_weight",  # subject: sector
    "region_weight",  # subject: region
    "currency_weight",  # subject: currency
    "theme_weight",  # subject: theme
    "custom",  # terms: coefficient by asset id; low and high of their sum over weights
    "exclude_instrument",  # never bought; high = 0: sold down as far as locks allow; high = None: held as it is
    "exclude_sector",
    "exclude_theme",
    "do_not_sell",  # subject: asset id, account id or lot key; until: the day it ends; None: never
    "do_not_buy",  # subject: asset id or account id; until as above
    "not_before",  # neither sold nor bought before `until`; subject as do_not_sell
    "buy_only",  # subject: account id, or "" for the household: nothing is sold
    "turnover",  # high: (sold + bought) / 2 as a fraction of the household
    "trades",  # high: count of accounts x assets x sides that are traded
    "fractional",  # subject: account id, or "" for all: shares are traded in fractions
    "minimum_cash",  # subject: account id, or "" for the household; low: money
    "liquidation",  # high: days to sell each position; rate: part of a day's volume that may be traded
    "tax_budget",  # high: money of tax that this plan may add this year
    "gain_budget",  # high: money of net gains of the year, what is realised already included
    "no_short_gains",  # high: money of short-term gains that the plan may realise; None: none
    "harvest_least",  # low: money of loss below which no loss is realised, per account and asset
    "not_in_account",  # subject: asset id; place: account id in which it cannot be bought
    "location",  # subject: asset class; place: kind of account; high: most of it elsewhere, a fraction
    "tracking_error",  # high: annual fraction
    "volatility",  # high: annual fraction
    "beta",  # low and high: against the benchmark
    "cvar",  # high: mean loss of the worst 5 % of months, a fraction
    "drawdown",  # high: mean of the worst 5 % of drawdowns on history, a fraction
]
