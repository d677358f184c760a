"""What every country's rules read: one household's history, whose accounts are whose, and what the instruments are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from holdings.ledger.types import ZERO, Entry, Ledger


class Shelter(StrEnum):
    """How an account is taxed. The strings are those of the stored kinds of account."""

    TAXABLE = "taxable"
    TRADITIONAL_IRA = "traditional_ira"
    ROTH_IRA = "roth_ira"
    K401 = "401k"
    HSA = "hsa"
    PLAN_529 = "529"
    ISA = "isa"
    SIPP = "sipp"
    RRSP = "rrsp"
    TFSA = "tfsa"
    CUSTODIAL = "custodial"
    OTHER = "other"


class Relation(StrEnum):
    """Who owns an account, seen from the taxpayer."""

    SELF = "self"
    SPOUSE = "spouse"
    DEPENDANT = "dependant"


TAXED = frozenset({Shelter.TAXABLE, Shelter.CUSTODIAL, Shelter.OTHER})
"""Where gains are taxed year by year. Custodial and other accounts are taken to be of that kind."""

ABROAD = frozenset({Shelter.ISA, Shelter.SIPP, Shelter.RRSP, Shelter.TFSA})
"""Plans of the United Kingdom and Canada. They count as sheltered in every country, as a US plan does."""


@dataclass(frozen=True, slots=True)
class TaxAccount:
    """An account: its owner (an id), what the owner is to the taxpayer, and how it is taxed."""

    id: str
    owner: str
    relation: Relation = Relation.SELF
    shelter: Shelter = Shelter.TAXABLE

    @property
    def taxed(self) -> bool:
        return self.shelter in TAXED


class Asset(StrEnum):
    """What an instrument is for tax. The strings are those of the stored kinds of instrument."""

    STOCK = "stock"
    ETF = "etf"
    FUND = "fund"
    BOND = "bond"
    INDEX = "index"
    OPTION = "option"
    CRYPTO = "crypto"
    PRIVATE = "private"
    OTHER = "other"


class FundShare(StrEnum):
    """What a fund mostly holds, as the German partial exemption counts it; NONE is no fund."""

    NONE = ""
    EQUITY = "equity"
    MIXED = "mixed"
    PROPERTY = "property"
    FOREIGN_PROPERTY = "foreign_property"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TaxInstrument:
    """An instrument as tax sees it.

    group: substantially identical instruments share it. collectible: long-term gains at the 28 % rate (US).
    pays_qualified: whether its dividends are likely to be qualified (US): not those of bond funds and REITs.
    reit: whether it is a share of a real estate investment trust (US).
    """

    id: str
    symbol: str
    group: str
    asset: Asset = Asset.STOCK
    fund_share: FundShare = FundShare.NONE
    collectible: bool = False
    pays_qualified: bool = True
    reit: bool = False


@dataclass(frozen=True, slots=True)
class FundYear:
    """A fund's calendar year, a unit as counted at its end, in the currency of the history, each amount at the rate of
    its own day.

    first, last: the first and the last price of the year. distributed: what it paid out.
    """

    first: Decimal
    last: Decimal
    distributed: Decimal = ZERO


FundYears = Mapping[tuple[str, int], FundYear]
"""(instrument, calendar year) -> its prices, where both are known."""


@dataclass(frozen=True)
class History:
    """Everything that happened in the accounts of one household, and what its replay gave.

    entries: those that `ledger` was replayed from, in any order. accounts and instruments: by id; each that an entry
    names is there. currency: of `base_…` amounts and of every amount that the rules give back. as_of: the last day
    that counts; later entries are left out by the caller. orders: entry -> the order that it fills, known apart from
    those of other accounts; an entry that is missing is an order of its own. ex_dates: dividend entry -> its
    ex-dividend date, where somebody knows it. fund_years: of funds, where the country's rules ask for prices (Germany).
    """

    entries: tuple[Entry, ...]
    ledger: Ledger
    accounts: Mapping[str, TaxAccount]
    instruments: Mapping[str, TaxInstrument]
    as_of: date
    currency: str = "USD"
    orders: Mapping[str, str] = field(default_factory=dict)
    ex_dates: Mapping[str, date] = field(default_factory=dict)
    fund_years: FundYears = field(default_factory=dict)

    def group(self, instrument: str) -> str:
        """The identity group; an instrument that nobody described is a group of its own."""
        known = self.instruments.get(instrument)
        return known.group if known else instrument
