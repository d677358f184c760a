"""What each view of a proposal's policy moved, and the frontier that its target was chosen from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.templatetags.formats import percent, points
from holdings.figures.frontier import frontier as figure
from holdings.figures.style import Figure
from holdings.selectors import symbols
from optimizer.forms.fields import in_percent
from optimizer.models import PolicyView, Proposal

SHOWN = 6


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A view in words, what was made of it, and the largest moves of target weights by symbol."""

    said: str
    expected: str
    counted: str
    moved: list[tuple[str, str]]


def view_lines(proposal: Proposal) -> list[ViewLine]:
    """One a view of the proposal's policy version, in its order: two queries."""
    effects = {row["view"]: row for row in proposal.evidence.get("views", [])}
    if not effects:
        return []
    named = symbols(asset for row in effects.values() for asset in row["moved"])
    views = proposal.version.views.select_related("instrument", "against")
    return [_line(view, effects[str(view.pk)], named, proposal) for view in views if str(view.pk) in effects]


def frontier(proposal: Proposal) -> Figure | None:
    stored = proposal.evidence.get("frontier", [])
    target = proposal.evidence.get("chosen")
    if not stored or target is None:
        return None
    return figure([_point(row) for row in stored], _point(target))


def said(view: PolicyView) -> str:
    other = view.against.symbol if view.against else "cash"
    return (
        f"{view.instrument.symbol} above {other} by {in_percent(view.by)}% a year, {in_percent(view.confidence)}% sure"
    )


def _point(row: Mapping[str, Any]) -> tuple[float, float]:
    return row["volatility"], row["expected"]


def _line(view: PolicyView, effect: Mapping[str, Any], named: Mapping[str, str], proposal: Proposal) -> ViewLine:
    if not effect["used"]:
        name = proposal.version.get_strategy_display()
        return ViewLine(said(view), f"{name} reads no expected returns, so this view moved nothing.", "", [])
    implied, expected = percent(effect["implied"]), percent(effect["expected"])
    largest = sorted(effect["moved"].items(), key=lambda item: -abs(item[1]))[:SHOWN]
    return ViewLine(
        said(view),
        f"The market implies {implied} a year; with all views {expected} is expected.",
        _counted(effect),
        [(named.get(asset, asset), points(move, 2)) for asset, move in largest],
    )


def _counted(effect: Mapping[str, Any]) -> str:
    why = "; ".join(_reasons(effect))
    return f"Counted as {percent(effect['confidence'])} sure{': ' + why if why else ''}."


def _reasons(effect: Mapping[str, Any]) -> Iterator[str]:
    worst, words = min(
        (effect["downside"], "its usual losses are larger than those of the whole portfolio"),
        (effect["tail"], "its worst months are worse than those of the whole portfolio"),
    )
    if worst < 1:
        yield f"{words}, times {worst:.2f}"
    if effect["liquidity"] < 1:
        yield f"little or an unknown amount of it is traded, times {effect['liquidity']:.2f}"
