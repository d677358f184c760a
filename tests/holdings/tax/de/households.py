"""A household with the instruments that Germany tells apart, kept in euros."""

from dataclasses import replace
from decimal import Decimal

from holdings.ledger.types import Entry
from holdings.tax.de.jurisdiction import GERMANY
from holdings.tax.history import Asset, FundShare, FundYears, History, TaxInstrument
from holdings.tax.outcome import Matching
from tests.holdings.tax.pooled.households import household

WORLD, MIXED, PLAIN, COIN, BOND = "WORLD", "MIXED", "PLAIN", "COIN", "BOND"
INSTRUMENTS = {
    each.id: each
    for each in [
        TaxInstrument("KO", "KO", "KO"),
        TaxInstrument(WORLD, WORLD, WORLD, Asset.ETF, FundShare.EQUITY),
        TaxInstrument(MIXED, MIXED, MIXED, Asset.FUND, FundShare.MIXED),
        TaxInstrument(PLAIN, PLAIN, PLAIN, Asset.ETF),
        TaxInstrument(COIN, COIN, COIN, Asset.CRYPTO),
        TaxInstrument(BOND, BOND, BOND, Asset.BOND),
    ]
}


def german(*entries: Entry, as_of: str = "2027-12-31") -> History:
    return replace(household(*entries, currency="EUR", as_of=as_of), instruments=INSTRUMENTS)


def matched(*entries: Entry, funds: FundYears | None = None, as_of: str = "2027-12-31") -> Matching:
    return GERMANY.match(replace(german(*entries, as_of=as_of), fund_years=funds or {}))


def counted(found: Matching, sale: str | None = None) -> Decimal:
    """What of the gains of all slices, or of those of one sale, counts."""
    return sum((each.recognised or Decimal(0) for each in found.slices if sale in {None, each.sale}), Decimal(0))
