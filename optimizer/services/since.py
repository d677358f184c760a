"""What changed between the frozen inputs of two proposals, one sentence a difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from accounts.templatetags.formats import count_of, day, money, percent, percent_change, quantity

Frozen = Mapping[str, Any]
"""A stored snapshot, its JSON read: Decimals and dates are text."""
Row = Mapping[str, Any]
Place = tuple[str, str, str]

LIMIT = ("kind", "subject", "place", "low", "high", "hard", "priority", "until", "rate", "terms")
"""What a limit says, whichever row of the policy says it."""

SETTINGS = {
    "strategy": "Strategy",
    "minimum_trade": "Smallest trade",
    "risk_aversion": "Weight of risk",
    "idle_cash_rate": "Cost of idle cash",
    "drift_band": "Drift band",
    "reserve_tax": "Tax kept in cash",
    "estimator": "Risk estimator",
    "params": "Parameters of the strategy",
    "views": "Views",
    "signals": "Signals",
}
RATES = {"short_rate": "Rate on short-term gains", "long_rate": "Rate on long-term gains", "state_rate": "State rate"}
SUMS = {
    "short_to_date": "Short-term gains of the year so far",
    "long_to_date": "Long-term gains of the year so far",
    "short_carry": "Short-term losses carried in",
    "long_carry": "Long-term losses carried in",
}


def changes(before: Frozen, now: Frozen) -> list[str]:
    """In the order: prices, holdings, cash, goals, taxes, orders and rejections."""
    parts = (_prices, _holdings, _cash, _settings, _targets, _limits, _taxes, _locks)
    return [sentence for part in parts for sentence in part(before, now)]


def _prices(before: Frozen, now: Frozen) -> Iterator[str]:
    if before["as_of"] != now["as_of"]:
        yield f"Prices are those of {_day(now['as_of'])}, instead of {_day(before['as_of'])}."
    was = {asset["id"]: Decimal(asset["price"]) for asset in before["assets"]}
    moved = {
        asset["symbol"]: Decimal(asset["price"]) / was[asset["id"]] - 1
        for asset in now["assets"]
        if was.get(asset["id"], Decimal(asset["price"])) != Decimal(asset["price"])
    }
    if moved:
        most = max(moved, key=lambda symbol: (abs(moved[symbol]), symbol))
        yield f"{count_of(len(moved), 'price')} moved, {most} the most: {percent_change(moved[most])}."


def _holdings(before: Frozen, now: Frozen) -> Iterator[str]:
    symbols = _symbols(before, now)
    held = [_shares(frozen) for frozen in (before, now)]
    for asset in sorted({*held[0], *held[1]}, key=lambda each: symbols[each]):
        was, is_now = (each.get(asset, Decimal(0)) for each in held)
        if was != is_now:
            yield f"{symbols[asset]}: {quantity(is_now)} shares, instead of {quantity(was)}."
    lots = [{lot["key"]: lot for lot in frozen["lots"]} for frozen in (before, now)]
    facts = ("basis", "acquired", "account")
    other = [key for key in lots[0].keys() & lots[1].keys() if any(lots[0][key][f] != lots[1][key][f] for f in facts)]
    if other:
        yield f"{count_of(len(other), 'lot')} with another basis, date or account."


def _shares(frozen: Frozen) -> dict[str, Decimal]:
    held: dict[str, Decimal] = defaultdict(Decimal)
    for lot in frozen["lots"]:
        held[lot["asset"]] += Decimal(lot["quantity"])
    return held


def _cash(before: Frozen, now: Frozen) -> Iterator[str]:
    was = {account["id"]: account for account in before["accounts"]}
    for account in now["accounts"]:
        old = was.get(account["id"])
        if old is None:
            yield f"{account['name']} is a new account."
        elif old["cash"] != account["cash"]:
            yield f"Cash in {account['name']}: {_money(account['cash'], now)}, instead of {_money(old['cash'], now)}."


def _settings(before: Frozen, now: Frozen) -> Iterator[str]:
    for name, word in SETTINGS.items():
        if before["policy"].get(name, now["policy"].get(name)) != now["policy"].get(name):
            yield f"{word} changed in the goals."


def _targets(before: Frozen, now: Frozen) -> Iterator[str]:
    symbols = {**_symbols(before, now), "cash": "cash"}
    was, is_now = before["policy"]["target"], now["policy"]["target"]
    for asset in sorted({*was, *is_now}, key=lambda each: symbols.get(each, each)):
        old, new = (Decimal(target.get(asset, "0")) for target in (was, is_now))
        if old != new:
            yield f"Target of {symbols.get(asset, asset)}: {percent(new)}, instead of {percent(old)}."


def _limits(before: Frozen, now: Frozen) -> Iterator[str]:
    """Every row counts: of rows about the same thing, those that stand on both sides are left out."""
    symbols = _symbols(before, now) | {account["id"]: account["name"] for account in now["accounts"]}
    dropped, added = (
        _by_place(one["constraints"], other["constraints"]) for one, other in ((before, now), (now, before))
    )
    for place in sorted({*dropped, *added}):
        kind, subject, _ = place
        name = f"{kind.replace('_', ' ')} {symbols.get(subject, subject)}".strip()
        for old, new in zip_longest(dropped.get(place, []), added.get(place, [])):
            word = "New" if old is None else "No longer" if new is None else "Changed"
            yield f"{word} in the goals: {name}{_bounds(new or old, now)}."


def _by_place(rows: Sequence[Row], others: Sequence[Row]) -> dict[Place, list[Row]]:
    """Rows that the others lack, by what they are about."""
    left = [_said(row) for row in others]
    found: dict[Place, list[Row]] = defaultdict(list)
    for row in rows:
        if _said(row) in left:
            left.remove(_said(row))
        else:
            found[row["kind"], row["subject"], row.get("place", "")].append(row)
    return found


def _said(row: Row) -> Row:
    return {fact: row.get(fact) for fact in LIMIT}


def _bounds(row: Row, now: Frozen) -> str:
    def written(value: str) -> str:
        if row["unit"] == "money":
            return _money(value, now)
        return percent(Decimal(value)) if row["unit"] == "fraction" else quantity(Decimal(value))

    low = f", at least {written(row['low'])}" if row["low"] is not None else ""
    high = f", at most {written(row['high'])}" if row["high"] is not None else ""
    return low + high


def _taxes(before: Frozen, now: Frozen) -> Iterator[str]:
    was, is_now = before["tax"], now["tax"]
    for name, word in RATES.items():
        if was.get(name) != is_now.get(name):
            yield f"{word}: {percent(Decimal(is_now[name]))}, instead of {percent(Decimal(was[name]))}."
    for name, word in SUMS.items():
        if was.get(name) != is_now.get(name):
            yield f"{word}: {_money(is_now[name], now)}, instead of {_money(was[name], now)}."
    named = RATES.keys() | SUMS.keys()
    if any(was.get(name) != value for name, value in is_now.items() if name not in named):
        yield "Income, brackets or losses of the tax year changed."


def _locks(before: Frozen, now: Frozen) -> Iterator[str]:
    was, is_now = before["locks"], now["locks"]
    if new := len(is_now["forbidden"]) - len(was["forbidden"]):
        yield f"{count_of(abs(new), 'rejected trade')} {'more' if new > 0 else 'fewer'} kept out."
    if is_now["fixed"]:
        yield f"{count_of(len(is_now['fixed']), 'approved trade')} kept as it was."
    if was["buying"] != is_now["buying"] or _reserved(before) != _reserved(now):
        yield "Open orders differ."


def _reserved(frozen: Frozen) -> dict[str, str]:
    return {lot["key"]: lot["reserved"] for lot in frozen["lots"] if Decimal(lot["reserved"])}


def _symbols(*frozen: Frozen) -> dict[str, str]:
    return {asset["id"]: asset["symbol"] for each in frozen for asset in each["assets"]}


def _money(value: str, frozen: Frozen) -> str:
    return money(Decimal(value), frozen["base_currency"])


def _day(text: str) -> str:
    return day(date.fromisoformat(text))
