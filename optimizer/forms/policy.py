"""The policy form: its single fields, its lines, and what they must say together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms

from holdings.models import BrokerageAccount
from optimizer.forms import rows
from optimizer.forms.fields import MoneyField, NumberField, PercentField, in_percent
from optimizer.forms.subjects import Subjects
from optimizer.forms.view_line import ViewLine
from optimizer.models import Estimator, Strategy
from optimizer.models.strategy import AIMS

ONE, ZERO = Decimal(1), Decimal(0)
MOST_LINES = 300
BLANK_LINES = 2


class PolicyForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    base = forms.IntegerField(widget=forms.HiddenInput)
    strategy = forms.ChoiceField(choices=Strategy.choices, help_text="How the target weights are made.")
    aversion = NumberField(
        low=Decimal("0.1"),
        high=1_000,
        label="Aversion to risk",
        required=False,
        help_text="Mean-variance. 3 is the market's; more is calmer.",
    )
    target_return = PercentField(
        label="Return to aim at", required=False, help_text="Mean-variance, instead of an aversion. Above cash."
    )
    target_volatility = PercentField(
        label="Volatility to aim at", required=False, help_text="Mean-variance, instead of an aversion."
    )
    estimator = forms.ChoiceField(choices=Estimator.choices, label="Risk estimate", help_text="From daily prices.")
    cash_target = PercentField(label="Cash", help_text="Target share of the household.")
    drift_band = PercentField(label="Drift band", help_text="Tolerated distance from target, points.")
    one_stock = PercentField(label="One stock, at most", required=False, help_text="Of every stock held or targeted.")
    tax_budget = MoneyField(
        low=0, label="Tax added this year, at most", required=False, help_text="Against doing nothing."
    )
    minimum_trade = MoneyField(low=0, label="Smallest trade", help_text="Below this nothing is proposed.")
    turnover = PercentField(
        label="Turnover, at most", required=False, help_text="Half of what is sold and bought, of the household."
    )
    tracking_error = PercentField(
        label="Tracking error, at most", required=False, help_text="Against the target, a year."
    )
    risk_aversion = NumberField(
        low=0,
        high=10_000,
        label="Weight of risk",
        help_text="How much distance from target counts against tax and cost.",
    )
    idle_cash_rate = PercentField(label="Cost of idle cash", help_text="Of cash above its target, a year.")
    reason = forms.CharField(
        max_length=200, required=False, label="Why", help_text="Kept with the version, for you and for whoever asks."
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        aims = [name for name in AIMS if values.get(name) is not None]
        if values.get("strategy") == Strategy.MEAN_VARIANCE and len(aims) > 1:
            self.add_error(aims[1], "One of aversion, return and volatility decides the mix. Clear the others.")
        return values


@dataclass(frozen=True, slots=True)
class Given:
    """What the form needs to know: names, accounts, the date, and the stocks that `one_stock` would reach."""

    subjects: Subjects
    accounts: Sequence[BrokerageAccount]
    as_of: dt.date
    stocks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Initial:
    """A stored version as the form shows it."""

    main: Mapping[str, Any]
    targets: Sequence[Mapping[str, Any]] = ()
    limits: Sequence[Mapping[str, Any]] = ()
    exclusions: Sequence[Mapping[str, Any]] = ()
    cash: Sequence[Mapping[str, Any]] = ()
    withdrawals: Sequence[Mapping[str, Any]] = field(default=())
    views: Sequence[Mapping[str, Any]] = field(default=())


class PolicyBundle:
    """The form and its formsets as one."""

    def __init__(self, given: Given, initial: Initial, data: Any = None) -> None:
        self.given = given
        names = {"subjects": given.subjects}
        held = {"accounts": given.accounts}
        self.main = PolicyForm(data, initial=dict(initial.main))
        self.targets = _lines(rows.TargetLine, "targets", initial.targets, names, data)
        self.views = _lines(ViewLine, "views", initial.views, names, data)
        self.limits = _lines(rows.LimitLine, "limits", initial.limits, names, data)
        self.exclusions = _lines(rows.ExclusionLine, "exclusions", initial.exclusions, names, data)
        self.cash = _lines(rows.CashLine, "cash", initial.cash, held, data)
        withdrawals = held | {"as_of": given.as_of}
        self.withdrawals = _lines(rows.WithdrawalLine, "withdrawals", initial.withdrawals, withdrawals, data)

    @property
    def is_bound(self) -> bool:
        return self.main.is_bound

    @property
    def parts(self) -> list[Any]:
        return [self.main, self.targets, self.views, self.limits, self.exclusions, self.cash, self.withdrawals]

    def is_valid(self) -> bool:
        if not all([part.is_valid() for part in self.parts]):  # noqa: C419 - every part shows its errors
            return False
        self._check_repeats()
        if self.error_count == 0:
            self._check_targets()
        return self.error_count == 0

    @property
    def error_count(self) -> int:
        return len(self.main.errors) + sum(
            len(line.errors) for formset in self.parts[1:] for line in formset.forms if formset.is_bound
        )

    def filled(self, formset: Any) -> Iterator[Any]:
        return (line for line in formset.forms if not line.is_blank)

    @property
    def strategy(self) -> Strategy:
        return Strategy(self.main.cleaned_data["strategy"])

    def _check_repeats(self) -> None:
        for formset, name in [(self.targets, "symbol"), (self.limits, "subject"), (self.exclusions, "subject")]:
            seen: set[Any] = set()
            for line in self.filled(formset):
                what = line.instrument if name == "symbol" else line.found
                if what in seen:
                    line.add_error(name, f"{line.cleaned_data[name]} stands here twice. Keep one of the lines.")
                seen.add(what)

    def _check_targets(self) -> None:
        targets = list(self.filled(self.targets))
        if not targets:
            self.main.add_error("strategy", "No instrument has a target. Name at least one below.")
            return
        if self.strategy.adds_up:
            self._check_sum(sum((line.cleaned_data["weight"] or ZERO for line in targets), ZERO))
        if self.strategy == Strategy.FIXED:
            for line in targets:
                self._check_target(line)
        for line in self.filled(self.views):
            line.check_named([target.instrument for target in targets])

    def _check_sum(self, weights: Decimal) -> None:
        cash = self.main.cleaned_data["cash_target"]
        total = weights + cash
        if total != ONE:
            self.main.add_error("cash_target", two_ways_out(weights, cash))

    def _check_target(self, line: Any) -> None:
        """A target beyond its own hard limit, or of an excluded instrument, could never be met."""
        weight, symbol = line.cleaned_data["weight"] or ZERO, line.cleaned_data["symbol"].upper()
        uuid, shown = str(line.instrument.uuid), in_percent(weight)
        own = [limit for limit in self.filled(self.limits) if limit.is_hard and limit.found.token == uuid]
        highs = [limit.cleaned_data["high"] for limit in own if limit.cleaned_data["high"] is not None]
        common = self.main.cleaned_data["one_stock"]
        if not own and common is not None and line.instrument.kind == "stock":
            highs = [common]
        if highs and weight > highs[0]:
            limit = in_percent(highs[0])
            words = f"{symbol} has a target of {shown}% and a limit of {limit}%. Lower the target to {limit}%"
            line.add_error("weight", f"{words}, or raise the limit to {shown}%.")
        if weight and any(each.found.token == uuid for each in self.filled(self.exclusions)):
            words = f"{symbol} has a target of {shown}% and is excluded. Clear the target, or drop the exclusion."
            line.add_error("weight", words)


def _lines(
    line: type[rows.Line], prefix: str, initial: Sequence[Mapping[str, Any]], kwargs: dict[str, Any], data: Any
) -> Any:
    made = forms.formset_factory(line, extra=BLANK_LINES, max_num=MOST_LINES, absolute_max=MOST_LINES)
    return made(data, prefix=prefix, initial=[dict(each) for each in initial], form_kwargs=kwargs)


def two_ways_out(weights: Decimal, cash: Decimal) -> str:
    """What is wrong with a sum that is not the whole, and what would mend it."""
    total = weights + cash
    said = f"Targets add up to {in_percent(total)}%."
    factor = (ONE / total).quantize(Decimal("0.001"), ROUND_HALF_UP) if total else None
    scale = f", or scale all by {factor}" if factor else ""
    left = ONE - weights
    if left < 0:
        return f"{said} Take {in_percent(-left)} points off the instruments and set cash to 0.0%{scale}."
    return f"{said} {'Raise' if left > cash else 'Lower'} cash to {in_percent(left)}%{scale}."
