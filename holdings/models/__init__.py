from holdings.models.account import BrokerageAccount, GoalAccount
from holdings.models.imports import FillConfirmation, Import, ImportRow
from holdings.models.instrument import AssetClass, Classification, Instrument, Sector, ThemeTag
from holdings.models.lot import CashBalance, Lot, RealisedGain, Term
from holdings.models.price import Price, PriceChunk, PriceSource, TradingSession
from holdings.models.transaction import LotPick, Transaction, Void
from holdings.models.valuation import Benchmark, BenchmarkValuation, Valuation

__all__ = [
    "AssetClass",
    "Benchmark",
    "BenchmarkValuation",
    "BrokerageAccount",
    "CashBalance",
    "Classification",
    "FillConfirmation",
    "GoalAccount",
    "Import",
    "ImportRow",
    "Instrument",
    "Lot",
    "LotPick",
    "Price",
    "PriceChunk",
    "PriceSource",
    "RealisedGain",
    "Sector",
    "Term",
    "ThemeTag",
    "TradingSession",
    "Transaction",
    "Valuation",
    "Void",
]
