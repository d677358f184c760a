"""Stress tests: history replayed, hypothetical shocks, a person's own; in money, before and after a proposal."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from optimizer.engine.snapshot import Panel
from optimizer.engine.types import CASH, ZERO
from optimizer.engine.validate.stress import replay, shocks
from optimizer.engine.validate.stress.tails import CENT, tails
from optimizer.engine.validate.stress.traits import DURATION, Trait, traits
from optimizer.engine.validate.stress.types import Amounts, Book, Line, Outcome, OwnScenario, Position, Stress

Change = tuple[float, str]  # a fraction, and by what it was found
OWN = "What you entered: the nearest of instrument, sector and class counts; a currency's move comes on top."
ASSUMED_BETA = "Beta 1 is assumed of {}: no benchmark, or too few prices to measure it."
ASSUMED_DURATION = f"Duration {DURATION:g} years is assumed of {{}}. Yours can be entered under Classes and sectors."
LEFT = "Left as it is but in your own scenarios: {}. What a home, a private fund or an option would do is not known."
NAMED = 12


def stress(book: Book, panel: Panel) -> Stress:
    """Every scenario for the household of `book`. Nothing after `book.as_of` is read."""
    panel = panel.until(book.as_of)
    known = traits(book, panel)
    found, unpriced = tails(book, panel)
    outcomes = (*_history(book, panel, known), *_shocks(book, known), *_own(book))
    return Stress(_total(book.positions), outcomes, found, _said(known), unpriced)


def _history(book: Book, panel: Panel, known: Mapping[str, Trait]) -> Iterable[Outcome]:
    for window in replay.known(book.as_of):

        def changed(asset: str, window: replay.Window = window) -> Change:
            own = replay.own_change(panel, asset, window)
            trait = known[asset]
            return (replay.proxy_change(trait, window), replay.basis(trait)) if own is None else (own, "")

        lines, by_account, total = _applied(book, changed)
        proxied = [known[line.asset].symbol for line in lines if line.basis and line.asset != CASH]
        said = (*replay.sentences(window, book.as_of), _proxied(proxied, len(lines)))
        yield Outcome(window.key, window.name, "history", said, total, lines, by_account)


def _shocks(book: Book, known: Mapping[str, Trait]) -> Iterable[Outcome]:
    for shock in shocks.SHOCKS:

        def changed(asset: str, shock: shocks.Shock = shock) -> Change:
            return shocks.change(known[asset], shock, book.currency), shocks.basis(known[asset], shock)

        lines, by_account, total = _applied(book, changed)
        yield Outcome(shock.key, shock.name, "shock", shock.said, total, lines, by_account)


def _own(book: Book) -> Iterable[Outcome]:
    assets = {asset.id: asset for asset in book.assets}
    for scenario in book.own:

        def changed(asset: str, scenario: OwnScenario = scenario) -> Change:
            return shocks.own_change(assets.get(asset), scenario), ""

        lines, by_account, total = _applied(book, changed)
        yield Outcome(scenario.key, scenario.name, "own", (OWN,), total, lines, by_account)


def _applied(book: Book, changed: Callable[[str], Change]) -> tuple[tuple[Line, ...], Mapping[str, Amounts], Amounts]:
    """Lines by asset from the largest loss, money by account, and the whole: sums of the same rounded amounts."""
    changes: dict[str, Change] = {}
    by_asset: dict[str, list[Position]] = defaultdict(list)
    by_account: dict[str, list[Position]] = defaultdict(list)
    moved = []
    for position in book.positions:
        if position.asset not in changes:
            changes[position.asset] = changed(position.asset)
        row = _moved(position, changes[position.asset][0])
        moved.append(row)
        by_asset[row.asset].append(row)
        by_account[row.account].append(row)
    lines = [Line(asset, changes[asset][0], _total(rows), changes[asset][1]) for asset, rows in by_asset.items()]
    lines.sort(key=lambda line: (line.amounts.before, line.amounts.after, line.asset))
    return tuple(lines), {key: _total(rows) for key, rows in by_account.items()}, _total(moved)


def _moved(position: Position, change: float) -> Position:
    factor = Decimal(change)
    before, after = ((amount * factor).quantize(CENT) for amount in (position.before, position.after))
    return Position(position.account, position.asset, before, after)


def _total(rows: Iterable[Position]) -> Amounts:
    found = list(rows)
    return Amounts(sum((row.before for row in found), ZERO), sum((row.after for row in found), ZERO))


def _proxied(symbols: list[str], count: int) -> str:
    if not symbols:
        return "Every holding by its own prices."
    named = ", ".join(sorted(symbols)[:NAMED]) + (f" and {len(symbols) - NAMED} more" if len(symbols) > NAMED else "")
    return f"By a stand-in for its class, where own prices do not reach back: {named} ({len(symbols)} of {count})."


def _said(known: Mapping[str, Trait]) -> tuple[str, ...]:
    """What was taken for granted, and of which holdings."""
    rows = sorted((trait for trait in known.values() if trait.id != CASH), key=lambda trait: trait.symbol)
    named = (
        ([row.symbol for row in rows if row.proxy == "equity" and not row.beta_measured], ASSUMED_BETA),
        ([row.symbol for row in rows if row.duration_from == "assumed"], ASSUMED_DURATION),
        ([row.symbol for row in rows if row.proxy == "none"], LEFT),
    )
    return tuple(sentence.format(", ".join(symbols)) for symbols, sentence in named if symbols)
