from holdings.models.account import AccountElsewhere, BrokerageAccount, GoalAccount
from holdings.models.imports import ColumnMapping, FillConfirmation, Import, ImportFile, ImportRow, SymbolAlias
from holdings.models.instrument import AssetClass, Classification, Instrument, Sector, ThemeTag
from holdings.models.liquidity import Liquidity
from holdings.models.lot import CashBalance, FlaggedPosition, Lot, LotEvent, RealisedGain, ReliefMethod, Term
from holdings.models.macro import FxRate, MacroPoint, MacroSeries
from holdings.models.price import HouseholdPrice, InstrumentEvent, Price, PriceChunk, TradingSession
from holdings.models.source import Feed, PriceFinding, PriceSource
from holdings.models.statement import Difference, Statement, StatementLine
from holdings.models.tax import Replacement, TaxLot, TaxReport, TaxSlice, TaxState
from holdings.models.transaction import LotPick, Transaction, Void
from holdings.models.valuation import Benchmark, BenchmarkValuation, PerformanceReport, Valuation

__all__ = [
    "AccountElsewhere",
    "AssetClass",
    "Benchmark",
    "BenchmarkValuation",
    "BrokerageAccount",
    "CashBalance",
    "Classification",
    "ColumnMapping",
    "Difference",
    "Feed",
    "FillConfirmation",
    "FlaggedPosition",
    "FxRate",
    "GoalAccount",
    "HouseholdPrice",
    "Import",
    "ImportFile",
    "ImportRow",
    "Instrument",
    "InstrumentEvent",
    "Liquidity",
    "Lot",
    "LotEvent",
    "LotPick",
    "MacroPoint",
    "MacroSeries",
    "PerformanceReport",
    "Price",
    "PriceChunk",
    "PriceFinding",
    "PriceSource",
    "RealisedGain",
    "ReliefMethod",
    "Replacement",
    "Sector",
    "Statement",
    "StatementLine",
    "SymbolAlias",
    "TaxLot",
    "TaxReport",
    "TaxSlice",
    "TaxState",
    "Term",
    "ThemeTag",
    "TradingSession",
    "Transaction",
    "Valuation",
    "Void",
]
