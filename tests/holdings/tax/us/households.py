"""Short ways to write down a household for the tax rules, and to read what came of it."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry
from holdings.tax.history import Asset, History, Relation, Shelter, TaxAccount, TaxInstrument
from holdings.tax.outcome import Matching, Slice, TaxLot
from holdings.tax.us.matching import Rules, match

ACCOUNTS = [
    TaxAccount("taxable", "ana"),
    TaxAccount("other", "ana"),
    TaxAccount("spouse", "ben", Relation.SPOUSE),
    TaxAccount("ira", "ana", shelter=Shelter.TRADITIONAL_IRA),
    TaxAccount("roth", "ana", shelter=Shelter.ROTH_IRA),
    TaxAccount("spouse-ira", "ben", Relation.SPOUSE, Shelter.TRADITIONAL_IRA),
    TaxAccount("401k", "ana", shelter=Shelter.K401),
    TaxAccount("hsa", "ana", shelter=Shelter.HSA),
    TaxAccount("529", "ana", shelter=Shelter.PLAN_529),
    TaxAccount("child", "eva", Relation.DEPENDANT, Shelter.CUSTODIAL),
]
INSTRUMENTS = [
    TaxInstrument("VOO", "VOO", "S&P 500", Asset.ETF),
    TaxInstrument("VFIAX", "VFIAX", "S&P 500", Asset.FUND),
    TaxInstrument("FXAIX", "FXAIX", "FXAIX", Asset.FUND),
    TaxInstrument("BTC", "BTC", "BTC", Asset.CRYPTO),
    TaxInstrument("IBIT", "IBIT", "IBIT", Asset.ETF),
    TaxInstrument("GLD", "GLD", "GLD", Asset.ETF, collectible=True),
    TaxInstrument("T-BOND", "T-BOND", "T-BOND", Asset.BOND),
    TaxInstrument("CALL", "CALL", "CALL", Asset.OPTION),
    *(TaxInstrument(symbol, symbol, symbol) for symbol in ("KO", "PEP", "VFINX")),
]


def household(
    entries: Iterable[Entry],
    *,
    as_of: str = "2030-12-31",
    instruments: Iterable[TaxInstrument] = INSTRUMENTS,
    orders: Mapping[str, str] | None = None,
    currency: str = "USD",
) -> History:
    history = tuple(entries)
    return History(
        entries=history,
        ledger=replay(history),
        accounts={account.id: account for account in ACCOUNTS},
        instruments={each.id: each for each in instruments},
        as_of=date.fromisoformat(as_of),
        currency=currency,
        orders=orders or {},
    )


def matched(*entries: Entry, rules: Rules | None = None, **more: object) -> Matching:
    return match(household(entries, **more), rules)  # type: ignore[arg-type]


def slices(matching: Matching, sale: str) -> list[Slice]:
    return [each for each in matching.slices if each.sale == sale]


def recognised(matching: Matching, sale: str | None = None) -> Decimal:
    found = [each.recognised for each in matching.slices if sale in (None, each.sale)]
    return sum((amount for amount in found if amount is not None), Decimal(0))


def disallowed(matching: Matching, sale: str) -> Decimal:
    return sum((each.disallowed for each in slices(matching, sale)), Decimal(0))


def lots(matching: Matching, lot: str) -> list[TaxLot]:
    return [each for each in matching.lots if each.lot == lot]


def the_lot(matching: Matching, lot: str) -> TaxLot:
    (found,) = lots(matching, lot)
    return found
