"""The keyboard alone: past the bar, to the one primary button, into a dialog and out again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


OUTLINE = "() => getComputedStyle(document.activeElement).outlineStyle"
BEHIND_THE_DIALOG = "() => !document.activeElement.closest('dialog') && document.activeElement !== document.body"


@pytest.fixture
def page(new_visitor: Callable[[str], Visitor]) -> Page:
    visitor = new_visitor("desktop")
    visitor.opens_the_demo()
    return visitor.page


def tab_to(page: Page, selector: str, steps: int = 60) -> None:
    """Press Tab until the element has the focus; fail when it is never reached."""
    for _ in range(steps):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached by {steps} tabs")


def test_the_first_tab_skips_to_the_content(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("#content$"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main')")


def test_tab_reaches_the_primary_button_and_shows_where_it_is(page: Page) -> None:
    tab_to(page, "main .button.primary")

    assert page.evaluate(OUTLINE) == "solid"


def test_enter_opens_the_lots_of_a_holding(page: Page) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Holdings").click()
    tab_to(page, "[aria-label='Lots of USMV']")
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Lots of USMV")).to_have_attribute("aria-expanded", "true")


def test_a_proposal_is_decided_and_the_dialog_keeps_the_focus(page: Page) -> None:
    tab_to(page, "main .button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/proposals/1", timeout=90_000)
    tab_to(page, ".decision input")
    page.keyboard.press("Space")
    tab_to(page, ".decision-bar .primary", steps=200)
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Keep reviewing")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate(BEHIND_THE_DIALOG) is False
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
