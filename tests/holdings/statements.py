"""Statements as a broker would give them, for tests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from holdings.models import BrokerageAccount, Instrument, Statement

DAY = dt.date(2022, 12, 27)


def statement(of: BrokerageAccount, kind: str = "positions", *, on: dt.date = DAY) -> Statement:
    return Statement.objects.create(account=of, kind=kind, as_of=on)


def states(where: Statement, what: Instrument | None, quantity: str, **more: object) -> None:
    """A line; without an instrument, of cash."""
    exact = {name: Decimal(value) if isinstance(value, str) else value for name, value in more.items()}
    where.lines.create(number=where.lines.count() + 1, instrument=what, quantity=Decimal(quantity), **exact)
