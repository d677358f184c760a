"""A lock asked for on a trade: the next version of the policy, with its reason."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from accounts.locks import holding
from accounts.models import User
from optimizer import selectors
from optimizer.models import PolicyConstraint, PolicyVersion, Side, Trade
from optimizer.services.policies import draft_of, save_version

Kind = PolicyConstraint.Kind


class LockRefused(Exception):
    """Nothing was changed; the sentence says why and what to do instead."""


def lock(*, trade: Trade, user: User, until: dt.date | None, reason: str) -> PolicyVersion:
    """The version in which a sale's instrument is never sold and a purchase's never bought; with `until`, neither
    before that day. The same lock again gives the version that holds it.

    Raises LockRefused where the day is not ahead, or there is no policy.
    """
    household = trade.proposal.household
    if until is not None and until <= household.as_of:
        raise LockRefused(f"Name a day after {household.as_of:%-d %b %Y}, the household's date.")
    with holding(household):
        current = selectors.current_version(household)
        if current is None:
            raise LockRefused("There are no goals to add this to. Set them first.")
        row = {"kind": _kind(trade, until), "subject": str(trade.instrument.uuid), "date": until}
        if current.constraints.filter(**row).exists():
            return current
        said = reason or f"Asked for on trade {trade.number} of proposal {trade.proposal.number}"
        draft = draft_of(current, uid=uuid.uuid4(), reason=said)
        return save_version(household=household, user=user, draft=replace(draft, constraints=[*draft.constraints, row]))


def _kind(trade: Trade, until: dt.date | None) -> Kind:
    if until is not None:
        return Kind.NOT_BEFORE
    return Kind.DO_NOT_SELL if trade.side == Side.SELL else Kind.DO_NOT_BUY
