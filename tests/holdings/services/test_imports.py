import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.models import Activity
from holdings.importers.base import ImportFailed
from holdings.models import BrokerageAccount, FillConfirmation, Import, ImportRow, Transaction
from holdings.services import imports
from holdings.services.ledger import BookingRefused, NewTransaction, book, correct, draft_of
from tests import factories

pytestmark = pytest.mark.django_db

HEADER = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"'
FUNDS = '"01/03/2022","MoneyLink Transfer","","Tfr BANK","","","","$10000.00"'
BUY = '"03/01/2022","Buy","XOM","EXXON MOBIL CORP","10","$80.00","","-$800.00"'
SELL = '"06/01/2022","Sell","XOM","EXXON MOBIL CORP","4","$95.00","$0.02","$379.98"'
LOTS = """"XOM Lot Details for XXXX-4321 as of 02:45 AM ET, 12/27/2022"

"Open Date","Quantity","Price","Cost/Share","Market Value","Cost Basis","Gain/Loss $","Gain/Loss %","Holding Period",
"03/01/2019 13:42:07","20","$106.00","$60.00","$2120.00","$1200.00","$920.00","+76.67%","Long Term",
"--","5","$106.00","--","$530.00","Incomplete","--","--","--",
"Total","25","--","--","$2650.00","$1200.00","--","--","--",
"""


@pytest.fixture
def account() -> BrokerageAccount:
    factories.instrument("XOM")
    return factories.account(factories.household())


def upload(account: BrokerageAccount, *rows: str) -> Import:
    content = "\n".join([HEADER, *rows]).encode()
    return imports.preview(account=account, user=factories.user(), file_name="xom.csv", content=content)


def take_in(account: BrokerageAccount, *rows: str) -> Import:
    return imports.confirm(batch=upload(account, *rows), user=factories.user())


def statuses(batch: Import) -> list[str]:
    return list(batch.rows.values_list("status", flat=True))


def fill(account: BrokerageAccount, quantity: str, price: str, on: dt.date) -> Transaction:
    """A purchase recorded by hand before the broker's file arrives."""
    draft = NewTransaction(
        kind="buy",
        trade_date=on,
        source="fill",
        instrument=factories.instrument("XOM"),
        quantity=Decimal(quantity),
        price=Decimal(price),
        cash=-Decimal(quantity) * Decimal(price),
    )
    return book(account=account, drafts=[draft])[0]


def test_a_preview_books_nothing(account) -> None:
    batch = upload(account, SELL, BUY, FUNDS)
    assert set(statuses(batch)) == {"ready"}
    assert not account.transactions.exists()


def test_confirming_books_every_ready_row(account) -> None:
    take_in(account, SELL, BUY, FUNDS)
    assert account.lots.get().quantity == 6
    assert account.cash_balances.get().amount == Decimal("9579.98")
    assert account.realised_gains.get().gain == Decimal("59.98")


def test_confirming_twice_books_once(account) -> None:
    batch = upload(account, BUY, FUNDS)
    for _ in range(2):
        imports.confirm(batch=batch, user=factories.user())
    assert account.transactions.count() == 2


def test_the_same_file_again_adds_nothing(account) -> None:
    take_in(account, BUY, FUNDS)
    again = take_in(account, BUY, FUNDS)
    assert statuses(again) == ["duplicate", "duplicate"]
    assert account.transactions.count() == 2


def test_two_previews_of_one_file_book_it_once(account) -> None:
    one, two = upload(account, BUY, FUNDS), upload(account, BUY, FUNDS)
    for batch in (one, two):
        imports.confirm(batch=batch, user=factories.user())
    assert account.transactions.count() == 2


def test_two_identical_fills_of_a_day_both_stay(account) -> None:
    take_in(account, BUY, BUY, FUNDS)
    assert sum(lot.quantity for lot in account.lots.all()) == 20


def test_an_overlapping_export_adds_only_what_is_new(account) -> None:
    take_in(account, BUY, FUNDS)
    second = take_in(account, SELL, BUY)
    assert statuses(second) == ["ready", "duplicate"]


def test_a_sale_of_shares_that_are_not_held_is_an_error_with_its_line_and_remedy(account) -> None:
    batch = upload(account, SELL, FUNDS)
    row = batch.rows.get(status="error")
    assert row.number == 2
    assert row.problems[-1]["remedy"].startswith("Import the earlier history")


def test_rows_in_error_stay_out_and_the_others_go_in(account) -> None:
    take_in(account, SELL, FUNDS)
    assert account.transactions.get().kind == "deposit"


def test_an_unknown_action_is_kept_and_not_booked(account) -> None:
    batch = take_in(account, '"03/02/2022","Stock Frobnication","XOM","","1","","",""', FUNDS)
    assert ImportRow.objects.get(batch=batch, status="ignored").raw["Action"] == "Stock Frobnication"
    assert account.transactions.count() == 1


def test_undo_takes_the_whole_import_out_again(account) -> None:
    batch = take_in(account, SELL, BUY, FUNDS)
    imports.undo(batch=batch, user=factories.user(), reason="wrong account")
    assert not account.lots.exists()
    assert not account.cash_balances.exists() or account.cash_balances.get().amount == 0
    assert Transaction.objects.filter(void__reason="wrong account").count() == 3


def test_undo_takes_out_what_was_corrected_since(account) -> None:
    batch = take_in(account, BUY, FUNDS)
    row = account.transactions.get(kind="buy")
    mended = replace(draft_of(row), source="manual", cash=Decimal(-790))
    correct(row=row, draft=mended, reason="fee", user=None)
    imports.undo(batch=batch, user=factories.user(), reason="")
    assert not account.transactions.active().exists()


def test_after_an_undo_the_file_can_be_imported_again(account) -> None:
    batch = take_in(account, BUY, FUNDS)
    imports.undo(batch=batch, user=factories.user(), reason="")
    assert statuses(take_in(account, BUY, FUNDS)) == ["ready", "ready"]


def test_undo_is_refused_while_later_sales_rest_on_it(account) -> None:
    batch = take_in(account, BUY, FUNDS)
    take_in(account, SELL)
    with pytest.raises(BookingRefused):
        imports.undo(batch=batch, user=factories.user(), reason="")
    batch.refresh_from_db()
    assert batch.status == "confirmed"


def test_a_trade_that_matches_a_recorded_fill_confirms_it(account) -> None:
    recorded = fill(account, "10", "79.90", dt.date(2022, 2, 28))
    batch = take_in(account, BUY, FUNDS)
    assert statuses(batch) == ["confirms", "ready"]
    assert FillConfirmation.objects.get().price_difference == Decimal("0.10")
    assert account.lots.get().key == str(recorded.uuid)


def test_two_equal_rows_confirm_one_fill_and_add_one_trade(account) -> None:
    fill(account, "10", "80", dt.date(2022, 3, 1))
    take_in(account, BUY, BUY, FUNDS)
    assert sum(lot.quantity for lot in account.lots.all()) == 20


def test_a_confirmed_fill_is_not_confirmed_again_by_the_same_file(account) -> None:
    fill(account, "10", "80", dt.date(2022, 3, 1))
    take_in(account, BUY, FUNDS)
    assert statuses(take_in(account, BUY, FUNDS)) == ["duplicate", "duplicate"]


def test_a_lot_file_opens_lots_and_flags_what_the_broker_does_not_know(account) -> None:
    batch = imports.preview(account=account, user=factories.user(), file_name="l.csv", content=LOTS.encode())
    imports.confirm(batch=batch, user=factories.user())
    known, unknown = sorted(account.lots.all(), key=lambda lot: -lot.quantity)
    assert (known.acquired, known.basis) == (dt.date(2019, 3, 1), Decimal(1200))
    assert unknown.is_incomplete


def test_a_symbol_never_seen_is_said_before_it_is_added(account) -> None:
    batch = upload(account, BUY.replace("XOM", "ZZZZ"), FUNDS)
    row = batch.rows.get(status="warning")
    assert "ZZZZ is not known yet" in row.problems[0]["message"]


def test_a_file_of_no_known_kind_is_refused_in_words(account) -> None:
    with pytest.raises(ImportFailed, match="of no known kind"):
        imports.preview(account=account, user=factories.user(), file_name="x.csv", content=b"a,b\n1,2\n")
    assert not Import.objects.exists()


def test_preview_confirm_and_undo_each_leave_one_line_in_the_log(account) -> None:
    batch = take_in(account, BUY, FUNDS)
    imports.undo(batch=batch, user=factories.user(), reason="")
    verbs = Activity.objects.filter(verb__startswith="import.").values_list("verb", flat=True)
    assert list(verbs) == ["import.previewed", "import.confirmed", "import.undone"]


def test_lots_of_what_has_a_history_are_compared_not_a_second_holding(account) -> None:
    take_in(account, BUY, FUNDS)
    batch = imports.preview(account=account, user=factories.user(), file_name="l.csv", content=LOTS.encode())
    assert statuses(batch) == ["ignored", "ignored"]
    assert "has a history in this account already" in batch.rows.first().problems[-1]["message"]


def test_rows_of_another_account_stay_out(account) -> None:
    BrokerageAccount.objects.filter(pk=account.pk).update(number_tail="999")
    account.refresh_from_db()
    batch = imports.preview(account=account, user=factories.user(), file_name="l.csv", content=LOTS.encode())
    assert "…4321" in batch.rows.first().problems[-1]["message"]
    assert statuses(batch) == ["error", "error"]


def test_what_is_wrong_with_the_file_as_a_whole_is_kept_with_it(account) -> None:
    wrong_total = LOTS.replace('"Total","25"', '"Total","99"')
    batch = imports.preview(account=account, user=factories.user(), file_name="l.csv", content=wrong_total.encode())
    assert any("99" in problem["message"] for problem in batch.problems)
