"""From the year's tax to a sale, its lot and its line of Form 8949; and a lot whose tax basis is not what was paid."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import CUT_OFF, findings
from tests.browser.visitor import Visitor
from tests.site_process import Site

pytestmark = pytest.mark.browser

COMPUTED = """
from accounts.models import Household
from holdings.taxation import store
store.refresh(Household.objects.get(kind="paper"))
"""
BOUGHT_AGAIN = """
import datetime as dt
from decimal import Decimal
from holdings.models import BrokerageAccount, Instrument
from holdings.services.ledger import NewTransaction, book
from holdings.taxation import store
account = BrokerageAccount.objects.get(name="Schwab taxable")
what, day = Instrument.objects.get(symbol="MTUM"), dt.date(2022, 9, 20)
figures = {"quantity": Decimal(60), "price": Decimal(131), "cash": Decimal(-7860)}
draft = NewTransaction("buy", day, "manual", instrument=what, **figures)
row = account.transactions.filter(instrument=what, trade_date=day).first() or book(account=account, drafts=[draft])[0]
store.refresh(account.household)
print(f"lot:{row.uuid}")
"""


def test_a_sale_of_the_year_is_followed_to_its_lot_and_its_line_of_the_form(
    new_visitor: Callable[[str], Visitor], site: Site
) -> None:
    site.manage("shell", "-c", COMPUTED)
    visitor = new_visitor("desktop")
    visitor.opens_the_demo()
    visitor.goes_to("Tax")
    visitor.page.get_by_role("main").get_by_role("link", name="Sales", exact=True).click()
    visitor.heads("Sales of 2022")
    visitor.picture("tax-sales")
    first = form_of(visitor)
    _, symbol = first["(a) Description of property"].split()
    gain = f"{abs(Decimal(first['(h) Gain or (loss)'])):,.2f}"
    expect(visitor.row(symbol)).to_contain_text(gain)

    visitor.row(symbol).get_by_role("link").nth(2).click()
    visitor.heads(re.compile(f"{symbol}, lot of"))
    visitor.page.go_back()
    visitor.heads("Sales of 2022")


def form_of(visitor: Visitor) -> dict[str, str]:
    """The first row of the file, by its heading."""
    with visitor.page.expect_download() as download:
        visitor.follows("Export CSV")
    assert "form-8949-2022" in download.value.suggested_filename
    rows = csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines())
    return next(iter(rows))


def test_a_lot_that_replaced_shares_shows_both_bases_on_every_screen(visitor: Visitor, site: Site) -> None:
    visitor.opens_the_demo()
    key = re.search("lot:(.+)", site.manage("shell", "-c", BOUGHT_AGAIN))
    assert key is not None
    visitor.page.goto(re.sub("(/h/[^/]+/).*", rf"\g<1>lots/{key[1]}", visitor.page.url))
    visitor.sees("Tax basis")
    visitor.sees("$1,235.00")
    visitor.picture("lot-tax")
    assert findings(visitor.page) == []
    visitor.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert findings(visitor.page, only=["color-contrast", "link-in-text-block"]) == []
    visitor.page.set_viewport_size({"width": 320, "height": 900})
    assert visitor.page.evaluate(CUT_OFF) == []
