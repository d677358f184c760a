"""What a household's holdings were taxed up to a day, as reports read it. Workers only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from accounts.models import Household
from holdings.ledger.replay import replay
from holdings.tax import chain
from holdings.tax.chain import YearOutcome
from holdings.tax.flows import Caused, Engine, TaxFlow, tax_flows
from holdings.tax.history import History, Shelter
from holdings.tax.jurisdiction import UnknownYear, UnsupportedHistory
from holdings.tax.liquidation import liquidation, sold_out
from holdings.tax.registry import JURISDICTIONS
from holdings.taxation.facts import tax_facts
from holdings.taxation.read import books
from holdings.valuations.daily import Market

NO_RULES = "There are no tax rules for this household’s country yet."
UNTAXED_INCOME = "No tax on dividends and interest is in it: these rates compute none, or none is due"
WITHHELD = "Tax withheld at source lowers every figure and is not credited"
UNKNOWN_COST = "What shares sold in {} cost is not known."
UNKNOWN_RATE = "Payments of {} have no exchange rate."
UNPRICED = "What some shares cost, or their price, is not known: {}."


@dataclass(frozen=True, slots=True)
class TaxedYear:
    """unknown: days whose taxes are not known, and failure, why, a sentence. notes: what is not in them, sentences.

    yearly: notes that may be true of several years, without the year and the full stop.
    """

    label: str
    first: dt.date
    last: dt.date
    unknown: tuple[dt.date, ...] = ()
    failure: str = ""
    notes: tuple[str, ...] = ()
    yearly: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taxes:
    """failure: why nothing is known. rules: the country's name. shelters: how each account is taxed, by public id.

    owed: by account, the tax of selling everything on the last day; unsold says why it is not known.
    """

    failure: str = ""
    rules: str = ""
    shelters: Mapping[str, Shelter] = field(default_factory=dict)
    taxed: frozenset[str] = frozenset()
    years: tuple[TaxedYear, ...] = ()
    flows: tuple[TaxFlow, ...] = ()
    owed: Mapping[str, Decimal] = field(default_factory=dict)
    unsold: str = ""
    gaps: tuple[str, ...] = ()


def taxes(household: Household, market: Market, last: dt.date) -> Taxes:
    """Computed as if the history ended on `last`, at the prices of its close."""
    rules = JURISDICTIONS.get(household.tax_profile.country)
    if rules is None:
        return Taxes(failure=NO_RULES)
    history = _until(books(household).history, last)
    try:
        years = chain.outcome(rules, history, lambda year: tax_facts(household, year)).years
        engines = [Engine(rules, history, each) for year in years for each in year.returns]
        owed, unsold = _owed([engine for engine in engines if engine.year.year == years[-1].year], market)
    except UnsupportedHistory as error:
        return Taxes(failure=str(error))
    return Taxes(
        rules=rules.name,
        shelters={key: each.shelter for key, each in history.accounts.items()},
        taxed=frozenset(key for key, each in history.accounts.items() if each.taxed),
        years=tuple(_year(engine) for engine in engines),
        flows=tuple(flow for engine in engines if engine.year.assessment for flow in tax_flows(engine)),
        owed=owed,
        unsold=unsold,
        gaps=years[-1].facts.coverage_gaps,
    )


def _until(history: History, last: dt.date) -> History:
    entries = tuple(entry for entry in history.entries if entry.trade_date <= last)
    ledger = history.ledger if len(entries) == len(history.entries) else replay(entries)
    return replace(history, entries=entries, ledger=ledger, as_of=last)


def _owed(engines: Sequence[Engine], market: Market) -> tuple[Mapping[str, Decimal], str]:
    """What selling everything would cost by account, or why nobody knows. engines: of the returns of one year."""
    history = engines[0].history
    prices = {lot.instrument: market.price(lot.instrument, history.as_of) for lot in history.ledger.lots}
    try:
        done = sold_out(engines[0].rules, history, prices)
        found = [liquidation(engine, done) for engine in engines]
    except UnknownYear as error:
        return {}, str(error)
    unknown = {key for each in found for key in each.unknown} | {key for key, price in prices.items() if not price}
    owed = {account: tax for each in found for account, tax in each.tax.items()}
    return owed, UNPRICED.format(_symbols(history, unknown)) if unknown else ""


def _symbols(history: History, keys: Iterable[str]) -> str:
    return ", ".join(sorted(history.instruments[key].symbol for key in keys))


def _year(engine: Engine) -> TaxedYear:
    year, of = engine.year, engine.year.year
    days = engine.days()
    failure, since = _failure(year, days)
    unknown = tuple(sorted(day for day in days if failure and day >= since))
    noted = year.assessment.notes if year.assessment else ()
    notes = tuple(note for note in noted if note not in year.facts.coverage_gaps)
    return TaxedYear(of.label, of.first, of.last, unknown, failure, notes, tuple(_yearly(engine)))


def _failure(each: YearOutcome, days: Mapping[dt.date, Mapping[str, Caused]]) -> tuple[str, dt.date]:
    """Why taxes of the year are not known, and since when; what came before bears what the year so far says."""
    caused = [(day, part) for day, parts in days.items() for part in parts.values()]
    if each.assessment is None:
        return each.failure, each.year.first
    if sold := [day for day, part in caused if any(piece.recognised is None for piece in part.slices)]:
        return UNKNOWN_COST.format(each.year.label), min(sold)
    if paid := [day for day, part in caused if part.income.unknown]:
        return UNKNOWN_RATE.format(each.year.label), min(paid)
    return "", each.year.first


def _yearly(engine: Engine) -> Iterable[str]:
    year = engine.year
    if year.income.withheld:
        yield WITHHELD
    has_income = year.assessment and (year.income.dividends or year.income.interest)
    if has_income and engine.tax(Caused((), year.income)) == engine.tax(Caused()):
        yield UNTAXED_INCOME
