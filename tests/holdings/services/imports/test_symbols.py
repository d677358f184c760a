"""What a symbol stands for is decided once."""

from __future__ import annotations

import pytest

from holdings.models import (
    BrokerageAccount,
    Import,
    Instrument,
    SymbolAlias,
)
from holdings.services import imports
from tests import factories
from tests.holdings.services.imports.steps import FUNDS, read, statuses

pytestmark = pytest.mark.django_db


UNKNOWN = "03/01/2022|Buy|BRKB|BERKSHIRE|2|$300.00||-$600.00"


def decided(account: BrokerageAccount, decision: object) -> Import:
    batch = read(account, UNKNOWN, FUNDS)
    imports.decide_symbols(batch=batch, user=factories.user(), symbols={"BRKB USD": decision})
    return imports.confirm(batch=batch, user=factories.user())


def test_an_unknown_symbol_waits_for_a_decision(account) -> None:
    assert read(account, UNKNOWN, FUNDS).symbols == {"BRKB USD": None}


def test_a_symbol_can_stand_for_an_instrument_and_is_remembered(account) -> None:
    known = factories.instrument("BRK.B")
    decided(account, str(known.uuid))
    assert account.lots.get().instrument == known
    assert SymbolAlias.objects.get().instrument == known
    again = read(account, UNKNOWN.replace("03/01", "03/02"))
    assert (again.symbols, statuses(again)) == ({}, ["ready"])


def test_an_alias_of_one_household_is_none_of_another(account) -> None:
    decided(account, str(factories.instrument("BRK.B").uuid))
    theirs = factories.account(factories.household(factories.user("bob")))
    assert read(theirs, UNKNOWN).symbols == {"BRKB USD": None}


def test_a_symbol_can_be_added_with_its_name_and_kind(account) -> None:
    decided(account, {"symbol": "BRK.B", "name": "Berkshire Hathaway", "kind": "stock"})
    made = Instrument.objects.get(symbol="BRK.B")
    assert (made.name, account.lots.get().instrument) == ("Berkshire Hathaway", made)


def test_a_symbol_can_be_left_out(account) -> None:
    batch = decided(account, "")
    assert statuses(batch) == ["ignored", "ready"]
    assert not Instrument.objects.filter(symbol="BRKB").exists()


def test_nothing_is_added_before_it_is_booked(account) -> None:
    batch = read(account, UNKNOWN, FUNDS)
    imports.decide_symbols(
        batch=batch, user=factories.user(), symbols={"BRKB USD": {"symbol": "BRKB", "name": "", "kind": "stock"}}
    )
    imports.discard(batch=batch, user=factories.user())
    assert not Instrument.objects.filter(symbol="BRKB").exists()
