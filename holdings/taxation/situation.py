"""A tax year in progress as a question sees it: the identity groups concerned out of the books, the rest as stored.

Web and workers: what is read and matched grows with the groups, not with the household.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.db.models import Q

from accounts.models import Household
from holdings.models import BrokerageAccount, Instrument, TaxReport, TaxSlice, TaxState, Transaction
from holdings.selectors import public_ids
from holdings.tax.chain import entered
from holdings.tax.outcome import GainClass, Income, Slice, TaxYear
from holdings.tax.questions.situation import Situation
from holdings.tax.registry import JURISDICTIONS
from holdings.tax.returns import Return, returns
from holdings.taxation import stored
from holdings.taxation.facts import tax_facts
from holdings.taxation.read import Books, books
from holdings.taxation.stored import NO_RULES


class NotComputed(Exception):
    """The household's tax is not stored, so that no sale can be judged; the message says why and what to do."""


NOT_YET = "The taxes of this household have not been computed yet. That takes a minute: open the page again then."


@dataclass(frozen=True)
class Situated:
    """books: of the groups alone. state: what the stored rest is of."""

    situation: Situation
    books: Books
    household: Household
    state: TaxState

    @cached_property
    def is_current(self) -> bool:
        """Whether the stored rest is of the present ledger, day and profile."""
        return stored.is_current(self.state, self.household)


def situated(household: Household, instruments: Collection[int], on: dt.date, account: BrokerageAccount) -> Situated:
    """The year of a day, with the history of all that these instruments' taxes could depend on.

    account: whose owner's return the questions are about, where the country taxes persons one by one.

    Raises NotComputed where nothing is stored to set it beside, UnsupportedHistory where the rules refuse the history.
    """
    rules = JURISDICTIONS.get(household.tax_profile.country)
    if rules is None:
        raise NotComputed(NO_RULES)
    state = TaxState.objects.filter(household=household).first()
    if state is None or state.failure:
        raise NotComputed(state.failure if state else NOT_YET)
    concerned = connected(household, instruments)
    found = books(household, concerned)
    year = rules.tax_year(on)
    facts = tax_facts(household, year)
    mine, *apart = returns(rules, found.history.accounts, facts)
    of = next((each for each in apart if str(account.uuid) in each.accounts), mine)
    facts = of.facts(facts)
    income, carried = _beside(household, year, of)
    situation = Situation(
        rules=rules,
        history=replace(found.history, as_of=on),
        others=of.own(_slices(household, year, concerned)),
        income=income,
        facts=facts,
        year=year,
        carried=entered(rules, facts) if facts.carry_year == year.label else carried,
        of=of,
    )
    return Situated(situation, found, household, state)


def _beside(household: Household, year: TaxYear, of: Return) -> tuple[Income, Mapping[GainClass, Decimal]]:
    """Income and losses carried in; a year that has just begun has none yet, and what the last one left."""
    row = TaxReport.objects.filter(household=household, first__lte=year.first).first()
    if row is None:
        raise NotComputed(NOT_YET)
    last = stored.year(row)
    if of.is_spouse:
        if last.spouse is None:
            return Income(), {}
        last = last.spouse
    if row.label == year.label:
        return last.income, last.carried_in
    return Income(), last.assessment.carried if last.assessment else {}


def _slices(household: Household, year: TaxYear, without: Collection[int]) -> tuple[Slice, ...]:
    rows = TaxSlice.objects.filter(report__household=household, report__label=year.label)
    return tuple(_slice(*row) for row in rows.exclude(instrument__in=without).order_by().values_list(*_COLUMNS))


_COLUMNS = (
    "sale__uuid",
    "account__uuid",
    "instrument__uuid",
    "quantity",
    "sold",
    "proceeds",
    "basis",
    "disallowed",
    "exempt",
    "gain_class",
    "rule",
    "holder",
)


def _slice(
    sale: uuid.UUID | None,
    account: uuid.UUID,
    instrument: uuid.UUID,
    quantity: Decimal,
    sold: dt.date,
    proceeds: Decimal,
    basis: Decimal | None,
    disallowed: Decimal,
    exempt: Decimal,
    gain_class: str,
    rule: str,
    holder: str,
) -> Slice:
    """What an assessment looks at."""
    return Slice(
        sale=str(sale) if sale else "",
        account=str(account),
        instrument=str(instrument),
        quantity=quantity,
        sold=sold,
        proceeds=proceeds,
        basis=basis,
        gain_class=GainClass(gain_class),
        disallowed=disallowed,
        exempt=exempt,
        rule=rule,
        holder=holder,
    )


def connected(household: Household, instruments: Collection[int]) -> set[int]:
    """The instruments and all that share their identity groups, or whose lots came from theirs or became theirs."""
    beside = _beside_each_other(household, instruments)
    reached: set[int] = set()
    ahead = list(instruments)
    while ahead:
        pk = ahead.pop()
        if pk not in reached:
            reached.add(pk)
            ahead.extend(beside.get(pk, ()))
    return reached


def _beside_each_other(household: Household, instruments: Collection[int]) -> Mapping[int, Collection[int]]:
    """Three queries: identity groups, corporate actions, and the instruments that a group is named after."""
    named = dict(household.classifications.exclude(identity_group="").values_list("instrument", "identity_group"))
    actions = Transaction.objects.active().filter(account__household=household, other_instrument__isnull=False)
    pairs = set(actions.order_by().values_list("instrument", "other_instrument"))
    uuids = Instrument.objects.filter(
        Q(pk__in={*instruments, *(pk for pair in pairs for pk in pair)}) | Q(uuid__in=public_ids(named.values()))
    ).values_list("pk", "uuid")
    groups: dict[str, set[int]] = defaultdict(set)
    for pk, group in ({pk: str(uid) for pk, uid in uuids} | named).items():
        groups[group].add(pk)
    beside: dict[int, set[int]] = defaultdict(set)
    for members in groups.values():
        for pk in members:
            beside[pk] |= members
    for one, other in pairs:
        beside[one].add(other)
        beside[other].add(one)
    return beside
