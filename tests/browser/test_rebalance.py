"""The main job in a browser, on the demo household: from a changed goal to fills that the overview shows."""

from __future__ import annotations

import csv
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.visitor import WIDTHS, Visitor
from tests.prepared import PreparedSites
from tests.site_process import EMAIL, Site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=WIDTHS)
def width(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def site(width: str, prepared: PreparedSites) -> Iterator[Site]:
    """Each width has a demo household of its own, since the job changes it."""
    with prepared.serving("embedded", DEMO="1") as site:
        yield site


@pytest.fixture
def visitor(width: str, new_visitor: Callable[[str], Visitor]) -> Visitor:
    visitor = new_visitor(width)
    visitor.opens_the_demo()
    return visitor


def test_the_printed_sign_in_opens_the_demo_too(new_visitor: Callable[[str], Visitor], width: str) -> None:
    visitor = new_visitor(width)
    visitor.signs_in(EMAIL)

    visitor.heads(re.compile(r"^\$[\d,]+$"))
    visitor.sees("Paper household.")
    visitor.picture("overview")


def test_a_goal_keeps_what_was_typed_until_it_can_be_saved(visitor: Visitor) -> None:
    visitor.goes_to("Goals")
    visitor.picture("goals")
    visitor.follows("Retire in 2036")
    visitor.types("Acceptable fall from a peak", "a fifth")
    visitor.types("Target amount", "2,100,000")
    visitor.presses("Save goal")

    wrong = visitor.page.get_by_label("Acceptable fall from a peak")
    expect(wrong).to_have_value("a fifth")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(visitor.page.get_by_label("Target amount")).to_have_value("2,100,000")
    visitor.picture("goal-error")

    visitor.types("Acceptable fall from a peak", "20")
    visitor.presses("Save goal")
    expect(visitor.row("Retire in 2036")).to_contain_text("2,100,000")


def test_a_constraint_keeps_what_was_typed_and_makes_a_version(visitor: Visitor) -> None:
    visitor.goes_to("Goals")
    visitor.follows("Change constraints")
    visitor.types("Tax added this year, at most, money", "little")
    visitor.presses("Save version 2")

    visitor.sees("Nothing was saved.")
    expect(visitor.page.get_by_label("Tax added this year, at most, money")).to_have_value("little")
    visitor.picture("constraints-error")

    visitor.types("Tax added this year, at most, money", "2,000")
    visitor.presses("Save version 2")
    visitor.sees("Version 2")
    visitor.sees("$2,000")


def test_the_main_job_from_the_question_to_the_fills(visitor: Visitor, site: Site, tmp_path: Path) -> None:
    asks_for_a_proposal(visitor, site)
    rejected = rejects_the_first_trade(visitor, "I keep this one")
    solves_again_without(visitor, rejected)
    other_tab = opens_another_tab(visitor)
    orders = sends_the_rest_to_orders(visitor)
    sends_again(other_tab)

    visitor.page.reload()
    visitor.heads(f"{orders} open orders")
    symbol = exports(visitor, orders, tmp_path / "orders.csv")
    held = shows_in_holdings(visitor, symbol)
    fills_on_paper(visitor, orders)

    assert shows_in_holdings(visitor, symbol) != held
    visitor.goes_to("Overview")
    expect(visitor.row("Energy")).to_contain_text("Within")
    visitor.picture("overview-after")


def asks_for_a_proposal(visitor: Visitor, site: Site) -> None:
    """The page survives a reload: the worker is held back while it does."""
    with held_back(site.child("interactive")):
        visitor.presses("Propose a rebalance")
        visitor.heads("Computing a proposal")
        visitor.page.reload()
        visitor.heads("Computing a proposal")
        expect(visitor.page.get_by_role("progressbar")).to_be_visible()
        visitor.picture("run")
    reaches_proposal(visitor, 1)
    expect(visitor.page.locator("[data-plotly] .main-svg").first).to_be_visible()
    visitor.picture("proposal")


@contextmanager
def held_back(process: int) -> Iterator[None]:
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def reaches_proposal(visitor: Visitor, number: int) -> None:
    visitor.page.wait_for_url(f"**/proposals/{number}", timeout=90_000)
    visitor.heads(re.compile(r"^\d+ trades would "))


def decisions(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("group", name="Your decision")


def rejects_the_first_trade(visitor: Visitor, reason: str) -> str:
    """Reject, say why, and return what the trade would have done in which account."""
    trade = visitor.page.locator("tr.trade").first
    trade.get_by_role("radio", name="Reject").check()
    trade.get_by_label("Why not?").fill(reason)
    visitor.picture("proposal-rejecting")
    subject = decisions(visitor).first.locator("legend").inner_text()
    return subject.removeprefix("Your decision: ").rsplit(",", 1)[0]


def solves_again_without(visitor: Visitor, rejected: str) -> None:
    visitor.presses("Re-solve without the rejected")
    reaches_proposal(visitor, 2)
    visitor.sees("Re-solved from proposal 1")
    expect(decisions(visitor).filter(has_text=rejected)).to_have_count(0)
    visitor.picture("proposal-resolved")


def opens_another_tab(visitor: Visitor) -> Visitor:
    page = visitor.page.context.new_page()
    page.goto(visitor.page.url)
    return Visitor(page, visitor.pictures, visitor.width, visitor.complaints)


def sends_the_rest_to_orders(visitor: Visitor) -> int:
    """Approve what is left, send it, and return how many orders there are."""
    count = decisions(visitor).count()
    visitor.presses(f"Approve {count} left")
    visitor.presses(f"Send {count} to orders")
    visitor.picture("proposal-sending")
    visitor.page.get_by_role("dialog").get_by_role("button", name=f"Send {count} to orders").click()
    visitor.heads(f"{count} open orders")
    visitor.picture("orders")
    return count


def sends_again(other_tab: Visitor) -> None:
    """The same trades, from a tab that has not heard of it."""
    count = decisions(other_tab).count()
    other_tab.presses(f"Approve {count} left")
    other_tab.presses(f"Send {count} to orders")
    other_tab.page.get_by_role("dialog").get_by_role("button", name=f"Send {count} to orders").click()
    other_tab.is_refused("Proposal 2 is closed (decided). Nothing was changed.")


def exports(visitor: Visitor, orders: int, path: Path) -> str:
    """Save the order file, in each account sales first, and return the symbol of its first order."""
    with visitor.page.expect_download() as download:
        visitor.follows("Export CSV")
    download.value.save_as(path)
    lines = list(csv.DictReader(path.read_text().splitlines()))
    assert len(lines) == orders
    for _, group in groupby(lines, key=itemgetter("Account")):
        sides = [line["Action"] for line in group]
        assert sides == sorted(sides, reverse=True)
    return lines[0]["Symbol"]


def shows_in_holdings(visitor: Visitor, symbol: str) -> list[str]:
    visitor.goes_to("Holdings")
    name = visitor.page.get_by_text(symbol, exact=True)
    return visitor.page.get_by_role("row").filter(has=name).all_inner_texts()


def fills_on_paper(visitor: Visitor, orders: int) -> None:
    visitor.goes_to("Orders")
    visitor.presses(f"Fill all {orders} orders on paper")
    visitor.is_told(f"{orders} orders filled on paper")
    visitor.picture("orders-filled")
