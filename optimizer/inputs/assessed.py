"""What the tax engine stored of the household, where it is of the present: the year and its schedule, bases of lots."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from accounts.models import Household
from holdings import selectors as holdings
from holdings.ledger.exact import part
from holdings.ledger.types import ZERO
from holdings.models import BrokerageAccount, Lot, TaxLot, TaxReport, TaxState
from holdings.tax.chain import entered as entered_losses
from holdings.tax.jurisdiction import Jurisdiction, UnknownYear
from holdings.tax.outcome import GainClass, Income, Slice
from holdings.tax.registry import JURISDICTIONS
from holdings.tax.returns import Return
from holdings.tax.us.assess import loss_limit
from holdings.taxation import stored
from holdings.taxation.facts import tax_facts
from holdings.taxation.read import returned
from optimizer.engine.types import PLANNED, Realised, TaxInput, WashInput, YearInput
from optimizer.models import PolicyConstraint, PolicyVersion

EARLIER_PURCHASES_COUNT = {"US", "CA"}
"""Where shares bought up to 30 days before a loss sale replace those sold; in the United Kingdom later ones alone."""
TAXED_WHEN_PAID = {BrokerageAccount.Kind.TRADITIONAL_IRA, BrokerageAccount.Kind.K401}


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A lot as it counts for tax. tacked: added to the holding period of shares that replace others sold at a loss."""

    quantity: Decimal
    basis: Decimal | None
    tacked: dt.timedelta


def current_state(household: Household) -> TaxState | None:
    """What is stored of the household's tax, if it is of the present ledger, day and profile."""
    state = TaxState.objects.filter(household=household).first()
    return state if stored.is_current(state, household) else None


def rules_of(state: TaxState | None) -> Jurisdiction | None:
    """The rules that a plan reckons with: those of the country, if what is stored under them is of the present."""
    is_planned = state is not None and not state.failure and state.country in PLANNED
    return JURISDICTIONS[state.country] if state and is_planned else None


def with_year(
    entered: TaxInput, household: Household, rules: Jurisdiction, day: dt.date, version: PolicyVersion
) -> TaxInput:
    """The year with what is recognised so far, and its whole schedule; planned distributions are income of it.

    A year that has just begun has no gains yet. Where the year could not be assessed, the input stays as it is.
    """
    report = TaxReport.objects.filter(household=household, first__lte=day).first()
    found = _year(household, report, rules, day, version) if report else None
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


def _year(
    household: Household, report: TaxReport, rules: Jurisdiction, day: dt.date, version: PolicyVersion
) -> YearInput | None:
    """That of the taxpayer's return. None where the stored year has no assessment, or the one that begins no rates."""
    year, last = rules.tax_year(day), stored.year(report)
    begun = report.label == year.label
    if last.assessment is None:
        return None
    facts = last.facts if begun else tax_facts(household, year)
    mine, *others = returned(household, rules, facts)
    planned = _distributions(household, mine, version, (day, year.last)) if rules.country == "US" else ZERO
    facts = replace(facts, other_income=facts.other_income + planned, coverage_gaps=())
    income = last.income if begun else Income()
    carried = last.carried_in if begun else last.assessment.carried
    if not begun and facts.carry_year == year.label:
        carried = entered_losses(rules, facts)
    try:
        shape = rules.shape(income, facts, year, carried)
    except UnknownYear:
        return None
    so_far = _so_far(mine.own(stored.slices(report))) if begun else ()
    return YearInput(rules.country, year, facts, income, carried, so_far, shape, planned, bool(others))


def _distributions(
    household: Household, mine: Return, version: PolicyVersion, days: tuple[dt.date, dt.date]
) -> Decimal:
    """Withdrawals from accounts that are taxed as they pay out, planned for these days or for no day in particular."""
    kinds = household.brokerage_accounts.filter(uuid__in=mine.accounts, kind__in=TAXED_WHEN_PAID)
    subjects = [str(uuid) for uuid in kinds.values_list("uuid", flat=True)]
    rows = version.constraints.filter(kind=PolicyConstraint.Kind.WITHDRAWAL, subject__in=subjects)
    return sum((row.low or ZERO for row in rows if row.date is None or days[0] <= row.date <= days[1]), ZERO)


def _so_far(slices: Iterable[Slice]) -> tuple[Realised, ...]:
    """The gains of the year that count, by pot, day and person."""
    sums: dict[tuple[GainClass, dt.date, str], Decimal] = defaultdict(lambda: ZERO)
    for each in slices:
        sums[each.gain_class, each.sold, each.holder] += each.recognised or ZERO
    return tuple(Realised(*key, gain) for key, gain in sorted(sums.items()))


def applying(windows: WashInput, rules: Jurisdiction | None) -> WashInput:
    """The windows that the country's rules know of."""
    counts = rules is None or rules.country in EARLIER_PURCHASES_COUNT
    return windows if counts else replace(windows, purchases=())


def tax_lots(household: Household, rules: Jurisdiction, held: Iterable[Lot]) -> Mapping[str, Adjusted]:
    """Lots, by key, whose basis is not that of their own purchase."""
    return _replacing(household) if rules.lot_choice_allowed else _pooled(household, rules, held)


def _pooled(household: Household, rules: Jurisdiction, held: Iterable[Lot]) -> Mapping[str, Adjusted]:
    """Lots of taxed accounts at the mean cost of their pool; unknown where nothing tells it."""
    state = stored.state(TaxState.objects.get(household=household, country=rules.country))
    pools = {(pool.holder, pool.instrument): pool for pool in state.pools}
    holders = {row.pk: str(row.owner.uuid) for row in holdings.brokerage_accounts(household) if row.is_taxable}
    found = {}
    for lot in held:
        if lot.account_id in holders:
            pool = pools.get((holders[lot.account_id], str(lot.instrument.uuid)))
            cost = None if pool is None or pool.cost is None else part(pool.cost, lot.quantity, pool.quantity)
            found[lot.key] = Adjusted(lot.quantity, cost, dt.timedelta())
    return found


def _replacing(household: Household) -> Mapping[str, Adjusted]:
    """Those of which a piece replaces shares sold at a loss.

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
