"""Take the README's pictures: a site of its own with the sample household, in Chromium. `make pictures` runs it."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Page, sync_playwright

from tests import site_process, worlds

PICTURES = site_process.ROOT / "docs" / "pictures"
VIEW = {"width": 1280, "height": 1000}


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.locator("[name=login]").fill(site_process.EMAIL)
    page.locator("[name=password]").fill(site_process.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1).wait_for()


def take(page: Page, name: str) -> None:
    page.locator("[data-plotly] .main-svg").first.wait_for()
    page.screenshot(path=PICTURES / f"{name}.png")


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        worlds.embedded() as world,
        tempfile.TemporaryDirectory() as folder,
        site_process.running(Path(folder), world) as site,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=worlds.browser(), args=["--no-sandbox"]) as browser,
    ):
        page = browser.new_page(viewport=VIEW)
        sign_in(page, site.url)
        take(page, "overview")
        page.get_by_role("button", name="Propose a rebalance").click()
        page.wait_for_url("**/proposals/*", timeout=60_000)
        take(page, "proposal")


if __name__ == "__main__":
    main()
