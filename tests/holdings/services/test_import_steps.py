"""What a person decides before an import is booked, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from accounts.models import Activity
from holdings.importers import mapped as reader
from holdings.models import (
    BrokerageAccount,
    ColumnMapping,
    Import,
    ImportRow,
    Instrument,
    ReliefMethod,
    SymbolAlias,
    Transaction,
)
from holdings.pages import transfers
from holdings.services import imports
from holdings.services.ledger import BookingRefused
from tests import factories
from tests.holdings.importers.files import lots, transactions

pytestmark = pytest.mark.django_db

FUNDS = "01/03/2022|MoneyLink Transfer||Tfr BANK||||$10000.00"
BUY = "03/01/2022|Buy|XOM|EXXON|10|$80.00||-$800.00"
SELL = "06/01/2022|Sell|XOM|EXXON|4|$95.00||$380.00"
BAD_DAY = "13/40/2022|Buy|XOM|EXXON|5|$80.00||-$400.00"
FEE = "06/02/2022|Service Fee||FEE||||-$7.50"
OTHER_FEE = "06/02/2022|Service Fee||FEE||||-$63.27"
MAPPED = b"""Date,Type,Symbol,Quantity,Price,Amount,Account
2022-01-03,Deposit,,,,1000.00,Main 1111
2022-01-04,Buy,XOM,5,61.50,-307.50,Main 1111
2022-01-05,Deposit,,,,500.00,Second 2222
2022-01-06,Buy,XOM,2,62.00,-124.00,Second 2222
"""


@pytest.fixture
def account() -> BrokerageAccount:
    factories.instrument("XOM")
    return factories.account(factories.household(), name="Main")


def read(account: BrokerageAccount, *rows: str, content: bytes = b"") -> Import:
    return imports.preview(
        account=account, user=factories.user(), file_name="a.csv", content=content or transactions(*rows)
    )


def take_in(account: BrokerageAccount, *rows: str) -> Import:
    return imports.confirm(batch=read(account, *rows), user=factories.user())


def edit(batch: Import, row: ImportRow, **values: object) -> ImportRow:
    imports.edit_row(batch=batch, row=row, user=factories.user(), values=values)
    return ImportRow.objects.get(pk=row.pk)


def tick(row: ImportRow, chosen: bool) -> None:
    imports.choose(batch=row.batch, user=factories.user(), ticks={row.pk: chosen})


def statuses(batch: Import) -> list[str]:
    return list(batch.rows.values_list("status", flat=True))


# Identity


def test_i02_equal_fees_of_a_day_are_all_kept(account) -> None:
    take_in(account, FEE, FEE, OTHER_FEE)
    assert sorted(account.transactions.values_list("cash", flat=True)) == [
        Decimal("-63.27"),
        Decimal("-7.5"),
        Decimal("-7.5"),
    ]


def test_i04_overlapping_exports_of_an_account_add_no_row_twice(account) -> None:
    take_in(account, SELL, BUY, FUNDS, FEE, FEE)
    again = take_in(account, OTHER_FEE, SELL, BUY, FEE, FEE)
    assert statuses(again) == ["ready", "duplicate", "duplicate", "duplicate", "duplicate"]
    assert account.transactions.count() == 6


def test_a_duplicate_that_is_ticked_is_booked_with_the_next_occurrence(account) -> None:
    take_in(account, FEE)
    again = read(account, FEE)
    tick(again.rows.get(), True)
    imports.confirm(batch=again, user=factories.user())
    assert list(account.transactions.values_list("occurrence", flat=True)) == [1, 2]
    assert statuses(read(account, FEE, FEE)) == ["duplicate", "duplicate"]


def test_duplicates_come_unticked_and_what_is_ready_ticked(account) -> None:
    take_in(account, FEE)
    assert list(read(account, FEE, OTHER_FEE).rows.values_list("chosen", flat=True)) == [False, True]


def test_a_row_that_is_unticked_stays_out(account) -> None:
    batch = read(account, FEE, OTHER_FEE)
    tick(batch.rows.first(), False)
    imports.confirm(batch=batch, user=factories.user())
    assert account.transactions.get().cash == Decimal("-63.27")


def test_unticking_a_purchase_shows_at_once_that_its_sale_lacks_shares(account) -> None:
    batch = read(account, SELL, BUY, FUNDS)
    tick(batch.rows.get(draft__kind="buy"), False)
    assert batch.rows.get(draft__kind="sell").status == "error"
    tick(batch.rows.get(draft__kind="buy"), True)
    assert batch.rows.get(draft__kind="sell").status == "ready"


# Corrections


def test_a_corrected_row_is_ready_and_keeps_what_the_file_says(account) -> None:
    batch = read(account, BAD_DAY, FUNDS)
    row = edit(batch, batch.rows.get(status="error"), trade_date=dt.date(2022, 3, 4))
    assert (row.status, row.problems) == ("ready", [])
    assert row.draft["read"] == {"trade_date": None}
    assert row.raw["Date"] == "13/40/2022"
    imports.confirm(batch=batch, user=factories.user())
    assert account.lots.get().acquired == dt.date(2022, 3, 4)


def test_a_correction_is_in_the_log_with_its_fields(account) -> None:
    batch = read(account, BAD_DAY)
    edit(batch, batch.rows.get(), trade_date=dt.date(2022, 3, 4))
    assert Activity.objects.get(verb="import.row_edited").fields == ["trade_date"]


def test_a_file_whose_row_was_corrected_is_known_when_it_comes_again(account) -> None:
    batch = read(account, BAD_DAY, FUNDS)
    edit(batch, batch.rows.get(status="error"), trade_date=dt.date(2022, 3, 4))
    imports.confirm(batch=batch, user=factories.user())
    assert statuses(read(account, BAD_DAY, FUNDS)) == ["duplicate", "duplicate"]


def test_a_correction_that_could_not_be_booked_is_refused_by_field_and_not_kept(account) -> None:
    batch = read(account, BAD_DAY)
    with pytest.raises(imports.EditRefused) as refused:
        edit(batch, batch.rows.get(), quantity=Decimal(-5))
    assert [name for name, _ in refused.value.faults] == ["trade_date", "quantity"]
    assert batch.rows.get().edits == {}


def test_a_correction_can_be_taken_back(account) -> None:
    batch = read(account, BAD_DAY)
    row = edit(batch, batch.rows.get(), trade_date=dt.date(2022, 3, 4), quantity=Decimal(6))
    imports.take_back(batch=batch, row=row, user=factories.user())
    row.refresh_from_db()
    assert (row.status, row.edits, row.draft["quantity"], row.draft["trade_date"]) == ("error", {}, "5", None)


def test_correcting_a_purchase_frees_the_sale_that_lacked_its_shares(account) -> None:
    batch = read(account, SELL, BAD_DAY)
    assert statuses(batch) == ["error", "error"]
    edit(batch, batch.rows.get(draft__kind="buy"), trade_date=dt.date(2022, 3, 4))
    assert statuses(batch) == ["ready", "ready"]


def test_a_sale_of_what_is_not_held_can_be_booked_as_short_and_flagged(account) -> None:
    batch = read(account, SELL, FUNDS)
    row = batch.rows.get(draft__kind="sell")
    assert imports.offers_short(row)
    imports.book_as_short(batch=batch, row=row, user=factories.user())
    imports.confirm(batch=batch, user=factories.user())
    assert account.transactions.get(kind="short").quantity == -4
    assert not account.lots.exists()


def test_a_sale_of_more_than_is_held_is_not_offered_as_short(account) -> None:
    factories.buy(account, factories.instrument("XOM"), "1", "80", dt.date(2022, 2, 1))
    assert not imports.offers_short(read(account, SELL).rows.get())


def test_nothing_is_changed_once_it_is_booked(account) -> None:
    batch = take_in(account, FEE)
    with pytest.raises(imports.NotWaiting):
        edit(batch, batch.rows.get(), cash=Decimal(-8))
    with pytest.raises(imports.NotWaiting):
        tick(batch.rows.get(), False)


# Accounts and columns


def mapped(account: BrokerageAccount) -> Import:
    batch = read(account, content=MAPPED)
    spec = reader.to_json(reader.propose(MAPPED.decode()).spec)
    return imports.apply_mapping(batch=batch, user=factories.user(), spec=spec)


def test_a_file_of_no_known_format_waits_for_its_columns(account) -> None:
    batch = read(account, content=MAPPED)
    assert (batch.status, batch.rows.count()) == ("mapping", 0)


def test_a_mapping_is_remembered_and_applied_to_the_next_file_at_once(account) -> None:
    mapped(account)
    assert ColumnMapping.objects.get().household == account.household
    batch = read(account, content=MAPPED.replace(b"307.50", b"307.55"))
    assert (batch.status, batch.format, batch.rows.count()) == ("preview", "mapped", 4)


def test_a_mapping_of_another_household_is_not_applied(account) -> None:
    mapped(account)
    theirs = factories.account(factories.household(factories.user("bob")))
    assert read(theirs, content=MAPPED).status == "mapping"


def test_the_accounts_of_a_file_are_asked_for_and_each_row_goes_to_its_own(account) -> None:
    second = factories.account(account.household, name="Savings")
    batch = mapped(account)
    assert set(batch.accounts.values()) == {None}
    assert set(statuses(batch)) == {"error"}
    said = dict(zip(batch.accounts, [str(account.uuid), str(second.uuid)], strict=True))
    imports.map_accounts(batch=batch, user=factories.user(), accounts=said)
    imports.confirm(batch=batch, user=factories.user())
    assert [each.lots.get().quantity for each in (account, second)] == [5, 2]


def test_accounts_are_recognised_by_their_last_digits(account) -> None:
    second = factories.account(account.household, name="Savings")
    BrokerageAccount.objects.filter(pk=account.pk).update(number_tail="1111")
    BrokerageAccount.objects.filter(pk=second.pk).update(number_tail="2222")
    batch = mapped(BrokerageAccount.objects.get(pk=account.pk))
    assert set(batch.accounts.values()) == {str(account.uuid), str(second.uuid)}
    assert set(statuses(batch)) == {"ready"}


def test_an_account_that_is_left_out_takes_its_rows_with_it(account) -> None:
    batch = mapped(account)
    first, other = batch.accounts
    imports.map_accounts(batch=batch, user=factories.user(), accounts={first: str(account.uuid), other: ""})
    imports.confirm(batch=batch, user=factories.user())
    assert statuses(batch) == ["ready", "ready", "ignored", "ignored"]
    assert Transaction.objects.count() == 2


def test_a_file_of_several_accounts_again_adds_nothing(account) -> None:
    second = factories.account(account.household, name="Savings")
    said = [str(account.uuid), str(second.uuid)]
    for _ in range(2):
        batch = mapped(account)
        imports.map_accounts(batch=batch, user=factories.user(), accounts=dict(zip(batch.accounts, said, strict=True)))
        imports.confirm(batch=batch, user=factories.user())
    assert Transaction.objects.count() == 4


def test_a_file_of_several_accounts_is_undone_whole(account) -> None:
    second = factories.account(account.household, name="Savings")
    batch = mapped(account)
    said = dict(zip(batch.accounts, [str(account.uuid), str(second.uuid)], strict=True))
    imports.map_accounts(batch=batch, user=factories.user(), accounts=said)
    imports.confirm(batch=batch, user=factories.user())
    imports.undo(batch=batch, user=factories.user(), reason="")
    assert not Transaction.objects.active().exists()


# Symbols

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


# Dry run


def test_a_dry_run_tells_what_would_change_and_changes_nothing(account) -> None:
    batch = read(account, SELL, BUY, FUNDS)
    imports.try_out(batch=batch, user=factories.user())
    (found,) = batch.outcome["accounts"]
    assert found["cash"] == [{"currency": "USD", "before": "0", "after": "9580"}]
    assert found["gains"] == [{"currency": "USD", "short": "60", "long": "0", "unknown": 0}]
    assert found["positions"] == [{"symbol": "XOM", "before": "0", "after": "6"}]
    assert (found["opened"], found["closed"]) == (1, 0)
    assert not account.transactions.exists()


def test_a_dry_run_is_void_once_a_row_is_changed(account) -> None:
    batch = read(account, BUY, FUNDS)
    imports.try_out(batch=batch, user=factories.user())
    tick(batch.rows.first(), False)
    batch.refresh_from_db()
    assert batch.outcome is None


def test_what_the_dry_run_says_is_what_booking_does(account) -> None:
    batch = read(account, SELL, BUY, FUNDS, FEE)
    imports.try_out(batch=batch, user=factories.user())
    after = Decimal(batch.outcome["accounts"][0]["cash"][0]["after"])
    imports.confirm(batch=batch, user=factories.user())
    assert account.cash_balances.get().amount == after


def test_a_dry_run_takes_lots_by_the_accounts_method(account) -> None:
    ReliefMethod.objects.create(account=account, method="hifo", since=dt.date(2022, 1, 1))
    batch = read(account, SELL, "04/01/2022|Buy|XOM|EXXON|10|$90.00||-$900.00", BUY, FUNDS)
    imports.try_out(batch=batch, user=factories.user())
    imports.confirm(batch=batch, user=factories.user())
    batch.refresh_from_db()
    assert Decimal(batch.outcome["accounts"][0]["gains"][0]["short"]) == account.realised_gains.get().gain
    assert account.realised_gains.get().basis == 360


# Transfers between own accounts


def transfer(quantity: str, day: str) -> str:
    return f"{day}|Security Transfer|XOM|EXXON|{quantity}|||"


@pytest.fixture
def sent(account) -> Transaction:
    """Ten shares bought in one account, which leave it."""
    factories.buy(account, factories.instrument("XOM"), "10", "80", dt.date(2021, 3, 1))
    return take_in(account, transfer("-10", "06/01/2022")).rows.get().transaction


def receiving(account: BrokerageAccount, quantity: str = "10", day: str = "06/03/2022") -> ImportRow:
    second = BrokerageAccount.objects.filter(name="Second").first() or factories.account(
        account.household, name="Second"
    )
    return read(second, transfer(quantity, day)).rows.get()


def test_a_transfer_in_is_offered_the_transfer_out_of_an_own_account_and_linked_by_nobody(account, sent) -> None:
    row = receiving(account)
    (offer,) = transfers.offers(row.batch, [row])[row.pk]
    assert (offer.sender, offer.chosen) == (f"transaction:{sent.uuid}", False)


@pytest.mark.parametrize(("quantity", "day"), [("9", "06/03/2022"), ("10", "06/20/2022")])
def test_other_shares_or_another_week_are_not_offered(account, sent, quantity, day) -> None:
    row = receiving(account, quantity, day)
    assert transfers.offers(row.batch, [row])[row.pk] == []


def test_lots_travel_with_their_basis_and_date_when_linked(account, sent) -> None:
    row = receiving(account)
    imports.link(batch=row.batch, row=row, user=factories.user(), sender=f"transaction:{sent.uuid}")
    imports.confirm(batch=row.batch, user=factories.user())
    lot = row.account.lots.get()
    assert (lot.basis, lot.acquired) == (Decimal(800), dt.date(2021, 3, 1))


def test_a_transfer_that_is_not_linked_has_an_unknown_basis(account, sent) -> None:
    row = receiving(account)
    imports.confirm(batch=row.batch, user=factories.user())
    assert row.account.lots.get().is_incomplete


def test_a_link_with_what_was_undone_since_is_refused(account, sent) -> None:
    row = receiving(account)
    imports.link(batch=row.batch, row=row, user=factories.user(), sender=f"transaction:{sent.uuid}")
    imports.undo(batch=sent.import_rows.get().batch, user=factories.user(), reason="")
    with pytest.raises(BookingRefused):
        imports.confirm(batch=row.batch, user=factories.user())


# Statements


def test_a_lot_file_without_a_history_opens_lots_and_states_them(account) -> None:
    factories.instrument("KO")
    batch = read(account, content=lots("01/05/2021|10|$50.00|$500.00"))
    imports.confirm(batch=batch, user=factories.user())
    assert account.lots.get().basis == 500


def test_the_uploaded_bytes_are_dropped_once_booked_or_put_aside(account) -> None:
    booked, aside = take_in(account, FEE), read(account, OTHER_FEE)
    imports.discard(batch=aside, user=factories.user())
    assert not any(hasattr(Import.objects.get(pk=batch.pk), "file") for batch in (booked, aside))


POSITIONS = (
    (Path(__file__).parents[1] / "importers/fixtures/schwab_positions_2023.csv")
    .read_bytes()
    .replace(b"Household Taxable ...417", b"Main ...417")
)


def stated(account: BrokerageAccount, *tickable: str) -> Import:
    """A file of positions of two accounts, of which one is ours; rows of some symbols are ticked."""
    batch = read(account, content=POSITIONS)
    said = {key: str(account.uuid) if "417" in key else "" for key in batch.accounts}
    imports.map_accounts(batch=batch, user=factories.user(), accounts=said)
    ticks = {row.pk: True for row in batch.rows.all() if row.draft["symbol"] in tickable}
    imports.choose(batch=batch, user=factories.user(), ticks=ticks)
    return imports.confirm(batch=batch, user=factories.user())


def test_positions_are_stated_and_open_nothing_by_themselves(account) -> None:
    batch = stated(account)
    statement = batch.statements.get()
    assert (statement.account, statement.kind, statement.as_of) == (account, "positions", dt.date(2022, 12, 28))
    assert not account.transactions.exists()
    assert statement.compared_revision is not None


def test_positions_of_another_accounts_number_are_compared_with_nothing(account) -> None:
    account.number_tail = "999"
    account.save()
    one = b"Positions for account Main ...417 as of 12:33 PM ET, 2022/12/28\n\n" + (
        b"Symbol,Description,Qty (Quantity),Price,Mkt Val (Market Value),Cost Basis,Security Type\n"
        b"KO,COCA COLA CO,22,$62.61,$1377.42,--,Equity\n"
    )
    batch = imports.confirm(batch=read(account, content=one), user=factories.user())
    assert not batch.statements.exists()


def test_positions_that_are_ticked_open_lots_of_unknown_date_with_the_stated_basis(account) -> None:
    stated(account, "VTI", "KO")
    lots_ = {lot.instrument.symbol: lot for lot in account.lots.all()}
    assert (lots_["VTI"].basis, lots_["VTI"].acquired) == (Decimal("10250.10"), None)
    assert lots_["KO"].basis is None
    assert all(lot.is_incomplete for lot in lots_.values())


def test_what_has_a_history_is_compared_and_differs_in_words(account) -> None:
    factories.buy(account, factories.instrument("KO"), "40", "60", dt.date(2022, 1, 3))
    batch = stated(account, "KO")
    assert batch.rows.get(draft__symbol="KO").status == "ignored"
    difference = batch.statements.get().differences.get(instrument__symbol="KO", kind="shares")
    assert (difference.stated, difference.ledger) == (42, 40)


def test_undo_takes_the_statements_back_too(account) -> None:
    batch = stated(account, "KO")
    imports.undo(batch=batch, user=factories.user(), reason="")
    assert not batch.statements.exists()
    assert not account.lots.exists()
