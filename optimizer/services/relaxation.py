"""What a failed run proposes to ease, applied as the next version of the policy."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from accounts.locks import holding
from accounts.models import Run, User
from optimizer import selectors
from optimizer.models import PolicyConstraint, PolicyVersion
from optimizer.services.policies import draft_of, save_version

Row = dict[str, Any]
MIX = "mix"
APPLIED = {"low", "high", "freeze", "drop"}


class RelaxationRefused(Exception):
    """Nothing was changed; the sentence says why and what to do instead."""


def choices(run: Run) -> dict[str, list[Row]]:
    """What the run offers to ease, by the name of the choice: one row each, or the mix of several at once."""
    found: dict[str, list[Row]] = {}
    for at, conflict in enumerate(run.detail.get("conflicts", [])):
        for number, give in enumerate([*conflict.get("gives", []), *conflict.get("laws", [])]):
            if applies(give):
                found[f"{at}-{number}"] = [give]
    mix = run.detail.get("mix", [])
    if mix and all(applies(give) for give in mix):
        found[MIX] = list(mix)
    return found


def applies(give: Mapping[str, Any]) -> bool:
    """Whether a stored row can be changed as the diagnosis says."""
    side = give.get("side")
    return bool(give.get("constraint")) and side in APPLIED and (side == "drop" or give["needed"] is not None)


def made_of(run: Run) -> list[PolicyVersion]:
    """The versions that choices of the run have made."""
    ids = [_uuid(run, choice) for choice in choices(run)]
    return list(selectors.versions(run.household).filter(uuid__in=ids))


def relax(*, run: Run, user: User, choice: str) -> PolicyVersion:
    """The version in which the chosen rows give as proposed. The same choice twice makes one version.

    Raises
    ------
    RelaxationRefused
        The run offers no such choice, or the policy has changed since.
    """
    gives = choices(run).get(choice)
    if gives is None:
        raise RelaxationRefused("This run proposes no such change. Reload the page.")
    with holding(run.household):
        if known := selectors.versions(run.household).filter(uuid=_uuid(run, choice)).first():
            return known
        version = selectors.current_version(run.household)
        if version is None or str(version.uuid) != run.params.get("version"):
            raise RelaxationRefused("The constraints have changed since this run. Propose again, and see what it says.")
        return _save(run, user, version, choice, gives)


def _save(run: Run, user: User, version: PolicyVersion, choice: str, gives: Sequence[Row]) -> PolicyVersion:
    eased = {give["constraint"]: give for give in gives}
    said = "; ".join(give["sentence"] for give in gives)
    draft = draft_of(
        version,
        uid=_uuid(run, choice),
        reason=f"Proposed where no plan was possible: {said}",
        change=lambda row: _eased(row, eased.get(str(row.pk))),
    )
    return save_version(household=run.household, user=user, draft=draft)


def _eased(row: PolicyConstraint, give: Row | None) -> PolicyConstraint | None:
    """The row as it shall be; None where it goes."""
    if give is None:
        return row
    if give["side"] == "drop":
        return None
    if give["side"] == "freeze":
        row.high = None
    else:
        setattr(row, give["side"], Decimal(give["needed"]))
    return row


def _uuid(run: Run, choice: str) -> uuid.UUID:
    return uuid.uuid5(run.uuid, choice)
