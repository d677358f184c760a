"""Scores of decided proposals in words."""

from __future__ import annotations

from accounts.templatetags.formats import count_of, day, money, percent
from optimizer.models import ProposalScore


def sentence(row: ProposalScore, currency: str) -> str:
    """What happened since, in money, net, dated."""
    trades, until = count_of(row.trades, "trade"), day(row.as_of)
    size, cost, tax = (money(abs(each), currency) for each in (row.net, row.cost, row.tax))
    after = f"after {cost} of cost" if row.cost >= 0 else f"with fills {cost} better than proposed"
    taxed = f" and {tax} of tax" if row.tax > 0 else f" and {tax} of tax saved" if row.tax < 0 else ""
    if row.verdict == ProposalScore.Verdict.REJECTED:
        word = "gained" if row.net >= 0 else "lost"
        return f"You rejected {trades}. By {until} making them would have {word} {size}, {after}{taxed}."
    word = "gained" if row.net >= 0 else "lost"
    return f"You approved {trades}. By {until} having made them {word} {size} against doing nothing, {after}{taxed}."


def details(row: ProposalScore, currency: str) -> str:
    """Cost and risk against what was estimated and predicted."""
    said = []
    if row.verdict == ProposalScore.Verdict.APPROVED:
        paid, thought = money(row.cost, currency), money(row.estimated_cost, currency)
        said.append(f"Cost was {paid}; {thought} was estimated.")
    if row.realised_volatility is not None and row.predicted_volatility is not None:
        realised, predicted = percent(row.realised_volatility), percent(row.predicted_volatility)
        said.append(f"Volatility since was {realised} a year; {predicted} was predicted.")
    if row.missing:
        said.append(f"Without {', '.join(row.missing)}, of which a price is missing.")
    return " ".join(said)
