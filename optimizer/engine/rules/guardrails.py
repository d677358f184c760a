"""What no policy can switch off: the cash that accounts keep, no debt, and no washed loss that counts."""

from collections.abc import Iterator
from decimal import Decimal

from optimizer.engine.rebalance.orders import WINDOW
from optimizer.engine.rebalance.rows import RESERVE
from optimizer.engine.rules.reading import Reading, state_of
from optimizer.engine.types import ZERO, RuleCheck, RuleState
from optimizer.engine.words import listed


def floors(reading: Reading) -> Iterator[RuleCheck]:
    """The cash that an account keeps for its own minimum and its planned withdrawal."""
    for account in reading.book.accounts:
        least = account.cash_min + account.planned_withdrawal
        if least:
            value = reading.after.account_cash[account.id]
            why = " for its planned withdrawal" if account.planned_withdrawal else ""
            kept = f"{reading.money(least)} is to be kept{why}"
            sentence = f"{account.name} would have {reading.money(value)} in cash; {kept}."
            state = state_of(value, least, None, Decimal("0.005"))
            yield RuleCheck(f"cash:{account.id}", "minimum_cash", account.id, True, state, sentence, value, least)


def no_debt(reading: Reading) -> RuleCheck:
    lowest = min(reading.after.account_cash.values(), default=ZERO)
    state: RuleState = "pass" if lowest >= 0 else "fail"
    sentence = f"No account would borrow or sell short; the lowest cash would be {reading.money(lowest)}."
    return RuleCheck("guardrail:leverage", "leverage", "", True, state, sentence, lowest, ZERO)


def reserve(reading: Reading) -> Iterator[RuleCheck]:
    """That the tax added stays in cash where it is due, beyond the cash kept there anyway."""
    taxed = [account for account in reading.book.accounts if account.taxed]
    if not reading.book.snapshot.policy.reserve_tax or not taxed:
        return
    tax = max(ZERO, reading.after.tax)
    needed = sum((account.cash_min + account.planned_withdrawal for account in taxed), tax)
    cash = sum((reading.after.account_cash[account.id] for account in taxed), ZERO)
    state: RuleState = "pass" if not tax or cash >= needed - Decimal("0.05") else "fail"
    names = listed([account.name for account in taxed])
    sentence = (
        f"{names} would have {reading.money(cash)} in cash; {reading.money(tax)} of it is kept for the tax added."
    )
    if state == "fail":
        sentence = f"{names} would have {reading.money(cash)} in cash, less than the {reading.money(tax)} of tax added."
    yield RuleCheck("guardrail:reserve", RESERVE, "", False, state, sentence, cash, needed)


def wash(reading: Reading) -> Iterator[RuleCheck]:
    """That no loss of this plan is washed by purchases in it, and which of it purchases behind it wash."""
    losses = sorted({trade.asset for trade in reading.trades if trade.gain is not None and trade.gain < 0})
    if not losses:
        return
    day = reading.book.snapshot.trade_date
    void = sum((trade.disallowed for trade in reading.trades), ZERO)
    symbols = [reading.symbol(asset) for asset in losses]
    verb = "is" if len(symbols) == 1 else "are"
    start, end = (f"{d.day} {d:%b}" for d in (day - WINDOW, day + WINDOW))
    if void:
        whole = -sum((trade.gain for trade in reading.trades if trade.gain is not None and trade.gain < 0), ZERO)
        sentence = (
            f"Of {reading.money(whole)} of losses purchases since {start} wash {reading.money(void)}, not counted."
        )
    elif len(symbols) > 6:
        sentence = f"No loss would be washed: the {len(symbols)} sold at a loss are bought in no account to {end}."
    else:
        sentence = f"No loss would be washed: {listed(symbols)} {verb} bought in no account from {start} to {end}."
    yield RuleCheck("guardrail:wash", "wash", "", True, "near" if void else "pass", sentence, void, ZERO)
