"""An account's page: whether the ledger agrees with the broker, what is held, and how sales choose lots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from accounts.models import Household
from accounts.templatetags.formats import count_of, day, money_cents, quantity
from holdings import selectors
from holdings.models import BrokerageAccount, CashBalance, Difference, ReliefMethod, Statement
from holdings.pages import positions
from holdings.pages.listing import DEFAULT, in_order
from holdings.pages.source import read
from holdings.services.settle import Fix, gap_of

State = Difference.State
MEANING = {
    ReliefMethod.Method.FIFO: "The oldest lots first, unknown dates before all.",
    ReliefMethod.Method.LIFO: "The newest lots first.",
    ReliefMethod.Method.HIFO: "The highest basis a share first; lots of unknown basis are left alone.",
    ReliefMethod.Method.MIN_TAX: (
        "The lots that add the least tax. A sale of this year that is booked by hand is judged with the whole year; an "
        "older or an imported one, and one before the year is computed, lot by lot at the marginal rates."
    ),
    ReliefMethod.Method.AVERAGE: "All shares of the fund at one average basis; terms still count from the oldest.",
}
DEFAULT_MEANING = "The oldest lots first: the rule where nobody chooses (Reg. 1.1012-1(c))."
SHOWN = 50
SETTLED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the newest statements and the ledger agree, in one sentence. tone: gain, loss, or none."""

    tone: str
    sentence: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class StatementLine:
    statement: Statement
    open: int
    accepted: int

    @property
    def compared(self) -> bool:
        return self.statement.compared_revision is not None


def verdict(statements: Sequence[Statement], differences: Sequence[Difference]) -> Verdict:
    open_ones = [row for row in differences if row.state == State.OPEN]
    if not statements:
        return Verdict("", "No statement of the broker to compare with yet", False)
    newest = {statement.kind: statement for statement in reversed(statements)}
    stated = newest.get(Statement.Kind.POSITIONS) or statements[0]
    what = f"the broker’s {stated.get_kind_display().lower()} of {day(stated.as_of)}"
    if not open_ones:
        accepted = sum(row.state == State.ACCEPTED for row in differences)
        rest = f", but for {count_of(accepted, 'accepted difference')}" if accepted else ""
        return Verdict("gain", f"Agrees with {what}{rest}", False)
    verb = "differs" if len(open_ones) == 1 else "differ"
    blocks = any(row.kind in selectors.BLOCKING for row in open_ones)
    return Verdict("loss", f"{count_of(len(open_ones), 'figure')} {verb} from {what}", blocks)


def statement_lines(statements: Sequence[Statement], differences: Sequence[Difference]) -> list[StatementLine]:
    count = Counter((row.statement_id, row.state) for row in differences)
    return [StatementLine(s, count[s.pk, State.OPEN], count[s.pk, State.ACCEPTED]) for s in statements]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the page shows of one account, read with a fixed number of queries."""

    account: BrokerageAccount
    group: positions.Group
    balances: Sequence[CashBalance]
    statements: Sequence[StatementLine]
    open: Sequence[Difference]
    accepted: Sequence[Difference]
    settled: Sequence[Difference]
    verdict: Verdict
    relief: Sequence[ReliefMethod]

    @property
    def totals(self) -> positions.Totals:
        return self.group.totals

    @property
    def current_relief(self) -> str:
        """In words: the method of the whole account that holds now."""
        general = [row for row in self.relief if row.instrument_id is None]
        return general[-1].get_method_display() if general else "First in, first out"

    @property
    def relief_meaning(self) -> str:
        general = [row for row in self.relief if row.instrument_id is None]
        return MEANING[ReliefMethod.Method(general[-1].method)] if general else DEFAULT_MEANING


def facts(household: Household, account: BrokerageAccount) -> Facts:
    source = read(household)
    group = positions.by_instrument(source.of_account(account))
    statements = list(selectors.statements(household).filter(account=account)[:SHOWN])
    own = selectors.differences(household).filter(statement__account=account)
    differences = list(own.exclude(state=State.SETTLED))
    return Facts(
        account=account,
        group=replace(group, holdings=in_order(group.holdings, DEFAULT)),
        balances=list(account.cash_balances.order_by("currency")),
        statements=statement_lines(statements, differences),
        open=[row for row in differences if row.state == State.OPEN],
        accepted=[row for row in differences if row.state == State.ACCEPTED],
        settled=list(own.filter(state=State.SETTLED).order_by("-closed_at")[:SETTLED_SHOWN]),
        verdict=verdict(statements, differences),
        relief=list(account.relief_methods.select_related("instrument").filter(since__lte=household.as_of)),
    )


def figure(row: Difference, value: Decimal | None) -> str:
    """A figure of a difference as it is read: shares bare, money with its sign."""
    if value is None:
        return "unknown"
    if row.kind in {Difference.Kind.SHARES, Difference.Kind.LOT}:
        return quantity(value)
    return money_cents(value, row.subject if row.kind == Difference.Kind.CASH else row.statement.account.currency)


def what(row: Difference) -> str:
    """Such as "Shares of XOM", "Cash in USD", "Basis of XOM, lot of 3 Jan 2022"."""
    if row.kind == Difference.Kind.CASH:
        return f"Cash in {row.subject}"
    name = row.instrument.symbol if row.instrument else "an unknown instrument"
    part = f", {row.subject}" if row.subject else ""
    words = {"shares": "Shares", "basis": "Basis", "lot": "Shares", "gain": "Realised gain"}
    return f"{words[row.kind]} of {name}{part}"


@dataclass(frozen=True, slots=True)
class Offer:
    """A fix in words: the button, and what it would book."""

    fix: Fix
    button: str
    sentence: str


def offer(row: Difference, fix: Fix) -> Offer:
    size, on = abs(gap_of(row)), day(row.statement.as_of)
    symbol = row.instrument.symbol if row.instrument else ""
    amount = figure(row, size)
    shares = f"{amount} share" if size == 1 else f"{amount} shares"
    words = {
        Fix.CASH: (
            f"Book a {'deposit' if gap_of(row) > 0 else 'withdrawal'} of {amount}",
            f"It would count as money that crossed the account's border on {on}, in returns too.",
        ),
        Fix.OPENING: (
            f"Book an opening lot of {shares}",
            f"{shares} of {symbol} would come in on {on} as a lot of their own, without a purchase.",
        ),
        Fix.REMOVE: (
            f"Take {shares} out",
            f"{shares} of {symbol} would leave the oldest lots on {on} without a sale: no gain, no cash.",
        ),
        Fix.SPLIT: (
            f"Book the split of {symbol}",
            f"{figure(row, row.ledger)} shares would become {figure(row, row.stated)}; basis and dates stay.",
        ),
        Fix.BASIS: (
            f"Set the basis to the broker's {figure(row, row.stated)}",
            f"An adjustment of the lot of {symbol}, dated {on}; what was sold before keeps its gain.",
        ),
        Fix.LOTS: (
            "Take the broker's lots",
            "The sale would be replaced by one that takes the lots of the broker's file; its cash stays.",
        ),
        Fix.DATE: (
            "Enter the broker's date and basis",
            f"An adjustment of the lot of {symbol}, dated {on}: it becomes the {row.subject}.",
        ),
    }
    return Offer(fix, *words[fix])


def default_reason(row: Difference) -> str:
    return f"As the broker's {row.statement.get_kind_display().lower()} of {day(row.statement.as_of)} state"
