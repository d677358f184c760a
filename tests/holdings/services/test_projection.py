"""The stored projections: written where a change touches them, and left alone everywhere else."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Household
from holdings.ledger.types import Pick
from holdings.models import (
    BrokerageAccount,
    CashBalance,
    FlaggedPosition,
    Import,
    ImportRow,
    Instrument,
    Lot,
    LotEvent,
    LotPick,
    RealisedGain,
    ReliefMethod,
)
from holdings.services.ledger import (
    BookingRefused,
    NewTransaction,
    book,
    book_all,
    bring_up_to_date,
    correct,
    draft_of,
    entries,
    link,
    outdated,
    void,
)
from holdings.services.ledger.projection import PROJECTION
from holdings.tasks import sweep_stale
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
JAN, MAR, JUN = dt.date(2021, 1, 4), dt.date(2021, 3, 1), dt.date(2021, 6, 1)


@pytest.fixture
def house() -> Household:
    return factories.household()


@pytest.fixture
def account(house: Household) -> BrokerageAccount:
    return factories.account(house)


@pytest.fixture
def other(house: Household) -> BrokerageAccount:
    return factories.account(house, name="other")


def draft(kind: str, day: dt.date, what: Instrument | None = None, quantity: str = "0", **more: Any) -> NewTransaction:
    shares = Decimal(quantity)
    numbers = {"cash", "other_quantity", "basis_fraction", "fair_value", "other_cash"}
    fields = {name: Decimal(value) if name in numbers else value for name, value in more.items()}
    return NewTransaction(kind=kind, trade_date=day, source="manual", instrument=what, quantity=shares, **fields)


def transfer(what: Instrument, quantity: str) -> tuple[NewTransaction, NewTransaction]:
    out = draft("transfer_out", MAR, what, f"-{quantity}")
    return out, draft("transfer_in", MAR, what, quantity, sender=out)


def spin_off(parent: Instrument, child: Instrument) -> NewTransaction:
    return draft("spin_off", JUN, parent, other_instrument=child, other_quantity="5", basis_fraction="0.25")


ROWS = (Lot, RealisedGain, LotEvent, FlaggedPosition, CashBalance)


def rows(house: Household) -> dict[str, list[tuple[Any, ...]]]:
    """All that is projected, in the order of the ids, without them."""
    return {
        model.__name__: [
            tuple(getattr(row, field.attname) for field in model._meta.concrete_fields if not field.primary_key)
            for row in model.objects.filter(account__household=house)
        ]
        for model in ROWS
    }


def ids(model: Any, what: Instrument) -> list[int]:
    return sorted(model.objects.filter(instrument=what).values_list("pk", flat=True))


def rewritten(house: Household) -> dict[str, list[tuple[Any, ...]]]:
    """The same, written from nothing."""
    for model in ROWS:
        model.objects.filter(account__household=house).delete()
    house.brokerage_accounts.update(projection=0)
    bring_up_to_date(household=house)
    return rows(house)


def the_same(one: dict[str, Iterable[Any]], other: dict[str, Iterable[Any]]) -> bool:
    return {name: sorted(map(repr, each)) for name, each in one.items()} == {
        name: sorted(map(repr, each)) for name, each in other.items()
    }


def test_a_booking_leaves_the_rows_of_other_instruments_with_their_ids(account) -> None:
    xom, ko = factories.instrument("XOM"), factories.instrument("KO")
    factories.buy(account, ko, "10", "10", JAN)
    factories.sell(account, ko, "4", "12", MAR)
    before = [ids(model, ko) for model in (Lot, RealisedGain, LotEvent)]
    factories.buy(account, xom, "10", "10", JAN)
    assert [ids(model, ko) for model in (Lot, RealisedGain, LotEvent)] == before


def test_a_back_dated_booking_rewrites_only_the_rows_that_it_changes(account) -> None:
    ko = factories.instrument("KO")
    factories.buy(account, ko, "10", "10", JAN)
    factories.buy(account, ko, "10", "20", JUN)
    before = {row.key: (row.pk, row.quantity) for row in account.lots.all()}
    events = set(ids(LotEvent, ko))
    book(account=account, drafts=[draft("sell", MAR, ko, "-4", cash="60")])
    assert {row.key: row.pk for row in account.lots.all()} == {key: pk for key, (pk, _) in before.items()}
    assert events < set(ids(LotEvent, ko))


def test_what_edits_leave_is_what_a_full_replay_writes(house, account, other) -> None:
    ko, pep = factories.instrument("KO"), factories.instrument("PEP")
    factories.deposit(account, "10000")
    factories.buy(account, ko, "10", "10", JAN)
    book(account=account, drafts=[spin_off(ko, pep)])
    book_all(bookings=list(zip((account, other), transfer(ko, "4"), strict=True)))
    factories.buy(account, ko, "3", "30", dt.date(2020, 12, 1))
    factories.sell(other, ko, "1", "40", JUN)
    euros = draft("exchange", JUN, cash="-12", other_cash="10", other_currency="EUR")
    book(account=account, drafts=[draft("short", JUN, pep, "-2", cash="80"), euros])
    void(rows=[account.transactions.get(kind="spin_off")], reason="not ours", user=None)
    assert the_same(rows(house), rewritten(house))


def test_a_linked_transfer_moves_lots_and_a_back_dated_purchase_changes_none_of_them(house, account, other) -> None:
    ko = factories.instrument("KO")
    key = factories.buy(account, ko, "10", "10", JAN)
    sender, received = book_all(bookings=list(zip((account, other), transfer(ko, "4"), strict=True)))
    factories.buy(account, ko, "5", "1", dt.date(2020, 1, 2))
    lot = other.lots.get()
    assert (lot.key, lot.basis, lot.acquired) == (f"{key}.{str(received.uuid)[:6]}", 40, JAN)
    assert LotPick.objects.get(transaction=sender).lot_key == key


def test_a_change_in_the_sending_account_reaches_the_receiving_one(account, other) -> None:
    ko = factories.instrument("KO")
    factories.buy(account, ko, "10", "10", JAN)
    book_all(bookings=list(zip((account, other), transfer(ko, "4"), strict=True)))
    BrokerageAccount.objects.update(stale_from=None)
    book(account=account, drafts=[draft("return_of_capital", dt.date(2021, 2, 1), ko, cash="20")])
    assert other.lots.get().basis == 32
    other.refresh_from_db()
    assert other.stale_from == dt.date(2021, 2, 1)


def test_an_account_without_any_part_in_it_stays_as_it_is(account, other) -> None:
    factories.buy(other, factories.instrument("KO"), "10", "10", JAN)
    BrokerageAccount.objects.update(stale_from=None)
    other.refresh_from_db()
    revision = other.revision
    factories.buy(account, factories.instrument("KO"), "10", "10", JAN)
    other.refresh_from_db()
    assert (other.stale_from, other.revision) == (None, revision)


def test_two_booked_transfers_can_be_linked_later(account, other) -> None:
    ko = factories.instrument("KO")
    factories.buy(account, ko, "10", "10", JAN)
    received = book(account=other, drafts=[draft("transfer_in", MAR, ko, "4")])[0]
    sender = book(account=account, drafts=[draft("transfer_out", MAR, ko, "-4")])[0]
    assert other.lots.get().is_incomplete
    link(received=received, sender=sender, user=None)
    assert (other.lots.get().basis, other.lots.get().acquired) == (40, JAN)


def test_the_sending_of_a_linked_transfer_cannot_be_voided_alone(account, other) -> None:
    ko = factories.instrument("KO")
    factories.buy(account, ko, "10", "10", JAN)
    booked = book_all(bookings=list(zip((account, other), transfer(ko, "4"), strict=True)))
    with pytest.raises(BookingRefused, match="sent these shares"):
        void(rows=booked[:1], reason="mistake", user=None)
    void(rows=booked, reason="mistake", user=None)
    assert (account.lots.get().quantity, other.lots.exists()) == (10, False)


def test_a_corrected_purchase_hands_its_lot_on_to_the_sales_that_took_it(account, other) -> None:
    ko = factories.instrument("KO")
    factories.buy(account, ko, "10", "10", JAN)
    booked = book_all(bookings=list(zip((account, other), transfer(ko, "4"), strict=True)))
    factories.sell(account, ko, "2", "30", JUN)
    factories.sell(other, ko, "1", "30", JUN)
    row = account.transactions.get(kind="buy")
    made = correct(row=row, draft=replace(draft_of(row), cash=Decimal(-200)), reason="price", user=None)
    assert sorted(gain.gain for gain in RealisedGain.objects.all()) == [10, 20]
    assert {pick.lot_key.partition(".")[0] for pick in LotPick.objects.all()} == {str(made.uuid)}
    assert booked[1].picks.count() == 0


def test_a_correction_that_moves_a_lot_away_from_its_sale_is_refused(account) -> None:
    ko, pep = factories.instrument("KO"), factories.instrument("PEP")
    factories.buy(account, ko, "10", "10", JAN)
    row = account.transactions.get(kind="buy")
    factories.buy(account, ko, "10", "20", JAN)
    book(account=account, drafts=[draft("sell", JUN, ko, "-4", cash="9", picks=[Pick(str(row.uuid), Decimal(4))])])
    with pytest.raises(BookingRefused, match="not open here"):
        correct(row=row, draft=replace(draft_of(row), instrument=pep), reason="other company", user=None)
    assert account.lots.filter(instrument=ko).count() == 2


def test_t07_writing_a_split_again_and_again_changes_nothing(house, account) -> None:
    ko = factories.instrument("KO")
    factories.buy(account, ko, "10", "10", JAN)
    book(account=account, drafts=[draft("split", MAR, ko, "10")])
    before = [ids(model, ko) for model in (Lot, LotEvent)]
    for _ in range(2):
        BrokerageAccount.objects.update(projection=0)
        bring_up_to_date(household=house)
    assert (account.lots.get().quantity, [ids(model, ko) for model in (Lot, LotEvent)]) == (20, before)


def test_the_receiving_side_of_a_corrected_sending_stays_linked(account, other) -> None:
    ko = factories.instrument("KO")
    factories.buy(account, ko, "10", "10", JAN)
    sender, received = book_all(bookings=list(zip((account, other), transfer(ko, "4"), strict=True)))
    made = correct(row=sender, draft=replace(draft_of(sender), note="mended"), reason="note", user=None)
    received.refresh_from_db()
    assert (received.counterpart, other.lots.get().basis) == (made, 40)


def test_every_event_of_a_lot_is_stored_with_its_transaction(account) -> None:
    ko = factories.instrument("KO")
    key = factories.buy(account, ko, "10", "10", JAN)
    factories.sell(account, ko, "4", "12", JUN)
    book(account=account, drafts=[draft("split", MAR, ko, "10")])
    trail = LotEvent.objects.filter(lot_key=key).select_related("transaction")
    assert [(event.transaction.kind, event.quantity, event.quantity_after) for event in trail] == [
        ("buy", 10, 10),
        ("split", 10, 20),
        ("sell", -4, 16),
    ]


@pytest.mark.parametrize(("method", "gain"), [("lifo", -30), ("hifo", -30), ("fifo", 20)])
def test_the_accounts_method_picks_the_lots_of_a_sale_once(account, method, gain) -> None:
    ko = factories.instrument("KO")
    factories.buy(account, ko, "10", "10", JAN)
    factories.buy(account, ko, "10", "20", MAR)
    chosen = ReliefMethod.objects.create(account=account, method=method, since=JAN)
    factories.sell(account, ko, "5", "14", JUN)
    chosen.delete()
    factories.buy(account, ko, "10", "30", dt.date(2021, 4, 1))
    assert account.realised_gains.get().gain == gain


def averaged(account: BrokerageAccount, kind: str, *, named: bool) -> Decimal | None:
    """The gain on 10 of 20 shares that cost 10 and 20 and are sold at 30, under average basis where that may be."""
    what = factories.instrument(f"{kind} {named}")
    Instrument.objects.filter(pk=what.pk).update(kind=kind)
    ReliefMethod.objects.create(account=account, method="average", since=JAN, instrument=what if named else None)
    factories.buy(account, what, "10", "10", JAN)
    factories.buy(account, what, "10", "20", MAR)
    factories.sell(account, what, "10", "30", JUN)
    return account.realised_gains.get().gain


@pytest.mark.parametrize(
    ("kind", "named", "gain"),
    [("fund", False, 150), ("etf", False, 200), ("etf", True, 150), ("stock", False, 200), ("stock", True, 200)],
)
def test_average_basis_is_for_funds_and_for_exchange_traded_ones_by_name(account, kind, named, gain) -> None:
    assert averaged(account, kind, named=named) == gain


def test_short_sales_and_options_are_stored_apart(account) -> None:
    ko = factories.instrument("KO")
    book(account=account, drafts=[draft("short", JAN, ko, "-2", cash="90"), draft("short", MAR, ko, "1", cash="-50")])
    position = account.flagged_positions.get()
    assert (position.quantity, position.cash, account.lots.exists()) == (-1, 45, False)
    assert account.cash_balances.get().amount == 40


def test_cash_that_comes_back_to_nothing_leaves_no_balance(account) -> None:
    factories.deposit(account, "100")
    void(rows=account.transactions.all(), reason="mistake", user=None)
    assert not account.cash_balances.exists()


def test_a_fault_that_was_there_before_holds_nothing_up(account) -> None:
    ko = factories.instrument("KO")
    factories.buy(account, ko, "10", "10", JAN)
    factories.sell(account, ko, "4", "12", JUN)
    row = account.transactions.get(kind="sell")
    type(row).objects.filter(pk=row.pk).update(quantity=Decimal(-40))
    factories.buy(account, ko, "1", "10", MAR)
    assert account.transactions.count() == 3


def test_the_history_of_an_account_includes_those_its_lots_come_from(account, other) -> None:
    ko, pep = factories.instrument("KO"), factories.instrument("PEP")
    factories.buy(account, ko, "10", "10", JAN)
    factories.buy(account, pep, "10", "10", JAN)
    book_all(bookings=list(zip((account, other), transfer(ko, "4"), strict=True)))
    kinds = sorted(entry.kind for entry in entries(other))
    assert kinds == ["buy", "transfer_in", "transfer_out"]


def test_an_older_projection_is_written_again_by_the_sweep(house, account) -> None:
    factories.buy(account, factories.instrument("KO"), "10", "10", JAN)
    LotEvent.objects.all().delete()
    BrokerageAccount.objects.update(projection=0)
    sweep_stale()
    bring_up_to_date(household=house)
    account.refresh_from_db()
    assert (LotEvent.objects.count(), account.projection, outdated()) == (1, PROJECTION, [])


def test_picks_of_another_accounts_lot_are_refused(account, other) -> None:
    ko = factories.instrument("KO")
    key = factories.buy(account, ko, "10", "10", JAN)
    with pytest.raises(BookingRefused, match="not open here"):
        book(account=other, drafts=[draft("sell", JUN, ko, "-1", cash="9", picks=[Pick(key, Decimal(1))])])
    assert not other.transactions.exists()


def test_a_lot_in_another_currency_stores_its_basis_in_both(account) -> None:
    row = draft("buy", JAN, factories.instrument("SAP"), "10", cash="-1000", currency="EUR", rate=Decimal("1.25"))
    book(account=account, drafts=[row])
    lot = account.lots.get()
    assert (lot.currency, lot.basis, lot.base_basis) == ("EUR", 1000, 1250)


KINDS = ["buy", "buy", "buy", "sell", "split", "spin_off", "symbol_change", "return_of_capital", "short", "exchange"]


def any_draft(chance: random.Random, what: list[Instrument]) -> NewTransaction:
    """Something that may happen, or that the ledger may refuse, on any day of a month."""
    kind, one, two = chance.choice(KINDS), *chance.sample(what, 2)
    shares, cash = str(chance.randint(1, 9)), str(chance.randint(1, 900))
    more: dict[str, dict[str, Any]] = {
        "buy": {"quantity": shares, "cash": f"-{cash}"},
        "sell": {"quantity": f"-{shares}", "cash": cash},
        "split": {"quantity": shares},
        "spin_off": {"other_instrument": two, "other_quantity": shares, "basis_fraction": "0.3"},
        "symbol_change": {"other_instrument": two},
        "return_of_capital": {"cash": cash},
        "short": {"quantity": f"-{shares}", "cash": cash},
        "exchange": {"cash": f"-{cash}", "other_cash": cash, "other_currency": "EUR"},
    }
    return draft(kind, JAN + dt.timedelta(days=chance.randint(0, 30)), one, **more[kind])


@pytest.mark.parametrize("seed", range(6))
def test_any_row_of_edits_leaves_what_a_full_replay_writes(house, account, other, seed) -> None:
    chance = random.Random(seed)  # noqa: S311
    what = [factories.instrument(symbol) for symbol in ("KO", "PEP", "XOM")]
    booked: list[Any] = []
    for _ in range(25):
        with suppress(BookingRefused):
            if booked and chance.random() < 0.15:
                void(rows=[booked[chance.randrange(len(booked))]], reason="mistake", user=None)
            elif chance.random() < 0.15:
                ends = transfer(chance.choice(what), str(chance.randint(1, 4)))
                booked += book_all(bookings=list(zip(chance.sample([account, other], 2), ends, strict=True)))
            else:
                booked += book(account=chance.choice([account, other]), drafts=[any_draft(chance, what)])
        booked = [row for row in booked if not hasattr(type(row).objects.get(pk=row.pk), "void")]
    assert the_same(rows(house), rewritten(house))
    assert Lot.objects.exists()


def test_a_trail_leads_to_the_row_of_the_file_after_a_correction_too(house, account) -> None:
    ko = factories.instrument("KO")
    key = factories.buy(account, ko, "10", "10", JAN)
    row = account.transactions.get()
    batch = Import.objects.create(household=house, account=account, file_name="schwab.csv", file_hash="0")
    ImportRow.objects.create(batch=batch, account=account, number=7, raw={}, draft={}, status="ready", transaction=row)
    made = correct(row=row, draft=replace(draft_of(row), cash=Decimal(-90)), reason="fee", user=None)
    event = LotEvent.objects.get(lot_key=str(made.uuid))
    assert [each.number for each in event.transaction.import_rows.all()] == [7]
    assert not LotEvent.objects.filter(lot_key=key).exists()
    row.refresh_from_db()
    assert (row.void.reason, row.void.replaced_by) == ("fee", made)
