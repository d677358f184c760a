"""A person at a browser: what they press and type, named as they would say it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import Locator, Page, expect

from tests.site_process import wait_until

WIDTHS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
PASSWORD = "stone-ballast-keel"
CONFLICT = "Failed to load resource: the server responded with a status of 409 (Conflict)"


@dataclass
class Visitor:
    page: Page
    pictures: Path
    width: str
    complaints: list[str]
    email: str = ""

    @property
    def is_on_phone(self) -> bool:
        return self.width == "phone"

    # Looking

    def picture(self, name: str) -> None:
        for chart in self.page.locator("[data-plotly]").all():
            expect(chart.locator(".main-svg").first).to_be_visible()
        self.page.screenshot(path=self.pictures / f"{name}-{self.width}.png", full_page=True)

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def is_told(self, text: str | re.Pattern[str]) -> None:
        """In a message that leaves by itself."""
        expect(self.page.get_by_role("status").filter(has_text=text)).to_be_visible()

    def is_refused(self, text: str) -> None:
        """With status 409, of which the console speaks too."""
        expect(self.page.get_by_role("alert").filter(has_text=text)).to_be_visible()
        self.complaints.remove(CONFLICT)

    def heads(self, title: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)

    def row(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("row").filter(has_text=text)

    # Pressing and typing

    def presses(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name).filter(visible=True).first.click()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name).filter(visible=True).first.click()

    def types(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).fill(value)

    def chooses(self, label: str, option: str) -> None:
        """Once the page's scripts stand, which follow some choices."""
        self.page.wait_for_load_state("load")
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def goes_to(self, section: str) -> None:
        if self.is_on_phone:
            self.presses("Menu")
        navigation = self.page.get_by_role("navigation", name="Main")
        navigation.get_by_role("link", name=section).first.click()
        expect(self.page).to_have_title(re.compile(section, re.IGNORECASE))
        self.page.wait_for_load_state("load")

    def goes_to_own(self, name: str) -> None:
        """Something in the menu of the signed-in user."""
        if self.is_on_phone:
            self.presses("Menu")
        else:
            self.page.locator(".user-button").click()
        self.page.get_by_role("link", name=name).or_(self.page.get_by_role("button", name=name)).filter(
            visible=True
        ).first.click()

    def uploads(self, name: str, content: bytes) -> None:
        self.goes_to("Import")
        self.page.get_by_label("File", exact=True).set_input_files(
            {"name": name, "mimeType": "text/csv", "buffer": content}
        )
        self.presses("Read the file")
        self.heads(re.compile(name))

    # Coming in

    def opens_the_demo(self) -> None:
        self.page.goto("/")
        self.presses("Open the demo")
        self.page.wait_for_url("**/h/**")

    def signs_up(self, email: str) -> None:
        self.email = email
        self.page.goto("/")
        self.follows("Make an account")
        self.types("Email", email)
        self.types("Password", PASSWORD)
        self.types("Password (again)", PASSWORD)
        self.presses("Make the account")

    def signs_in(self, email: str = "") -> None:
        self.page.goto("/accounts/login/")
        self.types("Email", email or self.email)
        self.types("Password", PASSWORD)
        self.presses("Sign in")

    def confirms_with_the_password(self) -> None:
        self.heads("Confirm that it is you")
        self.types("Password", PASSWORD)
        self.presses("Confirm")

    def enters_the_code_of(self, secret: str, label: str, then: str) -> None:
        """The code is typed while it has some seconds left to live."""
        totp = pyotp.TOTP(secret)
        wait_until(lambda: time.time() % totp.interval < totp.interval - 6)
        self.types(label, totp.now())
        self.presses(then)
