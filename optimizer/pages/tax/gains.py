"""Realised gains by pot and the estimate of the year's tax, each beside what the open proposal would make of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from holdings.ledger.types import ZERO
from holdings.tax.outcome import Assessment, GainClass, Line, Slice
from holdings.taxation.stored import Totals
from optimizer.pages.tax.year import YearShown

POTS = {
    GainClass.SHORT: "Short-term, held a year or less",
    GainClass.LONG: "Long-term",
    GainClass.COLLECTIBLE: "Long-term, collectibles",
    GainClass.GENERAL: "Capital gains",
    GainClass.SHARES: "Shares",
    GainClass.PRIVATE: "Private sales",
}


BESIDE_SHARES = "Funds, bonds and others"


def label(pot: GainClass, shown: YearShown) -> str:
    """A country that has a pot of shares nets all else beside it."""
    return BESIDE_SHARES if pot is GainClass.GENERAL and GainClass.SHARES in shown.rules.loss_pots else POTS[pot]


@dataclass(frozen=True, slots=True)
class PotRow:
    """A pot's year. exempt: what the law leaves free. proposed: its net with the proposal, None without one."""

    label: str
    gains: Decimal
    losses: Decimal
    disallowed: Decimal
    exempt: Decimal
    net: Decimal
    proposed: Decimal | None


@dataclass(frozen=True, slots=True)
class CarryRow:
    """Losses brought into the year (positive) and what the year would carry on."""

    label: str
    brought: Decimal
    carried: Decimal
    proposed: Decimal | None


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the estimate now and with the proposal."""

    line: Line
    proposed: Decimal | None


def pots(shown: YearShown) -> list[PotRow]:
    """A row for each pot that the country nets, empty ones too, and others that have gains."""
    totals = shown.stored.totals
    wanted = [pot for pot in POTS if pot in shown.rules.loss_pots or pot in totals]
    return [_pot(pot, totals.get(pot, Totals()), shown) for pot in wanted]


def _pot(pot: GainClass, total: Totals, shown: YearShown) -> PotRow:
    more = _recognised(shown.proposed, pot) if shown.proposal else None
    return PotRow(
        label=label(pot, shown),
        gains=total.gains,
        losses=total.losses,
        disallowed=total.disallowed,
        exempt=total.exempt,
        net=total.net,
        proposed=None if more is None else total.net + more,
    )


def _recognised(slices: Iterable[Slice], pot: GainClass) -> Decimal:
    return sum((each.recognised or ZERO for each in slices if each.gain_class is pot), ZERO)


def carries(shown: YearShown) -> list[CarryRow]:
    """Of every pot that brings losses in or carries some on."""
    now, then = shown.assessment, shown.with_proposal
    carried = now.carried if now else {}
    found = []
    for pot in dict.fromkeys((*shown.rules.loss_pots, *shown.stored.carried_in)):
        row = CarryRow(
            label=label(pot, shown),
            brought=shown.stored.carried_in.get(pot, ZERO),
            carried=carried.get(pot, ZERO),
            proposed=then.carried.get(pot, ZERO) if then else None,
        )
        if row.brought or row.carried or row.proposed:
            found.append(row)
    return found


def parts(shown: YearShown) -> list[Part]:
    """The lines of the assessment; one that only the proposal brings is there with 0."""
    now, then = shown.assessment, shown.with_proposal
    if now is None:
        return []
    after = _by_code(then)
    codes = dict.fromkeys((*_by_code(now), *after))
    lines = {**after, **_by_code(now)}
    present = _by_code(now)
    return [
        Part(
            present.get(code) or Line(code, lines[code].label, ZERO, lines[code].is_rate),
            after[code].amount if code in after else (ZERO if then else None),
        )
        for code in codes
    ]


def _by_code(assessment: Assessment | None) -> dict[str, Line]:
    return {line.code: line for line in assessment.parts} if assessment else {}
