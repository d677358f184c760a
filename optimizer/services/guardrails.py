"""The household's guardrails: their settings, and the check of a whole plan before it is stored."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from accounts import activity, runs
from accounts.locks import holding
from accounts.models import Household, User
from holdings import selectors as holdings
from holdings.models import Instrument
from optimizer import selectors
from optimizer.engine.guardrails import Holding, Moved, Rails, checks, refusals
from optimizer.engine.types import CASH, Plan, RuleCheck
from optimizer.models import Guardrails

RAILS = ("position", "turnover", "volume", "age", "tax")
HALTS = ("quantile", "risk_ratio", "drawdown")
WHERE = "Guardrails are set under Goals and constraints. Nothing was changed."


def rails_of(settings: Guardrails) -> Rails:
    return Rails(**{name: getattr(settings, name) for name in RAILS})


def save_guardrails(*, household: Household, user: User, key: uuid.UUID, settings: Mapping[str, Any]) -> Guardrails:
    """The next version of the settings. The same key, or equal settings, save nothing."""
    with holding(household):
        current = selectors.guardrails(household)
        known = Guardrails.objects.filter(household=household, uuid=key).first()
        if known or all(getattr(current, name) == value for name, value in settings.items()):
            return known or current
        stated = {name: getattr(current, name) for name in (*RAILS, *HALTS)} | dict(settings)
        made = Guardrails.objects.create(household=household, uuid=key, number=current.number + 1, user=user, **stated)
        activity.record(household=household, user=user, verb="guardrails.saved", subject=made, fields=settings)
    return made


def check_plan(household: Household, snapshot: Mapping[str, Any], plan: Plan) -> tuple[RuleCheck, ...]:
    """The sentence of every guardrail about a plan and the stored input that it was made of.

    Raises CannotFinish where one fails: the plan is not to be stored, whoever asked for it.
    """
    found = checks(moved_by(household, snapshot, plan), rails_of(selectors.guardrails(household)))
    if refused := refusals(found):
        raise runs.CannotFinish(f"A guardrail refuses this plan. {' '.join(refused)} {WHERE}")
    return found


def moved_by(household: Household, snapshot: Mapping[str, Any], plan: Plan) -> Moved:
    assets = {row["id"]: row for row in snapshot["assets"]}
    names = {row["id"]: row["name"] for row in snapshot["accounts"]}
    shares: dict[str, Decimal] = defaultdict(Decimal)
    for trade in plan.trades:
        shares[trade.asset] += trade.quantity
    as_of = dt.date.fromisoformat(snapshot["as_of"])
    known = _closes(household, shares, as_of)
    weights = plan.before.by_asset, plan.after.by_asset
    return Moved(
        as_of=as_of,
        value=plan.before.value,
        holdings=[
            Holding(
                symbol=assets[key]["symbol"],
                is_stock=assets[key]["kind"] == Instrument.Kind.STOCK,
                before=Decimal(str(weights[0].get(key, 0))),
                after=Decimal(str(weights[1].get(key, 0))),
                shares=shares[key],
                daily_volume=_number(assets[key].get("daily_volume")),
                price_of=known.get(key),
            )
            for key in sorted({*weights[0], *weights[1], *shares} - {CASH})
        ],
        cash_before={names[key]: cash for key, cash in plan.before.account_cash.items()},
        cash_after={names[key]: cash for key, cash in plan.after.account_cash.items()},
        traded=sum((trade.value for trade in plan.trades), Decimal(0)),
        tax=plan.after.tax,
        currency=household.base_currency,
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _closes(household: Household, assets: Mapping[str, Any], as_of: dt.date) -> dict[str, dt.date]:
    """The day of the last close of each, by public id."""
    rows = dict(Instrument.objects.filter(uuid__in=assets).values_list("pk", "uuid"))
    return {str(rows[pk]): quote.date for pk, quote in holdings.quotes(household, rows, as_of).items()}
