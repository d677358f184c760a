"""What a policy would have done, beside its baselines: one path each, walked by runs of their own."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from accounts import runs
from accounts.models import Household, Run
from holdings import canonical
from holdings.ledger.types import ZERO
from holdings.market.panel import read_panel
from holdings.models import AssetClass, Benchmark, Instrument, InstrumentEvent
from holdings.tax.outcome import Income
from optimizer import inputs as proposals
from optimizer import selectors
from optimizer.engine.plan import Progress
from optimizer.engine.rebalance.book import Book, make_book
from optimizer.engine.risk.model import risk_model
from optimizer.engine.snapshot import Panel
from optimizer.engine.target import candidates, entered_weights, universe_of
from optimizer.engine.types import TAXED_KINDS, AssetInput, Snapshot, YearInput
from optimizer.engine.validate.path import Path, Role, limits_of
from optimizer.engine.validate.proposals import Plans, plans_of
from optimizer.engine.validate.report import Walked, report
from optimizer.engine.validate.rules import first_session
from optimizer.engine.validate.types import Every, Taxes
from optimizer.engine.year import rules_of
from optimizer.inputs.assessed import EARLIER_PURCHASES_COUNT
from optimizer.inputs.evidence.frozen import Frozen
from optimizer.inputs.fit import refuse_unfit
from optimizer.models import Evidence, PolicyVersion
from optimizer.models.evidence import Rhythm

VERSION = 1
"""Of the report: another one is other evidence from the same paths."""
EMBARGO, SEED = 1, 6
CAPITAL = 1_000_000.0
SPREAD = 0.0005
"""Half of the spread of a benchmark that the policy does not hold."""
AT_RATES = frozenset({"US", "DE"})
"""Countries whose gains are netted by year at the rates entered; those that pool are taxed by their own rules."""
SIXTY, FORTY = 0.6, 0.4
MANY = 60
"""Instruments above which proposals are asked for by quarter, so that thirty years of them take a few minutes."""
RHYTHMS: dict[str, tuple[Every, float | None]] = {
    "month": ("month", None),
    "quarter": ("quarter", None),
    "year": ("year", None),
    "band": ("month", 0.03),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A path with its name. trial: whether it is one of the settings that are compared."""

    key: str
    name: str
    path: Path
    trial: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that one report is about; its first line is what the others are compared with."""

    lines: tuple[Line, ...]
    said: dict[str, str]
    as_of: dt.date
    version: int = VERSION


def read(run: Run) -> Frozen:
    """The paths as they were asked for at first, with what has been found of them."""
    whole = _stored(run) if run.snapshot else _asked(run)
    digests = [_digest(line.path) for line in whole.lines]
    found = Evidence.objects.filter(household=run.household, kind=Evidence.Kind.WALK, inputs_hash__in=digests)
    results = dict(found.values_list("inputs_hash", "result"))
    text = canonical.dump(whole)
    parts = tuple(_part(line.path, digest) for line, digest in zip(whole.lines, digests, strict=True))
    known = [results.get(digest) for digest in digests]
    return Frozen(whole.as_of, hashlib.sha256(text.encode()).hexdigest(), (whole, known), parts, text)


def compute(inputs: tuple[Whole, Sequence[dict[str, Any]]], progress: Progress) -> dict[str, Any]:
    whole, found = inputs
    progress("Compute", 0.9)
    walked = [
        Walked(line.key, line.name, line.path.role, line.path.cash_rate, result, line.trial)
        for line, result in zip(whole.lines, found, strict=True)
    ]
    first = whole.lines[0].path
    settings = {
        "embargo": first.embargo,
        "every": first.every,
        "band": first.band,
        "cash_rate": first.cash_rate,
        "capital": first.capital,
        "rates": [str(first.taxes.short), str(first.taxes.long)] if first.taxes else None,
        "order": first.taxes.order if first.taxes else None,
        "law": _law(first.taxes),
    }
    return report(walked, SEED) | {"settings": settings, "said": whole.said}


def _law(taxes: Taxes | None) -> dict[str, str] | None:
    """Whose rules, and of which tax year, where rates do not tell it."""
    law = taxes.law if taxes else None
    return {"country": rules_of(law).name, "year": law.year.label} if law else None


def policy_path(row: Evidence) -> dict[str, Any] | None:
    """What was found of the path of the policy that a report is about; None where that is not kept any more."""
    if row.run is None or not row.run.snapshot:
        return None
    digest = digests(row.run)[0]
    kept = Evidence.objects.filter(household=row.household, kind=Evidence.Kind.WALK, inputs_hash=digest).first()
    return kept.result if kept else None


def digests(run: Run) -> list[str]:
    """The fingerprints of the paths that a run put together, as they were when they were walked."""
    return [_hashed(canonical.dump(line["path"])) for line in json.loads(run.snapshot)["lines"]]


def _stored(run: Run) -> Whole:
    whole: Whole = canonical.decode(Whole, json.loads(run.snapshot))
    return whole


def _asked(run: Run) -> Whole:
    """The newest policy and its baselines; or, where policies or rhythms are named, one path for each of them too."""
    household = run.household
    versions = _versions(household, run.params.get("versions", []))
    rhythms = [name for name in run.params.get("rhythms", []) if name in RHYTHMS] or ["month"]
    made = [_Made(household, version) for version in versions]
    first = max(each.first for each in made)
    for each in made:
        each.first = first  # so that totals of a path and figures of the common sessions are of one span
    trials = [
        Line(f"{each.version.number}-{rhythm}", f"Version {each.version.number}, {Rhythm(rhythm).label.lower()}",
             _in_rhythm(each.path("policy"), rhythm), trial=True)
        for each in made
        for rhythm in rhythms
    ]  # fmt: skip
    newest = made[0]
    if len(trials) > 1:
        lines = trials
    else:
        policy = replace(trials[0], name="The target each time", trial=False)
        lines = [Line("proposals", "Ballast’s proposals", newest.proposals(policy.path)), policy]
    return Whole((*lines, *newest.baselines()), newest.said(), household.as_of)


def _versions(household: Household, wanted: Sequence[str]) -> list[PolicyVersion]:
    if wanted:
        return list(selectors.versions(household).filter(uuid__in=wanted).order_by("-number"))
    current = selectors.current_version(household)
    if current is None:
        raise runs.CannotFinish("Evidence needs goals: targets, and the limits to keep. Set them first.")
    return [current]


class _Made:
    """A policy version as paths. Its present limits and spreads are taken to have held in the past."""

    def __init__(self, household: Household, version: PolicyVersion) -> None:
        self.household, self.version = household, version
        snapshot, panel = proposals.read(Run(household=household, params={"version": str(version.uuid)}))
        refuse_unfit(household, (asset.id for asset in snapshot.assets))
        self.snapshot, book = snapshot, make_book(snapshot)
        risky = [book.assets[i] for i in book.risky]
        risk = risk_model(panel, risky, snapshot.as_of, snapshot.policy.estimator, entered_weights(book))
        self.assets = tuple(book.assets[i] for i in candidates(book))
        if not self.assets:
            raise runs.CannotFinish("The policy names nothing that can be held. Set its targets first.")
        self.limits = limits_of(book, universe_of(book, risk))
        self.capital, self.taxes = _taxable(book), _taxes(household, snapshot)
        entered = dict(zip((asset.id for asset in self.assets), self.limits.entered, strict=True))
        self.plans: Plans = plans_of(book, entered, self.limits.budget, self.capital or CAPITAL)
        self.benchmark, self.benchmark_name, self.cash_rate = self._benchmark()
        refuse_unfit(household, self.benchmark)
        ids = [asset.id for asset in self.assets]
        panel, self.chunks = self._panel(ids)
        _, self.chunks_with_benchmark = self._panel([*ids, *self.benchmark])
        self.first = _first(panel)

    def path(self, role: Role) -> Path:
        ids = [asset.id for asset in self.assets]
        return Path(
            role=role,
            strategy=self.snapshot.policy.strategy,
            estimator=self.snapshot.policy.estimator,
            assets=tuple(ids),
            limits=self.limits,
            benchmark=self.benchmark if role == "benchmark" else {},
            half_spread={
                **{asset.id: float(asset.half_spread) for asset in self.assets},
                **({key: SPREAD for key in self.benchmark if key not in ids} if role == "benchmark" else {}),
            },
            cash_rate=self.cash_rate,
            first=self.first,
            last=self.snapshot.as_of,
            every="month",
            embargo=EMBARGO,
            capital=self.capital or CAPITAL,
            chunks=self.chunks_with_benchmark if role == "benchmark" else self.chunks,
            taxes=self.taxes if self.capital else None,
        )

    def proposals(self, policy: Path) -> Path:
        """The policy's path, its trades proposed; above MANY instruments once a quarter at most."""
        every: Every = "quarter" if len(self.assets) > MANY and policy.every == "month" else policy.every
        return replace(policy, role="proposals", every=every, plans=self.plans)

    def baselines(self) -> Iterator[Line]:
        yield Line("hold", "Buy and hold", self.path("hold"))
        yield Line("calendar", "The policy once a year", self.path("calendar"))
        yield Line("equal", "Equal weights", self.path("equal"))
        yield Line("benchmark", self.benchmark_name, self.path("benchmark"))

    def said(self) -> dict[str, str]:
        policy = self.snapshot.policy
        return {
            "version": str(self.version.number),
            "strategy": policy.strategy,
            "assets": str(len(self.assets)),
            "dividends": str(self._with_dividends()),
            "views": str(len(policy.views)),
            "currency": self.snapshot.base_currency,
            "benchmark": self.benchmark_name,
            "index": "yes" if self.benchmark_is_index else "",
            "untaxed": "" if self.taxes and self.capital else self._untaxed(),
        }

    def _with_dividends(self) -> int:
        """Candidates of which a source tells dividends; closes of the others are as they were given."""
        told = InstrumentEvent.objects.filter(kind=InstrumentEvent.Kind.DIVIDEND)
        return (
            told.filter(instrument__uuid__in=[each.id for each in self.assets]).values("instrument").distinct().count()
        )

    def _untaxed(self) -> str:
        return "unassessed" if self.capital else "sheltered"

    def _benchmark(self) -> tuple[dict[str, float], str, float]:
        """The household's own, or 60 % of the policy's equities and 40 % of its bonds, equally within each."""
        row = Benchmark.objects.filter(household=self.household).select_related("instrument").first()
        self.benchmark_is_index = row is not None and row.instrument.kind == Instrument.Kind.INDEX
        if row:
            return {str(row.instrument.uuid): float(row.weight)}, row.name, float(row.cash_rate)
        equities, bonds = (self._of(each) for each in ((AssetClass.EQUITY, AssetClass.FACTOR), (AssetClass.BOND,)))
        weights = {asset.id: SIXTY / len(equities) for asset in equities}
        weights |= {asset.id: FORTY / len(bonds) for asset in bonds}
        name = f"60% {'equities' if equities else 'cash'}, 40% {'bonds' if bonds else 'cash'}"
        return weights, name, 0.0

    def _of(self, classes: Sequence[str]) -> list[AssetInput]:
        return [asset for asset in self.assets if asset.asset_class in classes]

    def _panel(self, ids: Iterable[str]) -> tuple[Panel, tuple[str, ...]]:
        wanted = list(dict.fromkeys(ids))
        known = {str(each.uuid): each for each in Instrument.objects.filter(uuid__in=wanted)}
        found, chunks = read_panel([known[key] for key in wanted], self.snapshot.as_of, household=self.household)
        return Panel(found.dates, found.ids, found.closes), chunks


def _first(panel: Panel) -> dt.date:
    session = first_session(panel.closes, EMBARGO)
    if session >= len(panel.dates):
        raise runs.CannotFinish("There are too few prices to walk through. Load a longer history first.")
    return panel.dates[session]


def _in_rhythm(path: Path, name: str) -> Path:
    every, band = RHYTHMS[name]
    return replace(path, every=every, band=band)


def _taxable(book: Book) -> float:
    """What lies in taxed accounts: the money that the taxes of a walk are reckoned on."""
    taxed = {account.id for account in book.accounts if account.kind in TAXED_KINDS}
    prices = {asset.id: asset.price for asset in book.assets if asset.tradable}
    held = sum(lot.quantity * prices.get(lot.asset, 0) for lot in book.snapshot.lots if lot.account in taxed)
    return float(held + sum(account.cash for account in book.accounts if account.id in taxed))


def _taxes(household: Household, snapshot: Snapshot) -> Taxes | None:
    """None where the country's year has not been assessed, or its rules are of neither kind."""
    country, entered, state = household.tax_profile.country, snapshot.tax, snapshot.tax.state_rate
    if country not in AT_RATES:
        return _pooled(entered.year)
    ordinary = entered.short_rate if entered.ordinary_rate is None else entered.ordinary_rate
    american = country == "US"
    return Taxes(
        short=entered.short_rate + state,
        long=entered.long_rate + state,
        ordinary=ordinary + state,
        loss_limit=entered.loss_limit if american else entered.loss_limit * 0,
        order="min_tax" if american else "fifo",
        wash_sales=american,
    )


def _pooled(year: YearInput | None) -> Taxes | None:
    """Today's law and income of a country that averages cost, its year empty."""
    if year is None or not rules_of(year).pools:
        return None
    rules, nothing = rules_of(year), Income()
    shape = rules.shape(nothing, year.facts, year.year, {})
    law = replace(year, income=nothing, carried={}, so_far=(), shape=shape, planned=ZERO)
    denied = rules.country in EARLIER_PURCHASES_COUNT
    return Taxes(ZERO, ZERO, ZERO, ZERO, order="pool", wash_sales=denied, law=law)


def _part(path: Path, digest: str) -> runs.Part:
    return runs.Part({"kind": Evidence.Kind.WALK, "subject": ""}, canonical.dump(path), digest)


def _digest(path: Path) -> str:
    return _hashed(canonical.dump(path))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
