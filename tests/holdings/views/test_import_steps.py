"""The steps of an import in pages: columns, accounts, symbols, a row set right, the dry run."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts.models import Run
from holdings import tasks
from holdings.forms.imports import kind_named
from holdings.models import BrokerageAccount, Import, ImportRow, Transaction
from holdings.services.ledger import NewTransaction, book
from tests import factories
from tests.holdings.importers.files import transactions
from tests.holdings.views.houses import Hale, hale
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db

MAPPED = b"""Date,Type,Symbol,Quantity,Price,Amount,Account
2022-11-03,Deposit,,,,1000.00,Main 1111
2022-11-04,Buy,PG,5,61.50,-307.50,Main 1111
2022-11-07,Buy,BRKB,2,300.00,-600.00,Second 2222
"""
POSITIONS = b"""Positions for account Main ...417 as of 12:33 PM ET, 2022/12/28

Symbol,Description,Qty (Quantity),Price,Mkt Val (Market Value),Cost Basis,Security Type
PG,PROCTER,22,$150.00,$3300.00,--,Equity
"""
READY = "12/20/2022|Buy|CVX|CHEVRON|5|$170.00||-$850.00"
WRONG_DAY = "11/31/2022|Buy|PG|PROCTER|8|$149.02||-$1192.16"
NOT_HELD = "12/05/2022|Sell|GE|GENERAL ELECTRIC|4|$85.20||$340.80"
STEPS = ("import_columns", "import_accounts", "import_symbols", "import_detail", "import_dry_run")
ACTS = ("import_choose", "import_try", "import_confirm", "import_discard", "import_undo")


@pytest.fixture
def owned() -> Hale:
    factories.instrument("GE")
    return hale()


@pytest.fixture
def alice(owned: Hale) -> Client:
    return visitor(factories.user())


def upload(client: Client, owned: Hale, content: bytes) -> HttpResponse:
    fields = {"account": str(owned.taxable.uuid), "file": SimpleUploadedFile("q4.csv", content)}
    return client.post(address(owned.house, "imports"), fields, follow=True)


def at(owned: Hale, name: str, **more: object) -> str:
    return address(owned.house, name, batch=Import.objects.first().uuid, **more)


def goes_on(client: Client, owned: Hale, name: str, **changed: str) -> HttpResponse:
    """Post the form of a step as it stands, but for what is changed."""
    return client.post(at(owned, name), form_of(client, at(owned, name)) | changed, follow=True)


def row(**draft: str) -> ImportRow:
    return ImportRow.objects.get(**{f"draft__{name}": value for name, value in draft.items()})


def path_of(response: HttpResponse) -> str:
    return response.redirect_chain[-1][0] if response.redirect_chain else ""


# The way through


def test_a_known_file_with_known_symbols_leads_straight_to_its_review(owned, alice) -> None:
    assert path_of(upload(alice, owned, transactions(READY))) == at(owned, "import_detail")


def test_an_unknown_file_leads_from_step_to_step_and_is_booked(owned, alice) -> None:
    assert path_of(upload(alice, owned, MAPPED)) == at(owned, "import_columns")
    assert path_of(goes_on(alice, owned, "import_columns")) == at(owned, "import_accounts")
    assert path_of(goes_on(alice, owned, "import_accounts")) == at(owned, "import_symbols")
    assert path_of(goes_on(alice, owned, "import_symbols")) == at(owned, "import_detail")
    alice.post(at(owned, "import_confirm"))
    assert Transaction.objects.filter(source="import").count() == 3
    assert BrokerageAccount.objects.filter(name="Second 2222").exists()


def test_each_step_survives_a_reload(owned, alice) -> None:
    upload(alice, owned, MAPPED)
    pages = {alice.get(at(owned, "import_columns")).content.decode().count("2022-11-04") for _ in range(2)}
    assert len(pages) == 1


def test_a_step_with_nothing_to_say_leads_to_the_review(owned, alice) -> None:
    upload(alice, owned, transactions(READY))
    for name in ("import_columns", "import_accounts", "import_symbols", "import_dry_run"):
        assert alice.get(at(owned, name)).url == at(owned, "import_detail")


def test_the_path_shows_only_the_steps_of_this_file(owned, alice) -> None:
    shown = upload(alice, owned, transactions(READY)).content.decode()
    assert "Map columns" not in shown
    assert "Review" in shown


# Columns


def test_the_sample_shows_how_rows_would_be_read(owned, alice) -> None:
    shown = upload(alice, owned, MAPPED).content.decode()
    assert "−307.50 USD" in shown
    assert "4 Nov 2022" in shown


def test_a_sample_of_another_choice_is_shown_and_not_kept(owned, alice) -> None:
    upload(alice, owned, MAPPED)
    shown = goes_on(alice, owned, "import_columns", **{"word-buy": "", "sample": "1"}).content.decode()
    assert "Kept, not booked" in shown
    assert Import.objects.get().status == "mapping"


def test_a_mapping_without_a_date_is_refused_in_words(owned, alice) -> None:
    upload(alice, owned, MAPPED)
    shown = goes_on(alice, owned, "import_columns", **{"column-date": ""}).content.decode()
    assert "Which column holds the date?" in shown
    assert not ImportRow.objects.exists()


def test_columns_can_be_changed_after_the_rows_were_read(owned, alice) -> None:
    upload(alice, owned, MAPPED)
    goes_on(alice, owned, "import_columns")
    goes_on(alice, owned, "import_columns", **{"word-buy": ""})
    assert ImportRow.objects.filter(status="ignored").count() == 2


# Accounts and symbols


def test_a_new_account_needs_a_name_that_is_free(owned, alice) -> None:
    upload(alice, owned, MAPPED)
    goes_on(alice, owned, "import_columns")
    shown = goes_on(alice, owned, "import_accounts", **{"account-0-name": "main"}).content.decode()
    assert "There is an account called main already." in shown
    assert BrokerageAccount.objects.count() == 2


def test_an_account_of_another_household_is_no_choice(owned, alice) -> None:
    theirs = factories.account(factories.household(factories.user("charlie")))
    upload(alice, owned, MAPPED)
    goes_on(alice, owned, "import_columns")
    goes_on(alice, owned, "import_accounts", **{"account-0-account": str(theirs.uuid)})
    assert set(Import.objects.get().accounts.values()) == {None}


def test_a_symbol_that_is_said_to_be_known_must_be(owned, alice) -> None:
    upload(alice, owned, transactions(READY.replace("CVX", "BRKB")))
    changed = {"symbol-0-do": "match", "symbol-0-symbol": "NOPE"}
    shown = goes_on(alice, owned, "import_symbols", **changed).content.decode()
    assert "No instrument in USD is called NOPE." in shown


@pytest.mark.parametrize(("number", "offered"), [("96255NBE8", "96255NBE8"), ("IE00B4L5Y983", "")])
def test_a_bond_may_keep_its_cusip_where_an_isin_needs_a_symbol(owned, alice, number, offered) -> None:
    upload(alice, owned, transactions(READY.replace("CVX", number)))
    assert form_of(alice, at(owned, "import_symbols"))["symbol-0-symbol"] == offered


def test_a_well_known_symbol_is_offered_with_its_name_and_kind(owned, alice) -> None:
    upload(alice, owned, transactions(READY.replace("CVX", "BND")))
    form = form_of(alice, at(owned, "import_symbols"))
    assert (form["symbol-0-name"], form["symbol-0-kind"]) == ("Vanguard Total Bond Market ETF", "etf")


FIDELITY = b"""Run Date,Action,Symbol,Description,Type,Quantity,Price,Amount,Settlement Date
12/14/2022,YOU BOUGHT VALVOLINE INC COM (VVV) (Cash),VVV,VALVOLINE INC COM,Cash,10,30.00,-300.00,12/16/2022
"""


def test_a_symbol_is_offered_with_the_name_that_the_file_describes_it_by(owned, alice) -> None:
    upload(alice, owned, FIDELITY)
    assert form_of(alice, at(owned, "import_symbols"))["symbol-0-name"] == "VALVOLINE INC COM"


def test_a_symbol_written_alike_is_suggested(owned, alice) -> None:
    factories.instrument("BRK.B")
    shown = upload(alice, owned, transactions(READY.replace("CVX", "BRKB"))).content.decode()
    assert "Written like BRK.B" in shown
    goes_on(alice, owned, "import_symbols")
    alice.post(at(owned, "import_confirm"))
    assert Transaction.objects.get(source="import").instrument.symbol == "BRK.B"


# Rows


def test_a_row_is_corrected_in_place(owned, alice) -> None:
    upload(alice, owned, transactions(WRONG_DAY))
    wrong = row(symbol="PG")
    opened = f"{at(owned, 'import_detail')}?edit={wrong.pk}"
    fields = form_of(alice, opened) | {"trade_date": "2022-11-30"}
    response = alice.post(f"{at(owned, 'import_row', row=wrong.pk)}?show=all", fields)
    assert response.url == f"{at(owned, 'import_detail')}?show=all#row-{wrong.pk}"
    shown = alice.get(response.url).content.decode()
    assert "set by you to <b>2022-11-30</b>" in shown
    assert "Import 1 row<" in shown


def test_a_correction_that_cannot_be_booked_stays_open_with_what_is_wrong(owned, alice) -> None:
    upload(alice, owned, transactions(WRONG_DAY))
    wrong = row(symbol="PG")
    fields = form_of(alice, f"{at(owned, 'import_detail')}?edit={wrong.pk}")
    shown = alice.post(at(owned, "import_row", row=wrong.pk), fields).content.decode()
    assert "The trade date is missing." in shown


def test_a_correction_can_be_taken_back_and_a_sale_be_booked_as_short(owned, alice) -> None:
    upload(alice, owned, transactions(NOT_HELD))
    sale = row(symbol="GE")
    alice.post(at(owned, "import_row", row=sale.pk), {"act": "short"})
    assert row(symbol="GE").draft["kind"] == "short"
    alice.post(at(owned, "import_row", row=sale.pk), {"act": "restore"})
    assert row(symbol="GE").draft["kind"] == "sell"


def test_ticks_of_the_shown_rows_are_kept(owned, alice) -> None:
    upload(alice, owned, transactions(READY, READY.replace("12/20", "12/21")))
    shown = [str(pk) for pk in ImportRow.objects.values_list("pk", flat=True)]
    response = alice.post(at(owned, "import_choose"), {"shown": shown, "row": shown[:1]}, follow=True)
    assert "Import 1 row<" in response.content.decode()


def test_a_ticked_duplicate_is_booked_once_more(owned, alice) -> None:
    for _ in range(2):
        upload(alice, owned, transactions(READY))
        pks = [str(each.pk) for each in Import.objects.first().rows.all()]
        alice.post(at(owned, "import_choose"), {"shown": pks, "row": pks})
        alice.post(at(owned, "import_confirm"))
    assert Transaction.objects.filter(source="import").count() == 2


def test_a_forged_transfer_link_is_not_found(owned, alice) -> None:
    upload(alice, owned, transactions("12/05/2022|Security Transfer|PG|PROCTER|10|||"))
    forged = {"act": "link", "other": f"transaction:{Transaction.objects.first().uuid}"}
    assert alice.post(at(owned, "import_row", row=row(symbol="PG").pk), forged).status_code == 404


@pytest.mark.parametrize(("tail", "offered"), [("417", True), ("999", False)])
def test_comparing_is_offered_only_where_the_file_is_of_the_account(owned, alice, tail, offered) -> None:
    BrokerageAccount.objects.filter(pk=owned.taxable.pk).update(number_tail=tail)
    upload(alice, owned, POSITIONS)
    shown = alice.get(at(owned, "import_detail")).content.decode()
    assert ("Compare with the ledger" in shown) is offered
    assert ("what the file states is of no account that it goes to" in shown) is not offered


def test_a_transfer_out_is_linked_with_the_transfer_in_that_is_booked(owned, alice) -> None:
    draft = NewTransaction("transfer_in", factories.AS_OF, "manual", instrument=owned.pg, quantity=Decimal(10))
    (received,) = book(account=owned.ira, drafts=[draft])
    upload(alice, owned, transactions("12/27/2022|Security Transfer|PG|PROCTER|-10|||"))
    shown = alice.get(f"{at(owned, 'import_detail')}?show=all").content.decode()
    assert f"Could have sent the 10 PG that came into {owned.ira.name} on 28 Dec 2022" in shown
    link = {"act": "link", "other": f"transaction:{received.uuid}"}
    shown = alice.post(at(owned, "import_row", row=row(symbol="PG").pk), link, follow=True).content.decode()
    assert f"Sent the 10 PG that came into {owned.ira.name} on 28 Dec 2022." in shown


def test_past_imports_name_every_account_of_their_file(owned, alice) -> None:
    upload(alice, owned, transactions(READY))
    upload(alice, owned, MAPPED)
    goes_on(alice, owned, "import_columns")
    goes_on(alice, owned, "import_accounts")
    shown = alice.get(address(owned.house, "imports")).content.decode()
    assert "2 accounts<small>Main 1111, Second 2222</small>" in shown
    assert f'<td class="from-720 soft">{owned.taxable.name}</td>' in shown


# Dry run


def test_a_dry_run_shows_what_would_change_and_books_nothing(owned, alice) -> None:
    before = Transaction.objects.count()
    upload(alice, owned, transactions(READY))
    shown = alice.post(at(owned, "import_try"), follow=True).content.decode()
    assert "what 1 row would change" in shown
    assert "CVX" in shown
    assert Transaction.objects.count() == before


def test_a_dry_run_says_when_the_ledger_has_moved_since(owned, alice) -> None:
    upload(alice, owned, transactions(READY))
    alice.post(at(owned, "import_try"))
    factories.deposit(owned.taxable, "10")
    assert "Main changed since." in alice.get(at(owned, "import_dry_run")).content.decode()


# Long files


@pytest.fixture
def long_file(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Two thousand and one rows."""
    rows = [READY.replace("|5|$170.00||-$850.00", f"|{number}|$1.00||-${number}.00") for number in range(1, 2002)]
    return transactions(*rows)


def test_a_long_file_is_read_and_booked_by_a_worker(owned, alice, long_file) -> None:
    response = upload(alice, owned, long_file)
    batch, run = Import.objects.get(), Run.objects.get()
    assert path_of(response) == address(owned.house, "run", run=run.uuid)
    assert "Reading q4.csv" in response.content.decode()
    tasks.run(run.pk)
    assert alice.get(at(owned, "import_detail")).status_code == 200
    alice.post(at(owned, "import_confirm"))
    assert Import.objects.get().status == "booking"
    tasks.run(Run.objects.first().pk)
    batch.refresh_from_db()
    assert (batch.status, Transaction.objects.filter(source="import").count()) == ("confirmed", 2001)


def test_a_second_click_on_import_is_the_same_run(owned, alice, long_file) -> None:
    upload(alice, owned, long_file)
    tasks.run(Run.objects.get().pk)
    for _ in range(2):
        alice.post(at(owned, "import_confirm"))
    assert Run.objects.count() == 2


def test_the_run_of_a_long_dry_run_leads_to_what_it_found(owned, alice, long_file) -> None:
    upload(alice, owned, long_file)
    tasks.run(Run.objects.get().pk)
    run = path_of(alice.post(at(owned, "import_try"), follow=True))
    tasks.run(Run.objects.first().pk)
    assert at(owned, "import_dry_run") in alice.get(run).content.decode()


# Who may


@pytest.mark.parametrize("name", STEPS)
def test_a_stranger_finds_no_step(owned, alice, name) -> None:
    upload(alice, owned, MAPPED)
    assert visitor(factories.user("charlie")).get(at(owned, name)).status_code == 404


@pytest.mark.parametrize("name", ACTS)
def test_a_role_that_only_looks_changes_nothing(owned, alice, name) -> None:
    upload(alice, owned, transactions(READY))
    bob = visitor(factories.join(owned.house, "bob", "read_only"))
    assert bob.post(at(owned, name)).status_code == 403


def test_a_role_that_only_looks_sees_the_review_without_buttons(owned, alice) -> None:
    upload(alice, owned, transactions(WRONG_DAY))
    bob = visitor(factories.join(owned.house, "bob", "read_only"))
    shown = bob.get(at(owned, "import_detail")).content.decode()
    assert "11/31/2022" in shown
    assert "Put aside" not in shown


def test_a_row_of_another_import_is_not_found(owned, alice) -> None:
    upload(alice, owned, transactions(WRONG_DAY))
    wrong = row(symbol="PG")
    upload(alice, owned, transactions(READY))
    assert alice.post(at(owned, "import_row", row=wrong.pk), {"act": "restore"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("IRA Account", "traditional_ira"),
        ("Roth IRA", "roth_ira"),
        ("HSA", "hsa"),
        ("S&S ISA", "isa"),
        ("Miranda 7401", "taxable"),
    ],
)
def test_the_kind_of_a_new_account_is_proposed_from_its_name(name: str, kind: str) -> None:
    assert kind_named(name) == kind
