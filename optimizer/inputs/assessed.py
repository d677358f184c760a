"""What the tax engine stored of the household, where it is of the present: the year and its schedule, bases of lots."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from accounts.models import Household
from holdings.ledger.types import ZERO
from holdings.models import TaxLot, TaxReport, TaxState
from holdings.tax.chain import entered as entered_losses
from holdings.tax.jurisdiction import Jurisdiction, UnknownYear
from holdings.tax.outcome import GainClass, Income, TaxYear
from holdings.tax.registry import JURISDICTIONS
from holdings.tax.us.assess import loss_limit
from holdings.taxation import stored
from holdings.taxation.facts import tax_facts
from optimizer.engine.types import Realised, TaxInput, YearInput

PLANNED = {"US"}
"""Countries whose year a plan reckons with; elsewhere it nets by term at the rates that are entered."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A lot that replaces shares sold at a loss. tacked: added to the holding period of each of its shares."""

    quantity: Decimal
    basis: Decimal | None
    tacked: dt.timedelta


def rules_of(household: Household) -> Jurisdiction | None:
    """The rules that a plan reckons with: those of the country, if what is stored under them is of the present.

    That is of the present ledger, day and profile.
    """
    country = household.tax_profile.country
    rules = JURISDICTIONS.get(country) if country in PLANNED else None
    state = TaxState.objects.filter(household=household, country=country, failure="").first()
    is_current = state is not None and state.inputs_hash == stored.inputs_hash(household)
    return rules if is_current else None


def with_year(entered: TaxInput, household: Household, rules: Jurisdiction, day: dt.date) -> TaxInput:
    """The year with what is recognised so far, and its whole schedule.

    A year that has just begun has no gains yet. Where the year could not be assessed, the input stays as it is.
    """
    report = TaxReport.objects.filter(household=household, first__lte=day).first()
    found = _year(household, report, rules, rules.tax_year(day)) if report else None
    if found is None:
        return entered
    one, other = rules.loss_pots
    sums: dict[GainClass, Decimal] = defaultdict(lambda: ZERO)
    for each in found.so_far:
        sums[each.pot if each.pot is one else other] += ZERO if each.holder else each.gain
    return replace(
        entered,
        short_to_date=ZERO if one is other else sums[one],
        long_to_date=sums[other],
        short_carry=ZERO if one is other else found.carried.get(one, ZERO),
        long_carry=found.carried.get(other, ZERO),
        loss_limit=loss_limit(found.facts),
        year=found,
    )


def _year(household: Household, report: TaxReport, rules: Jurisdiction, year: TaxYear) -> YearInput | None:
    """None where the stored year has no assessment, or the year that begins no rates."""
    last, begun = stored.year(report), report.label == year.label
    if last.assessment is None:
        return None
    facts = last.facts if begun else tax_facts(household, year)
    income = last.income if begun else Income()
    carried = last.carried_in if begun else last.assessment.carried
    if not begun and facts.carry_year == year.label:
        carried = entered_losses(rules, facts)
    try:
        shape = rules.shape(income, facts, year, carried)
    except UnknownYear:
        return None
    told = replace(facts, coverage_gaps=())
    return YearInput(rules.country, year, told, income, carried, _so_far(report) if begun else (), shape)


def _so_far(report: TaxReport) -> tuple[Realised, ...]:
    """The gains of the year that count, by pot, day and person."""
    sums: dict[tuple[GainClass, dt.date, str], Decimal] = defaultdict(lambda: ZERO)
    for each in stored.slices(report):
        sums[each.gain_class, each.sold, each.holder] += each.recognised or ZERO
    return tuple(Realised(*key, gain) for key, gain in sorted(sums.items()))


def adjusted_lots(household: Household) -> Mapping[str, Adjusted]:
    """Lots, by key, of which a piece replaces shares sold at a loss.

    A trade names a lot, so its pieces count as one: with their bases added up, and the holding period of the latest.
    """
    pieces: dict[str, list[TaxLot]] = defaultdict(list)
    for row in TaxLot.objects.filter(account__household=household):
        pieces[row.lot_key].append(row)
    return {key: _whole(rows) for key, rows in pieces.items() if any(row.deferred or row.tacked_days for row in rows)}


def _whole(rows: Sequence[TaxLot]) -> Adjusted:
    return Adjusted(
        quantity=sum((row.quantity for row in rows), ZERO),
        basis=None if any(row.basis is None for row in rows) else sum((row.basis or ZERO for row in rows), ZERO),
        tacked=dt.timedelta(min(row.tacked_days for row in rows)),
    )
