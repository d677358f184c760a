"""The import wizard: upload, review, result, undo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from holdings.models import Import, Transaction
from tests import factories
from tests.holdings.importers.files import lots, transactions
from tests.holdings.views.houses import Hale, hale
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db

GOOD = "12/27/2022|Sell|PG|PROCTER|25|$150.00||$3750.00"
SAME = "12/20/2022|Buy|CVX|CHEVRON|5|$170.00||-$850.00"
ODD = "12/19/2022|Dist Rights Trans|GE|GENERAL ELECTRIC|3|||"
WRONG_DAY = "11/31/2022|Buy|PG|PROCTER|8|$149.02||-$1192.16"
TOO_MANY = "12/05/2022|Sell|CVX|CHEVRON|4000|$85.20||$340800.00"


@pytest.fixture
def owned() -> Hale:
    return hale()


@pytest.fixture
def alice(owned: Hale) -> Client:
    return visitor(factories.user())


def upload(client: Client, owned: Hale, content: bytes, name: str = "q4.csv") -> HttpResponse:
    file = SimpleUploadedFile(name, content)
    return client.post(address(owned.house, "imports"), {"account": str(owned.taxable.uuid), "file": file})


def review(client: Client, owned: Hale, *rows: str, show: str = "all") -> str:
    response = upload(client, owned, transactions(*rows))
    return client.get(f"{response['Location']}?show={show}").content.decode()


def act(client: Client, owned: Hale, name: str, **fields: str) -> HttpResponse:
    batch = Import.objects.first()
    return client.post(address(owned.house, name, batch=batch.uuid), fields)


def test_the_page_offers_accounts_and_kinds_of_file(owned: Hale, alice: Client) -> None:
    page = alice.get(f"{address(owned.house, 'imports')}?account={owned.ira.uuid}").content.decode()
    assert "Schwab transactions, Schwab lot details" in page
    assert f'<option value="{owned.ira.uuid}" selected' in page


def test_without_an_account_it_asks_for_one() -> None:
    house = factories.household()
    page = visitor(factories.user()).get(address(house, "imports")).content.decode()
    assert "Name the account first." in page


def test_an_upload_leads_to_its_review_and_books_nothing(owned: Hale, alice: Client) -> None:
    before = Transaction.objects.count()
    response = upload(alice, owned, transactions(GOOD))
    assert response["Location"] == address(owned.house, "import_detail", batch=Import.objects.get().uuid)
    assert Transaction.objects.count() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"Dear reader,\nthis is a letter.", "The file is of no known kind."), (b"", "The submitted file is empty.")],
)
def test_a_file_that_cannot_be_read_is_refused_beside_the_field(
    owned: Hale, alice: Client, content: bytes, words: str
) -> None:
    assert words in upload(alice, owned, content).content.decode()
    assert not Import.objects.exists()


def test_a_file_goes_into_no_account_of_another_household(owned: Hale, alice: Client) -> None:
    foreign = factories.account(factories.household(factories.user("charlie")))
    fields = {"account": str(foreign.uuid), "file": SimpleUploadedFile("q4.csv", transactions(GOOD))}
    assert alice.post(address(owned.house, "imports"), fields).status_code == 200
    assert not Import.objects.exists()


def test_the_review_counts_what_is_ready_and_what_is_not(owned: Hale, alice: Client) -> None:
    page = review(alice, owned, GOOD, SAME, SAME, ODD, WRONG_DAY)
    for words in ("Import 3 rows", "All 5", "With problems 2", "Ready 3"):
        assert words in page


def test_the_review_counts_what_is_ticked_of_what_is_ready(owned: Hale, alice: Client) -> None:
    upload(alice, owned, transactions(GOOD, SAME))
    shown = [str(row.pk) for row in Import.objects.get().rows.all()]
    alice.post(
        address(owned.house, "import_choose", batch=Import.objects.get().uuid), {"shown": shown, "row": shown[:1]}
    )
    page = alice.get(address(owned.house, "import_detail", batch=Import.objects.get().uuid)).content.decode()
    assert '<dd class="stat-value">2</dd><dd class="stat-note">1 ticked</dd>' in page


def test_the_list_says_what_each_file_waits_for(owned: Hale, alice: Client) -> None:
    upload(alice, owned, transactions(GOOD))
    assert "Waits for review" in alice.get(address(owned.house, "imports")).content.decode()
    upload(alice, owned, transactions(GOOD.replace("PG", "NOPE")))
    assert "Waits for symbols" in alice.get(address(owned.house, "imports")).content.decode()


def test_a_wrong_cell_is_framed_and_keeps_its_spelling(owned: Hale, alice: Client) -> None:
    page = review(alice, owned, WRONG_DAY)
    framed = page.split("cell-error")[1].split("</td>")[0]
    assert "11/31/2022" in framed
    assert "Correct the date in the file" in page


def test_a_sale_of_what_is_not_held_says_how_many_are_missing(owned: Hale, alice: Client) -> None:
    page = review(alice, owned, GOOD, TOO_MANY)
    assert "3900 are missing" in page
    assert "Import 1 row<" in page


def test_problems_are_shown_first(owned: Hale, alice: Client) -> None:
    response = upload(alice, owned, transactions(GOOD, WRONG_DAY))
    page = alice.get(response["Location"]).content.decode()
    assert "11/31/2022" in page
    assert "$3750.00" not in page


def test_an_unknown_row_is_kept_and_not_booked(owned: Hale, alice: Client) -> None:
    assert "Kept, not booked" in review(alice, owned, ODD)
    assert "No row is ready." in review(alice, owned, ODD)


def test_a_file_is_no_way_to_smuggle_markup_in(owned: Hale, alice: Client) -> None:
    page = review(alice, owned, "12/27/2022|<script>|PG|<b>x</b>|1|$1.00||-$1.00")
    assert "<script>&" not in page
    assert "&lt;script&gt;" in page


def test_confirming_books_the_rows_once(owned: Hale, alice: Client) -> None:
    upload(alice, owned, transactions(GOOD, SAME, SAME, WRONG_DAY))
    act(alice, owned, "import_confirm")
    response = act(alice, owned, "import_confirm")
    assert Transaction.objects.filter(source="import").count() == 3
    page = alice.get(response["Location"]).content.decode()
    assert "3 transactions in the ledger." in page


def test_the_same_file_again_is_all_duplicates(owned: Hale, alice: Client) -> None:
    upload(alice, owned, transactions(GOOD, SAME, SAME))
    act(alice, owned, "import_confirm")
    page = review(alice, owned, GOOD, SAME, SAME)
    assert page.count("The same row was imported before. It is left out.") == 3
    assert "cell-" not in page


def test_a_recorded_fill_is_confirmed_and_not_doubled(owned: Hale, alice: Client) -> None:
    factories.buy(owned.taxable, owned.cvx, "5", "169", factories.AS_OF)
    Transaction.objects.filter(quantity="5").update(source="fill")
    page = review(alice, owned, "12/27/2022|Buy|CVX|CHEVRON|5|$170.00||-$850.00")
    assert "Confirms a fill" in page
    assert "The broker&#x27;s price differs by 1.00 a share." in page
    act(alice, owned, "import_confirm")
    assert not Transaction.objects.filter(source="import").exists()


def test_a_refusal_at_confirming_stays_on_the_page(owned: Hale, alice: Client) -> None:
    upload(alice, owned, transactions("12/05/2022|Sell|CVX|CHEVRON|90|$85.20||$7668.00"))
    factories.sell(owned.taxable, owned.cvx, "50", "170", factories.AS_OF)
    page = act(alice, owned, "import_confirm").content.decode()
    assert "Nothing was changed." in page
    assert Import.objects.get().status == "preview"


def test_undo_states_its_consequence_and_asks_for_a_reason(owned: Hale, alice: Client) -> None:
    upload(alice, owned, transactions(GOOD, SAME))
    act(alice, owned, "import_confirm")
    page = act(alice, owned, "import_undo", reason="").content.decode()
    assert "2 transactions would be taken out of Main" in page
    assert "This field is required." in page
    assert Import.objects.get().status == "confirmed"


def test_undo_takes_everything_out_and_keeps_the_reason(owned: Hale, alice: Client) -> None:
    upload(alice, owned, transactions(GOOD, SAME))
    act(alice, owned, "import_confirm")
    response = act(alice, owned, "import_undo", reason="Wrong account")
    page = alice.get(response["Location"]).content.decode()
    assert "Reason: “Wrong account”. Nothing of this file is in the ledger" in page
    assert {row.void.reason for row in Transaction.objects.filter(source="import")} == {"Wrong account"}


def test_an_undo_that_would_break_the_ledger_is_refused(owned: Hale, alice: Client) -> None:
    upload(alice, owned, transactions("12/20/2022|Buy|CVX|CHEVRON|50|$170.00||-$8500.00"))
    act(alice, owned, "import_confirm")
    factories.sell(owned.taxable, owned.cvx, "120", "170", factories.AS_OF)
    page = act(alice, owned, "import_undo", reason="Wrong").content.decode()
    assert "Nothing was changed." in page
    assert 'value="Wrong"' in page


def test_a_preview_can_be_put_aside(owned: Hale, alice: Client) -> None:
    upload(alice, owned, transactions(GOOD))
    assert act(alice, owned, "import_discard")["Location"] == address(owned.house, "imports")
    assert "Discarded" in alice.get(address(owned.house, "imports")).content.decode()


def test_lots_are_shown_with_the_symbol_of_their_block(owned: Hale, alice: Client) -> None:
    owned.taxable.number_tail = "4321"
    owned.taxable.save()
    factories.instrument("KO")
    response = upload(alice, owned, lots("01/05/2021|10|$50.00|$500.00", "--|5|--|Incomplete"))
    page = alice.get(f"{response['Location']}?show=all").content.decode()
    assert page.count(">KO<") == 2
    assert "The basis is unknown; no plan will sell this lot." in page


@pytest.mark.parametrize("name", ["import_confirm", "import_discard", "import_undo"])
def test_a_read_only_member_looks_and_changes_nothing(owned: Hale, alice: Client, name: str) -> None:
    upload(alice, owned, transactions(GOOD))
    bob = visitor(factories.join(owned.house, "bob", "read_only"))
    detail = address(owned.house, "import_detail", batch=Import.objects.get().uuid)
    assert "Import 1 row" not in bob.get(detail).content.decode()
    assert upload(bob, owned, transactions(GOOD)).status_code == 403
    assert act(bob, owned, name, reason="x").status_code == 403


@pytest.mark.parametrize("name", ["import_confirm", "import_discard", "import_undo"])
def test_a_stranger_finds_nothing(owned: Hale, alice: Client, name: str) -> None:
    upload(alice, owned, transactions(GOOD))
    charlie = visitor(factories.user("charlie"))
    assert charlie.get(address(owned.house, "imports")).status_code == 404
    assert act(charlie, owned, name, reason="x").status_code == 404


def test_a_file_of_another_household_is_not_found(owned: Hale, alice: Client) -> None:
    upload(alice, owned, transactions(GOOD))
    own = factories.household(factories.user("charlie"))
    url = address(own, "import_detail", batch=Import.objects.get().uuid)
    assert visitor(factories.user("charlie")).get(url).status_code == 404


def test_a_long_file_comes_in_pages_and_a_fixed_number_of_queries(
    owned: Hale, alice: Client, django_assert_num_queries
) -> None:
    rows = [
        f"12/{day:02}/2022|Cash Dividend|PG|PROCTER||||${cents}.01" for day in range(1, 28) for cents in range(1, 9)
    ]
    response = upload(alice, owned, transactions(*rows))
    with django_assert_num_queries(9):
        page = alice.get(response["Location"]).content.decode()
    assert "Import 216 rows" in page
    assert "1 to 200 of 216" in page
