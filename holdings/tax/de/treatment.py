"""Into which pot a disposal goes, and what part of it is free (EStG § 20, § 23; InvStG § 20)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from holdings.ledger.types import ZERO
from holdings.tax.history import Asset, FundShare, TaxInstrument
from holdings.tax.outcome import GainClass

PARTIAL_EXEMPTION = {
    FundShare.EQUITY: Decimal("0.30"),
    FundShare.MIXED: Decimal("0.15"),
    FundShare.PROPERTY: Decimal("0.60"),
    FundShare.FOREIGN_PROPERTY: Decimal("0.80"),
}
"""Of gains, losses and distributions of a fund, for private investors (InvStG § 20(1) to (3)), since 2018."""

OLD_UNTIL = date(2008, 12, 31)
"""Securities acquired until then are free of the flat tax (EStG § 52(28))."""
FUNDS_SINCE = date(2018, 1, 1)
"""Fund units count as acquired then, at their value of the day before (InvStG § 56(2))."""

ALL, FIFO = Decimal(1), "FIFO"
HELD_LONG = "FIFO, held more than a year"
OLD = "FIFO, bought before 2009"
NO_SHARE = "What this fund mostly holds is not known, so that it counts without partial exemption."
OLD_FUND = (
    "Bought before 2018: the value of 31 December 2017 counts as the cost, and the gain until then has rules of its "
    "own. Neither is computed; enter the lot with that value to have the gain since."
)
NO_DATE = "When this was acquired is not known, so that it counts as held for less than a year."


@dataclass(frozen=True, slots=True)
class Treatment:
    """free: the fraction of a gain or loss that does not count. rule: how the shares were found, and why it is free."""

    gain_class: GainClass
    free: Decimal = ZERO
    rule: str = FIFO
    notes: tuple[str, ...] = ()


def is_fund(instrument: TaxInstrument) -> bool:
    return instrument.fund_share is not FundShare.NONE or instrument.asset in {Asset.ETF, Asset.FUND}


def treatment(instrument: TaxInstrument, acquired: date | None, sold: date) -> Treatment:
    """Of shares acquired and sold on these days; an unknown date is no old one."""
    if is_fund(instrument):
        return of_fund(instrument, acquired)
    if instrument.asset is Asset.CRYPTO:
        return _of_private_sale(acquired, sold)
    pot = GainClass.SHARES if instrument.asset is Asset.STOCK else GainClass.GENERAL
    if instrument.asset in {Asset.STOCK, Asset.BOND} and acquired is not None and acquired <= OLD_UNTIL:
        return Treatment(pot, ALL, OLD)
    return Treatment(pot)


def of_fund(instrument: TaxInstrument, acquired: date | None) -> Treatment:
    notes = [NO_SHARE] if instrument.fund_share is FundShare.NONE else []
    if acquired is not None and acquired < FUNDS_SINCE:
        notes.append(OLD_FUND)
    free = PARTIAL_EXEMPTION.get(instrument.fund_share, ZERO)
    return Treatment(GainClass.GENERAL, free, notes=tuple(notes))


def free_from(acquired: date) -> date:
    """The first day on which a private sale is free: after one year (EStG § 23(1) no. 2; BGB § 187(1), § 188(2), (3)).

    The year ends on its anniversary, on 28 February where that would be 29 February of a common year.
    """
    try:
        anniversary = acquired.replace(year=acquired.year + 1)
    except ValueError:
        anniversary = date(acquired.year + 1, 2, 28)
    return anniversary + timedelta(days=1)


def _of_private_sale(acquired: date | None, sold: date) -> Treatment:
    if acquired is None:
        return Treatment(GainClass.PRIVATE, notes=(NO_DATE,))
    if sold >= free_from(acquired):
        return Treatment(GainClass.PRIVATE, ALL, HELD_LONG)
    return Treatment(GainClass.PRIVATE)
