"""Whether a chosen set of trades can be booked by itself: plain Decimals, open to every layer, no solver."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from optimizer.engine.types import ZERO, ConstraintInput, Side, TaxInput, Term
from optimizer.engine.words import listed, money_words, percent
from optimizer.engine.year import year_tax

SLACK = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class StoredTrade:
    """A trade of a stored proposal. `group`: its wash-sale identity; `loss`: sold at a loss in a taxed account."""

    number: int
    account: str
    asset: str
    symbol: str
    side: Side
    value: Decimal
    cost: Decimal
    term: Term | None = None
    gain: Decimal = ZERO  # what counts of it, where it is taxed
    group: str = ""
    loss: bool = False


@dataclass(frozen=True, slots=True)
class StoredAccount:
    id: str
    name: str
    cash: Decimal  # free of open orders
    needed: Decimal = ZERO  # minimum and planned withdrawal
    weight: Decimal = Decimal(1)  # how much of a dollar here counts for the household
    kind: str = ""
    taxed: bool = False


@dataclass(frozen=True, slots=True)
class StoredLimit:
    """A hard limit in terms of assets: coefficients of their weights by id, 1 but in a sum, and its name in words."""

    constraint: ConstraintInput
    name: str
    coefficients: Mapping[str, Decimal]

    def raises(self, trade: StoredTrade) -> Decimal:
        """Above zero where the trade raises what is limited, below where it lowers it."""
        coefficient = self.coefficients.get(trade.asset, ZERO)
        return coefficient if trade.side == "buy" else -coefficient


@dataclass(frozen=True, slots=True)
class StoredBook:
    """What a set is checked against. `weights`: fraction of the household by asset id, before any trade.

    `tax`: the year as the proposal knew it. `done`: trades of the proposal that are filled, which a tax budget counts.
    `in_flight`: short and long gains of other proposals' open orders. `places`: the weights by account and asset.
    `reserves_tax`: whether the tax added stays in cash in taxed accounts.
    """

    value: Decimal
    accounts: Sequence[StoredAccount]
    weights: Mapping[str, float]
    tax: TaxInput
    limits: Sequence[StoredLimit] = ()
    done: Sequence[StoredTrade] = ()
    in_flight: tuple[Decimal, Decimal] = (ZERO, ZERO)
    currency: str = "USD"
    places: Mapping[tuple[str, str], float] = field(default_factory=dict)
    reserves_tax: bool = False

    def money(self, amount: Decimal) -> str:
        return money_words(amount, self.currency)


def check_set(chosen: Sequence[StoredTrade], proposed: Sequence[StoredTrade], book: StoredBook) -> list[str]:
    """Why the chosen trades cannot be booked alone, each with its remedy; empty when they can.

    Refused are: an account left short of cash, a hard limit broken or made worse, and a loss sold while its group is
    bought. What was broken before and is not made worse passes. `proposed` is the whole proposal, from which remedies
    are named.
    """
    left = [trade for trade in proposed if trade.number not in {c.number for c in chosen}]
    return [
        *_cash(chosen, left, book),
        *_reserve(chosen, book),
        *_weights(chosen, left, book),
        *_places(chosen, left, book),
        *_totals(chosen, left, book),
        *_wash(chosen),
    ]


def _cash(chosen: Sequence[StoredTrade], left: Sequence[StoredTrade], book: StoredBook) -> Iterator[str]:
    after: dict[str, Decimal] = {account.id: account.cash for account in book.accounts}
    for trade in chosen:
        after[trade.account] += (trade.value if trade.side == "sell" else -trade.value) - trade.cost
    for account in book.accounts:
        here = [trade for trade in chosen if trade.account == account.id and trade.side == "buy"]
        if not here or after[account.id] >= account.needed:
            continue
        sales = [trade for trade in left if trade.account == account.id and trade.side == "sell"]
        short = book.money(account.needed - after[account.id])
        remedy = f"approve {_names(sales)} too, or " if sales else ""
        yield f"{account.name} would be {short} short of cash: {remedy}leave out {_names(here)}."
    floor = [limit for limit in book.limits if limit.constraint.kind == "minimum_cash"]
    for limit in floor:
        yield from _minimum(limit, chosen, after, book)


def _reserve(chosen: Sequence[StoredTrade], book: StoredBook) -> Iterator[str]:
    """The tax that the set adds stays in cash of the taxed accounts, beyond what they keep anyway."""
    taxed = {account.id: account for account in book.accounts if account.taxed}
    buys = [trade for trade in chosen if trade.side == "buy" and trade.account in taxed]
    tax = max(ZERO, added_tax([*book.done, *chosen], book))
    if not book.reserves_tax or not buys or not tax:
        return
    moved = sum((t.value * (1 if t.side == "sell" else -1) - t.cost for t in chosen if t.account in taxed), ZERO)
    cash = sum((account.cash for account in taxed.values()), moved)
    if cash < sum((account.needed for account in taxed.values()), tax) - 1:
        names = listed([account.name for account in taxed.values()])
        kept = f"less than the {book.money(tax)} of tax to be kept"
        yield f"{names} would have {book.money(cash)} in cash, {kept}: leave out some of {_names(buys)}."


def _minimum(
    limit: StoredLimit, chosen: Sequence[StoredTrade], after: Mapping[str, Decimal], book: StoredBook
) -> Iterator[str]:
    one = limit.constraint.subject
    least = limit.constraint.low or ZERO
    would = sum((cash for account, cash in after.items() if one in ("", account)), ZERO)
    was = sum((account.cash for account in book.accounts if one in ("", account.id)), ZERO)
    buys = [trade for trade in chosen if trade.side == "buy" and one in ("", trade.account)]
    if would < min(least, was) and buys:
        yield f"Cash in {limit.name} would be {book.money(would)}, under {book.money(least)}: leave out {_names(buys)}."


def _weights(chosen: Sequence[StoredTrade], left: Sequence[StoredTrade], book: StoredBook) -> Iterator[str]:
    counts = {account.id: account.weight for account in book.accounts}
    for limit in book.limits:
        low, high = limit.constraint.low, limit.constraint.high
        if not limit.coefficients or limit.constraint.kind == "location":
            continue
        was = sum((c * Decimal(book.weights.get(asset, 0.0)) for asset, c in limit.coefficients.items()), ZERO)
        moved = sum((limit.raises(trade) * trade.value * counts[trade.account] for trade in chosen), ZERO)
        would = was + moved / book.value
        if high is not None and would > max(high, was) + SLACK:
            yield _beyond(limit, would, high, 1, chosen, left)
        if low is not None and would < min(low, was) - SLACK:
            yield _beyond(limit, would, low, -1, chosen, left)


def _beyond(
    limit: StoredLimit,
    would: Decimal,
    bound: Decimal,
    sign: int,
    chosen: Sequence[StoredTrade],
    left: Sequence[StoredTrade],
) -> str:
    """`sign`: 1 over a cap, -1 under a floor."""
    guilty = [trade for trade in chosen if sign * limit.raises(trade) > 0]
    helpful = [trade for trade in left if sign * limit.raises(trade) < 0]
    remedy = f"approve {_names(helpful)} too, or " if helpful else ""
    word = "over" if sign > 0 else "under"
    return (
        f"{limit.name} would be {percent(would)}, {word} the limit of {percent(bound)}: "
        f"{remedy}leave out {_names(guilty)}."
    )


def _places(chosen: Sequence[StoredTrade], left: Sequence[StoredTrade], book: StoredBook) -> Iterator[str]:
    """How much of a class is outside its kind of account."""
    counts = {account.id: account.weight for account in book.accounts}
    for limit in book.limits:
        if limit.constraint.kind != "location":
            continue
        outside = {account.id for account in book.accounts if account.kind != limit.constraint.place}
        was = sum((Decimal(w) for (a, i), w in book.places.items() if a in outside and i in limit.coefficients), ZERO)
        there = [trade for trade in chosen if trade.account in outside]
        would = was + sum((limit.raises(t) * t.value * counts[t.account] for t in there), ZERO) / book.value
        if would > max(limit.constraint.high or ZERO, was) + SLACK:
            rest = [trade for trade in left if trade.account in outside]
            yield _beyond(limit, would, limit.constraint.high or ZERO, 1, there, rest)


def _totals(chosen: Sequence[StoredTrade], left: Sequence[StoredTrade], book: StoredBook) -> Iterator[str]:
    """Budgets of tax and of net gains, short-term gains, and turnover, of the set as a whole."""
    turnover = sum((trade.value for trade in chosen), ZERO) / book.value / 2
    for limit in book.limits:
        high = limit.constraint.high
        if limit.constraint.kind == "tax_budget" and high is not None:
            yield from _budget(high, chosen, book)
        if limit.constraint.kind == "gain_budget" and high is not None:
            yield from _gain_budget(high, chosen, left, book)
        if limit.constraint.kind == "no_short_gains":
            yield from _short_gains(high or ZERO, chosen, book)
        if limit.constraint.kind == "turnover" and high is not None and turnover > high + SLACK:
            yield f"Turnover would be {percent(turnover)}, over the limit of {percent(high)}: approve fewer trades."


def _budget(high: Decimal, chosen: Sequence[StoredTrade], book: StoredBook) -> Iterator[str]:
    """The budget is of the whole proposal: what of it is filled counts, and what is chosen comes on top."""
    tax = added_tax([*book.done, *chosen], book)
    taxed = [trade for trade in chosen if trade.gain > 0]
    if tax > max(high, ZERO, added_tax(book.done, book)) + 1 and taxed:
        over = f"over the budget of {book.money(high)}"
        yield f"Tax would be {book.money(tax)}, {over}: leave out some of {_names(taxed)}."


def _gain_budget(
    high: Decimal, chosen: Sequence[StoredTrade], left: Sequence[StoredTrade], book: StoredBook
) -> Iterator[str]:
    """The budget is of the whole year: what is realised, in flight and filled counts, and what is chosen on top."""
    was = sum((*_before(book), *_gains(book.done)), ZERO)
    would = was + sum(_gains(chosen), ZERO)
    gaining = [trade for trade in chosen if trade.term and trade.gain > 0]
    if would > max(high, was) + 1 and gaining:
        losses = [trade for trade in left if trade.term and trade.gain < 0]
        remedy = f"approve {_names(losses)} too, or " if losses else ""
        shown = f"Net gains of the year would be {book.money(would)}, over the budget of {book.money(high)}"
        yield f"{shown}: {remedy}leave out some of {_names(gaining)}."


def _short_gains(high: Decimal, chosen: Sequence[StoredTrade], book: StoredBook) -> Iterator[str]:
    """Gains of short-term lots, losses apart; what of the proposal is filled counts."""
    gaining = [trade for trade in chosen if trade.term == "short" and trade.gain > 0]
    done = sum((trade.gain for trade in book.done if trade.term == "short" and trade.gain > 0), ZERO)
    would = done + sum((trade.gain for trade in gaining), ZERO)
    if would > max(high, done) + 1 and gaining:
        shown = f"Short-term gains would be {book.money(would)}; {book.money(high)} are allowed"
        yield f"{shown}: leave out {_names(gaining)}."


def added_tax(trades: Sequence[StoredTrade], book: StoredBook) -> Decimal:
    """What trades by themselves add to the year's tax: that of the set, not the sum of their shares in a larger one."""
    before, (short, long) = _before(book), _gains(trades)
    return year_tax(book.tax, before[0] + short, before[1] + long) - year_tax(book.tax, *before)


def _before(book: StoredBook) -> tuple[Decimal, Decimal]:
    """Net short and long gains of the year so far, open orders of other proposals done."""
    return book.tax.short_to_date + book.in_flight[0], book.tax.long_to_date + book.in_flight[1]


def _gains(trades: Sequence[StoredTrade]) -> tuple[Decimal, Decimal]:
    """Short and long."""
    short, long = (sum((trade.gain for trade in trades if trade.term == term), ZERO) for term in ("short", "long"))
    return short, long


def _wash(chosen: Sequence[StoredTrade]) -> Iterator[str]:
    for trade in chosen:
        buys = [other for other in chosen if other.side == "buy" and other.group and other.group == trade.group]
        if trade.loss and buys:
            yield f"The loss of {_names([trade])} would be washed: leave out {_names(buys)}."


def _names(trades: Sequence[StoredTrade]) -> str:
    return listed([f"trade {trade.number} ({trade.side} {trade.symbol})" for trade in trades]) if trades else "a trade"
