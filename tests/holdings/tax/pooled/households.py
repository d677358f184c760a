"""A household of two persons and a child, with taxed and sheltered accounts, for countries that pool shares."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from holdings.ledger.replay import replay
from holdings.ledger.types import Entry
from holdings.tax.history import History, Relation, Shelter, TaxAccount
from holdings.tax.outcome import Matching, Slice
from tests.holdings.ledger.histories import buy, sell

ACCOUNTS = {
    account.id: account
    for account in [
        TaxAccount("taxable", "ann"),
        TaxAccount("other", "ann"),
        TaxAccount("plan", "ann", shelter=Shelter.RRSP),
        TaxAccount("spouse", "bob", Relation.SPOUSE),
        TaxAccount("spouse plan", "bob", Relation.SPOUSE, Shelter.TFSA),
        TaxAccount("child", "cy", Relation.DEPENDANT),
    ]
}


def household(*entries: Entry, currency: str, as_of: str = "2027-12-31") -> History:
    return History(entries, replay(entries), ACCOUNTS, {}, date.fromisoformat(as_of), currency)


def trades(rows: Iterable[tuple[str, int, str | int]]) -> list[Entry]:
    """(day, signed shares, money) -> purchases and sales, named e0, e1, …"""
    return [
        buy(f"e{n}", day, shares, money) if shares > 0 else sell(f"e{n}", day, -shares, money)
        for n, (day, shares, money) in enumerate(rows)
    ]


def gains(found: Matching, sale: str | None = None) -> Decimal:
    """What all slices, or those of one sale, gained before anything is disallowed."""
    return sum((each.gain for each in slices(found, sale) if each.gain is not None), Decimal(0))


def slices(found: Matching, sale: str | None = None) -> list[Slice]:
    return [each for each in found.slices if sale in {None, each.sale}]


def pool(found: Matching, instrument: str = "KO", holder: str = "ann") -> tuple[Decimal, Decimal | None]:
    """Shares and cost, none and nothing where there is no pool."""
    held = [each for each in found.pools if (each.instrument, each.holder) == (instrument, holder)]
    return (held[0].quantity, held[0].cost) if held else (Decimal(0), Decimal(0))
