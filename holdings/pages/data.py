"""The Data page: each series with its policy and state, what the checks found, and what that blocks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery

from accounts.models import Household
from accounts.templatetags.formats import count_of, day, money_cents
from holdings import selectors
from holdings.market import series
from holdings.market.calendars import sessions_between
from holdings.market.costs import daily_volume, half_spread
from holdings.market.held import held_by
from holdings.market.providers.base import Provider
from holdings.market.providers.registry import providers
from holdings.market.quality import LATE_SESSIONS
from holdings.models import (
    CashBalance,
    Classification,
    Difference,
    Feed,
    FxRate,
    HouseholdPrice,
    Instrument,
    Liquidity,
    Lot,
    MacroPoint,
    Price,
    PriceChunk,
    PriceSource,
)
from holdings.pages.findings import Line, line

WEEK = dt.timedelta(days=7)
LISTED = {Instrument.Kind.STOCK, Instrument.Kind.ETF}
"""Kinds that trade at a spread and a volume of their own; a fund is bought from its company."""
SPREADS = {"own": "set by you", "estimated": "estimated from highs and lows", "class": "assumed by class"}


@dataclass(frozen=True, slots=True)
class Check:
    """A question that is answered each time the page is read. `state`: pass, warn or block."""

    name: str
    state: str
    found: str
    blocks: str = ""
    where: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """What is known of one instrument, currency or economic series. `feeds`: its chain of sources."""

    name: str
    what: str
    instrument: Instrument | None
    since: int | None
    last: dt.date | None
    late: bool
    own: int
    feeds: Sequence[Feed]
    traded: str = ""
    """On how many sessions highs, lows and volumes are known; empty where none is."""


@dataclass(frozen=True, slots=True)
class Data:
    """All that the page shows."""

    checks: Sequence[Check]
    lines: Sequence[Line]
    prices: Sequence[Series]
    others: Sequence[Series]
    sources: Sequence[tuple[PriceSource, int]]
    unclassified: Sequence[Instrument]
    without_source: int
    rates_missing: Sequence[str]
    unusable: Sequence[tuple[Provider, str]]

    @property
    def has_macro(self) -> bool:
        return any(feed.macro_id for row in self.others for feed in row.feeds)

    @property
    def blocking(self) -> Sequence[Check]:
        return [check for check in self.checks if check.state == "block"]

    @property
    def warnings(self) -> Sequence[Check]:
        return [check for check in self.checks if check.state == "warn"]


def read(household: Household) -> Data:
    """Read everything in a fixed number of queries, as of the household's date."""
    instruments = list(_instruments(household))
    feeds = list(series.feeds_of(household))
    lots = list(selectors.lots(household))
    held = {lot.instrument_id for lot in lots}
    lines = [line(row) for row in series.findings(household)]
    told = selectors.liquidity(household)
    prices = _prices(household, instruments, feeds, told)
    others = _others(household, feeds)
    classes = selectors.classifications(household)
    unclassified = [row for row in instruments if row.pk in held and _is_unclassified(classes.get(row.pk))]
    currencies = series.currencies_needed(household)
    dry = sorted(currencies - {row.name for row in others if row.last and not row.late})
    checks = [
        _lots(household),
        _basis(lots),
        _cash(household),
        _priced(prices, held),
        _fresh(prices, held),
        *_plausible(lines),
        _rates(dry, currencies),
        _classified(unclassified, held),
        _costed([row for row in instruments if row.pk in held and row.kind in LISTED], classes, told),
    ]
    order = ["block", "warn", "pass"]
    fed = {feed.instrument_id for feed in feeds}
    return Data(
        checks=sorted(checks, key=lambda check: order.index(check.state)),
        lines=sorted(lines, key=lambda one: not one.holds_back),
        prices=prices,
        others=others,
        sources=_sources(instruments, feeds),
        unclassified=unclassified,
        without_source=sum(row.tradable and not row.delisted_on and row.pk not in fed for row in instruments),
        rates_missing=dry,
        unusable=[(one, words) for one in providers().values() if (words := one.missing())],
    )


def _instruments(household: Household) -> QuerySet[Instrument]:
    """What the household reads, each with the day and source of its last close and the first year that is stored."""
    last = Price.objects.filter(instrument=OuterRef("pk"), date__lte=household.as_of).order_by("-date")
    own = HouseholdPrice.objects.filter(instrument=OuterRef("pk"), household=household, date__lte=household.as_of)
    years = PriceChunk.objects.filter(instrument=OuterRef("pk")).order_by().values("instrument")
    return (
        held_by(household)
        .annotate(
            last_close=Subquery(last.values("date")[:1]),
            last_source=Subquery(last.values("source")[:1]),
            first_year=Subquery(years.annotate(first=Min("year")).values("first")),
            last_own=Subquery(own.order_by("-date").values("date")[:1]),
            own_count=Subquery(own.order_by().values("instrument").annotate(n=Count("pk")).values("n")),
        )
        .order_by("symbol")
    )


def _prices(
    household: Household, instruments: Iterable[Instrument], feeds: Iterable[Feed], told: Mapping[int, Liquidity]
) -> list[Series]:
    chains: dict[int, list[Feed]] = {}
    for feed in feeds:
        if feed.instrument_id:
            chains.setdefault(feed.instrument_id, []).append(feed)
    sessions = sessions_between("XNYS", household.as_of - WEEK * 2, household.as_of)
    limit = sessions[-LATE_SESSIONS - 1] if len(sessions) > LATE_SESSIONS else household.as_of - WEEK
    return [_price(row, chains.get(row.pk, []), limit, told.get(row.pk)) for row in instruments]


def _price(row: Instrument, feeds: Sequence[Feed], limit: dt.date, told: Liquidity | None) -> Series:
    known: Mapping[str, dt.date | int | None] = vars(row)
    days = [day for day in (known["last_close"], known["last_own"]) if isinstance(day, dt.date)]
    last, first, own = max(days, default=None), known["first_year"], known["own_count"]
    late = row.tradable and not row.delisted_on and (last is None or last < limit)
    return Series(
        name=row.symbol,
        what=row.name or row.get_kind_display(),
        instrument=row,
        since=first if isinstance(first, int) else None,
        last=last,
        late=late,
        own=own if isinstance(own, int) else 0,
        feeds=feeds,
        traded=_traded(told) if told else "",
    )


def _traded(told: Liquidity) -> str:
    if not told.ranges + told.volumes:
        return ""
    known = str(told.ranges) if told.ranges == told.volumes else f"{told.ranges}, {told.volumes}"
    return f"{known} of {told.sessions} sessions"


def _others(household: Household, feeds: Sequence[Feed]) -> list[Series]:
    """Exchange rates and economic series; a currency that is needed stands here without a source too."""
    rates = FxRate.objects.filter(date__lte=household.as_of).order_by()
    currencies = sorted(series.currencies_needed(household))
    spans = rates.filter(currency__in=currencies).values_list("currency").annotate(a=Min("date"), b=Max("date"))
    known = {code: (first, last) for code, first, last in spans}
    points = MacroPoint.objects.filter(date__lte=household.as_of).order_by()
    macro = {pk: (a, b) for pk, a, b in points.values_list("series").annotate(a=Min("date"), b=Max("date"))}
    rows = [
        _other(code, "Units for one euro", known.get(code), [f for f in feeds if f.currency == code], household.as_of)
        for code in currencies
    ]
    named = {feed.macro_id: feed.macro for feed in feeds if feed.macro}
    return rows + [
        _other(row.name, row.unit, macro.get(pk), [f for f in feeds if f.macro_id == pk], None)
        for pk, row in named.items()
    ]


def _other(
    name: str, what: str, span: tuple[dt.date, dt.date] | None, feeds: Sequence[Feed], as_of: dt.date | None
) -> Series:
    late = span is None or (as_of is not None and as_of - span[1] > WEEK)
    return Series(name, what, None, span[0].year if span else None, span[1] if span else None, late, 0, feeds)


def _sources(instruments: Iterable[Instrument], feeds: Sequence[Feed]) -> list[tuple[PriceSource, int]]:
    """Each source that brought or brings something, with the number of series."""
    brought = {(vars(row)["last_source"], str(row.pk)) for row in instruments if vars(row)["last_source"]}
    brought |= {(feed.source_id, str(feed.instrument_id or f"{feed.currency}{feed.macro_id}")) for feed in feeds}
    count: dict[int, int] = {}
    for source, _ in brought:
        count[source] = count.get(source, 0) + 1
    rows = PriceSource.objects.filter(pk__in=count).order_by("name")
    return [(row, count[row.pk]) for row in rows]


def _is_unclassified(row: object) -> bool:
    return row is None or getattr(row, "sector", "unknown") == "unknown"


# The checks


def _lots(household: Household) -> Check:
    rows = [row for row in selectors.differences(household) if row.state == Difference.State.OPEN]
    if not rows:
        return Check("Lots add up to holdings", "pass", "No open difference from a broker's statement.")
    account = rows[0].statement.account
    return Check(
        "Lots add up to holdings",
        "block",
        f"{count_of(len(rows), 'difference')} from brokers' statements, the first in {account.name}.",
        "Proposals for those accounts",
        f"account/{account.uuid}",
        "Open",
    )


def _basis(lots: Sequence[Lot]) -> Check:
    rows = [lot for lot in lots if lot.account.is_taxable and lot.is_incomplete]
    if not rows:
        return Check("Basis of every taxable lot", "pass", f"{count_of(len(lots), 'lot')}, all known.")
    named = sorted({lot.instrument.symbol for lot in rows})
    found = f"{count_of(len(rows), 'lot')} without basis or date: {_some(named)}."
    return Check("Basis of every taxable lot", "block", found, "Sales of these lots", f"lot/{rows[0].key}", "Answer")


def _cash(household: Household) -> Check:
    rows = CashBalance.objects.filter(account__household=household).select_related("account")
    below = [row for row in rows if row.amount < 0]
    if not below:
        return Check("Negative cash", "pass", "None.")
    first = below[0]
    words = [f"{row.account.name}: {money_cents(row.amount, row.currency)}" for row in below]
    found = f"{_some(words)}. A deposit may be missing."
    return Check("Negative cash", "block", found, "Purchases there", f"account/{first.account.uuid}", "Open")


def _priced(prices: Sequence[Series], held: set[int]) -> Check:
    rows = [row for row in prices if row.instrument and row.instrument.pk in held]
    names = [row.name for row in rows if row.last is None]
    if not names:
        return Check("Every holding has a price", "pass", f"{len(rows)} of {len(rows)}.")
    found = f"{len(names)} of {len(rows)} have none: {_some(names)}. They count at what was paid."
    return Check(
        "Every holding has a price", "block", found, "Proposals, unless it is delisted", "data_prices", "Enter"
    )


def _fresh(prices: Sequence[Series], held: set[int]) -> Check:
    rows = [row for row in prices if row.instrument and row.instrument.pk in held and row.last]
    names = [row.name for row in rows if row.late]
    found = f"{len(rows) - len(names)} of {len(rows)}, not older than {LATE_SESSIONS} sessions."
    if not names:
        return Check("Prices fresh", "pass", found)
    return Check(
        "Prices fresh", "warn", f"{found} Older: {_some(names)}.", "Values stand at the last close", "series", "See"
    )


def _plausible(lines: Sequence[Line]) -> list[Check]:
    groups = {
        "Prices plausible": {"outlier", "minor_unit", "duplicate", "range"},
        "Splits agree": {"unadjusted_split", "split_not_booked", "split_not_in_feed"},
        "No days missing": {"missing", "stale"},
    }
    return [_group(name, [one for one in lines if one.row.kind in kinds]) for name, kinds in groups.items()]


def _group(name: str, lines: Sequence[Line]) -> Check:
    if not lines:
        return Check(name, "pass", "Nothing found.")
    symbols = sorted({one.row.instrument.symbol for one in lines})
    kept = sorted({one.row.instrument.symbol for one in lines if one.holds_back})
    found = f"{count_of(len(lines), 'finding')}: {_some(symbols)}."
    blocks = f"Trades of {_some(kept)}" if kept else "Nothing"
    return Check(name, "block" if kept else "warn", found, blocks, "findings", "See")


def _rates(dry: Sequence[str], needed: Iterable[str]) -> Check:
    wanted = sorted(needed)
    if not wanted:
        return Check("Exchange rates", "pass", "Everything is in one currency.")
    if not dry:
        return Check("Exchange rates", "pass", f"{_some(wanted)} known within a week.")
    found = f"No rate of the last seven days for {_some(dry)}."
    return Check("Exchange rates", "block", found, "Values and returns in those currencies", "series", "See")


def _classified(rows: Sequence[Instrument], held: set[int]) -> Check:
    if not rows:
        return Check("Classification", "pass", f"{len(held)} of {len(held)} have a sector.")
    found = f"{len(rows)} of {len(held)} have none: {_some([row.symbol for row in rows])}."
    return Check("Classification", "warn", found, "Sector limits do not see them", "classify", "Decide")


def _costed(rows: Sequence[Instrument], classes: Mapping[int, Classification], told: Mapping[int, Liquidity]) -> Check:
    """Whose word the spreads are, and how many volumes are known."""
    spreads = Counter[str](half_spread(classes.get(row.pk), told.get(row.pk)).source for row in rows)
    without = [row.symbol for row in rows if not daily_volume(classes.get(row.pk), told.get(row.pk)).shares]
    words = [f"{spreads[source]} {name}" for source, name in SPREADS.items() if spreads[source]]
    found = (
        f"Half-spreads: {', '.join(words) or 'none held'}. Volume known for {len(rows) - len(without)} of {len(rows)}."
    )
    if not without:
        return Check("Trading costs", "pass", found)
    blocks = "No impact of large orders and no days to sell are counted without a volume"
    return Check("Trading costs", "warn", found, blocks, "classify", "Set")


def _some(names: Sequence[str], most: int = 4) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def last_moment(sources: Sequence[tuple[PriceSource, int]]) -> str:
    """When any source last brought something, as a sentence."""
    moments = [row.updated_at for row, _ in sources if row.updated_at]
    return f"A source last answered on {day(max(moments).date())}." if moments else "No source has answered yet."
