"""All tax years of a household, one after the other: the losses that a year leaves are carried into the next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from holdings.ledger.exact import exact
from holdings.tax.facts import TaxFacts
from holdings.tax.history import History
from holdings.tax.income import income
from holdings.tax.jurisdiction import Jurisdiction, UnknownYear
from holdings.tax.outcome import Assessment, GainClass, Income, Matching, Slice, TaxYear
from holdings.tax.returns import Return, returns

FactsOf = Callable[[TaxYear], TaxFacts]


@dataclass(frozen=True)
class YearOutcome:
    """One tax year on one return. assessment: None where `failure` says why there is none.

    slices, income: of the accounts on the return. carried_in: losses brought into the year by pot; is_entered: they are
    the user's, else the year before left them. spouse: the year of a spouse who is taxed apart.
    """

    year: TaxYear
    of: Return
    slices: tuple[Slice, ...]
    income: Income
    facts: TaxFacts
    carried_in: Mapping[GainClass, Decimal]
    is_entered: bool
    assessment: Assessment | None
    failure: str = ""
    spouse: "YearOutcome | None" = None

    @property
    def returns(self) -> tuple["YearOutcome", ...]:
        return (self, self.spouse) if self.spouse else (self,)


@dataclass(frozen=True)
class Outcome:
    """A household's history under a country's rules; years ascend, the last is that of the day it was computed for."""

    matching: Matching
    years: tuple[YearOutcome, ...]


def outcome(rules: Jurisdiction, history: History, facts_of: FactsOf) -> Outcome:
    """Match the whole history once and assess each year from the first event to `history.as_of`.

    Losses that the facts enter for a year take the place of what the year before left: they come from the return that
    was filed. Raises UnsupportedHistory.
    """
    matching = rules.match(history)
    done: list[YearOutcome] = []
    for year in _years(rules, history):
        done.append(_year(rules, history, matching, year, facts_of(year), done[-1] if done else None))
    return Outcome(matching, tuple(done))


def _years(rules: Jurisdiction, history: History) -> list[TaxYear]:
    last = rules.tax_year(history.as_of)
    first = min((entry.trade_date for entry in history.entries), default=history.as_of)
    years = [rules.tax_year(first)]
    while years[-1].last < last.last:
        years.append(rules.tax_year(years[-1].last + timedelta(days=1)))
    return years


def _year(
    rules: Jurisdiction,
    history: History,
    matching: Matching,
    year: TaxYear,
    facts: TaxFacts,
    before: YearOutcome | None,
) -> YearOutcome:
    mine, *theirs = returns(rules, history.accounts, facts)
    found = _on_return(mine, rules, history, matching, year, facts, before)
    last = before.spouse if before else None
    apart = [_on_return(each, rules, history, matching, year, each.facts(facts), last) for each in theirs]
    return replace(found, spouse=apart[0] if apart else None)


def _on_return(
    of: Return,
    rules: Jurisdiction,
    history: History,
    matching: Matching,
    year: TaxYear,
    facts: TaxFacts,
    before: YearOutcome | None,
) -> YearOutcome:
    is_entered = facts.carry_year == year.label
    left = before.assessment.carried if before and before.assessment else {}
    found = YearOutcome(
        year=year,
        of=of,
        slices=of.own(each for each in matching.slices if each.sold in year),
        income=income(history, year, facts.qualified_fraction, accounts=of.accounts),
        facts=facts,
        carried_in=entered(rules, facts) if is_entered else left,
        is_entered=is_entered,
        assessment=None,
    )
    try:
        assessment = rules.assess(found.slices, found.income, facts, year, found.carried_in)
    except UnknownYear as error:
        return replace(found, failure=str(error))
    return replace(found, assessment=assessment)


def entered(rules: Jurisdiction, facts: TaxFacts) -> Mapping[GainClass, Decimal]:
    """The losses that the facts enter, by pot; a country that has one pot puts both losses into it."""
    short, long = rules.loss_pots
    if short is long:
        return {short: exact.add(facts.carry_short, facts.carry_long)}
    return {short: facts.carry_short, long: facts.carry_long}
