"""What needs the user's attention: one sentence with one link each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Household, Run
from accounts.templatetags.formats import count_of, day, day_short, money
from holdings.models import Difference, FlaggedPosition, Import, Lot, RealisedGain, Sector
from holdings.taxation.lots import Standing, turns_long
from optimizer.models import Proposal
from optimizer.pages.links import link
from optimizer.pages.overview.wash import open_windows
from optimizer.pages.position import Position
from optimizer.pages.words import named
from optimizer.services.reviews import Standing as Review

SOON = dt.timedelta(days=45)
STALE = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Item:
    """`icon` is warn, clock or info; `lead` is set in bold before the rest of the sentence."""

    icon: str
    lead: str
    rest: str
    word: str
    href: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the sentences are made of, read beforehand."""

    household: Household
    position: Position
    realised: Sequence[RealisedGain]
    open_proposal: Proposal | None
    last_run: Run | None
    imports: Sequence[Import]
    blocking: Mapping[int, Sequence[Difference]]
    flagged: Sequence[FlaggedPosition]
    standings: Mapping[str, Standing]
    reviews: Sequence[Review] = ()


def attention(facts: Facts) -> list[Item]:
    """Faults first, then dates, then what is under way."""
    found = [
        *_decisions(facts),
        *_reviews(facts),
        *_holdings(facts),
        *_prices(facts),
        *_terms(facts),
        *_washes(facts),
        *_work(facts),
    ]
    order = ["warn", "clock", "info"]
    return sorted(found, key=lambda item: order.index(item.icon))


def _decisions(facts: Facts) -> Iterator[Item]:
    proposal = facts.open_proposal
    if proposal:
        href = link("proposal", facts.household, number=proposal.number)
        lead = f"Proposal {proposal.number} waits for your decision."
        rest = f"{proposal.timing} It stands until {day(proposal.expires_on)}.".strip()
        yield Item("warn", lead, rest, "Review", href)


def _reviews(facts: Facts) -> Iterator[Item]:
    """Models whose review is overdue."""
    if facts.reviews:
        names = named(each.card.name for each in facts.reviews)
        lead = f"{count_of(len(facts.reviews), 'model review')} overdue."
        yield Item("clock", lead, f"{names}: does it still hold?", "Review", link("models", facts.household))


def _holdings(facts: Facts) -> Iterator[Item]:
    position, house = facts.position, facts.household
    for account in position.accounts:
        cash = position.cash.get(account.pk, Decimal(0))
        if cash < 0:
            lead = f"Cash of {account.name} is {money(cash, house.base_currency)}."
            yield Item("warn", lead, "A deposit or a sale is missing.", "Transactions", link("transactions", house))
    for rows in facts.blocking.values():
        yield _difference(rows, house)
    if facts.flagged:
        names = named(row.instrument.symbol for row in facts.flagged)
        lead = f"{count_of(len(facts.flagged), 'short or option position')}: {names}."
        yield Item("warn", lead, "In no tax figure and no proposal.", "Holdings", link("holdings", house))
    unknown = [lot for lot in position.lots if lot.is_incomplete]
    if unknown:
        names = named(lot.instrument.symbol for lot in unknown)
        lead = f"{count_of(len(unknown), 'lot')} of unknown basis or date."
        yield Item("warn", lead, f"{names}: never sold by a proposal.", "Holdings", link("holdings", house))
    unclassified = [pk for pk in position.by_instrument if position.sector(pk) == Sector.UNKNOWN]
    if unclassified:
        names = named(position.instruments[pk].symbol for pk in unclassified)
        lead = f"{count_of(len(unclassified), 'instrument')} without a sector."
        yield Item("warn", lead, f"{names}: no sector limit reaches them.", "Classify", link("classify", house))


def _difference(rows: Sequence[Difference], house: Household) -> Item:
    stated, account = rows[0].statement, rows[0].statement.account
    lead = f"{account.name} differs from its broker in {count_of(len(rows), 'figure')}."
    rest = f"By the statement of {day(stated.as_of)}; nothing is proposed there meanwhile."
    return Item("warn", lead, rest, "Settle", link("account", house, account=account.uuid))


def _prices(facts: Facts) -> Iterator[Item]:
    position, href = facts.position, link("holdings", facts.household)
    missing = [row.symbol for pk, row in position.instruments.items() if pk not in position.quotes]
    if missing:
        lead = f"No price for {named(missing)}."
        yield Item("warn", lead, "Counted as 0 in every figure here.", "Holdings", href)
    old = {pk: quote for pk, quote in position.quotes.items() if quote.date < position.as_of - STALE}
    if old:
        names = named(position.instruments[pk].symbol for pk in old)
        since = day(min(quote.date for quote in old.values()))
        yield Item("warn", f"Stale prices: {names}.", f"The oldest close is of {since}.", "Holdings", href)


def _terms(facts: Facts) -> Iterator[Item]:
    """Taxable lots that turn long-term soon, days of replaced shares counted."""
    as_of = facts.position.as_of
    dated = [(_turns(lot, facts), lot.instrument.symbol) for lot in facts.position.lots if lot.account.is_taxable]
    soon = sorted((day, symbol) for day, symbol in dated if day and as_of < day <= as_of + SOON)
    if soon:
        turn = "lot turns" if len(soon) == 1 else "lots turn"
        lead = f"{len(soon)} {turn} long-term within {(soon[-1][0] - as_of).days} days."
        words = dict.fromkeys(f"{symbol} on {day_short(date)}" for date, symbol in soon)
        yield Item("clock", lead, f"{named(words)}.", "Lots", link("holdings", facts.household))


def _turns(lot: Lot, facts: Facts) -> dt.date | None:
    """The first day of a long-term sale; None where it is unknown, and of what is inherited."""
    return None if lot.is_inherited else turns_long(lot, facts.standings.get(lot.key))


def _washes(facts: Facts) -> Iterator[Item]:
    sold, bought = open_windows(facts.household, facts.position, facts.realised)
    href = link("tax", facts.household)
    if sold:
        names = named(f"{name} before {day(free)}" for name, free in sold)
        rest = "Sold at a loss: a purchase in any account would wash it."
        yield Item("clock", f"Not to be bought: {names}.", rest, "Windows", href)
    if bought:
        names = named(f"{name} before {day(free)}" for name, free in bought)
        rest = "A recent purchase would wash it."
        yield Item("clock", f"No loss counts in {names}.", rest, "Windows", href)


def _work(facts: Facts) -> Iterator[Item]:
    house, run = facts.household, facts.last_run
    for batch in facts.imports:
        rows = count_of(batch.errors, "row")  # type: ignore[attr-defined]
        lead = f"{rows} of {batch.file_name} could not be read."
        href = link("import_detail", house, batch=batch.uuid)
        yield Item("warn", lead, "The others are not held up.", "Import", href)
    if run and run.status == Run.Status.FAILED:
        yield Item("warn", "The last computation failed.", run.error, "Look", link("run", house, run=run.uuid))
    if run and run.is_active:
        href = link("run", house, run=run.uuid)
        yield Item("info", "A proposal is being computed.", "This page stays as it is meanwhile.", "Progress", href)
    stale = [account for account in facts.position.accounts if account.stale_from]
    if stale:
        since = min(account.stale_from for account in stale if account.stale_from)
        lead = f"Daily values since {day(since)} are being computed anew."
        names = named(account.name for account in stale)
        yield Item("info", lead, f"{names}: the chart follows.", "Reload", link("overview", house))
