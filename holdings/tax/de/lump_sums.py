"""The advance lump sum of funds (InvStG § 18): income that nobody paid, is taxed, and lowers a later gain.

Base = price at the beginning of the year x base rate x 70 %, at most what the unit gained in the year with what it paid
out; the lump sum is what the base exceeds the year's distributions by. In the year of the purchase a twelfth less for
each full month before that of the purchase. It counts as received on the first working day of the next year.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, localcontext

from holdings.ledger.exact import QUANTUM, exact
from holdings.ledger.replay import replay
from holdings.ledger.types import ZERO, Entry, Kind, Lot, Pick
from holdings.tax.de.rates import base_rate

SEVENTY_PERCENT = Decimal("0.7")
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class FundYear:
    """A fund's calendar year, a unit as counted at its end, in euros, each amount at the rate of its own day.

    first, last: the first and the last price of the year. distributed: what it paid out in the year.
    """

    first: Decimal
    last: Decimal
    distributed: Decimal = ZERO


FundYears = Mapping[tuple[str, int], FundYear]
"""(instrument, calendar year) -> its prices, where somebody knows them."""


@dataclass(frozen=True, slots=True)
class LumpSum:
    """What the units of a lot that are held at the end of a year count as having brought, before partial exemption."""

    lot: Lot
    year: int
    amount: Decimal

    @property
    def id(self) -> str:
        return f"lump sum {self.year} of {self.lot.key}"

    @property
    def received(self) -> date:
        return first_working_day(self.year + 1)


def advance_lump_sums(lots: Iterable[Lot], funds: FundYears, year: int) -> list[LumpSum]:
    """The lump sums of a year for the lots held at its end, those that are not zero.

    Funds without prices of the year have none, nor has a year whose base rate is not known here or is negative.
    """
    rate = base_rate(year)
    if rate is None or rate <= 0:
        return []
    found = [
        LumpSum(lot, year, _of_lot(lot, funds[lot.instrument, year], rate, year))
        for lot in lots
        if (lot.instrument, year) in funds
    ]
    return [each for each in found if each.amount]


def unit_lump_sum(fund: FundYear, rate: Decimal) -> Decimal:
    """Of a unit that was held all year."""
    with localcontext(exact):
        gained = max(fund.last - fund.first + fund.distributed, ZERO)
        base = min(fund.first * rate * SEVENTY_PERCENT, gained)
        return max(base - fund.distributed, ZERO)


def first_working_day(year: int) -> date:
    """The first day after New Year that is no Saturday or Sunday."""
    day = date(year, 1, 2)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def with_lump_sums(
    entries: Sequence[Entry], funds: FundYears, taxed: set[str], as_of: date
) -> tuple[list[Entry], list[LumpSum]]:
    """The entries with those that raise the cost of lots by their lump sums, and the lump sums received to that day.

    taxed: ids of the accounts that count. Raising the cost lowers the gain of a later sale by the whole lump sum, the
    exempt part of it included (InvStG § 19(1)), and follows the units through splits and transfers.
    """
    read, sums = list(entries), list[LumpSum]()
    for year in sorted({year for _, year in funds if first_working_day(year + 1) <= as_of}):
        held = replay(entry for entry in read if entry.trade_date.year <= year).lots
        new = advance_lump_sums((lot for lot in held if lot.account in taxed), funds, year)
        read += [entry for each in new for entry in _raised(each)]
        sums += new
    return read, sums


def _of_lot(lot: Lot, fund: FundYear, rate: Decimal, year: int) -> Decimal:
    with localcontext(exact):
        bought_in_year = lot.acquired is not None and lot.acquired.year == year
        months = 13 - lot.acquired.month if lot.acquired is not None and bought_in_year else 12
        return (unit_lump_sum(fund, rate) * lot.quantity * months / 12).quantize(QUANTUM)


def _raised(lump_sum: LumpSum) -> Iterator[Entry]:
    """Corrections of the lot on New Year's Day: its cost to nothing, then to the old one in euros and the lump sum.

    The first makes the ledger forget the rate of the purchase, which is no rate of the lump sum.
    """
    lot = lump_sum.lot
    if lot.base_basis is None:
        return
    cleared = Entry(
        id=f"{lump_sum.id} a",
        account=lot.account,
        kind=Kind.ADJUST,
        trade_date=date(lump_sum.year + 1, 1, 1),
        instrument=lot.instrument,
        basis=ZERO,
        picks=(Pick(lot.key, ZERO),),
    )
    yield cleared
    yield replace(cleared, id=f"{lump_sum.id} b", basis=exact.add(lot.base_basis, lump_sum.amount))
