"""Closes as a household sees them: its own before the market's, in the instrument's currency. Web and workers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from accounts.fields import round_to_field
from accounts.models import Household
from holdings.ledger.series import level_on
from holdings.ledger.types import Step
from holdings.market.adjust import Rescale, in_units
from holdings.market.fx import rates
from holdings.market.providers.base import Point
from holdings.models import BrokerageAccount, HouseholdPrice, Instrument, Price, PriceFinding

SPLIT_KINDS = (PriceFinding.Kind.SPLIT_NOT_BOOKED, PriceFinding.Kind.SPLIT_NOT_IN_FEED)
OWN = "your own price"
ALL_ACCOUNTS = "household"
"""In a finding's scales: the one that all accounts share that hold the instrument."""


class Row(NamedTuple):
    """A stored close in the currency in which it was quoted, that of its instrument, and its label.

    label: what is to be said wherever it shows. own: whether it is the household's. scaled: whether any series of
    the answer has to be brought into the ledger's shares.
    """

    instrument: int
    day: dt.date
    close: Decimal
    currency: str
    into: str
    label: str
    own: bool
    scaled: bool


def closes(
    household: Household | None,
    instruments: Iterable[str],
    first: dt.date,
    last: dt.date,
    account: BrokerageAccount | None = None,
) -> dict[str, list[Step]]:
    """Closes by instrument uuid, each in its instrument's currency, from the last one known on `first` until `last`.

    On a day on which the household has a price of its own, that one counts. Without a household: the market's alone.
    A close that is quoted in another currency is converted at its day's rate, and left out where nobody knows that.
    An instrument without any close has no entry.

    While the prices know a split that the ledger lacks, or the reverse, closes come in the ledger's shares, so that
    shares x close does not jump: those of `account`, else those that all accounts agree on.
    """
    wanted = dict(Instrument.objects.filter(uuid__in=set(instruments)).values_list("pk", "uuid"))
    found = read(household, wanted, first, last, account)
    return {str(wanted[pk]): [Step(row.day, row.close) for row in rows] for pk, rows in found.items()}


def read(
    household: Household | None,
    instruments: Iterable[int],
    first: dt.date,
    last: dt.date,
    account: BrokerageAccount | None = None,
    *,
    unscaled: bool = False,
) -> dict[int, list[Row]]:
    """The same by instrument id, with each close's label.

    `unscaled`: in the shares in which they were traded, whatever the ledger counts.
    One query, one more while a split is missing on one side, and one more where a quote is converted.
    """
    wanted = set(instruments)
    findings = _split_findings(household, wanted)
    rows = _rows(Price, Q(), wanted, first, last, F("source__label"), Exists(findings))
    if household:
        own = Q(household=household)
        rows = rows.union(_rows(HouseholdPrice, own, wanted, first, last, Value(OWN), Exists(findings)), all=True)
    stored = list(map(Row._make, rows))
    scales = _scales(findings, account) if stored and stored[0].scaled and not unscaled else {}
    found: dict[int, dict[dt.date, Row]] = defaultdict(dict)
    for row in sorted(_converted(stored), key=attrgetter("own")):
        found[row.instrument][row.day] = row
    by_instrument = {pk: [days[day] for day in sorted(days)] for pk, days in found.items()}
    return {pk: _since(_scaled(rows, scales.get(pk, [])), first) for pk, rows in by_instrument.items()}


def _rows(
    table: type[Price] | type[HouseholdPrice],
    scope: Q,
    wanted: set[int],
    first: dt.date,
    last: dt.date,
    label: F | Value,
    scaled: Exists,
) -> Any:
    """Rows later than `first`, and of each instrument the last one until then."""
    before = table._default_manager.filter(scope, instrument=OuterRef("pk"), date__lte=first).order_by("-date")
    carried = Instrument.objects.filter(pk__in=wanted).order_by().values(row=Subquery(before.values("pk")[:1]))
    chosen = Q(date__gt=first, date__lte=last) | Q(pk__in=carried)
    rows = table._default_manager.filter(scope, chosen, instrument__in=wanted)
    own = Value(table is HouseholdPrice, BooleanField())
    columns = ("instrument", "date", "close", "currency", "instrument__currency", "said", "own", "scaled")
    return rows.annotate(said=label, own=own, scaled=scaled).values_list(*columns)


def _split_findings(household: Household | None, instruments: set[int]) -> QuerySet[PriceFinding]:
    """Those that are open or left as they are."""
    findings = PriceFinding.objects.filter(household=household, instrument__in=instruments, kind__in=SPLIT_KINDS)
    return findings.exclude(state=PriceFinding.State.SETTLED).order_by() if household else findings.none()


def _scales(findings: Iterable[PriceFinding], account: BrokerageAccount | None) -> Mapping[int, list[Rescale]]:
    """What brings closes into the ledger's shares, by instrument."""
    found: dict[int, list[Rescale]] = defaultdict(list)
    for finding in findings:
        scale = finding.detail["scales"].get(str(account.uuid) if account else ALL_ACCOUNTS)
        if scale:
            found[finding.instrument_id].append(scale_of(scale))
    return found


def scale_of(stored: Mapping[str, str]) -> Rescale:
    """The rescale that a finding's detail holds as text."""
    first, until = (dt.date.fromisoformat(stored[key]) if stored.get(key) else None for key in ("first", "until"))
    return Rescale(Decimal(stored["factor"]), first, until)


def _scaled(rows: list[Row], scales: Sequence[Rescale]) -> list[Row]:
    if not scales:
        return rows
    points = in_units([Point(row.day, row.close) for row in rows], scales)
    return [row._replace(close=round_to_field(point.value)) for row, point in zip(rows, points, strict=True)]


def _converted(rows: Sequence[Row]) -> list[Row]:
    """The same closes in the currency of their instrument."""
    kept, foreign = [], defaultdict(list)
    for row in rows:
        if row.currency == row.into:
            kept.append(row)
        else:
            foreign[row.into].append(row)
    for base, of_base in foreign.items():
        days = [row.day for row in of_base]
        known = rates(base, {row.currency for row in of_base}, min(days), max(days))
        moved = ((row, level_on(known[row.currency], row.day)) for row in of_base)
        kept += [row._replace(close=round_to_field(row.close * rate), currency=base) for row, rate in moved if rate]
    return kept


def _since(rows: list[Row], first: dt.date) -> list[Row]:
    """Without what had been replaced by `first`."""
    replaced = sum(row.day <= first for row in rows) - 1
    return rows[max(replaced, 0) :]
