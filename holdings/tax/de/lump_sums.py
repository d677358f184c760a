"""The advance lump sum of funds (InvStG § 18): income that nobody paid, is taxed, and lowers a later gain.

Base = price at the beginning of the year x base rate x 70 %, at most what the unit gained in the year with what it paid
out; the lump sum is what the base exceeds the year's distributions by. In the year of the purchase a twelfth less for
each full month before that of the purchase. It counts as received on the first working day of the next year.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, localcontext

from holdings.ledger.exact import QUANTUM, exact
from holdings.ledger.replay import replay
from holdings.ledger.types import ZERO, Entry, Kind, Lot, Pick
from holdings.tax.de.payouts import paid_out
from holdings.tax.de.rates import base_rate
from holdings.tax.history import FundYear, FundYears, History

LUMP_SUM = "advance lump sum"
SEVENTY_PERCENT = Decimal("0.7")
SATURDAY = 5
FIRST_YEAR = 2018
"""The first year of the law."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LumpSum:
    """What the units of a lot that are held at the end of a year count as having brought, before partial exemption.

    fund, amount: None where the year's prices are not known.
    """

    lot: Lot
    year: int
    fund: FundYear | None
    amount: Decimal | None

    @property
    def id(self) -> str:
        return f"lump sum {self.year} of {self.lot.key}"

    @property
    def received(self) -> date:
        return first_working_day(self.year + 1)


def years_with_lump_sums(as_of: date) -> list[int]:
    """Those whose base rate is known and positive, and whose lump sums have been received by that day."""
    past = range(FIRST_YEAR, as_of.year)
    return [year for year in past if (base_rate(year) or ZERO) > 0 and first_working_day(year + 1) <= as_of]


def advance_lump_sums(lots: Iterable[Lot], funds: FundYears, year: int) -> list[LumpSum]:
    """The lump sums of a year for the lots of funds held at its end; not those that are zero."""
    rate = base_rate(year) or ZERO
    found = [_of_lot(lot, funds.get((lot.instrument, year)), rate, year) for lot in lots]
    return [each for each in found if each.amount != ZERO]


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
        day += DAY
    return day


def with_lump_sums(
    entries: Sequence[Entry], history: History, bears: Callable[[Lot], bool]
) -> tuple[list[Entry], list[LumpSum]]:
    """The entries with those that raise the cost of lots by their lump sums, and the lump sums received by then.

    bears: whether a lot is one of a fund in a taxed account. Raising the cost lowers the gain of a later sale by the
    whole lump sum, the exempt part of it included (InvStG § 19(1)), and follows the units through splits and transfers.
    """
    read, sums, funds = list(entries), list[LumpSum](), _with_payouts(history)
    for year in years_with_lump_sums(history.as_of):
        held = replay(entry for entry in read if entry.trade_date.year <= year).lots
        new = advance_lump_sums(filter(bears, held), funds, year)
        read += [entry for each in new for entry in _raised(each)]
        sums += new
    return read, sums


def _with_payouts(history: History) -> FundYears:
    """What a fund paid out: what is stored or what an account received, the larger; both may lack some."""
    if not history.fund_years:
        return {}
    paid = paid_out(history)
    return {
        key: replace(fund, distributed=max(fund.distributed, paid.get(key, ZERO)))
        for key, fund in history.fund_years.items()
    }


def _of_lot(lot: Lot, fund: FundYear | None, rate: Decimal, year: int) -> LumpSum:
    if fund is None:
        return LumpSum(lot, year, None, None)
    with localcontext(exact):
        bought_in_year = lot.acquired is not None and lot.acquired.year == year
        months = 13 - lot.acquired.month if lot.acquired is not None and bought_in_year else 12
        amount = unit_lump_sum(fund, rate) * lot.quantity * months / 12
        return LumpSum(lot, year, fund, amount.quantize(QUANTUM))


def _raised(lump_sum: LumpSum) -> Iterator[Entry]:
    """Corrections of the lot on New Year's Day: its cost to nothing, then to the old one in euros and the lump sum.

    The first makes the ledger forget the rate of the purchase, which is no rate of the lump sum.
    """
    lot = lump_sum.lot
    if lot.base_basis is None or lump_sum.amount is None:
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
