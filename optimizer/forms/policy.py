"""The policy form: its single fields, its lines, and what they must say together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms

from optimizer.forms import rows
from optimizer.forms.fields import MoneyField, NumberField, PercentField, in_percent
from optimizer.forms.limits import LINES, Given
from optimizer.forms.subjects import EACH_STOCK
from optimizer.forms.view_line import ViewLine
from optimizer.models import Estimator, Strategy
from optimizer.models.strategy import AIMS

ONE, ZERO = Decimal(1), Decimal(0)
MOST_LINES = 300
BLANK_LINES = 1


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
    signals = forms.BooleanField(
        label="Read signals", required=False, help_text="Where the record on the page Evidence supports them."
    )
    cash_target = PercentField(label="Cash", help_text="Target share of the household.")
    drift_band = PercentField(label="Drift band", help_text="Tolerated distance from target, points.")
    minimum_trade = MoneyField(low=0, label="Smallest trade", help_text="Below this nothing is proposed.")
    after_tax = PercentField(
        label="Tax on later withdrawals", required=False, help_text="Traditional IRA and 401(k) then count after it."
    )
    risk_aversion = NumberField(
        low=0,
        high=10_000,
        label="Weight of risk",
        help_text="How much distance from target counts against tax and cost.",
    )
    idle_cash_rate = PercentField(label="Cost of idle cash", help_text="Of cash above its target, a year.")
    reserve_tax = forms.BooleanField(
        required=False, label="Keep the tax in cash", help_text="What a plan adds of tax stays in cash where it is due."
    )
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
class Initial:
    """A stored version as the form shows it."""

    main: Mapping[str, Any]
    targets: Sequence[Mapping[str, Any]] = ()
    views: Sequence[Mapping[str, Any]] = ()
    constraints: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


class PolicyBundle:
    """The form and its formsets as one; `lines` holds those of constraints by their prefix."""

    def __init__(self, given: Given, initial: Initial, data: Any = None) -> None:
        self.given = given
        names = {"subjects": given.subjects}
        self.main = PolicyForm(data, initial=dict(initial.main))
        self.targets = _lines(rows.TargetLine, "targets", initial.targets, names, data)
        self.views = _lines(ViewLine, "views", initial.views, names, data)
        self.lines = {
            prefix: _lines(line, prefix, initial.constraints.get(prefix, ()), {"given": given}, data)
            for prefix, line in LINES.items()
        }

    @property
    def is_bound(self) -> bool:
        return self.main.is_bound

    @property
    def parts(self) -> list[Any]:
        return [self.main, self.targets, self.views, *self.lines.values()]

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
        named = {name: (self.lines[name], "subject") for name in ("limits", "exclusions")}
        totals = {name: (self.lines[name], "limit") for name in ("trading", "tax", "risk")}
        for formset, name in [(self.targets, "symbol"), *named.values(), *totals.values()]:
            seen: set[Any] = set()
            for line in self.filled(formset):
                what = {"symbol": "instrument", "subject": "found", "limit": "chosen"}[name]
                found = getattr(line, what)
                if found in seen:
                    line.add_error(name, f"{line.shown} stands here twice. Keep one of the lines.")
                seen.add(found)

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
        limits = [limit for limit in self.filled(self.lines["limits"]) if limit.is_hard]
        own = [limit for limit in limits if limit.found.token == uuid]
        if not own and line.instrument.kind == "stock":
            own = [limit for limit in limits if limit.found.about == EACH_STOCK]
        highs = [limit.cleaned_data["high"] for limit in own if limit.cleaned_data["high"] is not None]
        if highs and weight > highs[0]:
            limit = in_percent(highs[0])
            words = f"{symbol} has a target of {shown}% and a limit of {limit}%. Lower the target to {limit}%"
            line.add_error("weight", f"{words}, or raise the limit to {shown}%.")
        if weight and any(each.found.token == uuid for each in self.filled(self.lines["exclusions"])):
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
