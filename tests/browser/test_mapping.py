"""Files that ask something before they are read, and rows that are set right before they are booked."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import expect

from tests.browser.test_records import TRANSACTIONS
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

MAPPED = """Depotauszug;;;;;;
Datum;Vorgang;Ticker;Stück;Kurs;Betrag;Depot
03.01.2022;Einzahlung;;;;10.000,00;Haupt 1111
04.01.2022;Kauf;KO;10;61,50;-615,00;Haupt 1111
05.01.2022;Kauf;{symbol};3;300,00;-900,00;Zweit 2222
07.03.2022;Verkauf;KO;4;80,00;320,00;Haupt 1111
"""


def mapped(symbol: str = "KO") -> bytes:
    return MAPPED.format(symbol=symbol).encode()


def test_a_file_of_no_known_format_and_two_accounts_is_led_to_its_result(owner: Visitor) -> None:
    symbol = f"Q{uuid.uuid4().hex[:6].upper()}"
    owner.uploads("depot.csv", mapped(symbol))
    owner.sees("The first rows")
    expect(owner.row("03.01.2022")).to_contain_text("Deposit")
    expect(owner.row("07.03.2022")).to_contain_text("−4")
    owner.picture("import-columns")
    owner.presses("Read the rows")

    owner.sees("The file names 2 accounts")
    owner.picture("import-accounts")
    owner.chooses("Account of Haupt 1111 …1111", "Brokerage")
    owner.types("Name of the new account of Zweit 2222 …2222", "Second")
    owner.presses("Continue")

    owner.sees("is not known here")
    owner.picture("import-symbols")
    owner.types(f"Name of {symbol}", "Quux Holdings")
    owner.presses("Continue")

    owner.presses("Dry run")
    owner.sees("Nothing is booked")
    owner.sees("Lots opened")
    owner.picture("import-dry-run")
    owner.presses("Import 4 rows")
    owner.sees("4 transactions in the ledger")
    owner.goes_to("Holdings")
    expect(owner.row(symbol).first).to_be_visible()


def test_its_header_is_remembered(owner: Visitor) -> None:
    owner.uploads("depot.csv", mapped())
    owner.presses("Read the rows")
    owner.uploads("next.csv", mapped())
    owner.sees("The file names 2 accounts")


def test_the_sample_follows_each_choice_at_once(owner: Visitor) -> None:
    owner.uploads("depot.csv", mapped())
    expect(owner.row("04.01.2022")).to_contain_text("Buy")
    owner.chooses("kauf", "Opening lot")
    expect(owner.row("04.01.2022")).to_contain_text("Opening lot")


def test_a_row_is_set_right_and_another_unticked(owner: Visitor) -> None:
    owner.uploads("history.csv", TRANSACTIONS)
    owner.row("13/40/2022").get_by_role("link", name="Edit").click()
    owner.types("Trade date", "2022-12-13")
    owner.picture("import-edit")
    owner.presses("Keep the row")
    owner.follows("All 4")
    expect(owner.row("13/40/2022")).to_contain_text("Ready")
    owner.presses(re.compile("Import 4 rows"))
    owner.sees("4 transactions in the ledger")


def test_unticking_a_row_changes_the_count_at_once(owner: Visitor) -> None:
    owner.uploads("history.csv", TRANSACTIONS)
    owner.follows("All 4")
    owner.page.get_by_label("Book line 2").uncheck()
    expect(owner.page.get_by_role("button", name="Import 2 rows")).to_be_visible()
