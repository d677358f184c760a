"""The performance page: a stored report in words and tables that add up as shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from accounts.exports import Cell
from accounts.templatetags.formats import count_of, day, percent
from holdings.figures.index import growth, under_water
from holdings.figures.style import Figure
from holdings.measures.mwr import Outcome
from holdings.models import PerformanceReport
from holdings.pages import after_tax
from holdings.pages.after_tax import AfterTax
from holdings.pages.rounding import adding_up

CENTS, POINTS = 2, 4  # decimals of money, and of fractions shown as hundredths of a point
EFFECTS = ("allocation", "selection", "interaction")
PARTS = ("price", "income", "costs", "currency")
NO_RATE = {
    Outcome.NONE: "No single rate solves these flows.",
    Outcome.MULTIPLE: "Several rates solve these flows, so none is shown.",
}
NO_ATTRIBUTION = {
    "no benchmark": "A benchmark blend is needed to compare with. This household has none.",
    "no daily prices": "It needs daily prices, and most of the value has none.",
    "no linked returns": "There is no unbroken return to explain: capital was missing, or everything was lost.",
}


@dataclass(frozen=True, slots=True)
class Figured:
    """A key figure: the number as a fraction, or None, with its label and one line of meaning."""

    label: str
    value: float | None
    note: str


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """Money to the cent, points as a fraction; columns add up to the total row as shown."""

    key: str
    symbol: str
    name: str
    price: Decimal
    income: Decimal
    costs: Decimal
    currency: Decimal
    gain: Decimal
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class RiskRow:
    name: str
    value: float | None
    kind: str  # percent or number
    method: str


@dataclass(frozen=True)
class Shown:
    """A report as its page shows it."""

    report: PerformanceReport
    order: str

    @cached_property
    def content(self) -> dict[str, Any]:
        return self.report.content  # type: ignore[no-any-return]

    @property
    def since(self) -> dt.date:
        return dt.date.fromisoformat(self.content["since"])

    @property
    def until(self) -> dt.date:
        return dt.date.fromisoformat(self.content["until"])

    @property
    def opened(self) -> bool:
        return bool(self.content["opened"])

    @property
    def returns(self) -> list[Figured]:
        return [self._time_weighted(), self._money_weighted(), *self._benchmark()]

    def _time_weighted(self) -> Figured:
        twr = self.content["twr"]
        method = "Did the portfolio do well? Flows removed."
        if twr["method"] != "daily":
            method = f"{method} Modified Dietz by month: {percent(twr['old_part'], 0)} of the value has no daily price."
        return _rated("Time-weighted", twr["total"], twr["annual"], method)

    def _money_weighted(self) -> Figured:
        mwr = self.content["mwr"]
        method = "Did I do well? Timing of flows included."
        if mwr["outcome"] == Outcome.TOTAL_LOSS:
            return Figured("Money-weighted", -1.0, "Everything that was put in was lost.")
        if mwr["period"] is None:
            return Figured("Money-weighted", None, self.no_rate)
        return _rated("Money-weighted", mwr["period"], mwr["annual"], method)

    @property
    def no_rate(self) -> str:
        mwr = self.content["mwr"]
        rates = ", ".join(percent(rate, 1) for rate in mwr["rates"])
        named = f" They are {rates} a year." if rates else ""
        instead = f" Modified Dietz: {percent(mwr['dietz'], 2)}." if mwr["dietz"] is not None else ""
        return f"{NO_RATE[Outcome(mwr['outcome'])]}{named}{instead}"

    def _benchmark(self) -> list[Figured]:
        found = self.content["benchmark"]
        if found is None:
            return []
        return [_rated("Benchmark", found["total"], found["annual"], f"{found['name']}. Time-weighted.")]

    @property
    def gross(self) -> Figured | None:
        """Before management fees, where there were any."""
        twr = self.content["twr"]
        if twr["gross"] is None or twr["gross"] == twr["total"]:
            return None
        return _rated("Before fees", twr["gross"], twr["gross_annual"], "After trading costs, before account fees.")

    @cached_property
    def money(self) -> dict[str, Decimal]:
        """Amounts to the cent: the parts add up to the gain, and begin, flows and gain to the end."""
        exact = {name: Decimal(amount) for name, amount in self.content["money"].items()}
        begin, flows, gain = adding_up([exact["begin"], exact["flows"], exact["gain"]], exact["end"], CENTS)
        parts = adding_up([exact[name] for name in PARTS], gain, CENTS)
        return {
            "begin": begin,
            "flows": flows,
            "gain": gain,
            "end": begin + flows + gain,
            **dict(zip(PARTS, parts, strict=True)),
        }

    @cached_property
    def holdings(self) -> list[HoldingRow]:
        rows = self.content["holdings"]
        if not rows:
            return []
        columns = {name: adding_up([Decimal(row[name]) for row in rows], self.money[name], CENTS) for name in PARTS}
        points = _points([row["points"] for row in rows], self.content["twr"]["total"])
        found = [
            HoldingRow(
                row["key"],
                row["symbol"],
                row["name"],
                **{name: columns[name][at] for name in PARTS},
                gain=sum((columns[name][at] for name in PARTS), Decimal(0)),
                points=points[at],
            )
            for at, row in enumerate(rows)
        ]
        return in_order(found, self.order)

    @property
    def has_points(self) -> bool:
        return any(row.points is not None for row in self.holdings)

    @property
    def total_points(self) -> Decimal | None:
        known = [row.points for row in self.holdings if row.points is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def has_currency(self) -> bool:
        return any(row.currency for row in self.holdings)

    @cached_property
    def attribution(self) -> list[dict[str, Any]]:
        """Effects to the hundredth of a point; rows and columns add up as shown."""
        rows = self.content["attribution"].get("rows", [])
        totals = adding_up([sum((_exact(row[name]) for name in EFFECTS), Decimal(0)) for row in rows], None, POINTS)
        return [_attributed(row, total) for row, total in zip(rows, totals, strict=True)]

    @property
    def attribution_total(self) -> dict[str, Decimal]:
        return {name: sum((row[name] for row in self.attribution), Decimal(0)) for name in (*EFFECTS, "total")}

    @property
    def no_attribution(self) -> str:
        return NO_ATTRIBUTION.get(self.content["attribution"].get("reason", ""), "")

    @property
    def falls(self) -> list[dict[str, Any]]:
        dated = ("peak", "trough", "recovered")
        rows = self.content["falls"]["rows"]
        return [{**row, **{name: row[name] and dt.date.fromisoformat(row[name]) for name in dated}} for row in rows]

    @property
    def falls_words(self) -> str:
        count = self.content["falls"]["count"]
        return f"The {len(self.falls)} deepest of {count}" if count > len(self.falls) else count_of(count, "fall")

    @property
    def risk(self) -> list[RiskRow]:
        return risk_rows(self.content["risk"])

    @property
    def observations(self) -> str:
        word = "daily return" if self.content["risk"]["periods"] > 12 else "monthly return"
        return count_of(self.content["risk"]["count"], word)

    @property
    def risk_free(self) -> str:
        free = self.content["risk_free"]
        if not free["source"]:
            return "Risk-free rate: 0, since none is stored"
        return f"Risk-free rate: {percent(free['annual'], 2)} a year, {free['source']}, mean of the period"

    @cached_property
    def figures(self) -> tuple[Figure, Figure] | None:
        """The index with its benchmark, and the falls beneath; None where there is no return."""
        index = self.content["index"]
        if len(index["days"]) < 2 or min(index["levels"]) <= 0:
            return None
        days = [dt.date.fromisoformat(each) for each in index["days"]]
        line = (days, index["levels"], index["benchmark"], "Benchmark")
        return growth(*line), under_water(*line)

    @property
    def after_tax(self) -> AfterTax | None:
        """None in a report from before there were after-tax returns."""
        return AfterTax(self.content) if "after_tax" in self.content else None

    @property
    def lost_on(self) -> list[dt.date]:
        return [dt.date.fromisoformat(each) for each in self.content["twr"]["lost_on"]]


def _rated(label: str, total: float | None, annual: float | None, method: str) -> Figured:
    """A yearly rate from a year on, with the whole beside it; below, the return of the period, said to be that."""
    if total is None:
        return Figured(label, None, f"{method} No capital was at work.")
    if annual is None:
        return Figured(label, total, f"{method} Not annualised.")
    return Figured(f"{label}, a year", annual, f"{method} {percent(total, 2)} in all.")


def _attributed(row: Mapping[str, Any], total: Decimal) -> dict[str, Any]:
    parts = adding_up([_exact(row[name]) for name in EFFECTS], total, POINTS)
    return {**row, **dict(zip(EFFECTS, parts, strict=True)), "total": total}


def _exact(value: float) -> Decimal:
    return Decimal(repr(value))


def _points(values: Sequence[float | None], total: float | None) -> list[Decimal | None]:
    """To the hundredth of a point, adding up to the return as shown."""
    if total is None or any(value is None for value in values):
        return [None] * len(values)
    return list(adding_up([Decimal(repr(value)) for value in values], Decimal(repr(total)), POINTS))


ORDERS: Mapping[str, Callable[[HoldingRow], Any]] = {
    "name": lambda row: row.symbol,
    **{name: lambda row, name=name: getattr(row, name) for name in (*PARTS, "gain")},  # type: ignore[misc]
    "points": lambda row: row.points if row.points is not None else Decimal(0),
}
COLUMNS = {
    "name": ("Holding", "name"),
    "price": ("Price gain", "num from-1100"),
    "income": ("Income", "num from-720"),
    "costs": ("Fees and taxes", "num from-1100"),
    "currency": ("Currency gain", "num from-1100"),
    "gain": ("Gain or loss", "num"),
    "points": ("Contribution, pts", "num"),
}
DEFAULT = "-gain"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head: the order that its link asks for, and the arrow of the present one."""

    key: str
    word: str
    css: str
    order: str
    arrow: str


def known_order(asked: str) -> str:
    return asked if asked.removeprefix("-") in ORDERS else DEFAULT


def headings(order: str, unit: str, *, with_currency: bool, with_points: bool) -> list[Heading]:
    hidden = {"currency": not with_currency, "points": not with_points}
    return [_heading(key, order, unit) for key in COLUMNS if not hidden.get(key)]


def _heading(key: str, order: str, unit: str) -> Heading:
    word, css = COLUMNS[key]
    named = word if key in {"name", "points"} else f"{word}, {unit}"
    if order == f"-{key}":
        return Heading(key, named, css, key, "↓")
    if order == key:
        return Heading(key, named, css, f"-{key}", "↑")
    return Heading(key, named, css, key if key == "name" else f"-{key}", "")


def in_order(rows: Sequence[HoldingRow], order: str) -> list[HoldingRow]:
    named = sorted(rows, key=lambda row: row.symbol)
    return sorted(named, key=ORDERS[order.removeprefix("-")], reverse=order.startswith("-"))


def risk_rows(risk: Mapping[str, Any]) -> list[RiskRow]:
    """Each figure with its method; what was refused says how many observations it needs."""
    rows = [
        _row(risk, "volatility", "Volatility, a year", "percent", "Standard deviation (n − 1) of simple returns", 20),
        _row(risk, "sharpe", "Sharpe ratio", "number", "Mean excess return over its deviation, a year", 20),
        _row(risk, "sortino", "Sortino ratio", "number", "Mean excess return over the downside of all periods", 20),
        *_tail_rows(risk),
    ]
    beside = [
        _row(risk, "beta", "Beta to the benchmark", "number", "Covariance over variance of excess returns", 20),
        _row(risk, "tracking_error", "Tracking error, a year", "percent", "Deviation of the difference", 20),
        _row(risk, "information_ratio", "Information ratio", "number", "Mean difference over tracking error", 20),
        _row(risk, "alpha", "Jensen alpha, a year", "percent", "Mean excess return beyond beta", 20),
    ]
    return [*rows, *(row for row in beside if row.value is not None)]


def _row(risk: Mapping[str, Any], key: str, name: str, kind: str, method: str, least: int) -> RiskRow:
    value = risk[key]
    refused = f"Needs {least} returns; there are {risk['count']}" if risk["count"] < least else "Nothing to divide by"
    return RiskRow(name, value, kind, method if value is not None else f"{refused}.")


def _tail_rows(risk: Mapping[str, Any]) -> list[RiskRow]:
    word = "day" if risk["periods"] > 12 else "month"
    how = {"historical": "as it happened, linear quantile", "parametric": "as a normal distribution"}
    rows = []
    for level, least in ((95, 100), (99, 250)):
        for name, words in how.items():
            tail = risk[f"{name}_{level}"]
            if tail is None:
                refused = f"Needs {least} returns; there are {risk['count']}."
                rows.append(RiskRow(f"Loss of the worst {100 - level}% of {word}s, {words}", None, "percent", refused))
                continue
            method = f"VaR {level}%, {words}; on average beyond it {percent(tail['cvar'], 2)} (CVaR)"
            rows.append(RiskRow(f"Loss exceeded in {100 - level}% of {word}s", tail["var"], "percent", method))
    return rows


EXPORT = ["Holding", "Name", "Value at begin", "Value at end", *(COLUMNS[name][0] for name in PARTS), "Gain or loss"]
EXPORT += ["Contribution, points", "Currency", "From the close of", "To the close of", *after_tax.EXPORT]


def export_rows(shown: Shown) -> list[list[Cell]]:
    """One row a holding with exact figures, then the total, and what taxes leave of it."""
    content = shown.content
    dates: list[Cell] = [content["currency"], shown.since, shown.until]
    rows: list[list[Cell]] = [
        [
            row["symbol"],
            row["name"],
            *(Decimal(row[name]) for name in ("begin", "end", *PARTS, "gain")),
            _exported(row["points"]),
            *dates,
            *[None] * len(after_tax.EXPORT),
        ]
        for row in content["holdings"]
    ]
    money = content["money"]
    whole = [Decimal(money[name]) for name in ("begin", "end", *PARTS, "gain")]
    total = [*whole, _exported(content["twr"]["total"]), *dates, *after_tax.exported_total(content)]
    blank: list[Cell] = [None] * (len(whole) + 1)
    taxed = [[label, words, *blank, *dates, *cells] for label, words, cells in after_tax.exported_rows(content)]
    return [*rows, ["Total", content["name"], *total], *taxed]


def _exported(points: float | None) -> Decimal | None:
    return None if points is None else round(Decimal(repr(points)) * 100, 6)


def words_of(shown: Shown) -> str:
    start = "the close of" if shown.opened else "the first values on"
    return f"From {start} {day(shown.since)} to the close of {day(shown.until)}"
