"""What is stored of a household's tax, as pages read it. Web and workers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max

from accounts.models import Household
from holdings import canonical
from holdings.ledger.types import ZERO
from holdings.models import InstrumentEvent, TaxReport, TaxSlice, TaxState, Transaction
from holdings.tax.chain import YearOutcome
from holdings.tax.facts import TaxFacts
from holdings.tax.jurisdiction import Jurisdiction
from holdings.tax.outcome import Assessment, GainClass, Income, Matching, Pool, Slice, Unknown
from holdings.tax.us.wash import WashWindows
from holdings.taxation import funds
from holdings.taxation.facts import fingerprint

VERSION = 6
"""Raise it when the rules or what is stored change: every household is then computed again."""

NO_RULES = "There are no tax rules for this country yet. Proposals count with the rates that you enter."


@dataclass(frozen=True, slots=True)
class Totals:
    """A pot's year: gains and losses as realised, what of them does not count or is exempt, and what is left."""

    gains: Decimal = ZERO
    losses: Decimal = ZERO
    disallowed: Decimal = ZERO
    exempt: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.gains + self.losses + self.disallowed - self.exempt


@dataclass(frozen=True, slots=True)
class StoredYear:
    """A tax year on one return, without its slices. unknown: proceeds of slices whose gain nobody knows; in no total.

    spouse: the year of a spouse who is taxed apart.
    """

    totals: Mapping[GainClass, Totals]
    unknown: Decimal
    income: Income
    facts: TaxFacts
    carried_in: Mapping[GainClass, Decimal]
    is_entered: bool
    assessment: Assessment | None
    failure: str
    spouse: StoredYear | None = None


@dataclass(frozen=True, slots=True)
class StoredState:
    """What the household's tax rests on beside the years, and the wash-sale windows that are open."""

    pools: tuple[Pool, ...]
    left_out: tuple[Unknown, ...]
    not_covered: tuple[str, ...]
    unsure: tuple[str, ...]
    windows: WashWindows = field(default_factory=WashWindows)


def inputs_hash(household: Household) -> str:
    """SHA-256 of all that the tax of a household rests on."""
    return hashlib.sha256(repr([household.as_of, rests_on(household)]).encode()).hexdigest()


def rests_on(household: Household) -> str:
    """The same, whatever the day."""
    accounts = household.brokerage_accounts.order_by("id")
    parts = [
        VERSION,
        household.base_currency,
        list(accounts.values_list("id", "revision", "kind", "owner", "owner__relation")),
        sorted(household.classifications.values_list(*_CLASSIFIED)),
        fingerprint(household),
        _events(household),
        funds.rests_on(household),
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _events(household: Household) -> dict[str, int | None]:
    """Dividends and splits that are stored of what the household has traded: a row that comes or goes shows."""
    traded = Transaction.objects.active().filter(account__household=household).order_by().values("instrument")
    return InstrumentEvent.objects.filter(instrument__in=traded).order_by().aggregate(Count("pk"), Max("pk"))


_CLASSIFIED = ("instrument", "identity_group", "asset_class", "sector", "collectible")


def is_current(row: TaxState | None, household: Household) -> bool:
    """Whether what is stored rests on what the household is and says now. Seven queries, in Germany two more for
    the prices of funds, none where nothing is stored."""
    return row is not None and row.inputs_hash == inputs_hash(household)


def report(household: Household, label: str) -> TaxReport | None:
    """A tax year of the household, by its label."""
    return household.tax_reports.filter(label=label).first()


def year(report: TaxReport) -> StoredYear:
    found: StoredYear = canonical.decode(StoredYear, report.content)
    return found


def slices(report: TaxReport) -> tuple[Slice, ...]:
    """The year's slices as the rules read them, in the order of the days. One query."""
    rows = report.slices.select_related("account", "instrument", "sale")
    return tuple(_slice(row) for row in rows)


def _slice(row: TaxSlice) -> Slice:
    return Slice(
        sale=str(row.sale.uuid) if row.sale else "",
        account=str(row.account.uuid),
        instrument=str(row.instrument.uuid),
        quantity=row.quantity,
        sold=row.sold,
        proceeds=row.proceeds,
        basis=row.basis,
        gain_class=GainClass(row.gain_class),
        lot=row.lot_key or None,
        piece=row.piece,
        acquired=row.acquired,
        disallowed=row.disallowed,
        exempt=row.exempt,
        rule=row.rule,
        final_after=row.final_after,
        reported=row.reported,
        notes=tuple(row.notes),
        holder=row.holder,
        turned=row.turned,
    )


def state(row: TaxState) -> StoredState:
    found: StoredState = canonical.decode(StoredState, row.content)
    return found


def year_content(outcome: YearOutcome) -> dict[str, Any]:
    return _json(_stored_year(outcome))


def _stored_year(outcome: YearOutcome) -> StoredYear:
    return StoredYear(
        totals=_totals(outcome.slices),
        unknown=sum((each.proceeds for each in outcome.slices if each.recognised is None), ZERO),
        income=outcome.income,
        facts=outcome.facts,
        carried_in=outcome.carried_in,
        is_entered=outcome.is_entered,
        assessment=outcome.assessment,
        failure=outcome.failure,
        spouse=_stored_year(outcome.spouse) if outcome.spouse else None,
    )


def state_content(rules: Jurisdiction | None, matching: Matching, windows: WashWindows) -> dict[str, Any]:
    """Of a household whose country has no rules, the windows alone."""
    return _json(
        StoredState(
            pools=matching.pools,
            left_out=matching.left_out,
            not_covered=rules.not_covered if rules else (),
            unsure=rules.unsure if rules else (),
            windows=windows,
        )
    )


def _json(value: StoredYear | StoredState) -> dict[str, Any]:
    found: dict[str, Any] = canonical.encode(value)
    return found


def _totals(slices: Iterable[Slice]) -> dict[GainClass, Totals]:
    found: dict[GainClass, Totals] = {}
    for each in slices:
        if each.gain is not None:
            so_far = found.get(each.gain_class, Totals())
            found[each.gain_class] = Totals(
                gains=so_far.gains + max(each.gain, ZERO),
                losses=so_far.losses + min(each.gain, ZERO),
                disallowed=so_far.disallowed + each.disallowed,
                exempt=so_far.exempt + each.exempt,
            )
    return found
