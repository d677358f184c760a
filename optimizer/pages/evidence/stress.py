"""What scenarios would cost: the finding in words, the chart, rows by scenario, and one scenario in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import Household
from accounts.templatetags.formats import SYMBOLS, money, percent, rounded
from holdings.figures.stress import StressRow, stress
from optimizer import selectors
from optimizer.models import Evidence, Proposal

HISTORY, SHOCK, OWN = "history", "shock", "own"
KINDS = (HISTORY, SHOCK, OWN)
GROUPS = {HISTORY: "History replayed", SHOCK: "Hypothetical shocks"}


@dataclass(frozen=True, slots=True)
class Row:
    """Money that the household would gain or lose, and as fractions of its value."""

    key: str
    name: str
    kind: str
    before: Decimal
    after: Decimal
    share: Decimal
    share_after: Decimal

    @property
    def eased(self) -> Decimal:
        """What the proposal would change, of amounts as shown."""
        return rounded(self.after) - rounded(self.before)


@dataclass(frozen=True, slots=True)
class Part:
    """A holding or an account in one scenario. `change`: of its price; `basis`: by what it was found."""

    name: str
    before: Decimal
    after: Decimal
    change: float | None = None
    basis: str = ""
    detail: str = ""


def build(household: Household, row: Evidence) -> Mapping[str, Any]:
    found, symbol = row.result, SYMBOLS.get(household.base_currency, household.base_currency)
    listed = rows(found)
    compares, computed = found["proposal"] is not None, {each.key for each in listed}
    return {
        "found": found,
        "sentence": sentence(found, household.base_currency),
        "compares": compares,
        "groups": [(word, [each for each in listed if each.kind == kind]) for kind, word in GROUPS.items()],
        "figure": stress([_drawn(each, compares=compares) for each in listed], symbol),
        "figures": True,
        "tails": [_tail(each) for each in found["tails"]],
        "own": [each for each in listed if each.kind == OWN],
        "waiting": [each for each in selectors.stress_scenarios(household) if str(each.key) not in computed],
        "missing": found["missing"],
    }


def rows(found: Mapping[str, Any]) -> list[Row]:
    """By scenario, in the order of the result."""
    value = found["value"]
    return [
        Row(
            each["key"],
            each["name"],
            each["kind"],
            Decimal(each["total"]["before"]),
            Decimal(each["total"]["after"]),
            _share(each["total"]["before"], value["before"]),
            _share(each["total"]["after"], value["after"]),
        )
        for each in found["outcomes"]
    ]


def worst(found: Mapping[str, Any], kinds: Iterable[str], side: str = "before") -> Row | None:
    """The scenario of these kinds with the largest loss on one side of the proposal; None where none loses."""
    wanted = set(kinds)
    losses = [each for each in rows(found) if each.kind in wanted and getattr(each, side) < 0]
    return min(losses, key=lambda each: getattr(each, side), default=None)


def sentence(found: Mapping[str, Any], currency: str) -> str:
    first = worst(found, KINDS)
    if first is None:
        return "No scenario would cost the household anything"
    lost = f"{first.name} would cost {money(-first.before, currency)}, {percent(-first.share)} of the household"
    if found["proposal"] is None:
        return lost
    return f"{lost}; after proposal {found['proposal']}, {money(-first.after, currency)}"


def wrong(household: Household, proposal: Proposal) -> list[str]:
    """Of a proposal's page: the worst fall of history and the worst shock, before and after; empty until computed."""
    row = selectors.evidence(household, Evidence.Kind.STRESS)
    if row is None or row.result["proposal"] != proposal.number:
        return []
    said = []
    for kinds, words in (([HISTORY], "Worst fall of history replayed"), ([SHOCK, OWN], "Worst shock tested")):
        if found := worst(row.result, kinds):
            before, after = (money(amount, household.base_currency) for amount in (found.before, found.after))
            said.append(f"{words}: {found.name}, {before} as held, {after} with all trades.")
    return said


def outcome(found: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    return next((each for each in found["outcomes"] if each["key"] == key), None)


def total(shown: Mapping[str, Any]) -> Mapping[str, Decimal]:
    return {side: Decimal(amount) for side, amount in shown["total"].items()}


def by_holding(found: Mapping[str, Any], shown: Mapping[str, Any]) -> list[Part]:
    return [_holding(found, line) for line in shown["lines"]]


def by_account(found: Mapping[str, Any], shown: Mapping[str, Any]) -> list[Part]:
    """The largest loss first."""
    parts = [
        Part(found["accounts"][key], Decimal(amounts["before"]), Decimal(amounts["after"]))
        for key, amounts in shown["by_account"].items()
    ]
    return sorted(parts, key=lambda part: (part.before, part.after))


@dataclass(frozen=True, slots=True)
class TailRow:
    """Money that a month may cost; `cvar_after`: with the proposal's trades."""

    name: str
    said: str
    volatility: Decimal
    var: Decimal
    cvar: Decimal
    cvar_after: Decimal


def _tail(each: Mapping[str, Any]) -> TailRow:
    tail = each["tail"]
    return TailRow(
        each["name"],
        each["said"][0],
        Decimal(tail["volatility"]["before"]),
        Decimal(tail["var"]["before"]),
        Decimal(tail["cvar"]["before"]),
        Decimal(tail["cvar"]["after"]),
    )


def _holding(found: Mapping[str, Any], line: Mapping[str, Any]) -> Part:
    named = found["assets"].get(line["asset"], {"symbol": "Cash", "name": ""})
    amounts = line["amounts"]
    return Part(
        named["symbol"],
        Decimal(amounts["before"]),
        Decimal(amounts["after"]),
        line["change"],
        line["basis"],
        named["name"],
    )


def _drawn(row: Row, *, compares: bool) -> StressRow:
    return StressRow(row.name, float(row.before), float(row.after) if compares else None)


def _share(change: str, value: str) -> Decimal:
    return Decimal(change) / Decimal(value) if Decimal(value) else Decimal(0)
