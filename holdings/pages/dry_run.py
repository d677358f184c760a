"""What booking would change, as it was found out on a copy of the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from holdings.models import BrokerageAccount, Import

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Change:
    """A level before and after: cash by currency, or shares by symbol."""

    name: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Gains:
    currency: str
    short: Decimal
    long: Decimal
    unknown: int


@dataclass(frozen=True, slots=True)
class AccountChange:
    name: str
    opened: int
    closed: int
    lots: int
    cash: Sequence[Change]
    gains: Sequence[Gains]
    positions: Sequence[Change]
    more: int


@dataclass(frozen=True, slots=True)
class Told:
    """`moved` names accounts whose ledger has changed since."""

    at: dt.datetime
    rows: int
    confirms: int
    refused: Sequence[str]
    accounts: Sequence[AccountChange]
    moved: Sequence[str]


def told(batch: Import) -> Told:
    found: Mapping[str, Any] = batch.outcome or {}
    now = dict(BrokerageAccount.objects.filter(household=batch.household).values_list("uuid", "revision"))
    stands = {str(uuid): revision for uuid, revision in now.items()}
    return Told(
        at=dt.datetime.fromisoformat(found["at"]),
        rows=found["rows"],
        confirms=found["confirms"],
        refused=found["refused"],
        accounts=[_account(each) for each in found["accounts"]],
        moved=[each["name"] for each in found["accounts"] if stands.get(each["uuid"]) != each["revision"]],
    )


def _account(found: Mapping[str, Any]) -> AccountChange:
    positions = found["positions"]
    return AccountChange(
        name=found["name"],
        opened=found["opened"],
        closed=found["closed"],
        lots=found["lots"],
        cash=[Change(each["currency"], Decimal(each["before"]), Decimal(each["after"])) for each in found["cash"]],
        gains=[
            Gains(each["currency"], Decimal(each["short"]), Decimal(each["long"]), each["unknown"])
            for each in found["gains"]
        ],
        positions=[
            Change(each["symbol"], Decimal(each["before"]), Decimal(each["after"])) for each in positions[:SHOWN]
        ],
        more=max(len(positions) - SHOWN, 0),
    )
