"""Returns before and after tax, as a table of the performance page shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from accounts.exports import Cell
from accounts.templatetags.formats import day, money_cents, percent


@dataclass(frozen=True, slots=True)
class Rate:
    """A return as a fraction, a year or of the period, with a note; None where the note says why there is none."""

    value: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    method: str
    time_weighted: Rate
    money_weighted: Rate


@dataclass(frozen=True)
class AfterTax:
    """The after-tax part of a report's content. `reason` says why there are no figures at all."""

    content: Mapping[str, Any]

    @cached_property
    def part(self) -> Mapping[str, Any]:
        return self.content["after_tax"]  # type: ignore[no-any-return]

    @property
    def reason(self) -> str:
        return str(self.part["reason"])

    @property
    def rules(self) -> str:
        return str(self.part["rules"])

    @property
    def left_out(self) -> list[str]:
        return list(self.part["left_out"])

    @property
    def until(self) -> dt.date:
        return dt.date.fromisoformat(self.part["until"])

    @property
    def columns(self) -> list[str]:
        """Heads of the two kinds of return; the rates beneath are all of a year, or of the period."""
        heads = (("Time-weighted", "twr"), ("Money-weighted", "mwr"))
        return [f"{head}, a year" if self.content[key]["annual"] is not None else head for head, key in heads]

    @property
    def rows(self) -> list[Row]:
        if self.reason:
            return []
        return [self._before(), self._pre(), self._post()]

    def _before(self) -> Row:
        twr, mwr = self.content["twr"], self.content["mwr"]
        flows = {"total": mwr["period"], "annual": mwr["annual"], "reason": "None; see above."}
        return Row("Before tax", "As above.", _rate({**twr, "reason": "No capital was at work."}), _rate(flows))

    def _pre(self) -> Row:
        part = self.part["pre"]
        method = f"Pre-liquidation: {self._tax(part)} what was sold, and on dividends and interest, on their days."
        return Row(f"After tax{self._shared}", method, _rate(part["twr"]), _rate(part["mwr"]))

    def _post(self) -> Row:
        part, label = self.part["post"], f"After tax, all sold{self._shared}"
        if part.get("reason"):
            return Row(label, f"Post-liquidation. {part['reason']}", Rate(None, ""), Rate(None, ""))
        method = (
            f"Post-liquidation: also {self._tax(part)} selling every taxed holding at the close of {day(self.until)}."
        )
        return Row(label, method, _rate(part["twr"]), _rate(part["mwr"]))

    def _tax(self, part: Mapping[str, Any]) -> str:
        tax, currency = Decimal(part["tax"]), self.content["currency"]
        return (
            f"less {money_cents(tax, currency)} of tax on"
            if tax >= 0
            else f"{money_cents(-tax, currency)} of tax saved by"
        )

    @property
    def _shared(self) -> str:
        return " (allocated)" if self.part["allocated"] else ""


def _rate(found: Mapping[str, Any]) -> Rate:
    if found["total"] is None:
        return Rate(None, found["reason"])
    if found["annual"] is None:
        return Rate(found["total"], "not annualised")
    return Rate(found["annual"], f"{percent(found['total'], 2)} in all")


EXPORT = ["Time-weighted, %", "Money-weighted, %", "Tax"]
"""Of the whole period, not a year; filled on the total and on the rows after tax."""
EXPORTED = {"pre": "After tax, pre-liquidation", "post": "After tax, post-liquidation"}


def exported_total(content: Mapping[str, Any]) -> list[Cell]:
    return [_percent(content["twr"]["total"]), _percent(content["mwr"]["period"]), None]


def exported_rows(content: Mapping[str, Any]) -> list[tuple[str, str, list[Cell]]]:
    """Label, words and cells of each kind of after-tax return; without figures the words say why."""
    part = content.get("after_tax")
    if part is None:
        return []
    if part["reason"]:
        return [(label, part["reason"], [None] * len(EXPORT)) for label in EXPORTED.values()]
    return [_exported(label, part, part[name]) for name, label in EXPORTED.items()]


def _exported(label: str, part: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, str, list[Cell]]:
    if found.get("reason"):
        return label, found["reason"], [None] * len(EXPORT)
    words = "Allocated" if part["allocated"] else ""
    return label, words, [_percent(found["twr"]["total"]), _percent(found["mwr"]["total"]), Decimal(found["tax"])]


def _percent(value: float | None) -> Decimal | None:
    return None if value is None else round(Decimal(repr(value)) * 100, 6)
