"""A newcomer's own records in a browser: account, broker files in and out again, the second step, the log."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.holdings.importers.files import lots, transactions

pytestmark = pytest.mark.browser

TRANSACTIONS = transactions(
    "12/20/2022|Buy|KO|COCA COLA CO|10|$63.00||-$630.00",
    "12/20/2022|Buy|KO|COCA COLA CO|10|$63.00||-$630.00",
    "13/40/2022|Buy|PEP|PEPSICO INC|5|$180.00||-$900.00",
    "12/01/2022|MoneyLink Transfer||Tfr BANK||||$5,000.00",
)
LOTS = lots("03/14/2019|40|$45.93|$1837.20", "01/03/2022|25|$59.10|$1477.50")


def test_a_newcomer_sees_where_to_begin(visitor: Visitor) -> None:
    visitor.page.goto("/")
    visitor.picture("start")
    visitor.signs_up(f"{uuid.uuid4().hex[:12]}@example.com")
    visitor.heads("New household")
    visitor.picture("household-new")
    visitor.types("Name of the household", "Rowan")
    visitor.types("Your name", "Ida Rowan")
    visitor.presses("Make the household")

    visitor.picture("overview-empty")
    visitor.sees("Decision support, not advice.")
    expect(visitor.page.locator("a.primary, button.primary").filter(visible=True)).to_have_count(1)


def test_a_file_is_reviewed_booked_undone_and_booked_again(owner: Visitor) -> None:
    owner.uploads("history.csv", TRANSACTIONS)
    owner.picture("import-review")
    expect(owner.row("13/40/2022")).to_contain_text("4")
    expect(owner.row("13/40/2022")).to_contain_text("Error")

    owner.presses("Import 3 rows")
    owner.sees("3 transactions in the ledger")
    owner.picture("import-result")
    owner.goes_to("Holdings")
    expect(owner.row("KO")).to_contain_text("20")

    owner.page.go_back()
    owner.types("Reason", "Wrong account")
    owner.presses("Undo the import")
    owner.presses("Undo 3 transactions")
    owner.is_told("history.csv is undone")
    owner.goes_to("Holdings")
    expect(owner.row("KO")).to_have_count(0)

    owner.uploads("history.csv", TRANSACTIONS)
    owner.presses("Import 3 rows")
    owner.sees("3 transactions in the ledger")


def test_the_same_file_again_adds_nothing(owner: Visitor) -> None:
    owner.uploads("history.csv", TRANSACTIONS)
    owner.presses("Import 3 rows")
    owner.uploads("once-more.csv", TRANSACTIONS)

    owner.sees("No row is ready.")
    expect(owner.page.get_by_role("button", name="Import 0 rows")).to_be_disabled()
    owner.goes_to("Holdings")
    expect(owner.row("KO")).to_contain_text("20")


def test_a_lot_details_file_opens_its_lots(owner: Visitor) -> None:
    owner.uploads("lots.csv", LOTS)
    owner.presses("Import 2 rows")
    owner.sees("2 transactions in the ledger")
    owner.goes_to("Holdings")
    owner.page.get_by_role("button", name="Lots of KO").click()

    owner.sees("14 Mar 2019")
    owner.sees("3 Jan 2022")
    owner.picture("lots-opened")


def test_with_an_authenticator_a_password_alone_opens_nothing(owner: Visitor) -> None:
    owner.goes_to_own("Security")
    owner.page.get_by_role("link", name="Switch on Authenticator app").click()
    owner.confirms_with_the_password()
    secret = owner.page.locator("code").inner_text()
    owner.picture("authenticator")
    owner.enters_the_code_of(secret, "Authenticator code", then="Switch on")
    owner.heads("Recovery codes")
    owner.page.goto("/accounts/logout/")
    owner.presses("Sign out")

    owner.signs_in()
    owner.heads("Second step")
    owner.picture("second-step")
    owner.enters_the_code_of(secret, "Code", then="Sign in")
    owner.page.wait_for_url("**/h/**")


def test_the_log_keeps_each_step_and_its_chain_holds(owner: Visitor) -> None:
    owner.uploads("history.csv", TRANSACTIONS)
    owner.presses("Import 3 rows")
    owner.goes_to("Activity")

    owner.sees(re.compile(r"Chain holds: \d+ lines"))
    expect(owner.row("Import confirmed")).to_contain_text(owner.email)
    owner.picture("activity")
