"""What the tax engine stored of the household, where it is of the present: rates, the year so far, bases of lots."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from accounts.models import Household
from holdings.ledger.types import ZERO
from holdings.models import TaxLot, TaxReport, TaxState
from holdings.tax.facts import FilingStatus
from holdings.tax.outcome import Assessment, GainClass
from holdings.tax.us import LOSS_LIMIT
from holdings.taxation import stored
from optimizer.engine.types import TaxInput

COUNTRY = "US"
"""The plan nets gains by term, as the United States do; elsewhere it counts with the rates that are entered."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A lot that replaces shares sold at a loss. tacked: added to the holding period of each of its shares."""

    quantity: Decimal
    basis: Decimal | None
    tacked: dt.timedelta


def is_current(household: Household) -> bool:
    """Whether what is stored is of the present ledger, day and profile."""
    state = TaxState.objects.filter(household=household, country=COUNTRY, failure="").first()
    return state is not None and state.inputs_hash == stored.inputs_hash(household)


def with_year(entered: TaxInput, household: Household, day: dt.date) -> TaxInput:
    """The year so far and the losses carried in as they are recognised, and computed rates unless own ones are used.

    A year that has just begun has no gains yet. Where the year could not be assessed, the input stays as it is.
    """
    report = TaxReport.objects.filter(household=household, first__lte=day).first()
    year = stored.year(report) if report else None
    if report is None or year is None or year.assessment is None:
        return entered
    begun = report.last >= day
    gains = {pot: totals.net for pot, totals in year.totals.items()} if begun else {}
    carried = year.carried_in if begun else year.assessment.carried
    counted = replace(
        entered,
        short_to_date=gains.get(GainClass.SHORT, ZERO),
        long_to_date=gains.get(GainClass.LONG, ZERO) + gains.get(GainClass.COLLECTIBLE, ZERO),
        short_carry=carried.get(GainClass.SHORT, ZERO),
        long_carry=carried.get(GainClass.LONG, ZERO),
        loss_limit=LOSS_LIMIT / 2 if year.facts.status is FilingStatus.SEPARATE else LOSS_LIMIT,
    )
    own_rates = year.facts.short_rate is not None
    return counted if own_rates else _with_rates(counted, year.assessment, year.facts.state_rate)


def _with_rates(counted: TaxInput, assessment: Assessment, state: Decimal) -> TaxInput:
    """The rates of the next unit, out of the schedules: the plan nets by itself, and a carried loss makes it free.

    A loss comes off other income, which the investment tax does not touch. The plan needs rates that rise from
    long-term over ordinary to short-term; where gain stands high on top of a small income, the lower ones are raised.
    """
    next_rate = {schedule.code: schedule.next_rate for schedule in assessment.schedules}
    long = next_rate["preferential"] + next_rate["niit"]
    ordinary = max(next_rate["ordinary"], long)
    return replace(
        counted,
        short_rate=max(next_rate["ordinary"] + next_rate["niit"], ordinary),
        long_rate=long,
        ordinary_rate=ordinary,
        state_rate=state,
    )


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
