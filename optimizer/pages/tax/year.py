"""A tax year as it is stored, and with the open proposal on top."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from accounts.models import Household
from holdings.models import TaxReport, TaxState
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.outcome import Assessment, GainClass, Slice, TaxYear
from holdings.tax.registry import JURISDICTIONS
from holdings.taxation import stored
from holdings.taxation.read import returned
from holdings.taxation.stored import StoredState, StoredYear
from optimizer import selectors
from optimizer.models import Proposal, Side, Trade


@dataclass(frozen=True)
class YearShown:
    """One year of a household's tax, on one return. slices: of the year in progress, as an assessment of the
    return reads them. proposed: what the open proposal, where there is one, would sell.

    spouse: the year of a spouse who is taxed apart, with the sales proposed in the spouse's accounts.
    """

    rules: Jurisdiction
    state: TaxState
    facts: StoredState
    labels: tuple[str, ...]
    report: TaxReport
    stored: StoredYear
    proposal: Proposal | None
    proposed: tuple[Slice, ...]
    with_proposal: Assessment | None
    slices: tuple[Slice, ...] = ()
    spouse: YearShown | None = None

    @property
    def is_last(self) -> bool:
        """Whether it is the year in progress."""
        return self.report.label == self.labels[0]

    @property
    def assessment(self) -> Assessment | None:
        return self.stored.assessment

    @property
    def returns(self) -> tuple[YearShown, ...]:
        return (self, self.spouse) if self.spouse else (self,)

    @property
    def added(self) -> Decimal | None:
        """The tax that the proposal would add."""
        if self.assessment is None or self.with_proposal is None:
            return None
        return self.with_proposal.tax - self.assessment.tax


def year_shown(household: Household, state: TaxState | None, asked: str) -> YearShown | None:
    """The year asked for where it is stored, else the last one; None while nothing is."""
    labels = tuple(TaxReport.objects.filter(household=household).values_list("label", flat=True))
    rules = JURISDICTIONS.get(state.country) if state else None
    if state is None or rules is None or not labels:
        return None
    label = asked if asked in labels else labels[0]
    report = TaxReport.objects.get(household=household, label=label)
    year = stored.year(report)
    proposal = selectors.open_proposal(household) if label == labels[0] else None
    proposed = _proposed(proposal, rules, TaxYear(report.label, report.first, report.last)) if proposal else ()
    found = YearShown(
        rules=rules,
        state=state,
        facts=stored.state(state),
        labels=labels,
        report=report,
        stored=year,
        proposal=proposal if proposed else None,
        proposed=proposed,
        with_proposal=None,
    )
    slices = stored.slices(report) if label == labels[0] else ()  # a past year is assessed no more
    if year.spouse is None:
        return _with_proposal(found, slices)
    mine, *theirs = returned(household, rules, year.facts)
    own = _with_proposal(replace(found, proposed=mine.own(found.proposed)), mine.own(slices))
    if not theirs:
        return own
    spouse = replace(found, stored=year.spouse, proposed=theirs[0].own(found.proposed))
    return replace(own, spouse=_with_proposal(spouse, theirs[0].own(slices)))


def _with_proposal(found: YearShown, slices: tuple[Slice, ...]) -> YearShown:
    """With the assessment that the proposal would make of a return, by its slices."""
    year, report = found.stored, found.report
    if found.proposal is None or year.assessment is None:
        return replace(found, slices=slices)
    tax_year = TaxYear(report.label, report.first, report.last)
    together = (*slices, *found.proposed)
    then = found.rules.assess(together, year.income, year.facts, tax_year, year.carried_in)
    return replace(found, slices=slices, with_proposal=then)


def _proposed(proposal: Proposal, rules: Jurisdiction, year: TaxYear) -> tuple[Slice, ...]:
    trades = selectors.trades(proposal).filter(side=Side.SELL)
    taxed = (trade for trade in trades if trade.account.is_taxable and proposal.trade_date in year)
    return tuple(_slice(trade, _pot(trade, rules)) for trade in taxed)


def _pot(trade: Trade, rules: Jurisdiction) -> GainClass:
    """The one pot of a country that has one, else the first or the second, as the plan counted it."""
    one, other = rules.loss_pots
    return one if one is other else {"short": one, "long": other}.get(trade.term, GainClass.UNKNOWN)


def _slice(trade: Trade, pot: GainClass) -> Slice:
    """The sale as the proposal states it: its gain after costs, and what an earlier purchase would undo."""
    proceeds = trade.value - trade.cost
    return Slice(
        sale=str(trade.uuid),
        account=str(trade.account.uuid),
        instrument=str(trade.instrument.uuid),
        quantity=trade.quantity,
        sold=trade.proposal.trade_date,
        proceeds=proceeds,
        basis=None if trade.gain is None else proceeds - trade.gain,
        gain_class=pot,
        lot=trade.lot_key,
        piece=trade.piece or "",
        acquired=trade.lot_acquired,
        disallowed=trade.disallowed,
        exempt=trade.exempt,
    )
