"""A stored proposal as its page shows it: trades by account with their decisions, and what changed since the last."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.http import QueryDict

from accounts.templatetags.formats import amount, money_cents, quantity
from holdings.models import BrokerageAccount
from holdings.tax.registry import JURISDICTIONS
from optimizer.engine.year import BY_TERM
from optimizer.models import Decision, Order, Proposal, Side, Trade
from optimizer.pages.comparison import number

APPROVE, REJECT = "approve", "reject"
RULE_ORDER = ["fail", "near", "partial", "pass"]
SHOWN = 7
SPREADS = {"own": "spread set by you", "estimated": "spread estimated"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form's radio inputs say; nothing of it is stored yet."""

    approved: frozenset[uuid.UUID] = frozenset()
    rejected: Mapping[uuid.UUID, str] = field(default_factory=dict)

    def of(self, trade: Trade) -> str:
        if trade.uuid in self.approved:
            return APPROVE
        return REJECT if trade.uuid in self.rejected else ""


@dataclass(frozen=True, slots=True)
class TradeLine:
    trade: Trade
    choice: str
    own_reason: str
    decision: Decision | None
    order: Order | None
    spread_source: str = ""

    @property
    def cost_parts(self) -> tuple[str, ...]:
        """What the cost holds beside a half-spread assumed by class."""
        parts = {"fee": self.trade.fee, "impact": self.trade.impact}
        named = tuple(f"{name} {amount(part, 2)}" for name, part in parts.items() if part)
        spread = SPREADS.get(self.spread_source, "")
        return (*named, spread) if spread else named

    @property
    def field(self) -> str:
        return f"decision-{self.trade.uuid}"

    @property
    def subject(self) -> str:
        """What the decision is about, for those who hear the page."""
        return words(self.trade)

    @property
    def is_taxed(self) -> bool:
        return self.trade.side == Side.SELL and self.trade.account.is_taxable

    @property
    def has_term(self) -> bool:
        """Whether the time held counts: not where the country nets gains together, or by what is sold."""
        year = self.trade.proposal.evidence.get("tax", {}).get("year")
        return self.is_taxed and (year is None or JURISDICTIONS[year["country"]].loss_pots == BY_TERM)


@dataclass(frozen=True, slots=True)
class AccountGroup:
    account: BrokerageAccount
    lines: list[TradeLine]
    cash_after: Decimal | None

    def total(self, side: str) -> Decimal:
        return sum((line.trade.value for line in self.lines if line.trade.side == side), Decimal(0))

    @property
    def sold(self) -> Decimal:
        return self.total(Side.SELL)

    @property
    def bought(self) -> Decimal:
        return self.total(Side.BUY)

    @property
    def tax(self) -> Decimal | None:
        """None where gains are not taxed."""
        if not self.account.is_taxable:
            return None
        return sum((line.trade.tax for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Totals:
    count: int
    value: Decimal
    gain: Decimal
    tax: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Marked:
    """What the decision bar says before the browser counts."""

    approved: int
    rejected: int
    undecided: int
    tax: Decimal
    cost: Decimal


def read_choices(posted: QueryDict) -> Choices:
    """Radio inputs decision-<uuid> and texts reason-<uuid>. Raises ValueError for a name that is none of these."""
    marks = {
        uuid.UUID(name.removeprefix("decision-")): value
        for name, value in posted.items()
        if name.startswith("decision-")
    }
    return Choices(
        approved=frozenset(key for key, value in marks.items() if value == APPROVE),
        rejected={
            key: str(posted.get(f"reason-{key}", "")).strip()[:300] for key, value in marks.items() if value == REJECT
        },
    )


def with_rest(choices: Choices, trades: Iterable[Trade], mark: str) -> Choices:
    """Mark every trade that is neither decided nor marked."""
    rest = [trade.uuid for trade in trades if not hasattr(trade, "decision") and not choices.of(trade)]
    if mark == APPROVE:
        return Choices(choices.approved | set(rest), choices.rejected)
    return Choices(choices.approved, {**choices.rejected, **dict.fromkeys(rest, "")})


def groups(proposal: Proposal, trades: Iterable[Trade], choices: Choices) -> list[AccountGroup]:
    """Trades by account in the order of the plan, with the cash that the whole proposal would leave there."""
    cash = proposal.measures["after"].get("account_cash", {})
    sources = proposal.evidence.get("spreads", {})
    return [
        AccountGroup(account, [line(trade, choices, sources) for trade in own], _cash(cash, account))
        for account, own in _by_account(trades)
    ]


def _by_account(trades: Iterable[Trade]) -> Iterator[tuple[BrokerageAccount, list[Trade]]]:
    ordered = sorted(trades, key=lambda trade: (trade.account_id, trade.number))
    for _, rows in groupby(ordered, key=lambda trade: trade.account_id):
        own = list(rows)
        yield own[0].account, own


def _cash(cash: Mapping[str, Any], account: BrokerageAccount) -> Decimal | None:
    stored = cash.get(str(account.uuid))
    return None if stored is None else number(stored)


def line(trade: Trade, choices: Choices, sources: Mapping[str, str]) -> TradeLine:
    return TradeLine(
        trade,
        choices.of(trade),
        choices.rejected.get(trade.uuid, ""),
        getattr(trade, "decision", None),
        getattr(trade, "order", None),
        sources.get(str(trade.instrument.uuid), ""),
    )


def totals(trades: Iterable[Trade]) -> Totals:
    rows = list(trades)
    gains = [trade.gain for trade in rows if trade.gain is not None and trade.account.is_taxable]
    return Totals(
        len(rows),
        sum((trade.value for trade in rows), Decimal(0)),
        sum(gains, Decimal(0)),
        sum((trade.tax for trade in rows), Decimal(0)),
        sum((trade.cost for trade in rows), Decimal(0)),
    )


def marked(trades: Iterable[Trade], choices: Choices) -> Marked:
    """Counts of the trades that still have radio inputs."""
    free = [trade for trade in trades if not hasattr(trade, "decision")]
    approved = [trade for trade in free if choices.of(trade) == APPROVE]
    rejected = [trade for trade in free if choices.of(trade) == REJECT]
    return Marked(
        len(approved),
        len(rejected),
        len(free) - len(approved) - len(rejected),
        sum((trade.tax for trade in approved), Decimal(0)),
        sum((trade.cost for trade in approved), Decimal(0)),
    )


def rules(proposal: Proposal) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Fails first, then near, then pass, caps of single instruments last; and those beyond SHOWN that pass."""
    ordered = sorted(
        proposal.rules, key=lambda rule: (RULE_ORDER.index(rule["state"]), rule["kind"] == "instrument_weight")
    )
    shown = max(SHOWN, sum(rule["state"] != "pass" for rule in ordered))
    return ordered[:shown], ordered[shown:]


def closed_sentences(proposal: Proposal) -> set[str]:
    """What the plan says of accounts that it left alone; the page says it above, with a link."""
    return {f"Held: nothing is traded in {row['name']}. {row['why']}" for row in proposal.evidence.get("closed", [])}


def certificate(proposal: Proposal) -> str:
    """How far the plan can be from the best, in money, and what whole shares and minimum trades cost on top."""
    found = proposal.evidence.get("certificate")
    rounding = _dollars(proposal, max(Decimal(proposal.evidence["rounding_cost"]), Decimal(0)))
    if not found:
        return f"How near this is to the best plan was not measured. Whole shares and minimum trades cost {rounding}."
    gap = _dollars(proposal, Decimal(found["objective"]) - Decimal(found["bound"]))
    more = " The search stopped at its limit of steps." if found["capped"] else ""
    if Decimal(found.get("uncounted", 0)):
        saved = _dollars(proposal, Decimal(found.get("uncounted", 0)))
        more += (
            f" Losses that purchases of the last 30 days wash count as nothing here; they could save {saved} at most."
        )
    return (
        f"No plan can be better than this one by more than {gap} ({found['gap']:.2f} bp, hundredths of a percent, "
        f"of the household) before whole shares and minimum trades; those cost {rounding} more.{more}"
    )


def _dollars(proposal: Proposal, amount: Decimal) -> str:
    return money_cents(amount, proposal.household.base_currency)


def weighed(proposal: Proposal) -> list[tuple[str, Decimal, Decimal]]:
    """The parts of the objective that are not zero on both sides: name, without and with the trades."""
    rows = [(r["name"], number(r["nothing"]), number(r["plan"])) for r in proposal.evidence.get("weighed", [])]
    return [row for row in rows if row[1] or row[2]]


def solves(proposal: Proposal) -> list[tuple[str, str, str, int, int]]:
    """Purpose, solver, status, number and iterations of the solver runs that were alike."""
    counts: dict[tuple[str, str, str], list[int]] = {}
    for solve in proposal.evidence["trace"]["solves"]:
        counts.setdefault((solve["purpose"], solve["solver"], solve["status"]), []).append(solve["iterations"])
    return [(*alike, len(iterations), sum(iterations)) for alike, iterations in counts.items()]


def changes(earlier: Iterable[Trade], now: Iterable[Trade]) -> list[str]:
    """What differs from the proposal before, one sentence a difference, by account, instrument, side and lot."""
    before, after = _by_place(earlier), _by_place(now)
    gone = [f"No longer there: {words(trade)}." for key, trade in before.items() if key not in after]
    new = [f"New: {words(trade)}." for key, trade in after.items() if key not in before]
    moved = [
        f"{words(trade)}, instead of {quantity(before[key].quantity)}."
        for key, trade in after.items()
        if key in before and before[key].quantity != trade.quantity
    ]
    return gone + new + moved


def _by_place(trades: Iterable[Trade]) -> dict[tuple[int, int, str, str], Trade]:
    return {(t.account_id, t.instrument_id, t.side, t.pick.key): t for t in trades}


def words(trade: Trade) -> str:
    return (
        f"{trade.get_side_display().lower()} {trade.instrument.symbol} in {trade.account.name}, "
        f"{quantity(trade.quantity)} shares"
    )
