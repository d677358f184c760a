"""What the tax engine stored of the household, where it is of the present: the year and its schedule, bases of lots."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from accounts.models import Household
from holdings import selectors as holdings
from holdings.ledger.exact import part
from holdings.ledger.types import ZERO
from holdings.models import BrokerageAccount, Lot, TaxLot, TaxReport, TaxState
from holdings.tax.chain import entered as entered_losses
from holdings.tax.de.treatment import treatment
from holdings.tax.jurisdiction import Jurisdiction, UnknownYear
from holdings.tax.outcome import GainClass, Income, Slice
from holdings.tax.registry import JURISDICTIONS
from holdings.tax.returns import Return
from holdings.tax.us.assess import loss_limit
from holdings.taxation import stored
from holdings.taxation.facts import tax_facts
from holdings.taxation.lots import parts
from holdings.taxation.read import described, returned
from optimizer.engine.types import Realised, TaxInput, Term, WashInput, YearInput
from optimizer.models import PolicyConstraint, PolicyVersion

Pieces = Mapping[str, Sequence["Adjusted"]]
"""What the lots are made of that count otherwise than they were bought, by key."""
EARLIER_PURCHASES_COUNT = {"US", "CA"}
"""Where shares bought up to 30 days before a loss sale replace those sold; in the United Kingdom later ones alone."""
TAXED_WHEN_PAID = {BrokerageAccount.Kind.TRADITIONAL_IRA, BrokerageAccount.Kind.K401}


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A lot, or a piece of one, as it counts for tax.

    deferred: losses of replaced shares that are in the basis. tacked: added to the holding period of the shares that
    replace them. piece: its name, None where the lot is one. pot, free: as of LotInput.
    """

    quantity: Decimal
    basis: Decimal | None
    deferred: Decimal = ZERO
    tacked: dt.timedelta = dt.timedelta()
    piece: str | None = None
    pot: Term | None = None
    free: Decimal = ZERO


def current_state(household: Household) -> TaxState | None:
    """What is stored of the household's tax, if it is of the present ledger, day and profile."""
    state = TaxState.objects.filter(household=household).first()
    return state if stored.is_current(state, household) else None


def rules_of(state: TaxState | None) -> Jurisdiction | None:
    """The rules that a plan reckons with: those of the country, if what is stored under them is of the present."""
    return JURISDICTIONS.get(state.country) if state and not state.failure else None


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
    ours = {"", *(relation.value for relation in rules.on_return(found.facts))}
    for each in found.so_far:
        if each.pot is not GainClass.PRIVATE:
            sums[each.pot if each.pot is one else other] += each.gain if each.holder in ours else ZERO
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


def tax_lots(household: Household, rules: Jurisdiction, held: Iterable[Lot], day: dt.date) -> Pieces:
    """Lots, by key, that do not count as they were bought: each as one, or in the pieces that it is in.

    day: that of the sales.
    """
    if rules.lot_choice_allowed:
        return _replacing(household, held)
    return _pooled(household, rules, held) if rules.pools else _german(household, rules, held, day)


def _german(household: Household, rules: Jurisdiction, held: Iterable[Lot], day: dt.date) -> Pieces:
    """Lots of taxed accounts at the cost of the shares that leave with them, first in first out of the account.

    The ledger's lots may have been sold in another order; the oldest of them goes with the shares that are oldest for
    tax. Advance lump sums are in the cost. Tokens count with the other gains.
    """
    lots = sorted(
        (lot for lot in held if lot.account.is_taxable), key=lambda lot: (lot.acquired or dt.date.min, lot.key)
    )
    seen = described(household, {lot.instrument_id for lot in lots})
    queues: dict[tuple[int, int], deque[TaxLot]] = defaultdict(deque)
    for row in TaxLot.objects.filter(account__household=household):
        queues[row.account_id, row.instrument_id].append(row)
    found = {}
    for lot in lots:
        cost = _oldest(queues[lot.account_id, lot.instrument_id], lot.quantity)
        treated = treatment(seen[str(lot.instrument.uuid)], lot.acquired, day)
        pot: Term = "short" if treated.gain_class is rules.loss_pots[0] else "long"
        found[lot.key] = [Adjusted(lot.quantity, cost, pot=pot, free=treated.free)]
    return found


def _oldest(queue: deque[TaxLot], shares: Decimal) -> Decimal | None:
    """The cost of the oldest shares, taken out of their queue; None where it is unknown or they are too few."""
    cost: Decimal | None = ZERO
    while shares and queue:
        row = queue[0]
        taken = min(shares, row.quantity)
        own = None if row.basis is None else part(row.basis, taken, row.quantity)
        cost = None if cost is None or own is None else cost + own
        row.quantity, row.basis = row.quantity - taken, None if own is None or row.basis is None else row.basis - own
        shares -= taken
        if not row.quantity:
            queue.popleft()
    return None if shares else cost


def _pooled(household: Household, rules: Jurisdiction, held: Iterable[Lot]) -> Pieces:
    """Lots of taxed accounts at the mean cost of their pool; unknown where nothing tells it."""
    state = stored.state(TaxState.objects.get(household=household, country=rules.country))
    pools = {(pool.holder, pool.instrument): pool for pool in state.pools}
    holders = {row.pk: str(row.owner.uuid) for row in holdings.brokerage_accounts(household) if row.is_taxable}
    found = {}
    for lot in held:
        if lot.account_id in holders:
            pool = pools.get((holders[lot.account_id], str(lot.instrument.uuid)))
            cost = None if pool is None or pool.cost is None else part(pool.cost, lot.quantity, pool.quantity)
            found[lot.key] = [Adjusted(lot.quantity, cost)]
    return found


def _replacing(household: Household, held: Iterable[Lot]) -> Pieces:
    """Lots of taxed accounts of which a piece replaces shares sold at a loss."""
    taxed = [lot for lot in held if lot.account.is_taxable]
    found: dict[str, list[Adjusted]] = defaultdict(list)
    for each in parts(household, taxed):
        found[each.lot.key] += [
            Adjusted(row.quantity, row.basis, row.deferred, dt.timedelta(row.tacked_days), each.pick.piece)
            for row in each.pieces
        ]
    return {key: rows for key, rows in found.items() if any(row.deferred or row.tacked for row in rows)}
